resource "aws_ecs_cluster" "this" {
  name = var.name
  tags = local.tags

  setting {
    name  = "containerInsights"
    value = "disabled" # the recorder's own metrics say more, and cost less
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE"]
}

locals {
  # What all tasks have in common.
  task = {
    name               = var.name
    cluster_arn        = aws_ecs_cluster.this.arn
    image              = local.image
    environment        = merge(local.environment, local.dashboard_environment)
    secrets            = local.secrets
    cpu                = var.cpu
    memory             = var.memory
    architecture       = var.architecture
    stop_seconds       = var.stop_seconds
    execution_role_arn = aws_iam_role.execution.arn
    task_role_arn      = aws_iam_role.recorder.arn
    log_group          = aws_cloudwatch_log_group.recorder.name
    region             = local.region
    security_group_ids = [aws_security_group.task.id]
    public_address     = local.public_address
    shard_count        = var.shard_count
    steady             = var.wait_for_steady_state
    registry_arns      = { for task, service in aws_service_discovery_service.recorder : task => service.arn }
    tags               = local.tags
  }
}

# Terraform changes what does not depend on each other at the same time. Replicas must not be: each waits until the one before it runs.
module "first" {
  source    = "./modules/replica"
  for_each  = toset(slice(var.replicas, 0, 1))
  replica   = each.key
  subnet_id = local.subnet_ids[each.key]
  task      = local.task

  depends_on = [
    terraform_data.image, aws_iam_role_policy.recorder, aws_iam_role_policy.execution, aws_s3_bucket_policy.data,
    aws_route.internet, aws_route.nat, aws_vpc_security_group_egress_rule.task, aws_ecs_cluster_capacity_providers.this,
  ]
}

module "second" {
  source    = "./modules/replica"
  for_each  = toset(slice(var.replicas, min(1, length(var.replicas)), min(2, length(var.replicas))))
  replica   = each.key
  subnet_id = local.subnet_ids[each.key]
  task      = local.task

  depends_on = [module.first]
}

module "third" {
  source    = "./modules/replica"
  for_each  = toset(slice(var.replicas, min(2, length(var.replicas)), length(var.replicas)))
  replica   = each.key
  subnet_id = local.subnet_ids[each.key]
  task      = local.task

  depends_on = [module.second]
}

locals {
  services = merge([for replica in merge(module.first, module.second, module.third) : replica.services]...)
}
