# The nightly run: off by default; a state machine, its tasks and their roles, its schedules and alarms.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image     = "registry.example.com/ingester:1"
  prefix    = "v1"
  exchanges = { binance = { markets = ["BTC-*"] } }
}

run "nothing_runs_at_night_unless_asked" {
  assert {
    condition     = length(aws_sfn_state_machine.nightly) + length(aws_sfn_state_machine.late) + length(aws_iam_role.nightly) + length(aws_scheduler_schedule.nightly) + length(aws_cloudwatch_metric_alarm.nightly) + length(aws_glue_catalog_table.exported_trades) == 0
    error_message = "Nothing of it exists."
  }
  assert {
    condition     = local.nightly_cost == 0
    error_message = "Nothing is paid for it."
  }
}

run "steps_run_in_order_with_roles_of_their_own" {
  variables {
    nightly = {
      certificate_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234", shards = 3, against = ["binance"], sample = { binance = ["BTC-USDT", "ETH-USDT"] }, publish_to = "s3://market-data/days"
    }
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.nightly["nightly"].definition).States.Begin.Result == { degraded = false, shards = ["1/3", "2/3", "3/3"], families = ["binance"], counts = true, publish = true }
    error_message = "The definition has the shards, families and choices of the variable."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.nightly["nightly"].definition).States.Export.ItemProcessor.ProcessorConfig.Mode == "DISTRIBUTED"
    error_message = "Shards are a distributed map."
  }
  assert {
    condition     = length(regexall("States.Format", jsondecode(aws_sfn_state_machine.nightly["nightly"].definition).States.Count.Parameters["ExecutionParameters.$"])) == length(regexall("[?]", jsondecode(aws_sfn_state_machine.nightly["nightly"].definition).States.Count.Parameters.QueryString))
    error_message = "Each question mark of the query has a value."
  }
  assert {
    condition     = { for name, one in aws_scheduler_schedule.nightly : name => "${one.schedule_expression} ${jsondecode(one.target[0].input).day} ${jsondecode(one.target[0].input).witness}" } == { first = "cron(20 0 * * ? *) yesterday false", second = "cron(0 3 * * ? *) yesterday true", late = "cron(0 2 * * ? *) yesterday false" }
    error_message = "The first run at 00:20, the second one with what exchanges publish at 03:00, and the check at 02:00."
  }
  assert {
    condition     = alltrue([for one in values(aws_scheduler_schedule.nightly) : strcontains(one.target[0].input, "\"<aws.scheduler.scheduled-time>\"")])
    error_message = "The scheduler puts in its time."
  }
  assert {
    condition     = alltrue([for name, policy in aws_iam_role_policy.nightly : !strcontains(policy.policy, "s3:DeleteObject") || contains(["publish", "expire"], name)])
    error_message = "Only published copies and expired segments can be removed."
  }
  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.nightly["expire"].policy).Statement : s.Resource if s.Action == "s3:DeleteObject"][0] == [for folder in ["trades", "agg-trades", "depth", "fragments/trades", "fragments/agg-trades", "fragments/depth"] : "arn:aws:s3:::ingester-123456789012-eu-west-1/v1/${folder}/*"]
    error_message = "Journals, snapshots and exports cannot be removed."
  }
  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.nightly["publish"].policy).Statement : s.Resource if contains(flatten([s.Action]), "s3:PutObject")][0] == ["arn:aws:s3:::market-data/days/published/*", "arn:aws:s3:::market-data/days/published-files/*"]
    error_message = "Days are published below the given prefix only."
  }
  assert {
    condition     = alltrue([for name, policy in aws_iam_role_policy.nightly : strcontains(policy.policy, "kms:Sign") == contains(["certificate", "witness"], name)])
    error_message = "Only what certifies and what witnesses may sign."
  }
  assert {
    condition     = alltrue([for s in jsondecode(aws_iam_role_policy.nightly_states["nightly"].policy).Statement : !strcontains(jsonencode(s.Action), ":*")])
    error_message = "The state machine has single permissions."
  }
  assert {
    condition     = join(",", sort(concat([for one in values(aws_cloudwatch_metric_alarm.nightly) : one.alarm_name], [aws_cloudwatch_metric_alarm.nightly_degraded["nightly"].alarm_name]))) == "ingester-nightly-degraded,ingester-nightly-failed,ingester-nightly-late"
    error_message = "Failed, late and degraded."
  }
  assert {
    condition     = local.nightly_cost > 1 && local.nightly_cost < 20
    error_message = "It costs a few dollars a month."
  }
}

run "without_publication_and_sample_their_permissions_are_absent" {
  variables {
    nightly = { certificate_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234" }
  }
  assert {
    condition     = !contains(keys(aws_iam_role.nightly), "publish") && !strcontains(aws_iam_role_policy.nightly_states["nightly"].policy, "athena:")
    error_message = "Neither a role that publishes nor queries."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.nightly["nightly"].definition).States.Begin.Result == { degraded = false, shards = ["1/1"], families = [], counts = false, publish = false }
    error_message = "Those steps are passed over."
  }
}

run "an_alias_is_no_key" {
  command = plan
  variables {
    nightly = { certificate_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/x" }
  }
  expect_failures = [var.nightly]
}

run "a_place_of_publication_is_an_address_of_a_bucket" {
  command = plan
  variables {
    nightly = { certificate_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234", publish_to = "/srv/data" }
  }
  expect_failures = [var.nightly]
}

run "an_unknown_family_is_refused" {
  command = plan
  variables {
    nightly = { certificate_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234", against = ["kraken"] }
  }
  expect_failures = [var.nightly]
}
