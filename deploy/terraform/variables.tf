variable "name" {
  description = "The prefix of the names of all resources."
  type        = string
  default     = "ingester"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name: 3 to 24 small letters, digits and dashes, beginning with a letter, not ending with a dash."
  }
}

variable "exchanges" {
  description = "The exchanges to record, each with patterns of canonical market names. datasets defaults to trades and depth. settings has other settings by their names below Exchanges:NAME, such as { RepairDelay = \"00:00:30\", \"VerifiedBooks:0\" = \"BTC-*\" }. api_key_secret_arn is a secret of Secrets Manager whose whole text is the ApiKey; api_key_kms_key_arn is the customer-managed KMS key that it is encrypted with, if there is one."
  type = map(object({
    markets            = list(string)
    exclude            = optional(list(string), [])
    datasets           = optional(list(string), [])
    settings           = optional(map(string), {})
    api_key_secret_arn = optional(string)

    api_key_kms_key_arn = optional(string)
  }))

  validation {
    condition     = alltrue([for e in values(var.exchanges) : e.api_key_kms_key_arn == null || (e.api_key_secret_arn != null && can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", e.api_key_kms_key_arn)))])
    error_message = "exchanges: api_key_kms_key_arn is the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/…), and requires an api_key_secret_arn."
  }

  validation {
    condition     = length(var.exchanges) > 0 && alltrue([for e in values(var.exchanges) : length(e.markets) > 0])
    error_message = "exchanges: name at least one exchange, each with at least one pattern of markets, such as { binance = { markets = [\"BTC-*\"] } }."
  }

  validation {
    condition     = alltrue([for name in keys(var.exchanges) : can(regex("^[a-z0-9-]+$", name))])
    error_message = "exchanges: the name of an exchange has small letters, digits and dashes, such as binance-us."
  }

  validation {
    condition     = alltrue(flatten([for e in values(var.exchanges) : [for d in e.datasets : contains(["trades", "agg-trades", "depth"], d)]]))
    error_message = "exchanges: datasets are trades, agg-trades and depth."
  }

  validation {
    condition     = alltrue(flatten([for e in values(var.exchanges) : [for name in keys(e.settings) : can(regex("^[A-Za-z]+(:[0-9]+)?$", name))]]))
    error_message = "exchanges: the name of a setting is like RepairDelay or VerifiedBooks:0, without Exchanges and the exchange before it."
  }

  validation {
    condition     = alltrue([for e in values(var.exchanges) : length(distinct([for name in keys(e.settings) : upper(name)])) == length(e.settings)])
    error_message = "exchanges: a setting stands twice; large and small letters make no difference in its name."
  }

  validation {
    condition     = alltrue(flatten([for e in values(var.exchanges) : [for name in keys(e.settings) : !can(regex("(?i)^(ApiKey|Markets|Exclude|Datasets)(:|$)", name))]]))
    error_message = "exchanges: Markets, Exclude and Datasets are set by markets, exclude and datasets, ApiKey by api_key_secret_arn, so that no key is ever written down."
  }

  validation {
    condition     = alltrue([for e in values(var.exchanges) : e.api_key_secret_arn == null || can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$", e.api_key_secret_arn))])
    error_message = "exchanges: api_key_secret_arn is the whole ARN of a secret, with the six characters at its end: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf."
  }
}

variable "replicas" {
  description = "Names of the replicas: tasks that record the same streams, each in an availability zone of its own. Deployed in this order, one after the other."
  type        = list(string)
  default     = ["a", "b"]

  validation {
    condition     = length(var.replicas) >= 1 && length(var.replicas) <= 3 && length(distinct(var.replicas)) == length(var.replicas)
    error_message = "replicas: one to three different names."
  }

  validation {
    condition     = alltrue([for r in var.replicas : can(regex("^[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?$", r))])
    error_message = "replicas: a name has 1 to 16 small letters, digits and dashes."
  }
}

variable "shard_count" {
  description = "Number of tasks of each replica. Markets are distributed over them by rendezvous hashing."
  type        = number
  default     = 1

  validation {
    condition     = var.shard_count >= 1 && var.shard_count <= 64 && floor(var.shard_count) == var.shard_count
    error_message = "shard_count: a whole number from 1 to 64."
  }
}

variable "image" {
  description = "A container image from another source. Null builds this repository with Docker and pushes the image to the registry of this deployment. Images of a private ECR registry can be used; a registry of another account must permit it."
  type        = string
  default     = null

  validation {
    condition     = var.image == null || can(regex("^[^\\s]+$", var.image))
    error_message = "image: a reference such as registry.example.com/ingester:1, or null."
  }
}

variable "image_tag" {
  description = "An earlier tag in the registry of this deployment, to return to that version. Nothing is built while it is set. Null builds and runs the present sources."
  type        = string
  default     = null

  validation {
    condition     = var.image_tag == null || can(regex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", var.image_tag))
    error_message = "image_tag: only the tag, such as 0f3a9c21b7d4e856, without the image before it."
  }

  validation {
    condition     = var.image_tag == null || var.image == null
    error_message = "image_tag: a tag of the registry that is made here; image names an image from elsewhere, so only one of them can be set."
  }
}

variable "settings" {
  description = "Other settings of the recorder by their names below Ingester, such as { \"Segments:MaxHoldTime\" = \"00:01:00\" }."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^[A-Za-z0-9]+(:[A-Za-z0-9-]+)*$", name))])
    error_message = "settings: a name is like Segments:MaxHoldTime, without Ingester before it."
  }

  validation {
    condition     = alltrue([for name in keys(var.settings) : !can(regex("(?i)^(Replica|Replicas|Shard|Store|StopTimeout|Exchanges|Storage:Spool:Directory|Telemetry:CloudWatch)(:|$)", name))])
    error_message = "settings: Replica, Replicas, Shard, Store, StopTimeout, Exchanges, Storage:Spool:Directory and Telemetry:CloudWatch are set by variables of their own; what is of one exchange by its settings in exchanges."
  }
}

variable "cpu" {
  description = "CPU units of one task (1024 is one core)."
  type        = number
  default     = 1024

  validation {
    condition     = contains([512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "cpu: 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "memory" {
  description = "Memory of one task in MiB. Fargate accepts 2 to 8 GiB per core (512 units: 1 to 4 GiB)."
  type        = number
  default     = 2048

  validation {
    condition     = var.memory >= 1024 && var.memory % 1024 == 0 && var.memory >= var.cpu * 2 && var.memory <= var.cpu * 8
    error_message = "memory: whole GiB, between 2 and 8 GiB per core of cpu."
  }
}

variable "architecture" {
  description = "Processor of the tasks: X86_64 or ARM64."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "architecture: X86_64 or ARM64."
  }
}

variable "stop_seconds" {
  description = "Seconds that a stopping task has to seal and store its segments before it is killed. Fargate allows 120."
  type        = number
  default     = 120

  validation {
    condition     = var.stop_seconds >= 30 && var.stop_seconds <= 120
    error_message = "stop_seconds: 30 to 120."
  }
}

variable "wait_for_steady_state" {
  description = "Waits until a replica runs before the next one is deployed. Only an emulator, which never runs anything, needs false."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.log_retention_days)
    error_message = "log_retention_days: a value that CloudWatch Logs knows, such as 7, 30, 90 or 365."
  }
}

variable "metric_namespace" {
  description = "The CloudWatch namespace of the recorder's metrics."
  type        = string
  default     = "Ingester"

  validation {
    condition     = can(regex("^[A-Za-z0-9._/#-]{1,255}$", var.metric_namespace)) && !startswith(var.metric_namespace, "AWS/")
    error_message = "metric_namespace: letters, digits and . _ / # -, not beginning with AWS/."
  }
}

variable "alarm_emails" {
  description = "Email addresses that receive alarms. Each address must confirm the subscription once."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "alarm_emails: addresses like someone@example.com."
  }
}

variable "thresholds" {
  description = "Thresholds of alarms: lag (p99) and age of the oldest unsent object, in seconds; failed uploads and quarantined frames in five minutes."
  type = object({
    lag_seconds           = optional(number, 5)
    oldest_unsent_seconds = optional(number, 300)
    failed_uploads        = optional(number, 20)
    quarantined_frames    = optional(number, 100)
  })
  default = {}

  validation {
    condition     = alltrue([for limit in values(var.thresholds) : limit > 0])
    error_message = "thresholds: all must be above zero."
  }
}

variable "candles" {
  description = "Candles that `ingester candles` fetches on a schedule, each under a name of its own, such as { perpetuals = { exchange = \"binance-futures\", intervals = [\"4h\", \"1d\"], arguments = [\"--usdt-perpetuals\"] } }. schedule is an expression of EventBridge Scheduler; default every four hours at the full hour, UTC."
  type = map(object({
    exchange  = string
    intervals = list(string)
    arguments = optional(list(string), [])
    schedule  = optional(string, "cron(0 0/4 * * ? *)")
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.candles) : can(regex("^[a-z0-9-]{1,20}$", name))])
    error_message = "candles: a name has 1 to 20 lower-case letters, digits and dashes."
  }
  validation {
    condition     = alltrue([for one in values(var.candles) : length(one.intervals) > 0 && alltrue([for length in one.intervals : can(regex("^[1-9][0-9]*[mhd]$", length))])])
    error_message = "candles: intervals are lengths such as 1m, 4h or 1d, at least one."
  }
}

variable "publication" {
  description = "Exports, certifies and derives each day after its end, each command with a role of its own; null for none of it. certificate_key_arn is the ARN of a KMS key (ECC_NIST_P256, SIGN_VERIFY) that signs; without it nothing is certified. Schedules are expressions of EventBridge Scheduler, UTC; \"never\" for a task that only you start. certificate_schedule must leave the export time to end. disk_gib (21 to 200) is needed if the files of one market and day are larger than 20 GiB."
  type = object({
    export_schedule      = optional(string, "cron(0 2 * * ? *)")
    certificate_schedule = optional(string, "cron(0 6 * * ? *)")
    certificate_key_arn  = optional(string)
    derive_schedule      = optional(string, "cron(0 3 * * ? *)")
    cpu                  = optional(number, 1024)
    memory               = optional(number, 2048)
    disk_gib             = optional(number)
  })
  default = null

  validation {
    condition     = try(var.publication.certificate_key_arn, null) == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.publication.certificate_key_arn))
    error_message = "publication: certificate_key_arn is the ARN of a key, not of an alias: a role's permission names the key."
  }
  validation {
    condition     = try(var.publication.disk_gib, null) == null || try(var.publication.disk_gib >= 21 && var.publication.disk_gib <= 200, false)
    error_message = "publication: disk_gib is 21 to 200, or null for the 20 GiB that every task has."
  }
}

variable "repair_schedule" {
  description = "Schedule of `ingester repair`, as an expression of EventBridge Scheduler; null for never."
  type        = string
  default     = "rate(1 hour)"
}

variable "repair_span" {
  description = "Period that each repair examines, such as 26h. Gaps that an exchange no longer serves stay open."
  type        = string
  default     = "26h"
}
