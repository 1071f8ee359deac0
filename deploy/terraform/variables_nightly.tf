variable "nightly" {
  description = "Repairs, exports, certifies, verifies and publishes each day by a state machine, each step with a role of its own; null for none of it. certificate_key_arn is the ARN of a KMS key (ECC_NIST_P256, SIGN_VERIFY). shards is the number of export tasks, concurrency how many of them run at once. against names families of ingester verify, such as binance, which the second run compares with. sample has trade streams that Athena counts, such as { binance = [\"BTC-USDT\"] }. publish_to is where days are published: s3://BUCKET/PREFIX of this account; null for nowhere. late_schedule is when a day without a certificate raises an alarm. Schedules are expressions of EventBridge Scheduler, UTC. Set the schedules of publication to \"never\" for what this does."
  type = object({
    certificate_key_arn = string
    schedule            = optional(string, "cron(20 0 * * ? *)")
    second_schedule     = optional(string, "cron(0 3 * * ? *)")
    late_schedule       = optional(string, "cron(0 2 * * ? *)")
    shards              = optional(number, 1)
    concurrency         = optional(number, 4)
    against             = optional(list(string), [])
    sample              = optional(map(list(string)), {})
    publish_to          = optional(string)
    cpu                 = optional(number, 1024)
    memory              = optional(number, 2048)
    disk_gib            = optional(number)
  })
  default = null

  validation {
    condition     = var.nightly == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.nightly.certificate_key_arn))
    error_message = "nightly: certificate_key_arn is the ARN of a key, not of an alias: a role's permission names the key."
  }

  validation {
    condition     = var.nightly == null || try(var.nightly.shards >= 1 && var.nightly.shards <= 1000 && floor(var.nightly.shards) == var.nightly.shards && var.nightly.concurrency >= 1, false)
    error_message = "nightly: shards is a whole number from 1 to 1000, and concurrency at least 1."
  }

  validation {
    condition     = var.nightly == null || try(alltrue([for family in var.nightly.against : contains(["binance", "bybit", "okx", "gate", "htx"], family)]), false)
    error_message = "nightly: against has families of ingester verify: binance, bybit, okx, gate, htx."
  }

  validation {
    condition     = try(var.nightly.publish_to, null) == null || can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*[A-Za-z0-9._-])?$", var.nightly.publish_to))
    error_message = "nightly: publish_to is s3://BUCKET or s3://BUCKET/PREFIX."
  }

  validation {
    condition     = var.nightly == null || try(alltrue(flatten([for exchange, pairs in var.nightly.sample : [for pair in pairs : can(regex("^[A-Za-z0-9._%-]+$", pair))]])) && length(flatten(values(var.nightly.sample))) <= 20, false)
    error_message = "nightly: sample has at most 20 markets, each by the name that it has in keys, such as BTC-USDT."
  }

  validation {
    condition     = try(var.nightly.disk_gib, null) == null || try(var.nightly.disk_gib >= 21 && var.nightly.disk_gib <= 200, false)
    error_message = "nightly: disk_gib is 21 to 200, or null for the 20 GiB that every task has."
  }
}
