# The layout of docs/layout.md as tables. Partitions are computed from the query (projection): nothing has to be crawled or added.
locals {
  dates = { year = "2020,2040", month = "1,12", day = "1,31" }

  rows = {
    trades     = { id = "string", ts = "bigint", side = "string", price = "string", size = "string", type = "string", time = "string" }
    agg-trades = { id = "string", ts = "bigint", side = "string", price = "string", size = "string", type = "string", time = "string" }
    depth      = { ts = "bigint", after = "bigint", upto = "bigint", bids = "array<array<string>>", asks = "array<array<string>>", time = "string" }
    snapshots  = { ts = "bigint", upto = "bigint", bids = "array<array<string>>", asks = "array<array<string>>", levels = "int", reason = "string" }
    gaps       = { ts = "bigint", dataset = "string", pair = "string", after = "bigint", upto = "bigint", from = "bigint", to = "bigint", cause = "string" }
    coverage = {
      ts   = "bigint", minutes = "int", dataset = "string", pair = "string", state = "string", upload = "string", after = "bigint", upto = "bigint",
      rows = "bigint", sha256 = "string", grade = "string", connected = "double", heartbeats = "bigint", lagp50 = "bigint", lagp99 = "bigint"
    }
    quarantine = { ts = "bigint", reason = "string", length = "bigint", frame = "string", base64 = "string" }
    instruments = {
      ts   = "bigint", pair = "string", symbol = "string", status = "string", state = "string", type = "string", base = "string", quote = "string", settle = "string",
      tick = "string", lot = "string", minsize = "string", minnotional = "string", contractsize = "string", expiry = "bigint"
    }
    arrivals = {
      ts     = "bigint", clock = "string", offset = "bigint", error = "bigint", samples = "bigint", pair = "string", dataset = "string", window = "bigint", minutes = "int",
      sha256 = "string", row = "int", upto = "array<bigint>", received = "array<bigint>"
    }
  }

  # Hive names have no dashes: agg-trades is agg_trades. What lies in fragments/ has tables of its own; the views unite both. A pair is the text of its key, where
  # other characters than letters, digits, dot, underscore and dash are percent-encoded: the location is made of it as it stands.
  tables = merge(
    { for dataset, columns in local.rows : replace(dataset, "-", "_") => { folder = dataset, columns = columns, by_pair = !contains(local.journals, dataset) } },
    { for dataset in local.segments : "fragments_${replace(dataset, "-", "_")}" => { folder = "fragments/${dataset}", columns = local.rows[dataset], by_pair = true } },
  )
}

resource "aws_glue_catalog_database" "this" {
  name        = replace(var.name, "-", "_")
  description = "Market data in s3://${local.bucket_name}/${var.prefix}"
}

resource "aws_glue_catalog_table" "this" {
  for_each      = local.tables
  database_name = aws_glue_catalog_database.this.name
  name          = each.key
  table_type    = "EXTERNAL_TABLE"

  parameters = merge(
    {
      EXTERNAL                     = "TRUE"
      classification               = "json"
      "projection.enabled"         = "true"
      "projection.exchange.type"   = "enum"
      "projection.exchange.values" = join(",", sort(keys(var.exchanges)))
      "storage.location.template" = join("/", concat(
        ["s3://${local.bucket_name}/${local.root}${each.value.folder}", "exchange=$${exchange}"],
        each.value.by_pair ? ["pair=$${pair}"] : [],
        ["year=$${year}", "month=$${month}", "day=$${day}", ""],
      ))
    },
    # Too many markets to list, and new ones each week: a query names those that it wants.
    each.value.by_pair ? { "projection.pair.type" = "injected" } : {},
    merge([for part, range in local.dates : {
      "projection.${part}.type"   = "integer"
      "projection.${part}.range"  = range
      "projection.${part}.digits" = part == "year" ? "4" : "2"
    }]...),
  )

  dynamic "partition_keys" {
    for_each = concat(["exchange"], each.value.by_pair ? ["pair"] : [], ["year", "month", "day"])
    content {
      name = partition_keys.value
      type = "string"
    }
  }

  storage_descriptor {
    location      = "s3://${local.bucket_name}/${local.root}${each.value.folder}/"
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"
      parameters            = { "case.insensitive" = "true", "ignore.malformed.json" = "false" }
    }

    dynamic "columns" {
      for_each = each.value.columns
      content {
        name = columns.key
        type = columns.value
      }
    }
  }
}

