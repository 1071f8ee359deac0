variable "vpc" {
  description = "An existing network: its id and one subnet per replica, by the name of the replica. Null creates a network."
  type = object({
    id             = string
    subnet_ids     = map(string)
    public_address = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.vpc == null || length(setsubtract(var.replicas, keys(try(var.vpc.subnet_ids, {})))) == 0
    error_message = "vpc: subnet_ids needs one subnet per replica, by the replica's name."
  }
}

variable "vpc_cidr" {
  description = "Addresses of the created network, at least a /24."
  type        = string
  default     = "10.90.0.0/20"

  validation {
    condition     = can(cidrsubnet(var.vpc_cidr, 3, 7)) && try(tonumber(split("/", var.vpc_cidr)[1]) <= 24, false)
    error_message = "vpc_cidr: a range like 10.90.0.0/20, /24 or larger."
  }
}

variable "availability_zones" {
  description = "The availability zones of the replicas, in their order. Null uses the first zones of the region."
  type        = list(string)
  default     = null

  validation {
    condition     = var.availability_zones == null || (length(coalesce(var.availability_zones, [])) >= length(var.replicas) && length(distinct(coalesce(var.availability_zones, []))) == length(coalesce(var.availability_zones, [])))
    error_message = "availability_zones: a different zone for each replica."
  }
}

variable "fixed_egress" {
  description = "Gives each replica a NAT gateway with a permanent address, for exchanges that require one. Each gateway has a price per hour and per GiB."
  type        = bool
  default     = false
}

variable "egress_ports" {
  description = "TCP ports to which tasks may connect: HTTPS, and the WebSocket ports of exchanges."
  type        = list(number)
  default     = [443, 9443]

  validation {
    condition     = contains(var.egress_ports, 443) && alltrue([for port in var.egress_ports : port >= 1 && port <= 65535])
    error_message = "egress_ports: ports from 1 to 65535, 443 among them."
  }
}
