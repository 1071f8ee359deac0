variable "paper" {
  description = "Paper trading (docs/paper.md) as one small service; null for none. It sends no order. image is an image of Dockerfile.paper; live is the address of a recorder's status page that the task can reach, such as http://10.0.0.5:8080; live_token_secret is the ARN of a secret with its Live:Token. market is such as binance=BTC-USDT. A restarted task is a new run with a new portfolio. topic_arn receives alerts. arguments are further arguments of `ingester-paper run`."
  type = object({
    image             = string
    live              = string
    market            = string
    profile           = optional(string, "prod")
    live_token_secret = optional(string)
    topic_arn         = optional(string)
    cpu               = optional(number, 256)
    memory            = optional(number, 1024)
    arguments         = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.paper == null || can(regex("^[a-z0-9-]+=[^=*?@]+$", var.paper.market))
    error_message = "paper: market is an exchange and a market, such as binance=BTC-USDT."
  }
  validation {
    condition     = var.paper == null || can(regex("^https?://[^/:]+:[0-9]+$", var.paper.live))
    error_message = "paper: live is the address of a status page with its port and without a path, such as http://10.0.0.5:8080."
  }
  validation {
    condition     = var.paper == null || contains(["dev", "prod"], try(var.paper.profile, ""))
    error_message = "paper: profile is dev or prod. Both only simulate."
  }
}
