# Fetches what is missing in trades from the exchanges and makes windows whole, on a schedule: with the recorder's image, configuration and role.
locals {
  repairs = var.repair_schedule == null ? [] : [var.repair_schedule]
}

module "repair" {
  source             = "./modules/scheduled"
  count              = length(local.repairs)
  task               = local.task
  name               = "repair"
  container          = "repair"
  command            = ["repair", "--last", var.repair_span]
  cpu                = 1024
  memory             = 2048
  secrets            = local.secrets
  task_role_arn      = aws_iam_role.recorder.arn
  schedule           = local.repairs[0]
  flexible_minutes   = 15
  scheduler_role_arn = aws_iam_role.scheduler[0].arn
  subnets            = distinct(values(local.subnet_ids))
}
