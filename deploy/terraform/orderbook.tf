# The books of one market in the layout of order-book collectors: a service that follows the bucket, a table, the archive, and an alarm when it falls behind. An hour that
# failed is written by the same service: it searches the last 48 hours for what is missing at its start and once an hour. Older hours: docs/derived.md.
locals {
  orderbooks         = var.orderbook == null ? {} : { orderbook = var.orderbook }
  orderbook_archives = { for name, one in local.orderbooks : name => one if one.glacier_after_days != null } # the rule is in bucket.tf: a bucket has one configuration

  # Metrics of the service have the replica "orderbook"; it is none of those that record.
  orderbook_environment = merge(
    { for name, value in local.environment : name => value if !startswith(name, "INGESTER__REPLICAS__") },
    { INGESTER__REPLICA = "orderbook", TMPDIR = "/spool" },
  )

  orderbook_schema = {
    type = "record", name = "orderbook", namespace = "ingester"
    fields = [
      { name = "timestamp_ms", type = "long" },
      { name = "bids", type = { type = "array", items = { type = "array", items = "double" } } },
      { name = "asks", type = { type = "array", items = { type = "array", items = "double" } } },
      { name = "spread", type = "double" },
      { name = "mid_price", type = "double" },
      { name = "imbalance_ratio", type = ["null", "double"], default = null },
      { name = "condition", type = "string" },
    ]
  }
}

resource "aws_iam_role" "orderbook" {
  for_each           = local.orderbooks
  name               = "${var.name}-orderbook-${local.region}"
  assume_role_policy = local.trust["ecs-tasks"]
  tags               = local.tags
}

# It may read recordings, and write derived data and the books. It can delete nothing.
resource "aws_iam_role_policy" "orderbook" {
  for_each = local.orderbooks
  name     = "derive"
  role     = aws_iam_role.orderbook[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        { Effect = "Allow", Action = "s3:GetObject", Resource = [for folder in concat(local.data_folders, ["derived", "orderbook"]) : "${local.bucket_arn}/${local.root}${folder}/*"] },
        { Effect = "Allow", Action = "s3:PutObject", Resource = [for folder in ["derived", "orderbook", "probe"] : "${local.bucket_arn}/${local.root}${folder}/*"] },
        { Effect = "Allow", Action = "s3:ListBucket", Resource = local.bucket_arn, Condition = { StringLikeIfExists = { "s3:prefix" = "${local.root}*" } } },
        { Effect = "Allow", Action = "cloudwatch:PutMetricData", Resource = "*", Condition = { StringEquals = { "cloudwatch:namespace" = var.metric_namespace } } },
      ],
      var.kms_key_arn == null ? [] : [{ Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = var.kms_key_arn }],
    )
  })
}

resource "aws_ecs_task_definition" "orderbook" {
  for_each                 = local.orderbooks
  family                   = "${var.name}-orderbook"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.orderbook[each.key].arn
  tags                     = local.tags

  # Files are written here before they are stored.
  volume {
    name = "spool"
  }

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  container_definitions = jsonencode([{
    name        = "orderbook"
    image       = local.image
    essential   = true
    command     = concat(["derive", "--follow", "--exchange", split("=", each.value.market)[0], "--dataset", "book-metrics", "--orderbook", each.value.market], each.value.arguments)
    environment = [for name, value in local.orderbook_environment : { name = name, value = value }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.recorder.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "orderbook"
      }
    }
    readonlyRootFilesystem = true
    mountPoints            = [{ sourceVolume = "spool", containerPath = "/spool", readOnly = false }]
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
  }])
}

resource "aws_ecs_service" "orderbook" {
  for_each        = local.orderbooks
  name            = "${var.name}-orderbook"
  cluster         = aws_ecs_cluster.this.arn
  task_definition = aws_ecs_task_definition.orderbook[each.key].arn
  desired_count   = 1
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"
  tags            = local.tags

  # Two at once write the same objects, each once.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = distinct(values(local.subnet_ids))
    security_groups  = [aws_security_group.task.id]
    assign_public_ip = local.public_address
  }
}

resource "aws_cloudwatch_metric_alarm" "orderbook_lag" {
  for_each            = local.orderbooks
  alarm_name          = "${var.name}-orderbook-lag"
  alarm_description   = "Derived books are more than ${each.value.lag_seconds} s behind for five minutes, or their service does not run. ${local.runbook} orderbook-lag."
  namespace           = var.metric_namespace
  metric_name         = "ingester.derive.lag"
  dimensions          = { replica = "orderbook" }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.lag_seconds
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 5
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags
}

# Partitions are computed from the query, as for all tables: nothing has to be crawled or added.
resource "aws_glue_catalog_table" "orderbook" {
  for_each      = local.orderbooks
  database_name = aws_glue_catalog_database.this.name
  name          = "orderbook"
  table_type    = "EXTERNAL_TABLE"

  parameters = merge(
    {
      EXTERNAL                    = "TRUE"
      classification              = "avro"
      "projection.enabled"        = "true"
      "storage.location.template" = "s3://${local.bucket_name}/${local.root}orderbook/year=$${year}/month=$${month}/day=$${day}/hour=$${hour}/"
    },
    merge([for part, range in merge(local.dates, { hour = "0,23" }) : {
      "projection.${part}.type"   = "integer"
      "projection.${part}.range"  = range
      "projection.${part}.digits" = part == "year" ? "4" : "2"
    }]...),
  )

  dynamic "partition_keys" {
    for_each = ["year", "month", "day", "hour"]
    content {
      name = partition_keys.value
      type = "string"
    }
  }

  storage_descriptor {
    location      = "s3://${local.bucket_name}/${local.root}orderbook/"
    input_format  = "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.serde2.avro.AvroSerDe"
      parameters            = { "avro.schema.literal" = jsonencode(local.orderbook_schema) }
    }

    dynamic "columns" {
      for_each = [["timestamp_ms", "bigint"], ["bids", "array<array<double>>"], ["asks", "array<array<double>>"], ["spread", "double"], ["mid_price", "double"], ["imbalance_ratio", "double"], ["condition", "string"]]
      content {
        name = columns.value[0]
        type = columns.value[1]
      }
    }
  }
}
