# The dashboard as a service, off by default: one task that reads the bucket and the recorders' status pages, behind a load balancer at which
# readers sign in by OpenID Connect. Viewers stay on their task (sticky sessions): a page lives in the memory of the task that serves it.
locals {
  dashboards        = var.dashboard == null ? {} : { this = var.dashboard }
  dashboard_port    = 8090
  status_port       = 8080
  discovery_zone    = "${var.name}.internal"
  recorder_hosts    = { for task in keys(local.tasks) : task => "${replace(task, "/", "-")}.${local.discovery_zone}" }
  dashboard_subnets = var.dashboard == null ? [] : coalesce(var.dashboard.subnet_ids, local.makes_network ? [for subnet in aws_subnet.public : subnet.id] : [])

  # The recorders' pages are reachable for the dashboard, by these names; the health check of a task uses its own address.
  dashboard_environment = var.dashboard == null ? {} : merge(
    { INGESTER__STATUS__LISTEN = "http://0.0.0.0:${local.status_port}", INGESTER__STATUS__ALLOWEDHOSTS__0 = "127.0.0.1" },
    { for i, task in sort(keys(local.recorder_hosts)) : "INGESTER__STATUS__ALLOWEDHOSTS__${i + 1}" => local.recorder_hosts[task] },
  )
}

resource "aws_service_discovery_private_dns_namespace" "this" {
  for_each = local.dashboards
  name     = local.discovery_zone
  vpc      = local.vpc_id
  tags     = local.tags
}

resource "aws_service_discovery_service" "recorder" {
  for_each = var.dashboard == null ? {} : local.recorder_hosts
  name     = replace(each.key, "/", "-")
  tags     = local.tags

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.this["this"].id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}

resource "aws_security_group" "dashboard_balancer" {
  for_each    = local.dashboards
  name        = "${var.name}-dashboard-balancer"
  description = "Readers of the dashboard, by TLS."
  vpc_id      = local.vpc_id
  tags        = merge(local.tags, { Name = "${var.name}-dashboard-balancer" })
}

resource "aws_vpc_security_group_ingress_rule" "dashboard_readers" {
  for_each          = var.dashboard == null ? toset([]) : toset(var.dashboard.reader_cidrs)
  security_group_id = aws_security_group.dashboard_balancer["this"].id
  description       = "Readers."
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.key
}

