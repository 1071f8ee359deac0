# Repairs, exports, certifies, verifies and publishes each day: a state machine that only starts tasks, one after the other. Each task has a role of its own. Recording
# depends on none of it. docs/publishing.md describes the steps, docs/operations.md the alarms.
locals {
  nightlies = var.nightly == null ? {} : { nightly = var.nightly }

  # The policy of each task, the folders that it reads besides its own, and those that it writes. A repair has the role of the recorder: it fetches with the recorder's keys.
  nightly_steps = { for name, step in {
    export      = { policy = "exporter", read = concat(local.data_folders, ["export"]), written = ["export"], disk = true }
    certificate = { policy = "certifier", read = concat(local.data_folders, ["export"]), written = ["export/certificates", "probe"], disk = false }
    verify      = { policy = "verifier", read = ["export"], written = [], disk = true }
    witness     = { policy = "witness", read = concat(local.data_folders, ["export"]), written = ["export/witnesses"], disk = true }
    publish     = { policy = "publisher", read = ["export"], written = [], disk = true }
    expire      = { policy = "expirer", read = concat(local.data_folders, ["export"]), written = ["coverage"], disk = true }
  } : name => step if var.nightly != null && (name != "publish" || local.published_to != null) }

  # What expires: segments, whole ones and fragments.
  expiring = concat(local.segments, [for folder in local.segments : "fragments/${folder}"])

  published_to = try(trimprefix(var.nightly.publish_to, "s3://"), null)
  published = local.published_to == null ? { arn = "", root = "" } : {
    arn  = "arn:${data.aws_partition.current.partition}:s3:::${split("/", local.published_to)[0]}"
    root = join("", [for part in slice(split("/", local.published_to), 1, length(split("/", local.published_to))) : "${part}/"])
  }

  nightly_machine = "arn:${data.aws_partition.current.partition}:states:${local.region}:${data.aws_caller_identity.current.account_id}:stateMachine:${var.name}-nightly"

  sampled = flatten([for exchange, pairs in try(var.nightly.sample, {}) : [for pair in pairs : { exchange = exchange, pair = pair }]])

  # Athena replaces each question mark by the moment of the run; the query counts the trades of the day before.
  counts_query      = length(local.sampled) == 0 ? "SELECT ?" : join("UNION ALL\n", [for one in local.sampled : templatefile("${path.module}/nightly/counts.sql.tftpl", one)])
  counts_parameters = "States.Array(${join(", ", [for i in range(max(1, 4 * length(local.sampled))) : "States.Format('\\'{}\\'', $.at)"])})"
}

resource "aws_iam_role" "nightly" {
  for_each           = local.nightly_steps
  name               = "${var.name}-nightly-${each.key}-${local.region}"
  assume_role_policy = local.trust["ecs-tasks"]
  tags               = local.tags
}

resource "aws_iam_role_policy" "nightly" {
  for_each = local.nightly_steps
  name     = each.key
  role     = aws_iam_role.nightly[each.key].id
  policy = templatefile("${path.module}/policies/${each.value.policy}.json.tftpl", {
    bucket_arn       = local.bucket_arn
    root             = local.root
    read             = [for folder in each.value.read : "${local.bucket_arn}/${local.root}${folder}/*"]
    written          = [for folder in each.value.written : "${local.bucket_arn}/${local.root}${folder}/*"]
    removed          = [for folder in local.expiring : "${local.bucket_arn}/${local.root}${folder}/*"]
    target           = local.published.arn
    target_root      = local.published.root
    target_published = [for folder in ["published", "published-files"] : "${local.published.arn}/${local.published.root}${folder}/*"]
    key_arn          = var.nightly.certificate_key_arn
  })
}

# For a bucket that is encrypted with a customer-managed key.
resource "aws_iam_role_policy" "nightly_key" {
  for_each = var.kms_key_arn == null ? {} : local.nightly_steps
  name     = "encrypt"
  role     = aws_iam_role.nightly[each.key].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = var.kms_key_arn }]
  })
}

module "nightly" {
  source             = "./modules/scheduled"
  for_each           = var.nightly == null ? {} : merge({ for name, step in local.nightly_steps : name => { role = aws_iam_role.nightly[name].arn, disk = step.disk } }, { repair = { role = aws_iam_role.recorder.arn, disk = false } })
  task               = local.task
  name               = "nightly-${each.key}"
  container          = each.key
  command            = [each.key, "--help"] # the state machine gives the command; who starts the task by hand gives it, too
  cpu                = var.nightly.cpu
  memory             = var.nightly.memory
  needs_disk         = each.value.disk
  disk_gib           = each.value.disk ? var.nightly.disk_gib : null
  secrets            = each.key == "repair" ? local.secrets : {}
  task_role_arn      = each.value.role
  scheduler_role_arn = null
  subnets            = distinct(values(local.subnet_ids))
}

