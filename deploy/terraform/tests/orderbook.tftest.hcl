# The books of one market in the layout of order-book collectors.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image     = "registry.example.com/ingester:1"
  prefix    = "v1"
  exchanges = { binance = { markets = ["BTC-*"] } }
}

run "no_books_are_written_unless_asked" {
  assert {
    condition     = length(aws_ecs_service.orderbook) + length(aws_iam_role.orderbook) + length(aws_glue_catalog_table.orderbook) + length(aws_cloudwatch_metric_alarm.orderbook_lag) == 0
    error_message = "Nothing of it exists."
  }
  assert {
    condition     = !contains(aws_s3_bucket_lifecycle_configuration.data.rule[*].id, "archive-orderbook")
    error_message = "No rule archives it."
  }
}

run "books_of_one_market_are_followed_archived_and_watched" {
  variables {
    orderbook = { market = "binance=BTC-USDT", glacier_after_days = 30 }
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.orderbook["orderbook"].container_definitions)[0].command == ["derive", "--follow", "--exchange", "binance", "--dataset", "book-metrics", "--orderbook", "binance=BTC-USDT"]
    error_message = "The service follows the books of that exchange."
  }
  assert {
    condition     = { for e in jsondecode(aws_ecs_task_definition.orderbook["orderbook"].container_definitions)[0].environment : e.name => e.value if startswith(e.name, "INGESTER__REPLICA") } == { INGESTER__REPLICA = "orderbook" }
    error_message = "Its metrics are told apart from those of recorders."
  }
  assert {
    condition = flatten([for s in jsondecode(aws_iam_role_policy.orderbook["orderbook"].policy).Statement : s.Resource if s.Action == "s3:PutObject"]) == [
      "arn:aws:s3:::ingester-123456789012-eu-west-1/v1/derived/*", "arn:aws:s3:::ingester-123456789012-eu-west-1/v1/orderbook/*", "arn:aws:s3:::ingester-123456789012-eu-west-1/v1/probe/*"
    ]
    error_message = "It writes derived data and the books only."
  }
  assert {
    condition     = join(" ", flatten([for rule in aws_s3_bucket_lifecycle_configuration.data.rule : [for step in rule.transition : "${rule.filter[0].prefix} ${step.storage_class} ${step.days}"] if rule.id == "archive-orderbook"])) == "v1/orderbook/ GLACIER 30"
    error_message = "Books move to Glacier after 30 days."
  }
  assert {
    condition     = aws_glue_catalog_table.orderbook["orderbook"].parameters["storage.location.template"] == "s3://ingester-123456789012-eu-west-1/v1/orderbook/year=$${year}/month=$${month}/day=$${day}/hour=$${hour}/"
    error_message = "The table reads the layout."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.orderbook_lag["orderbook"].metric_name == "ingester.derive.lag" && aws_cloudwatch_metric_alarm.orderbook_lag["orderbook"].treat_missing_data == "breaching"
    error_message = "A service that falls behind or does not run raises an alarm."
  }
}

run "a_market_without_its_exchange_is_refused" {
  command = plan
  variables {
    orderbook = { market = "BTC-USDT" }
  }
  expect_failures = [var.orderbook]
}
