# A deployment of one replica, alone.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  replica   = "a"
  subnet_id = "subnet-1"
  task = {
    name               = "ingester"
    cluster_arn        = "arn:aws:ecs:eu-west-1:123456789012:cluster/mock"
    image              = "registry.example.com/ingester:1"
    environment        = {}
    secrets            = {}
    cpu                = 1024
    memory             = 2048
    architecture       = "X86_64"
    stop_seconds       = 120
    execution_role_arn = "arn:aws:iam::123456789012:role/mock"
    task_role_arn      = "arn:aws:iam::123456789012:role/mock"
    log_group          = "/ecs/ingester"
    region             = "eu-west-1"
    security_group_ids = ["sg-1"]
    public_address     = true
    shard_count        = 1
    steady             = true
    tags               = {}
  }
}

run "deployment_that_runs_is_a_successful_apply" {
  module {
    source = "./modules/replica"
  }
  assert {
    condition     = output.services["a"] == "ingester-a"
    error_message = "The service is named after the replica."
  }
}

run "deployment_that_ecs_rolled_back_is_a_failed_apply" {
  command = plan # the deployment is over, as the run before it left it

  module {
    source = "./modules/replica"
  }
  override_data {
    target = data.aws_ecs_service.deployed["a"]
    values = { task_definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/mock:0" }
  }
  expect_failures = [data.aws_ecs_service.deployed["a"]]
}