# What the state machines may: start and stop these tasks and pass them their roles, run the query, report that a day is degraded.
resource "aws_iam_role" "nightly_states" {
  for_each           = local.nightlies
  name               = "${var.name}-nightly-states-${local.region}"
  tags               = local.tags
  assume_role_policy = local.trust["states"]
}

resource "aws_iam_role_policy" "nightly_states" {
  for_each = local.nightlies
  name     = "run"
  role     = aws_iam_role.nightly_states[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        { Effect = "Allow", Action = "ecs:RunTask", Resource = [for task in values(module.nightly) : "${task.arn_without_revision}:*"] },
        { Effect = "Allow", Action = ["ecs:StopTask", "ecs:DescribeTasks"], Resource = "*", Condition = { ArnEquals = { "ecs:cluster" = aws_ecs_cluster.this.arn } } },
        { Effect = "Allow", Action = "iam:PassRole", Resource = concat([aws_iam_role.execution.arn, aws_iam_role.recorder.arn], values(aws_iam_role.nightly)[*].arn), Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } } },
        # By this rule Step Functions learns that a task has ended.
        { Effect = "Allow", Action = ["events:PutTargets", "events:PutRule", "events:DescribeRule"], Resource = "arn:${data.aws_partition.current.partition}:events:${local.region}:${data.aws_caller_identity.current.account_id}:rule/StepFunctionsGetEventsForECSTaskRule" },
        # The parts of a distributed map are executions of their own.
        { Effect = "Allow", Action = "states:StartExecution", Resource = local.nightly_machine },
        { Effect = "Allow", Action = ["states:DescribeExecution", "states:StopExecution"], Resource = "${replace(local.nightly_machine, ":stateMachine:", ":execution:")}/*" },
        { Effect = "Allow", Action = "cloudwatch:PutMetricData", Resource = "*", Condition = { StringEquals = { "cloudwatch:namespace" = var.metric_namespace } } },
      ],
      [for statement in [
        { Effect = "Allow", Action = ["athena:StartQueryExecution", "athena:StopQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"], Resource = aws_athena_workgroup.this.arn },
        {
          Effect = "Allow", Action = ["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"]
          Resource = concat(
            [for kind in ["catalog", "database/${aws_glue_catalog_database.this.name}"] : "arn:${data.aws_partition.current.partition}:glue:${local.region}:${data.aws_caller_identity.current.account_id}:${kind}"],
            [for table in ["trades", "fragments_trades", "trades_all", "exported_trades"] : "arn:${data.aws_partition.current.partition}:glue:${local.region}:${data.aws_caller_identity.current.account_id}:table/${aws_glue_catalog_database.this.name}/${table}"],
          )
        },
        { Effect = "Allow", Action = "s3:GetObject", Resource = [for folder in ["trades", "fragments/trades", "export/parquet/trades"] : "${local.bucket_arn}/${local.root}${folder}/*"] },
        { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], Resource = "${local.bucket_arn}/athena-results/*" },
        { Effect = "Allow", Action = ["s3:ListBucket", "s3:GetBucketLocation"], Resource = local.bucket_arn },
      ] : statement if length(local.sampled) > 0],
      var.kms_key_arn == null ? [] : [{ Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = var.kms_key_arn }],
    )
  })
}

resource "aws_sfn_state_machine" "nightly" {
  for_each = local.nightlies
  name     = "${var.name}-nightly"
  type     = "STANDARD"
  role_arn = aws_iam_role.nightly_states[each.key].arn
  tags     = local.tags

  definition = templatefile("${path.module}/nightly/states.json.tftpl", {
    cluster           = aws_ecs_cluster.this.arn
    subnets           = distinct(values(local.subnet_ids))
    security_groups   = [aws_security_group.task.id]
    assign_public_ip  = local.public_address ? "ENABLED" : "DISABLED"
    repair_task       = module.nightly["repair"].arn_without_revision
    export_task       = module.nightly["export"].arn_without_revision
    certificate_task  = module.nightly["certificate"].arn_without_revision
    verify_task       = module.nightly["verify"].arn_without_revision
    witness_task      = module.nightly["witness"].arn_without_revision
    publish_task      = try(module.nightly["publish"].arn_without_revision, "none")
    shards            = [for shard in range(each.value.shards) : "${shard + 1}/${each.value.shards}"]
    concurrency       = each.value.concurrency
    families          = each.value.against
    counts            = length(local.sampled) > 0
    counts_query      = local.counts_query
    counts_parameters = local.counts_parameters
    publish           = each.value.publish_to != null
    publish_to        = coalesce(each.value.publish_to, "s3://nowhere")
    key               = each.value.certificate_key_arn
    workgroup         = aws_athena_workgroup.this.name
    database          = aws_glue_catalog_database.this.name
    namespace         = var.metric_namespace
  })
}

