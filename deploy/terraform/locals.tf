data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  region      = data.aws_region.current.name
  bucket_name = coalesce(var.bucket_name, "${var.name}-${data.aws_caller_identity.current.account_id}-${local.region}")
  root        = var.prefix == "" ? "" : "${var.prefix}/"
  segments    = ["trades", "agg-trades", "depth"]
  journals    = ["gaps", "coverage", "quarantine", "instruments", "arrivals", "raw"]

  # Every folder that the recorder writes; none of them may ever be overwritten.
  data_folders = concat(local.segments, local.journals, ["snapshots", "fragments", "variants", "divergent", "probe", "candles"])

  # What publication writes once. The newest files below export/ are replaced by newer revisions.
  written_once = ["export/certificates", "export/superseded", "derived"]

  # One task per replica and shard. Its name is the value of the dimension "replica" of its metrics.
  tasks = merge([for replica in var.replicas : {
    for shard in range(var.shard_count) : var.shard_count == 1 ? replica : "${replica}/${shard}" => { replica = replica, shard = shard }
  }]...)

  # The configuration as environment: Ingester:Exchanges:binance:Markets:0 is INGESTER__EXCHANGES__binance__MARKETS__0.
  environment = merge(
    { for name, value in var.settings : "INGESTER__${upper(replace(name, ":", "__"))}" => value },
    merge([for name, exchange in var.exchanges : merge(
      { for i, pattern in exchange.markets : "INGESTER__EXCHANGES__${name}__MARKETS__${i}" => pattern },
      { for i, pattern in exchange.exclude : "INGESTER__EXCHANGES__${name}__EXCLUDE__${i}" => pattern },
      { for i, dataset in exchange.datasets : "INGESTER__EXCHANGES__${name}__DATASETS__${i}" => dataset },
      { for setting, value in exchange.settings : "INGESTER__EXCHANGES__${name}__${upper(replace(setting, ":", "__"))}" => value },
    )]...),
    { for i, replica in var.replicas : "INGESTER__REPLICAS__${i}" => replica },
    {
      INGESTER__STORE__S3__BUCKET                = local.bucket_name
      INGESTER__STORE__S3__PREFIX                = var.prefix
      INGESTER__STORE__S3__REGION                = local.region
      INGESTER__STOPTIMEOUT                      = "00:${format("%02d", floor((var.stop_seconds - 10) / 60))}:${format("%02d", (var.stop_seconds - 10) % 60)}"
      INGESTER__STORAGE__SPOOL__DIRECTORY        = "/spool"
      INGESTER__STATUS__LISTEN                   = "http://127.0.0.1:8080"
      INGESTER__TELEMETRY__CLOUDWATCH__NAMESPACE = var.metric_namespace
      INGESTER__TELEMETRY__CLOUDWATCH__REGION    = local.region
      AWS_REGION                                 = local.region
    },
  )

  # What stands in no task definition: ECS reads it when a task starts.
  secrets = { for name, exchange in var.exchanges : "INGESTER__EXCHANGES__${name}__APIKEY" => exchange.api_key_secret_arn if exchange.api_key_secret_arn != null }

  # The customer-managed keys of those secrets.
  secret_keys = distinct(compact([for exchange in values(var.exchanges) : exchange.api_key_kms_key_arn if exchange.api_key_secret_arn != null]))

  tags = { Application = var.name }
}
