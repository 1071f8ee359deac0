locals {
  # Services that may take a role, for resources of this account only.
  trust = { for service in ["ecs-tasks", "scheduler", "states"] : service => jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "${service}.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  }) }
}

# What the recorder may: write new objects, look at them, send metrics. It can neither delete nor, by the bucket's policy, replace.
resource "aws_iam_role" "recorder" {
  name               = "${var.name}-recorder-${local.region}"
  assume_role_policy = local.trust["ecs-tasks"]
  tags               = local.tags
}

resource "aws_iam_role_policy" "recorder" {
  name = "record"
  role = aws_iam_role.recorder.id
  policy = templatefile("${path.module}/policies/recorder.json.tftpl", {
    bucket_arn = local.bucket_arn
    root       = local.root
    folders    = [for folder in local.data_folders : "${local.bucket_arn}/${local.root}${folder}/*"]
    namespace  = var.metric_namespace
  })
}

resource "aws_iam_role_policy" "recorder_key" {
  count = var.kms_key_arn == null ? 0 : 1
  name  = "encrypt"
  role  = aws_iam_role.recorder.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = var.kms_key_arn }]
  })
}

# What ECS itself needs to start a task: the image, the log group, and the secrets that are named.
resource "aws_iam_role" "execution" {
  name               = "${var.name}-execution-${local.region}"
  assume_role_policy = local.trust["ecs-tasks"]
  tags               = local.tags
}

resource "aws_iam_role_policy" "execution" {
  name = "start"
  role = aws_iam_role.execution.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.recorder.arn}:*" }],
      [{ Effect = "Allow", Action = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource = local.pulled }],
      [{ Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" }],
      [for arns in [distinct(values(local.secrets))] : { Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = arns } if length(arns) > 0],
      # Without this, a task whose secret is under a customer-managed key does not start, and nothing but its stopped reason says why.
      [for arns in [local.secret_keys] : {
        Effect    = "Allow", Action = "kms:Decrypt", Resource = arns
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" } }
      } if length(arns) > 0],
    )
  })
}
