# Paper trading as a service, off by default: one small task that reads the bucket and a recorder's live stream, and writes its journal below paper/. It has no exchange key
# and sends no order.
locals {
  papers     = var.paper == null ? {} : { paper = var.paper }
  paper_port = var.paper == null ? 8080 : tonumber(element(split(":", var.paper.live), 2))
}

resource "aws_iam_role" "paper" {
  for_each           = local.papers
  name               = "${var.name}-paper-${local.region}"
  assume_role_policy = local.trust["ecs-tasks"]
  tags               = local.tags
}

# It may read recordings and bars, and write journals. It can delete nothing.
resource "aws_iam_role_policy" "paper" {
  for_each = local.papers
  name     = "paper"
  role     = aws_iam_role.paper[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        { Effect = "Allow", Action = "s3:GetObject", Resource = [for folder in concat(local.data_folders, ["derived", "paper"]) : "${local.bucket_arn}/${local.root}${folder}/*"] },
        { Effect = "Allow", Action = "s3:PutObject", Resource = ["${local.bucket_arn}/${local.root}paper/*"] },
        { Effect = "Allow", Action = "s3:ListBucket", Resource = local.bucket_arn, Condition = { StringLikeIfExists = { "s3:prefix" = "${local.root}*" } } },
      ],
      each.value.topic_arn == null ? [] : [{ Effect = "Allow", Action = "sns:Publish", Resource = each.value.topic_arn }],
      var.kms_key_arn == null ? [] : [{ Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = var.kms_key_arn }],
    )
  })
}

# The agent that starts the task reads the token of the live stream.
resource "aws_iam_role_policy" "paper_token" {
  for_each = { for name, one in local.papers : name => one if one.live_token_secret != null }
  name     = "paper-token"
  role     = aws_iam_role.execution.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = each.value.live_token_secret }]
  })
}

resource "aws_security_group" "paper" {
  for_each    = local.papers
  name        = "${var.name}-paper"
  description = "Paper trading: nothing may reach it, it reaches a recorder and AWS."
  vpc_id      = local.vpc_id
  tags        = merge(local.tags, { Name = "${var.name}-paper" })
}

resource "aws_vpc_security_group_egress_rule" "paper" {
  for_each          = var.paper == null ? toset([]) : toset([tostring(local.paper_port), "443"])
  security_group_id = aws_security_group.paper["paper"].id
  description       = "The recorder and AWS on port ${each.key}."
  ip_protocol       = "tcp"
  from_port         = tonumber(each.key)
  to_port           = tonumber(each.key)
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_ecs_task_definition" "paper" {
  for_each                 = local.papers
  family                   = "${var.name}-paper"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.paper[each.key].arn
  tags                     = local.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  container_definitions = jsonencode([{
    name      = "paper"
    image     = each.value.image
    essential = true
    command = concat(
      ["run", "--live", each.value.live, "--store", "s3://${local.bucket_name}", "--prefix", trimsuffix(local.root, "/"), "--profile", each.value.profile, "--market", each.value.market],
      each.value.topic_arn == null ? [] : ["--set", "Paper:Alerts:Topic=${each.value.topic_arn}"], each.value.arguments
    )
    environment = [{ name = "AWS_REGION", value = local.region }]
    secrets     = each.value.live_token_secret == null ? [] : [{ name = "INGESTER_PAPER_TOKEN", valueFrom = each.value.live_token_secret }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.recorder.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "paper"
      }
    }
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
  }])
}

resource "aws_ecs_service" "paper" {
  for_each        = local.papers
  name            = "${var.name}-paper"
  cluster         = aws_ecs_cluster.this.arn
  task_definition = aws_ecs_task_definition.paper[each.key].arn
  desired_count   = 1
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"
  tags            = local.tags

  # One at a time: two would be two runs.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = distinct(values(local.subnet_ids))
    security_groups  = [aws_security_group.paper[each.key].id]
    assign_public_ip = local.public_address
  }
}
