# Failed, late and degraded: docs/operations.md has a section for each.
locals {
  nightly_watched = var.nightly == null ? {} : {
    nightly-failed = { machine = "nightly", says = "A step of the nightly run failed, or the run was stopped: the day may be neither certified nor published." }
    nightly-late   = { machine = "nightly-late", says = "The day before has no certificate yet." }
  }

  not_succeeded = ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"]
}

resource "aws_cloudwatch_metric_alarm" "nightly" {
  for_each            = local.nightly_watched
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.says} ${local.runbook} ${each.key}."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags

  metric_query {
    id          = "ended"
    expression  = "SUM([${join(", ", [for metric in local.not_succeeded : "FILL(${lower(metric)}, 0)"])}])"
    label       = "Runs that did not succeed"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = toset(local.not_succeeded)
    content {
      id = lower(metric_query.value)

      metric {
        namespace   = "AWS/States"
        metric_name = metric_query.value
        dimensions  = { StateMachineArn = "arn:${data.aws_partition.current.partition}:states:${local.region}:${data.aws_caller_identity.current.account_id}:stateMachine:${var.name}-${each.value.machine}" }
        period      = 300
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "nightly_degraded" {
  for_each            = local.nightlies
  alarm_name          = "${var.name}-nightly-degraded"
  alarm_description   = "The nightly run has finished, and parts of the day are missing or not proven, or a witness does not confirm it. ${local.runbook} nightly-degraded."
  namespace           = var.metric_namespace
  metric_name         = "ingester.nightly.degraded"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags
}