# What the documentation queries: each event once, whole objects and fragments together. Athena's form of a view is a table whose text is encoded.
locals {
  keys = [for name in ["whole:boolean", "conflict:boolean", "year:varchar", "month:varchar", "day:varchar"] : split(":", name)]
  trade_columns = concat(
    [for column in ["exchange:varchar", "pair:varchar", "market:varchar", "id:varchar", "sequence:bigint", "ts:bigint", "time:timestamp(3) with time zone", "side:varchar",
  "price:decimal(38,18)", "size:decimal(38,18)", "type:varchar", "time_source:varchar"] : split(":", column)], local.keys)

  view_columns = {
    trades_all     = local.trade_columns
    agg_trades_all = local.trade_columns
    depth_all = concat(
      [for column in ["exchange:varchar", "pair:varchar", "market:varchar", "ts:bigint", "time:timestamp(3) with time zone", "after:bigint", "upto:bigint",
    "bids:array(array(varchar))", "asks:array(array(varchar))", "time_source:varchar"] : split(":", column)], local.keys)
    gaps_open = [for column in ["exchange:varchar", "dataset:varchar", "pair:varchar", "after:bigint", "upto:bigint", "from:bigint", "to:bigint", "cause:varchar",
    "year:varchar", "month:varchar", "day:varchar"] : split(":", column)]
  }

  # Hive's words for the types of Athena's own.
  hive_types = { varchar = "string", "timestamp(3) with time zone" = "timestamp", "array(array(varchar))" = "array<array<string>>" }
}

resource "aws_glue_catalog_table" "view" {
  for_each           = local.view_columns
  database_name      = aws_glue_catalog_database.this.name
  name               = each.key
  table_type         = "VIRTUAL_VIEW"
  view_expanded_text = "/* Presto View */"
  view_original_text = "/* Presto View: ${base64encode(jsonencode({
    originalSql = trimspace(file("${path.module}/views/${each.key}.sql"))
    catalog     = "awsdatacatalog"
    schema      = aws_glue_catalog_database.this.name
    columns     = [for column in each.value : { name = column[0], type = column[1] }]
  }))} */"

  parameters = { presto_view = "true", comment = "Presto View" }

  storage_descriptor {
    dynamic "columns" {
      for_each = each.value
      content {
        name = columns.value[0]
        type = lookup(local.hive_types, columns.value[1], columns.value[1])
      }
    }
  }

  depends_on = [aws_glue_catalog_table.this]
}

resource "aws_athena_workgroup" "this" {
  name          = var.name
  force_destroy = true # it holds queries, no data
  tags          = local.tags

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.athena_scan_limit_gib * 1073741824

    result_configuration {
      output_location = "s3://${local.bucket_name}/athena-results/"

      encryption_configuration {
        encryption_option = var.kms_key_arn == null ? "SSE_S3" : "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }
}

locals {
  queries = { for file in fileset("${path.module}/queries", "*.sql") : trimsuffix(file, ".sql") => file("${path.module}/queries/${file}") }
}

resource "aws_athena_named_query" "this" {
  for_each    = var.saved_queries ? local.queries : {}
  name        = "${var.name}-${each.key}"
  description = trimprefix(split("\n", each.value)[0], "-- ")
  workgroup   = aws_athena_workgroup.this.id
  database    = aws_glue_catalog_database.this.name
  query       = each.value
}
