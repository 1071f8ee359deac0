locals {
  # One graph each: title, metric, statistic, and a second dimension where the metric is read by one of its tags.
  graphs = [
    { title = "Events recorded", metric = "ingester.events.recorded", statistic = "Sum" },
    { title = "Gaps seen", metric = "ingester.gaps.detected", statistic = "Sum" },
    { title = "Messages missing", metric = "ingester.gaps.messages", statistic = "Sum" },
    { title = "Heartbeat", metric = "ingester.replica.heartbeat", statistic = "Maximum" },
    { title = "Receive lag, p99 (s)", metric = "ingester.receive.lag", statistic = "Maximum", dimension = ["kind", "p99"] },
    { title = "Clock skew (s)", metric = "ingester.clock.skew", statistic = "Maximum" },
    { title = "Segments stored", metric = "ingester.segments.stored", statistic = "Sum", dimension = ["outcome", "stored"] },
    { title = "Duplicates refused", metric = "ingester.segments.stored", statistic = "Sum", dimension = ["outcome", "duplicate"] },
    { title = "Divergent segments", metric = "ingester.segments.stored", statistic = "Sum", dimension = ["outcome", "divergent"] },
    { title = "Store latency, mean (s)", metric = "ingester.store.latency", statistic = "Average" },
    { title = "Uploads failed", metric = "ingester.uploads.failed", statistic = "Sum" },
    { title = "Age of the oldest unsent object (s)", metric = "ingester.backlog.age", statistic = "Maximum" },
    { title = "Bytes not yet stored", metric = "ingester.backlog.size", statistic = "Maximum" },
    { title = "Streams that are silent", metric = "ingester.streams.stale", statistic = "Maximum" },
    { title = "Streams not confirmed", metric = "ingester.streams.unconfirmed", statistic = "Maximum" },
    { title = "Spooled on disk (bytes)", metric = "ingester.spool.size", statistic = "Maximum" },
    { title = "Connections lost", metric = "ingester.connections.lost", statistic = "Sum" },
    { title = "Frames quarantined", metric = "ingester.frames.quarantined", statistic = "Sum" },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type   = "alarm"
        x      = 0
        y      = 0
        width  = 24
        height = 4
        properties = {
          title = "Alarms"
          alarms = concat(
            [for alarm in aws_cloudwatch_metric_alarm.gaps_everywhere : alarm.arn],
            [for alarm in aws_cloudwatch_metric_alarm.task : alarm.arn],
            [for alarm in aws_cloudwatch_metric_alarm.tasks : alarm.arn],
            [aws_cloudwatch_metric_alarm.errors.arn],
          )
        }
      }],
      [for i, graph in local.graphs : {
        type   = "metric"
        x      = (i % 4) * 6
        y      = 4 + floor(i / 4) * 6
        width  = 6
        height = 6
        properties = {
          title  = graph.title
          region = local.region
          stat   = graph.statistic
          period = 60
          metrics = [for task in keys(local.tasks) : concat(
            [var.metric_namespace, graph.metric, "replica", task], try(graph.dimension, []), [{ label = task }],
          )]
        }
      }],
      [{
        type   = "log"
        x      = 0
        y      = 4 + ceil(length(local.graphs) / 4) * 6
        width  = 24
        height = 6
        properties = {
          title  = "Gaps: market, range, times and cause"
          region = local.region
          query  = "SOURCE '${aws_cloudwatch_log_group.recorder.name}' | ${local.log_queries.gaps}"
        }
      }],
    )
  })
}
