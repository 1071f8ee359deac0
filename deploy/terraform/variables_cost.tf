variable "expected" {
  description = "Inputs of the cost estimate: streams (market × dataset), the window in minutes, events per second over all streams, gzipped bytes per event, GiB of logs in a month, the hours that the tasks of a nightly run take together in a day, and the GiB of files that one data set of AWS Data Exchange receives in a month."
  type = object({
    streams           = optional(number, 200)
    window_minutes    = optional(number, 1)
    events_per_sec    = optional(number, 2000)
    bytes_per_event   = optional(number, 25)
    log_gib           = optional(number, 2)
    nightly_hours     = optional(number, 2)
    data_exchange_gib = optional(number, 10)
  })
  default = {}

  validation {
    condition     = alltrue([for value in values(var.expected) : value > 0])
    error_message = "expected: all must be above zero."
  }
}

variable "prices" {
  description = "Prices in US dollars (us-east-1, 2025): per thousand requests, hour, GiB and month as AWS lists them. That of a GiB in AWS Data Exchange is an assumption: the price of S3 Standard."
  type = object({
    put_per_thousand        = optional(number, 0.005)
    head_per_thousand       = optional(number, 0.0004)
    storage_gib_month       = optional(number, 0.023)
    vcpu_hour               = optional(number, 0.04048)
    memory_gib_hour         = optional(number, 0.004445)
    address_hour            = optional(number, 0.005)
    nat_hour                = optional(number, 0.045)
    nat_gib                 = optional(number, 0.045)
    metric_month            = optional(number, 0.30)
    metric_put_per_1k       = optional(number, 0.01)
    alarm_metric_month      = optional(number, 0.10)
    log_gib                 = optional(number, 0.53)
    dashboard_month         = optional(number, 3)
    transition_per_1k       = optional(number, 0.025)
    scanned_tib             = optional(number, 5)
    data_exchange_gib_month = optional(number, 0.023)
  })
  default = {}
}
