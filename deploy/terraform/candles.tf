# Fetches the exchanges' own candles on a schedule: with the recorder's image, configuration, role and network. With fixed_egress the task leaves through the replicas' NAT gateways.
module "candles" {
  source             = "./modules/scheduled"
  for_each           = var.candles
  task               = local.task
  name               = "candles-${each.key}"
  container          = "candles"
  command            = concat(["candles", each.value.exchange], flatten([for length in each.value.intervals : ["--interval", length]]), each.value.arguments)
  cpu                = 512
  memory             = 1024
  task_role_arn      = aws_iam_role.recorder.arn
  schedule           = each.value.schedule
  scheduler_role_arn = aws_iam_role.scheduler[0].arn
  subnets            = distinct(values(local.subnet_ids))
}
