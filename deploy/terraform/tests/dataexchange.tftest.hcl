# Data sets of AWS Data Exchange: none by default, one for each data source, and a policy for these alone.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image     = "registry.example.com/ingester:1"
  prefix    = "v1"
  exchanges = { binance = { markets = ["BTC-*"] } }
}

run "none_by_default" {
  assert {
    condition     = length(aws_dataexchange_data_set.source) == 0 && local.data_exchange_policy == null && length(local.data_exchange_arguments) == 0
    error_message = "Data sets exist that nobody asked for."
  }
  assert {
    condition     = output.monthly_cost["Data Exchange"] == 0
    error_message = "Nothing is published, and it costs something."
  }
}

run "one_data_set_for_each_source" {
  variables {
    data_exchange = { data_sources = ["binance/trades", "kraken/depth"] }
  }
  assert {
    condition     = length(aws_dataexchange_data_set.source) == 2 && aws_dataexchange_data_set.source["binance/trades"].asset_type == "S3_SNAPSHOT"
    error_message = "There is not one data set for each data source."
  }
  assert {
    condition     = contains(local.data_exchange_arguments, "Ingester:DataExchange:DataSets:kraken:depth=${aws_dataexchange_data_set.source["kraken/depth"].id}")
    error_message = "The command does not know the data set of a data source."
  }
  assert {
    condition     = !strcontains(local.data_exchange_policy, "RevokeRevision") && length([for one in jsondecode(local.data_exchange_policy).Statement : one if try(length(one.Resource), 0) == 2]) >= 2
    error_message = "The policy is not for these data sets alone."
  }
}

run "cost_is_that_of_the_copies_and_of_reading_each_file" {
  variables {
    data_exchange = { data_sources = ["binance/trades", "kraken/depth"] }
    expected      = { streams = 1000, data_exchange_gib = 100 }
  }
  assert {
    # 2 data sets × 100 GiB × 0.023, and 2,000 files a day for 730 / 24 days at 0.0004 per thousand.
    condition     = output.monthly_cost["Data Exchange"] == 4.62
    error_message = "The estimate is GiB × price, and requests × price."
  }
}

run "unknown_data_sources_are_refused" {
  command = plan
  variables {
    data_exchange = { data_sources = ["binance"] }
  }
  expect_failures = [var.data_exchange]
}
