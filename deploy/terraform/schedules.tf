# What EventBridge Scheduler may: start the scheduled tasks, and pass them their roles.
locals {
  scheduled = concat(module.repair[*].arn_without_revision, values(module.candles)[*].arn_without_revision, values(module.publication)[*].arn_without_revision)
}

resource "aws_iam_role" "scheduler" {
  count              = length(local.repairs) + length(var.candles) + length(local.publications) > 0 ? 1 : 0
  name               = "${var.name}-scheduler-${local.region}"
  tags               = local.tags
  assume_role_policy = local.trust["scheduler"]
}

resource "aws_iam_role_policy" "scheduler" {
  count = length(aws_iam_role.scheduler)
  name  = "run"
  role  = aws_iam_role.scheduler[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "ecs:RunTask", Resource = [for arn in local.scheduled : "${arn}:*"] },
      { Effect = "Allow", Action = "iam:PassRole", Resource = concat([aws_iam_role.execution.arn, aws_iam_role.recorder.arn], values(aws_iam_role.publication)[*].arn) },
    ]
  })
}
