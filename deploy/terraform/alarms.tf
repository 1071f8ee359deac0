resource "aws_sns_topic" "alarms" {
  name = "${var.name}-alarms"
  tags = local.tags
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each  = toset(var.alarm_emails)
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.key
}

locals {
  runbook = "Runbook: docs/operations.md, section"

  # One alarm of each kind per task. The metrics are those of docs/telemetry.md; a test compares the names.
  kinds = {
    gaps = {
      metric = "ingester.gaps.detected", statistic = "Sum", above = 0, says = "A gap in a stream: messages are missing at this replica."
      log    = "gaps"
    }
    divergence = {
      metric = "ingester.segments.stored", dimension = { outcome = "divergent" }, statistic = "Sum", above = 0
      says   = "Replicas have different rows for a window that must be identical."
      log    = "store"
    }
    disputed = {
      metric = "ingester.windows.disputed", statistic = "Sum", above = 0
      says   = "Replicas have different histories of a window, and no sequence proves which one is complete: this one kept its rows as a variant."
      log    = "store"
    }
    windows = {
      metric = "ingester.windows.mismatched", statistic = "Maximum", above = 0, says = "The store holds windows of another length than the settings of this replica specify for the same time."
      log    = "errors"
    }
    variants = {
      metric = "ingester.segments.stored", dimension = { outcome = "variant" }, statistic = "Sum", above = 0
      says   = "Replicas have different rows for a window without a sequence: one of them may have missed some."
      log    = "store"
    }
    suspect = {
      metric = "ingester.streams.suspect", statistic = "Maximum", above = 0, minutes = 10
      says   = "Books were invalid ten minutes ago and no snapshot has arrived since: their windows stay fragments."
      log    = "links"
    }
    corrupt = {
      metric = "ingester.spool.corrupt", statistic = "Maximum", above = 0, says = "Files of the spool were damaged and set aside: their content is not stored."
      log    = "store"
    }
    lost = {
      metric = "ingester.segments.dropped", statistic = "Sum", above = 0, says = "Segments did not fit into memory and the spool and are lost at this replica."
      log    = "store"
    }
    journals-lost = {
      metric = "ingester.journals.dropped", statistic = "Sum", above = 0, says = "Rows of gaps, coverage, quarantine, instruments or arrivals did not fit into memory and are lost."
      log    = "store"
    }
    stale = {
      metric = "ingester.streams.stale", statistic = "Maximum", above = 0, minutes = 10
      says   = "Streams have been silent for much longer than usual, for ten minutes, although their connections are alive."
      log    = "links"
    }
    unconfirmed = {
      metric = "ingester.streams.unconfirmed", statistic = "Maximum", above = 0, minutes = 10
      says   = "Streams that should be recorded are not confirmed by the exchange, for ten minutes."
      log    = "links"
    }
    unstorable = {
      metric = "ingester.markets.unstorable", statistic = "Sum", above = 0, says = "Markets are not recorded because their names are too long for the store."
      log    = "links"
    }
    lag = {
      metric = "ingester.receive.lag", dimension = { kind = "p99" }, statistic = "Maximum", above = var.thresholds.lag_seconds, minutes = 5
      says   = "Messages arrive late: one in a hundred more than ${var.thresholds.lag_seconds} s after the exchange's time, for five minutes."
      log    = "links"
    }
    clock = {
      metric = "ingester.clock.skew", statistic = "Maximum", above = 5, minutes = 5, says = "The clock of this task differs by more than 5 s from the clocks of servers."
      log    = "errors"
    }
    uploads = {
      metric = "ingester.uploads.failed", statistic = "Sum", above = var.thresholds.failed_uploads, minutes = 5, together = true
      says   = "The store fails or refuses; nothing is lost yet."
      log    = "store"
    }
    unsent = {
      metric = "ingester.backlog.age", statistic = "Maximum", above = var.thresholds.oldest_unsent_seconds, minutes = 3
      says   = "Objects wait for the store for more than ${var.thresholds.oldest_unsent_seconds} s; they are in memory, or on a disk that is lost with the task."
      log    = "store"
    }
    quarantine = {
      metric = "ingester.frames.quarantined", statistic = "Sum", above = var.thresholds.quarantined_frames, minutes = 5, together = true
      says   = "Many frames do not decode: the exchange may have changed its protocol."
      log    = "frames"
    }
    bugs = {
      metric = "ingester.frames.quarantined", dimension = { kind = "bug" }, statistic = "Sum", above = 0
      says   = "Frames were not decoded because of a bug in the decoder; they are kept in quarantine."
      log    = "errors"
    }
    restarts = {
      metric = "ingester.exchanges.restarts", statistic = "Sum", above = 0
      says   = "An unhandled exception ended the recording of an exchange, which then restarts; the other exchanges are not affected."
      log    = "errors"
    }
    telemetry = {
      metric = "ingester.telemetry.dropped", statistic = "Sum", above = 0, minutes = 5, together = true, says = "Metrics could not be delivered: other alarms may lack data."
      log    = "errors"
    }
    heartbeat = {
      metric = "ingester.replica.heartbeat", statistic = "Maximum", below = 1, minutes = 3, says = "This replica is dead, hangs, or cannot send metrics."
      log    = "errors"
    }
    silence = {
      metric = "ingester.events.recorded", statistic = "Sum", below = 1, minutes = 5, together = true, says = "This replica is alive and records nothing."
      log    = "links"
    }
  }

  task_alarms = merge([for task in keys(local.tasks) : { for kind, alarm in local.kinds : "${kind}-${replace(task, "/", "-")}" => merge(alarm, { task = task, kind = kind }) }]...)
}

