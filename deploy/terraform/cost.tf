locals {
  hours   = 730
  windows = local.hours * 60 / var.expected.window_minutes
  tasks_n = length(local.tasks)

  # Each window of each stream is written once and looked up by every other replica; each replica writes its coverage every minute.
  puts  = var.expected.streams * local.windows + length(var.replicas) * var.shard_count * length(var.exchanges) * local.hours * 60
  heads = var.expected.streams * local.windows * (length(var.replicas) - 1)

  # Series that each task sends: about thirty instruments in all, and once more by exchange, kind and outcome.
  metrics  = local.tasks_n * (30 + 12 * length(var.exchanges) + 15)
  alarms   = length(local.task_alarms) + local.tasks_n + 1 + (length(var.replicas) > 1 ? var.shard_count * length(var.replicas) : 0)
  data_gib = var.expected.events_per_sec * var.expected.bytes_per_event * 3600 * local.hours / 1073741824
  wire_gib = local.data_gib * 6 * length(var.replicas) # exchanges send about six times as much as is stored

  # Of a nightly run: state transitions of two runs a day, the hours of its tasks, its alarms, and what Athena scans of the sample (10 MiB at least a query).
  nights            = local.hours / 24
  nightly_moves     = var.nightly == null ? 0 : 2 * local.nights * (20 + 4 * var.nightly.shards + 4 * length(var.nightly.against))
  nightly_fargate   = var.nightly == null ? 0 : local.nights * var.expected.nightly_hours * (var.nightly.cpu / 1024 * var.prices.vcpu_hour + var.nightly.memory / 1024 * var.prices.memory_gib_hour)
  nightly_scans_tib = length(local.sampled) * 2 * local.nights * max(10 / 1024 / 1024, 2 * local.data_gib / local.nights / var.expected.streams / 1024)
  nightly_cost      = local.nightly_moves / 1000 * var.prices.transition_per_1k + local.nightly_fargate + local.nightly_scans_tib * var.prices.scanned_tib + (var.nightly == null ? 0 : 7 * var.prices.alarm_metric_month)

  # Of AWS Data Exchange: it keeps a copy of each file, and each file (CSV and Parquet of each stream, at most) is read once for its SHA-256.
  data_exchange_count = length(try(var.data_exchange.data_sources, []))
  data_exchange_cost  = local.data_exchange_count == 0 ? 0 : local.data_exchange_count * var.expected.data_exchange_gib * var.prices.data_exchange_gib_month + 2 * var.expected.streams * local.nights / 1000 * var.prices.head_per_thousand

  cost = {
    "S3 writes"          = local.puts / 1000 * var.prices.put_per_thousand
    "S3 look-ups"        = local.heads / 1000 * var.prices.head_per_thousand
    "S3, first month"    = local.data_gib * var.prices.storage_gib_month
    "Fargate"            = local.tasks_n * local.hours * (var.cpu / 1024 * var.prices.vcpu_hour + var.memory / 1024 * var.prices.memory_gib_hour)
    "Addresses"          = (local.public_address ? local.tasks_n : length(local.nat_replicas)) * local.hours * var.prices.address_hour
    "NAT gateways"       = length(local.nat_replicas) * local.hours * var.prices.nat_hour + (var.fixed_egress ? local.wire_gib * var.prices.nat_gib : 0)
    "CloudWatch metrics" = local.metrics * var.prices.metric_month + local.tasks_n * local.hours * 180 / 1000 * var.prices.metric_put_per_1k
    "Alarms"             = local.alarms * var.prices.alarm_metric_month
    "Nightly run"        = local.nightly_cost
    "Data Exchange"      = local.data_exchange_cost
    "Logs and dashboard" = var.expected.log_gib * length(var.replicas) * var.prices.log_gib + var.prices.dashboard_month
  }
}
