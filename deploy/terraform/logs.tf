resource "aws_cloudwatch_log_group" "recorder" {
  name              = "/ecs/${var.name}"
  retention_in_days = var.log_retention_days
  tags              = local.tags
}

# Level is what Serilog's JSON calls it. Error means: somebody must act.
resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "${var.name}-errors"
  log_group_name = aws_cloudwatch_log_group.recorder.name
  pattern        = "{ ($.Level = \"Error\") || ($.Level = \"Fatal\") }"

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
    gaps   = "fields @timestamp, @logStream, RenderedMessage | filter MessageTemplate like /^(Gap in|Interruption of)/ | sort @timestamp desc | limit 200"
    errors = "fields @timestamp, @logStream, RenderedMessage, Exception | filter Level in ['Error', 'Fatal'] | sort @timestamp desc | limit 200"
    store  = "fields @timestamp, @logStream, RenderedMessage | filter RenderedMessage like /(?i)store|divergence|journal|no room/ | filter Level != 'Debug' | sort @timestamp desc | limit 200"
    links  = "fields @timestamp, @logStream, RenderedMessage | filter MessageTemplate like /^\\{(Connection|Exchange|Stream)\\}|^The book of|^Not ready|^Ready|descriptors/ | sort @timestamp desc | limit 200"
    frames = "fields @timestamp, @logStream, RenderedMessage | filter MessageTemplate like /quarantined/ | sort @timestamp desc | limit 200"
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each        = var.saved_queries ? local.log_queries : {}
  name            = "${var.name}/${each.key}"
  log_group_names = [aws_cloudwatch_log_group.recorder.name]
  query_string    = each.value
}
