terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

locals {
  shards = { for shard in range(var.task.shard_count) : var.task.shard_count == 1 ? var.replica : "${var.replica}/${shard}" => shard }
}

resource "aws_ecs_task_definition" "this" {
  for_each                 = local.shards
  family                   = "${var.task.name}-${replace(each.key, "/", "-")}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.task.cpu
  memory                   = var.task.memory
  execution_role_arn       = var.task.execution_role_arn
  task_role_arn            = var.task.task_role_arn
  tags                     = var.task.tags

  # A writable place on the task's own disk (20 GiB come with it); everything else is read-only. It outlives a store outage, not the task.
  volume {
    name = "spool"
  }

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.task.architecture
  }

  container_definitions = jsonencode([merge({
    name        = "recorder"
    image       = var.task.image
    essential   = true
    command     = ["record"]
    stopTimeout = var.task.stop_seconds
    environment = [for name, value in merge(var.task.environment, {
      INGESTER__REPLICA      = var.replica
      INGESTER__SHARD__INDEX = tostring(each.value)
      INGESTER__SHARD__COUNT = tostring(var.task.shard_count)
    }) : { name = name, value = value }]
    healthCheck = {
      command     = ["CMD", "dotnet", "/app/ingester.dll", "health", "http://127.0.0.1:8080"]
      interval    = 15
      timeout     = 5
      retries     = 3
      startPeriod = 30
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = var.task.log_group
        awslogs-region        = var.task.region
        awslogs-stream-prefix = var.replica
        mode                  = "non-blocking" # a log that is not taken must not stop a recorder
        max-buffer-size       = "16m"
      }
    }
    readonlyRootFilesystem = true
    mountPoints            = [{ sourceVolume = "spool", containerPath = "/spool", readOnly = false }]
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    ulimits                = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]
    # ECS leaves out what is empty: so does this, or each plan would differ.
    }, { for name in ["secrets"] : name => [for variable, arn in var.task.secrets : { name = variable, valueFrom = arn }] if length(var.task.secrets) > 0 })
  ])
}

resource "aws_ecs_service" "this" {
  for_each               = local.shards
  name                   = "${var.task.name}-${replace(each.key, "/", "-")}"
  cluster                = var.task.cluster_arn
  task_definition        = aws_ecs_task_definition.this[each.key].arn
  desired_count          = 1
  launch_type            = "FARGATE"
  propagate_tags         = "SERVICE"
  wait_for_steady_state  = var.task.steady
  enable_execute_command = false
  tags                   = var.task.tags

  # The next task records before the old one receives the stop signal: the objects of both have the same keys.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = [var.subnet_id]
    security_groups  = var.task.security_group_ids
    assign_public_ip = var.task.public_address
  }

  # The names by which the dashboard finds the tasks; without a dashboard there are none.
  dynamic "service_registries" {
    for_each = contains(keys(var.task.registry_arns), each.key) ? [var.task.registry_arns[each.key]] : []

    content {
      registry_arn = service_registries.value
    }
  }

  timeouts {
    create = "15m"
    update = "15m"
  }
}

# ECS rolls a failed deployment back to the definition before it, reaches a steady state with that one, and the provider takes this for success
# (hashicorp/terraform-provider-aws#20858). What the service runs afterwards is read, so that such an apply fails, before the next replica is touched.
data "aws_ecs_service" "deployed" {
  for_each     = local.shards
  service_name = aws_ecs_service.this[each.key].name
  cluster_arn  = var.task.cluster_arn

  lifecycle {
    postcondition {
      condition     = self.task_definition == aws_ecs_task_definition.this[each.key].arn
      error_message = "The deployment of ${each.key} failed and ECS rolled it back: ${self.task_definition} runs, not ${aws_ecs_task_definition.this[each.key].arn}. The service's events and the stopped task say why: docs/operations.md, section tasks."
    }
  }

  depends_on = [aws_ecs_service.this]
}
