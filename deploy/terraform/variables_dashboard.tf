variable "dashboard" {
  description = "The dashboard behind a load balancer at which readers sign in by OpenID Connect. Null: none. image is built from Dockerfile.dashboard. reader_cidrs are the networks that reach it. subnet_ids are at least two public subnets in different zones; null uses those of the created network. client_secret_arn is a secret of Secrets Manager whose whole text is the client's secret; it is in Terraform's state."
  type = object({
    image           = string
    certificate_arn = string
    reader_cidrs    = list(string)
    subnet_ids      = optional(list(string))
    tasks           = optional(number, 1)
    cpu             = optional(number, 1024)
    memory          = optional(number, 2048)
    oidc = object({
      issuer                 = string
      authorization_endpoint = string
      token_endpoint         = string
      user_info_endpoint     = string
      client_id              = string
      client_secret_arn      = string
    })
  })
  default = null

  validation {
    condition     = var.dashboard == null || alltrue([for range in try(var.dashboard.reader_cidrs, []) : can(cidrhost(range, 0))])
    error_message = "dashboard: reader_cidrs are ranges such as 203.0.113.0/24."
  }

  validation {
    condition     = var.dashboard == null || length(try(var.dashboard.reader_cidrs, [])) > 0
    error_message = "dashboard: reader_cidrs is empty, so that nobody can reach the dashboard."
  }

  validation {
    condition     = var.dashboard == null || length(try(coalesce(var.dashboard.subnet_ids, []), [])) >= 2 || (var.vpc == null && length(var.replicas) >= 2)
    error_message = "dashboard: a load balancer needs subnet_ids of at least two zones; the created network has them with two or more replicas."
  }

  validation {
    condition     = var.dashboard == null || length(var.name) <= 20
    error_message = "dashboard: the name of the module has at most 20 characters, because names of load balancers are short."
  }

  validation {
    condition     = var.dashboard == null || !contains(keys(var.settings), "Status:Listen")
    error_message = "dashboard: sets Status:Listen itself."
  }
}
