resource "aws_cloudwatch_log_group" "recorder" {
  name              = "/ecs/${var.name}"
  retention_in_days = var.log_retention_days
  tags              = local.tags
}

# Error means: somebody must act.
resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "${var.name}-errors"
  log_group_name = aws_cloudwatch_log_group.recorder.name
  pattern        = "{ ($.level = \"Error\") || ($.level = \"Fatal\") }"

  metric_transformation {
    name      = "ingester.log.errors"
    namespace = var.metric_namespace
    value     = "1"
    unit      = "Count"
  }
}

locals {
  # What the descriptions of alarms lead to: the lines that name market, range and cause.
  log_queries = {
    gaps   = "fields @timestamp, replica, shard, message | filter message like /^(Gap in|Interruption of)/ | sort @timestamp desc | limit 200"
    errors = "fields @timestamp, replica, shard, version, message, exception | filter level in ['Error', 'Fatal'] | sort @timestamp desc | limit 200"
    store  = "fields @timestamp, replica, shard, message | filter message like /(?i)store|divergence|journal|no room|spool/ | filter level != 'Debug' | sort @timestamp desc | limit 200"
    links  = "fields @timestamp, replica, shard, message | filter source like /(RecorderService|ConnectionEvents|PlanningEvents|RestEvents|SnapshotEvents|BackfillEvents|LaneEvents|ReadinessLog|DescriptorLimitMonitor)$/ and event != 'Quarantined' | sort @timestamp desc | limit 200"
    frames = "fields @timestamp, replica, shard, message | filter message like /quarantined/ | sort @timestamp desc | limit 200"
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each        = var.saved_queries ? local.log_queries : {}
  name            = "${var.name}/${each.key}"
  log_group_names = [aws_cloudwatch_log_group.recorder.name]
  query_string    = each.value
}