resource "aws_vpc_security_group_egress_rule" "dashboard_sign_in" {
  for_each          = local.dashboards
  security_group_id = aws_security_group.dashboard_balancer[each.key].id
  description       = "The identity provider."
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "dashboard_balancer_task" {
  for_each                     = local.dashboards
  security_group_id            = aws_security_group.dashboard_balancer[each.key].id
  description                  = "The dashboard."
  ip_protocol                  = "tcp"
  from_port                    = local.dashboard_port
  to_port                      = local.dashboard_port
  referenced_security_group_id = aws_security_group.dashboard[each.key].id
}

resource "aws_security_group" "dashboard" {
  for_each    = local.dashboards
  name        = "${var.name}-dashboard"
  description = "The dashboard: its load balancer reaches it, it reaches recorders and AWS."
  vpc_id      = local.vpc_id
  tags        = merge(local.tags, { Name = "${var.name}-dashboard" })
}

resource "aws_vpc_security_group_ingress_rule" "dashboard" {
  for_each                     = local.dashboards
  security_group_id            = aws_security_group.dashboard[each.key].id
  description                  = "The load balancer."
  ip_protocol                  = "tcp"
  from_port                    = local.dashboard_port
  to_port                      = local.dashboard_port
  referenced_security_group_id = aws_security_group.dashboard_balancer[each.key].id
}

resource "aws_vpc_security_group_egress_rule" "dashboard_aws" {
  for_each          = local.dashboards
  security_group_id = aws_security_group.dashboard[each.key].id
  description       = "S3, the registry and logs."
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "dashboard_recorders" {
  for_each                     = local.dashboards
  security_group_id            = aws_security_group.dashboard[each.key].id
  description                  = "The recorders' status pages."
  ip_protocol                  = "tcp"
  from_port                    = local.status_port
  to_port                      = local.status_port
  referenced_security_group_id = aws_security_group.task.id
}

resource "aws_vpc_security_group_ingress_rule" "recorder_status" {
  for_each                     = local.dashboards
  security_group_id            = aws_security_group.task.id
  description                  = "The dashboard reads status pages."
  ip_protocol                  = "tcp"
  from_port                    = local.status_port
  to_port                      = local.status_port
  referenced_security_group_id = aws_security_group.dashboard[each.key].id
}

resource "aws_lb" "dashboard" {
  for_each                   = local.dashboards
  name                       = "${var.name}-dash"
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.dashboard_balancer[each.key].id]
  subnets                    = local.dashboard_subnets
  drop_invalid_header_fields = true
  idle_timeout               = 120 # a page's WebSocket is quiet for at most 15 s
  tags                       = local.tags
}

resource "aws_lb_target_group" "dashboard" {
  for_each             = local.dashboards
  name                 = "${var.name}-dash"
  port                 = local.dashboard_port
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = local.vpc_id
  deregistration_delay = 30
  tags                 = local.tags

  health_check {
    path = "/health"
  }

  stickiness {
    type            = "lb_cookie"
    cookie_duration = 86400
    enabled         = true
  }
}

# The client's secret is read by Terraform, and is in its state.
data "aws_secretsmanager_secret_version" "dashboard" {
  for_each  = local.dashboards
  secret_id = each.value.oidc.client_secret_arn
}

resource "aws_lb_listener" "dashboard" {
  for_each          = local.dashboards
  load_balancer_arn = aws_lb.dashboard[each.key].arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = each.value.certificate_arn
  tags              = local.tags

  default_action {
    type  = "authenticate-oidc"
    order = 1

    authenticate_oidc {
      issuer                     = each.value.oidc.issuer
      authorization_endpoint     = each.value.oidc.authorization_endpoint
      token_endpoint             = each.value.oidc.token_endpoint
      user_info_endpoint         = each.value.oidc.user_info_endpoint
      client_id                  = each.value.oidc.client_id
      client_secret              = data.aws_secretsmanager_secret_version.dashboard[each.key].secret_string
      on_unauthenticated_request = "authenticate"
      session_timeout            = 43200
    }
  }

  default_action {
    type             = "forward"
    order            = 2
    target_group_arn = aws_lb_target_group.dashboard[each.key].arn
  }
}

# It reads objects of the bucket, and may write none.
resource "aws_iam_role" "dashboard" {
  for_each           = local.dashboards
  name               = "${var.name}-dashboard-${local.region}"
  assume_role_policy = local.trust["ecs-tasks"]
  tags               = local.tags
}

resource "aws_iam_role_policy" "dashboard" {
  for_each = local.dashboards
  name     = "read"
  role     = aws_iam_role.dashboard[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        { Effect = "Allow", Action = "s3:GetObject", Resource = "${local.bucket_arn}/${local.root}*" },
        { Effect = "Allow", Action = "s3:ListBucket", Resource = local.bucket_arn, Condition = { StringLikeIfExists = { "s3:prefix" = "${local.root}*" } } },
      ],
      [for key in compact([var.kms_key_arn]) : { Effect = "Allow", Action = "kms:Decrypt", Resource = key }],
    )
  })
}

resource "aws_ecs_task_definition" "dashboard" {
  for_each                 = local.dashboards
  family                   = "${var.name}-dashboard"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.dashboard[each.key].arn
  tags                     = local.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  container_definitions = jsonencode([{
    name      = "dashboard"
    image     = each.value.image
    essential = true
    command = [
      "--store", "s3://${local.bucket_name}${var.prefix == "" ? "" : "/${var.prefix}"}", "--behind-proxy",
      "--recorders", join(",", [for task in sort(keys(local.recorder_hosts)) : "http://${local.recorder_hosts[task]}:${local.status_port}"]),
    ]
    environment  = [{ name = "AWS_REGION", value = local.region }]
    portMappings = [{ containerPort = local.dashboard_port, hostPort = local.dashboard_port, protocol = "tcp" }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.recorder.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "dashboard"
      }
    }
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
  }])
}

resource "aws_ecs_service" "dashboard" {
  for_each        = local.dashboards
  name            = "${var.name}-dashboard"
  cluster         = aws_ecs_cluster.this.arn
  task_definition = aws_ecs_task_definition.dashboard[each.key].arn
  desired_count   = each.value.tasks
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"
  tags            = local.tags

  network_configuration {
    subnets          = local.dashboard_subnets
    security_groups  = [aws_security_group.dashboard[each.key].id]
    assign_public_ip = local.makes_network
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.dashboard[each.key].arn
    container_name   = "dashboard"
    container_port   = local.dashboard_port
  }

  depends_on = [aws_lb_listener.dashboard]
}

output "dashboard" {
  description = "The name of the dashboard's load balancer: point your own name, which the certificate holds, at it. Null without a dashboard."
  value       = one([for balancer in aws_lb.dashboard : balancer.dns_name])
}