# Fails if the day before has no certificate: an alarm watches its executions.
resource "aws_sfn_state_machine" "late" {
  for_each = local.nightlies
  name     = "${var.name}-nightly-late"
  type     = "STANDARD"
  role_arn = aws_iam_role.nightly_states[each.key].arn
  tags     = local.tags

  definition = templatefile("${path.module}/nightly/late.json.tftpl", {
    cluster          = aws_ecs_cluster.this.arn
    subnets          = distinct(values(local.subnet_ids))
    security_groups  = [aws_security_group.task.id]
    assign_public_ip = local.public_address ? "ENABLED" : "DISABLED"
    verify_task      = module.nightly["verify"].arn_without_revision
  })
}

resource "aws_iam_role" "nightly_scheduler" {
  for_each           = local.nightlies
  name               = "${var.name}-nightly-scheduler-${local.region}"
  tags               = local.tags
  assume_role_policy = local.trust["scheduler"]
}

resource "aws_iam_role_policy" "nightly_scheduler" {
  for_each = local.nightlies
  name     = "start"
  role     = aws_iam_role.nightly_scheduler[each.key].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "states:StartExecution", Resource = [aws_sfn_state_machine.nightly[each.key].arn, aws_sfn_state_machine.late[each.key].arn] }]
  })
}

locals {
  nightly_runs = var.nightly == null ? {} : {
    first  = { schedule = var.nightly.schedule, machine = aws_sfn_state_machine.nightly["nightly"].arn, witness = false }
    second = { schedule = var.nightly.second_schedule, machine = aws_sfn_state_machine.nightly["nightly"].arn, witness = length(var.nightly.against) > 0 } # what exchanges publish is there by then
    late   = { schedule = var.nightly.late_schedule, machine = aws_sfn_state_machine.late["nightly"].arn, witness = false }
  }
}

resource "aws_scheduler_schedule" "nightly" {
  for_each                     = local.nightly_runs
  name                         = "${var.name}-nightly-${each.key}"
  description                  = "The day before, in UTC."
  schedule_expression          = each.value.schedule
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = each.value.machine
    role_arn = aws_iam_role.nightly_scheduler["nightly"].arn
    # jsonencode writes < and > as escapes, which the scheduler does not replace by the time.
    input = replace(jsonencode({ day = "yesterday", until = "today", at = "SCHEDULED", witness = each.value.witness }), "SCHEDULED", "<aws.scheduler.scheduled-time>")

    retry_policy {
      maximum_retry_attempts = 2
    }
  }
}

# The exported trades as a table, for the query that counts them.
resource "aws_glue_catalog_table" "exported_trades" {
  for_each      = local.nightlies
  database_name = aws_glue_catalog_database.this.name
  name          = "exported_trades"
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    EXTERNAL                     = "TRUE"
    classification               = "parquet"
    "projection.enabled"         = "true"
    "projection.exchange.type"   = "enum"
    "projection.exchange.values" = join(",", sort(keys(var.exchanges)))
    "projection.pair.type"       = "injected"
    "projection.date.type"       = "date"
    "projection.date.format"     = "yyyy-MM-dd"
    "projection.date.range"      = "2020-01-01,2040-12-31"
    "storage.location.template"  = "s3://${local.bucket_name}/${local.root}export/parquet/trades/exchange=$${exchange}/pair=$${pair}/date=$${date}/"
  }

  dynamic "partition_keys" {
    for_each = ["exchange", "pair", "date"]
    content {
      name = partition_keys.value
      type = "string"
    }
  }

  storage_descriptor {
    location      = "s3://${local.bucket_name}/${local.root}export/parquet/trades/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    columns {
      name = "id"
      type = "string"
    }
  }
}