resource "aws_cloudwatch_metric_alarm" "task" {
  for_each            = local.task_alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.says} Saved log query: ${var.name}/${each.value.log}. ${local.runbook} ${each.value.kind}."
  namespace           = var.metric_namespace
  metric_name         = each.value.metric
  dimensions          = merge({ replica = each.value.task }, try(each.value.dimension, {}))
  statistic           = each.value.statistic
  comparison_operator = can(each.value.below) ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = try(each.value.below, each.value.above)
  # Either each of the minutes must breach the threshold, or their sum.
  period              = try(each.value.together, false) ? 60 * each.value.minutes : 60
  evaluation_periods  = try(each.value.together, false) ? 1 : try(each.value.minutes, 1)
  datapoints_to_alarm = try(each.value.together, false) ? 1 : try(each.value.minutes, 1)
  treat_missing_data  = can(each.value.below) ? "breaching" : "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags
}

# A gap at one replica is covered by the others. Data of a gap that all replicas have at the same time is most likely lost.
resource "aws_cloudwatch_metric_alarm" "gaps_everywhere" {
  for_each            = length(var.replicas) > 1 ? toset([for shard in range(var.shard_count) : tostring(shard)]) : toset([])
  alarm_name          = "${var.name}-gaps-everywhere${var.shard_count == 1 ? "" : "-${each.key}"}"
  alarm_description   = "All replicas detected gaps within five minutes: messages are most likely lost. Saved log query: ${var.name}/gaps. ${local.runbook} gaps-everywhere."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags

  metric_query {
    id          = "everywhere"
    expression  = "MIN([${join(", ", [for i, replica in var.replicas : "FILL(r${i}, 0)"])}])"
    label       = "Gaps that every replica detected"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = var.replicas
    content {
      id = "r${metric_query.key}"

      metric {
        namespace   = var.metric_namespace
        metric_name = "ingester.gaps.detected"
        dimensions  = { replica = var.shard_count == 1 ? metric_query.value : "${metric_query.value}/${each.key}" }
        period      = 300
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.name}-errors"
  alarm_description   = "A recorder logged an error: an operator must act. Saved log query: ${var.name}/errors. ${local.runbook} errors."
  namespace           = var.metric_namespace
  metric_name         = aws_cloudwatch_log_metric_filter.errors.metric_transformation[0].name
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags
}

# Each running task reports its CPU once a minute, so the number of samples is the number of tasks, without paying for Container Insights.
resource "aws_cloudwatch_metric_alarm" "tasks" {
  for_each            = local.services
  alarm_name          = "${var.name}-tasks-${replace(each.key, "/", "-")}"
  alarm_description   = "No task of this replica runs. ${local.runbook} tasks."
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  dimensions          = { ClusterName = aws_ecs_cluster.this.name, ServiceName = each.value }
  statistic           = "SampleCount"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags
}
