# Failed, late and degraded: docs/operations.md has a section for each.
locals {
  nightly_executions = merge([for kind, machine in { nightly-failed = "nightly", nightly-late = "nightly-late" } : {
    for metric in ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"] : "${kind}-${metric}" => { kind = kind, machine = machine, metric = metric }
  }]...)

  nightly_says = {
    nightly-failed   = "A step of the nightly run failed, or the run was stopped: the day may be neither certified nor published. ${local.runbook} nightly-failed."
    nightly-late     = "The day before has no certificate yet. ${local.runbook} nightly-late."
    nightly-degraded = "The nightly run has finished, and parts of the day are missing or not proven, or a witness does not confirm it. ${local.runbook} nightly-degraded."
  }
}

resource "aws_cloudwatch_metric_alarm" "nightly" {
  for_each            = var.nightly == null ? toset([]) : toset(["nightly-failed", "nightly-late"])
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = local.nightly_says[each.key]
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags

  metric_query {
    id          = "ended"
    expression  = "SUM([${join(", ", [for metric in ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"] : "FILL(${lower(metric)}, 0)"])}])"
    label       = "Runs that did not succeed"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { for key, one in local.nightly_executions : one.metric => one if one.kind == each.key }
    content {
      id = lower(metric_query.key)

      metric {
        namespace   = "AWS/States"
        metric_name = metric_query.key
        dimensions  = { StateMachineArn = "arn:${data.aws_partition.current.partition}:states:${local.region}:${data.aws_caller_identity.current.account_id}:stateMachine:${var.name}-${metric_query.value.machine}" }
        period      = 300
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "nightly_degraded" {
  for_each            = local.nightlies
  alarm_name          = "${var.name}-nightly-degraded"
  alarm_description   = local.nightly_says["nightly-degraded"]
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
