# Fetches the exchanges' own candles on a schedule: with the recorder's image, configuration, role and network. With fixed_egress the task leaves through the replicas' NAT gateways.
resource "aws_ecs_task_definition" "candles" {
  for_each                 = var.candles
  family                   = "${var.name}-candles-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.recorder.arn
  tags                     = local.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  container_definitions = jsonencode([{
    name        = "candles"
    image       = local.image
    essential   = true
    command     = concat(["candles", each.value.exchange], flatten([for length in each.value.intervals : ["--interval", length]]), each.value.arguments)
    environment = [for name, value in local.environment : { name = name, value = value }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.recorder.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "candles"
      }
    }
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
  }])
}

resource "aws_iam_role" "candles_scheduler" {
  count = length(var.candles) > 0 ? 1 : 0
  name  = "${var.name}-candles-scheduler-${local.region}"
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

resource "aws_iam_role_policy" "candles_scheduler" {
  count = length(var.candles) > 0 ? 1 : 0
  name  = "run"
  role  = aws_iam_role.candles_scheduler[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "ecs:RunTask", Resource = [for task in aws_ecs_task_definition.candles : "${task.arn_without_revision}:*"] },
      { Effect = "Allow", Action = "iam:PassRole", Resource = [aws_iam_role.execution.arn, aws_iam_role.recorder.arn] },
    ]
  })
}

resource "aws_scheduler_schedule" "candles" {
  for_each                     = var.candles
  name                         = "${var.name}-candles-${each.key}"
  description                  = "ingester candles ${each.value.exchange}"
  schedule_expression          = each.value.schedule
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_ecs_cluster.this.arn
    role_arn = aws_iam_role.candles_scheduler[0].arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.candles[each.key].arn
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
