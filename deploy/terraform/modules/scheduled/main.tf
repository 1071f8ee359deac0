# A command of the recorder's image that runs to its end: its task definition, and the schedule that starts it.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = "${var.task.name}-${var.name}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = var.task.execution_role_arn
  task_role_arn            = var.task_role_arn
  tags                     = var.task.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.task.architecture
  }

  # A writable place for temporary files, on the task's own disk; everything else is read-only. The image owns /spool.
  dynamic "volume" {
    for_each = var.needs_disk ? ["spool"] : []
    content {
      name = volume.value
    }
  }

  dynamic "ephemeral_storage" {
    for_each = var.disk_gib == null ? [] : [var.disk_gib]
    content {
      size_in_gib = ephemeral_storage.value
    }
  }

  # ECS leaves out what is empty: so does this, or each plan would differ.
  container_definitions = jsonencode([merge(
    {
      name        = var.container
      image       = var.task.image
      essential   = true
      command     = var.command
      environment = [for name, value in merge(var.task.environment, var.needs_disk ? { TMPDIR = "/spool" } : {}) : { name = name, value = value }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = var.task.log_group
          awslogs-region        = var.task.region
          awslogs-stream-prefix = var.container
        }
      }
      readonlyRootFilesystem = true
      linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    },
    { for name in ["secrets"] : name => [for variable, arn in var.secrets : { name = variable, valueFrom = arn }] if length(var.secrets) > 0 },
    { for name in ["mountPoints"] : name => [{ sourceVolume = "spool", containerPath = "/spool", readOnly = false }] if var.needs_disk },
  )])
}

resource "aws_scheduler_schedule" "this" {
  count                        = var.schedule == null ? 0 : 1
  name                         = "${var.task.name}-${var.name}"
  description                  = "ingester ${join(" ", slice(var.command, 0, min(3, length(var.command))))}"
  schedule_expression          = var.schedule
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode                      = var.flexible_minutes == 0 ? "OFF" : "FLEXIBLE"
    maximum_window_in_minutes = var.flexible_minutes == 0 ? null : var.flexible_minutes
  }

  target {
    arn      = var.task.cluster_arn
    role_arn = var.scheduler_role_arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.this.arn
      launch_type         = "FARGATE"

      network_configuration {
        subnets          = var.subnets
        security_groups  = var.task.security_group_ids
        assign_public_ip = var.task.public_address
      }
    }

    retry_policy {
      maximum_retry_attempts = 2
    }
  }
}
