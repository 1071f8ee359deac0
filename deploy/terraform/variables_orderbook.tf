variable "orderbook" {
  description = "Writes the books of one market in the layout of order-book collectors (docs/derived.md), by a service that follows the bucket; null for none. market is such as binance=BTC-USDT; books of that exchange must be recorded. Objects move to storage_class after glacier_after_days; null keeps them. An alarm is raised when the service is more than lag_seconds behind for five minutes. arguments are further arguments of `ingester derive`."
  type = object({
    market             = string
    glacier_after_days = optional(number, 90)
    storage_class      = optional(string, "GLACIER")
    lag_seconds        = optional(number, 900)
    cpu                = optional(number, 1024)
    memory             = optional(number, 2048)
    arguments          = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.orderbook == null || can(regex("^[a-z0-9-]+=[^=*?@]+$", var.orderbook.market))
    error_message = "orderbook: market is an exchange and a market, such as binance=BTC-USDT."
  }
  validation {
    condition     = try(var.orderbook.glacier_after_days, null) == null || try(var.orderbook.glacier_after_days >= 1, false)
    error_message = "orderbook: glacier_after_days is at least 1, or null."
  }
  validation {
    condition     = var.orderbook == null || contains(["GLACIER", "GLACIER_IR", "DEEP_ARCHIVE"], try(var.orderbook.storage_class, ""))
    error_message = "orderbook: storage_class is GLACIER, GLACIER_IR or DEEP_ARCHIVE."
  }
  validation {
    condition     = var.orderbook == null || try(var.orderbook.lag_seconds >= 300, false)
    error_message = "orderbook: lag_seconds is at least 300: a minute is derived two minutes after its end."
  }
}
