# Fetches what is missing in trades from the exchanges and makes windows whole, on a schedule: with the recorder's image, configuration and role.
locals {
  repairs = var.repair_schedule == null ? [] : [var.repair_schedule]
}

resource "aws_ecs_task_definition" "repair" {
  count                    = length(local.repairs)
  family                   = "${var.name}-repair"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 1024
  memory                   = 2048
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.recorder.arn
  tags                     = local.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  container_definitions = jsonencode([merge({
    name        = "repair"
    image       = local.image
    essential   = true
    command     = ["repair", "--last", var.repair_span]
    environment = [for name, value in local.environment : { name = name, value = value }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.recorder.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "repair"
      }
    }
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    }, { for name in ["secrets"] : name => [for variable, arn in local.secrets : { name = variable, valueFrom = arn }] if length(local.secrets) > 0 })
  ])
}

resource "aws_iam_role" "scheduler" {
  count = length(local.repairs)
  name  = "${var.name}-scheduler-${local.region}"
  tags  = local.tags
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "scheduler" {
  count = length(local.repairs)
  name  = "run"
  role  = aws_iam_role.scheduler[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "ecs:RunTask", Resource = "${aws_ecs_task_definition.repair[0].arn_without_revision}:*" },
      { Effect = "Allow", Action = "iam:PassRole", Resource = [aws_iam_role.execution.arn, aws_iam_role.recorder.arn] },
    ]
  })
}

resource "aws_scheduler_schedule" "repair" {
  count               = length(local.repairs)
  name                = "${var.name}-repair"
  description         = "ingester repair --last ${var.repair_span}"
  schedule_expression = local.repairs[0]

  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 15
  }

  target {
    arn      = aws_ecs_cluster.this.arn
    role_arn = aws_iam_role.scheduler[0].arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.repair[0].arn
      launch_type         = "FARGATE"

      network_configuration {
        subnets          = distinct(values(local.subnet_ids))
        security_groups  = [aws_security_group.task.id]
        assign_public_ip = local.public_address
      }
    }

    retry_policy {
      maximum_retry_attempts = 2
    }
  }
}
