# Two replicas of one task each, all markets of three exchanges against the dollar and its tokens.
terraform {
  required_version = ">= 1.9"
}

provider "aws" {
  region = "eu-west-1"
}

module "ingester" {
  source       = "../.."
  alarm_emails = ["market-data@example.com"]

  exchanges = {
    binance  = { markets = ["*-USDT"], exclude = ["*UP-USDT", "*DOWN-USDT"] }
    coinbase = { markets = ["*-USD"] }
    kraken   = { markets = ["BTC-*", "ETH-*"] }
  }

  # The long tail in five-minute windows: a fifth of the writes.
  settings = {
    "Segments:Windows:0:Exchange" = "*"
    "Segments:Windows:0:Market"   = "*"
    "Segments:Windows:0:Minutes"  = "5"
    "Segments:Windows:0:From"     = "2026-01-01T00:00Z"
    "Segments:Windows:1:Exchange" = "*"
    "Segments:Windows:1:Market"   = "BTC-*"
    "Segments:Windows:1:Minutes"  = "1"
    "Segments:Windows:1:From"     = "2026-01-01T00:00Z"
  }

  expected = { streams = 1200, window_minutes = 5, events_per_sec = 8000 }
}

output "store" {
  value = module.ingester.address
}

output "monthly_cost" {
  value = module.ingester.monthly_cost
}
