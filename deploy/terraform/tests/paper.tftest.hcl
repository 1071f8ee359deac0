# Paper trading as a service.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image     = "registry.example.com/ingester:1"
  prefix    = "v1"
  exchanges = { binance = { markets = ["BTC-*"] } }
}

run "nothing_trades_unless_asked" {
  assert {
    condition     = length(aws_ecs_service.paper) + length(aws_iam_role.paper) + length(aws_security_group.paper) + length(aws_vpc_security_group_egress_rule.paper) == 0
    error_message = "Nothing of it exists."
  }
}

run "service_follows_the_recorder" {
  variables {
    paper = { image = "registry.example.com/paper:1", live = "http://10.0.0.5:8080", market = "binance=BTC-USDT", live_token_secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:live" }
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.paper["paper"].container_definitions)[0].command == ["run", "--live", "http://10.0.0.5:8080", "--store", "s3://ingester-123456789012-eu-west-1", "--prefix", "v1", "--profile", "prod", "--market", "binance=BTC-USDT"]
    error_message = "It reads the recorder and the bucket."
  }
  assert {
    condition     = flatten([for s in jsondecode(aws_iam_role_policy.paper["paper"].policy).Statement : s.Resource if s.Action == "s3:PutObject"]) == ["arn:aws:s3:::ingester-123456789012-eu-west-1/v1/paper/*"]
    error_message = "It writes journals only."
  }
  assert {
    condition     = keys(aws_vpc_security_group_egress_rule.paper) == ["443", "8080"]
    error_message = "It reaches the recorder and AWS only."
  }
}

run "market_is_one_of_one_exchange" {
  command = plan
  variables {
    paper = { image = "registry.example.com/paper:1", live = "http://10.0.0.5:8080/live", market = "BTC-USDT" }
  }
  expect_failures = [var.paper]
}
