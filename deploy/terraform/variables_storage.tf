variable "bucket_name" {
  description = "The name of the bucket. Null uses a name made of name, account and region."
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name: 3 to 63 small letters, digits, dots and dashes."
  }
}

variable "prefix" {
  description = "The prefix of all keys, without a slash at either end; empty for none."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([A-Za-z0-9._=-]+(/[A-Za-z0-9._=-]+)*)?$", var.prefix))
    error_message = "prefix: letters, digits and . _ = -, slashes only between them."
  }
}

variable "force_destroy" {
  description = "Lets terraform destroy delete a bucket that holds data. Leave it false: the data can never be fetched again."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "A KMS key that encrypts the bucket; null for S3's own keys."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn: an ARN that begins with arn:aws:kms:."
  }
}

variable "restore_role_arns" {
  description = "Roles that may write data without If-None-Match, because copies cannot carry it: for restoring a lost prefix. Empty except during a restore."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.restore_role_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", arn))])
    error_message = "restore_role_arns: ARNs of IAM roles."
  }
}

variable "recovery_days" {
  description = "Number of days for which deleted objects can be restored (versions are kept)."
  type        = number
  default     = 30

  validation {
    condition     = var.recovery_days >= 1 && var.recovery_days <= 3650
    error_message = "recovery_days: 1 to 3650."
  }
}

variable "retention_days" {
  description = "Number of days after which the objects of a dataset are deleted. Other datasets are kept permanently."
  type        = map(number)
  default     = { raw = 30, quarantine = 90 }

  validation {
    condition     = alltrue([for dataset, days in var.retention_days : contains(["raw", "quarantine", "coverage", "gaps", "instruments", "arrivals", "snapshots"], dataset) && days >= 1])
    error_message = "retention_days: raw, quarantine, coverage, gaps, instruments, arrivals or snapshots, each at least 1 day. Trades and depth are never deleted by rule."
  }
}

variable "archive" {
  description = "Moves trades, depth and snapshots above 128 KiB to a cheaper storage class; null keeps everything in STANDARD."
  type = object({
    after_days    = number
    storage_class = optional(string, "GLACIER_IR")
  })
  default = null

  validation {
    condition     = try(var.archive.after_days >= 30 && contains(["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR"], var.archive.storage_class), var.archive == null)
    error_message = "archive: after 30 days or more, to STANDARD_IA, INTELLIGENT_TIERING or GLACIER_IR (all can be read at once)."
  }
}

variable "athena_scan_limit_gib" {
  description = "Maximum amount of data that a query may read. A query that reads more is stopped."
  type        = number
  default     = 200

  validation {
    condition     = var.athena_scan_limit_gib >= 1
    error_message = "athena_scan_limit_gib: at least 1."
  }
}

variable "saved_queries" {
  description = "Saves queries in Logs Insights and Athena. False is needed only for an emulator that does not support them."
  type        = bool
  default     = true
}
