# Two replicas of four tasks each, for more markets than one task carries, in an existing network.
terraform {
  required_version = ">= 1.9"
}

provider "aws" {
  region = "ap-northeast-1"
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "A subnet for replica a and one for replica b, in different zones, with a way to the internet."
  type        = map(string)
}

module "ingester" {
  source       = "../.."
  name         = "ingester-tokyo"
  replicas     = ["a", "b"]
  shard_count  = 4
  cpu          = 2048
  memory       = 4096
  architecture = "ARM64"
  alarm_emails = ["market-data@example.com"]
  vpc          = { id = var.vpc_id, subnet_ids = var.subnet_ids, public_address = false }
  archive      = { after_days = 30 }

  exchanges = {
    binance         = { markets = ["*"], datasets = ["trades", "depth"] }
    binance-futures = { markets = ["*"], datasets = ["agg-trades", "depth"] }
    binance-us      = { markets = ["*"] }
    coinbase        = { markets = ["*"] }
    kraken          = { markets = ["*"] }
  }

  expected = { streams = 9000, window_minutes = 5, events_per_sec = 60000, log_gib = 5 }
}

output "monthly_cost" {
  value = module.ingester.monthly_cost
}
