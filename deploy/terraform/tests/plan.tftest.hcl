# What a plan holds, without any account: every resource is mocked.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image     = "registry.example.com/ingester:1"
  exchanges = { binance = { markets = ["BTC-*", "ETH-*"], exclude = ["*-EUR"] }, kraken = { markets = ["*"] } }
}

run "two_replicas_in_zones_of_their_own" {
  assert {
    condition     = join(",", sort(keys(local.services))) == "a,b"
    error_message = "One service per replica is expected."
  }
  assert {
    condition     = aws_subnet.public["a"].availability_zone == "zone-1" && aws_subnet.public["b"].availability_zone == "zone-2"
    error_message = "Each replica needs an availability zone of its own."
  }
  assert {
    condition     = length(aws_nat_gateway.egress) == 0 && local.public_address
    error_message = "Without fixed egress, tasks have public addresses and nothing is paid for gateways."
  }
  assert {
    condition     = module.first["a"].containers["a"].stopTimeout == 120
    error_message = "A task is given time to store what it holds."
  }
  assert {
    condition     = module.first["a"].containers["a"].linuxParameters.capabilities.drop == ["ALL"] && module.first["a"].containers["a"].readonlyRootFilesystem
    error_message = "A task needs no capability and writes nowhere but in its spool."
  }
  assert {
    condition     = { for e in module.second["b"].containers["b"].environment : e.name => e.value }["INGESTER__REPLICA"] == "b"
    error_message = "Each task knows its replica."
  }
  assert {
    condition = alltrue([for pair in [
      ["INGESTER__EXCHANGES__binance__MARKETS__1", "ETH-*"], ["INGESTER__EXCHANGES__binance__EXCLUDE__0", "*-EUR"], ["INGESTER__REPLICAS__1", "b"],
      ["INGESTER__STOPTIMEOUT", "00:01:50"], ["INGESTER__STORE__S3__BUCKET", "ingester-123456789012-eu-west-1"], ["INGESTER__SHARD__COUNT", "1"],
    ] : { for e in module.first["a"].containers["a"].environment : e.name => e.value }[pair[0]] == pair[1]])
    error_message = "The configuration is handed to the tasks by their environment."
  }
  assert {
    condition     = !can(module.first["a"].containers["a"].secrets) && !strcontains(aws_iam_role_policy.execution.policy, "secretsmanager")
    error_message = "Without a secret nothing may be read."
  }
}

run "exchange_has_settings_and_a_key_of_its_own" {
  variables {
    exchanges = {
      binance         = { markets = ["*"], settings = { SnapshotLevels = 5000, "VerifiedBooks:0" = "BTC-*", RepairTrades = false } }
      binance-futures = { markets = ["*"], api_key_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ingester/futures-AbCdEf" }
    }
  }
  assert {
    condition = alltrue([for pair in [
      ["INGESTER__EXCHANGES__binance__SNAPSHOTLEVELS", "5000"], ["INGESTER__EXCHANGES__binance__VERIFIEDBOOKS__0", "BTC-*"], ["INGESTER__EXCHANGES__binance__REPAIRTRADES", "false"],
    ] : { for e in module.second["b"].containers["b"].environment : e.name => e.value }[pair[0]] == pair[1]])
    error_message = "Settings of an exchange are handed to the tasks by their environment."
  }
  assert {
    condition = module.second["b"].containers["b"].secrets == [
      { name = "INGESTER__EXCHANGES__binance-futures__APIKEY", valueFrom = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ingester/futures-AbCdEf" },
    ]
    error_message = "The key is read by ECS when a task starts."
  }
  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.execution.policy).Statement : s.Resource if contains(flatten([s.Action]), "secretsmanager:GetSecretValue")] == [["arn:aws:secretsmanager:eu-west-1:123456789012:secret:ingester/futures-AbCdEf"]]
    error_message = "Exactly that secret may be read."
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.recorder.policy, "secretsmanager")
    error_message = "The recorder itself reads no secret."
  }
}

run "customer_managed_key_of_a_secret_may_be_used_to_start" {
  variables {
    exchanges = { binance-futures = {
      markets             = ["*"]
      api_key_secret_arn  = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ingester/futures-AbCdEf"
      api_key_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234"
    } }
  }
  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.execution.policy).Statement : s.Resource if s.Action == "kms:Decrypt"] == [["arn:aws:kms:eu-west-1:123456789012:key/1234"]]
    error_message = "ECS decrypts the secret with its key."
  }
}

run "nothing_is_public_and_nothing_is_replaced" {
  variables {
    prefix = "v1"
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.data.block_public_acls, aws_s3_bucket_public_access_block.data.block_public_policy,
      aws_s3_bucket_public_access_block.data.ignore_public_acls, aws_s3_bucket_public_access_block.data.restrict_public_buckets,
    ])
    error_message = "The bucket must not be public."
  }
  assert {
    condition     = [for s in jsondecode(aws_s3_bucket_policy.data.policy).Statement : s.Condition.Null["s3:if-none-match"] if s.Sid == "NothingIsEverReplaced"] == ["true"]
    error_message = "A write without If-None-Match must be denied."
  }
  assert {
    condition     = length(setsubtract([for f in local.data_folders : "arn:aws:s3:::ingester-123456789012-eu-west-1/v1/${f}/*"], [for s in jsondecode(aws_s3_bucket_policy.data.policy).Statement : s if s.Sid == "NothingIsEverReplaced"][0].Resource)) == 0
    error_message = "Every folder of data is protected, below the prefix."
  }
  assert {
    condition     = [for s in jsondecode(aws_s3_bucket_policy.data.policy).Statement : s.Condition.Bool["aws:SecureTransport"] if s.Sid == "OnlyEncryptedTransport"] == ["false"]
    error_message = "Only TLS."
  }
  assert {
    condition     = alltrue([for s in jsondecode(aws_iam_role_policy.recorder.policy).Statement : !strcontains(jsonencode(s.Action), "Delete") && !strcontains(jsonencode(s.Action), ":*")])
    error_message = "The recorder deletes nothing."
  }
  assert {
    condition     = contains(keys([for s in jsondecode(aws_iam_role_policy.recorder.policy).Statement : s if s.Action == "s3:ListBucket"][0].Condition), "StringLikeIfExists")
    error_message = "A look-up carries no prefix: with a plain StringLike an absent key would be forbidden instead of absent."
  }
  assert {
    condition     = length([for rule in aws_s3_bucket_lifecycle_configuration.data.rule : rule if length(rule.expiration) > 0 && anytrue([for folder in ["trades", "depth", "fragments"] : startswith(try(rule.filter[0].prefix, ""), "v1/${folder}")])]) == 0
    error_message = "No rule deletes trades, depth or fragments."
  }
}

run "restoring_is_exempt_while_it_lasts" {
  variables {
    restore_role_arns = ["arn:aws:iam::123456789012:role/restorer"]
  }
  assert {
    condition     = [for s in jsondecode(aws_s3_bucket_policy.data.policy).Statement : s.Condition.ArnNotLike["aws:PrincipalArn"] if s.Sid == "NothingIsEverReplaced"] == [["arn:aws:iam::123456789012:role/restorer"]]
    error_message = "The restorer may copy."
  }
}

run "every_dataset_has_a_table" {
  assert {
    condition = length(setsubtract(
      ["trades", "agg_trades", "depth", "snapshots", "gaps", "coverage", "quarantine", "instruments", "arrivals", "fragments_trades", "fragments_agg_trades", "fragments_depth"],
    keys(aws_glue_catalog_table.this))) == 0
    error_message = "A table is missing."
  }
  assert {
    condition     = aws_glue_catalog_table.this["fragments_agg_trades"].parameters["storage.location.template"] == "s3://ingester-123456789012-eu-west-1/fragments/agg-trades/exchange=$${exchange}/pair=$${pair}/year=$${year}/month=$${month}/day=$${day}/"
    error_message = "The template must be the layout."
  }
  assert {
    condition     = aws_glue_catalog_table.this["gaps"].parameters["storage.location.template"] == "s3://ingester-123456789012-eu-west-1/gaps/exchange=$${exchange}/year=$${year}/month=$${month}/day=$${day}/"
    error_message = "Journals have no pair in their keys."
  }
}

run "alarms_say_where_to_look" {
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.task : strcontains(alarm.alarm_description, "docs/operations.md") && strcontains(alarm.alarm_description, "Saved log query")])
    error_message = "Each alarm leads to the runbook and to a log query."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.task["heartbeat-a"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.task["silence-b"].treat_missing_data == "breaching"
    error_message = "A dead recorder is an alarm too."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.task["divergence-a"].dimensions == tomap({ replica = "a", outcome = "divergent" })
    error_message = "Divergence is read by its outcome."
  }
}

run "each_event_once_is_a_view" {
  assert {
    condition     = keys(aws_glue_catalog_table.view) == ["agg_trades_all", "depth_all", "gaps_open", "trades_all"]
    error_message = "A view is missing."
  }
  assert {
    condition     = alltrue([for view in aws_glue_catalog_table.view : startswith(view.view_original_text, "/* Presto View: ") && view.table_type == "VIRTUAL_VIEW"])
    error_message = "Athena reads a view's text encoded."
  }
}

run "candles_are_fetched_every_four_hours" {
  variables {
    candles = { perpetuals = { exchange = "binance-futures", intervals = ["4h", "1d"], arguments = ["--usdt-perpetuals"] } }
  }
  assert {
    condition     = module.candles["perpetuals"].container.command == ["candles", "binance-futures", "--interval", "4h", "--interval", "1d", "--usdt-perpetuals"]
    error_message = "The task fetches the given lengths."
  }
  assert {
    condition     = module.candles["perpetuals"].schedule == { expression = "cron(0 0/4 * * ? *)", timezone = "UTC" }
    error_message = "It runs at 00:00, 04:00, 08:00, … UTC."
  }
}

run "no_candles_are_fetched_unless_asked" {
  assert {
    condition     = length(module.candles) == 0
    error_message = "Nothing is scheduled."
  }
}

run "repair_runs_by_itself" {
  assert {
    condition     = module.repair[0].container.command == ["repair", "--last", "26h"]
    error_message = "The task repairs the last day."
  }
  assert {
    condition     = module.repair[0].schedule.expression == "rate(1 hour)"
    error_message = "It runs every hour."
  }
}

run "repair_can_be_left_out" {
  variables {
    repair_schedule = null
  }
  assert {
    condition     = length(module.repair) + length(aws_iam_role.scheduler) + length(aws_iam_role_policy.scheduler) == 0
    error_message = "Nothing of it may be left."
  }
}

run "nothing_is_published_unless_asked" {
  assert {
    condition     = length(module.publication) + length(aws_iam_role.publication) == 0
    error_message = "No role of a publication exists."
  }
}

run "days_are_exported_certified_and_derived_by_roles_of_their_own" {
  variables {
    prefix      = "v1"
    publication = { certificate_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234" }
  }
  assert {
    condition = {
      for name, task in module.publication : name => join(" ", task.container.command)
      } == {
      export      = "export --date yesterday"
      certificate = "certificate create --date yesterday --kms arn:aws:kms:eu-west-1:123456789012:key/1234"
      derive      = "derive --from yesterday --to today"
    }
    error_message = "The day that has ended is published."
  }
  assert {
    condition     = module.publication["export"].schedule.expression == "cron(0 2 * * ? *)" && module.publication["certificate"].schedule.expression == "cron(0 6 * * ? *)"
    error_message = "A day is certified after its export."
  }
  assert {
    condition = {
      for name, policy in aws_iam_role_policy.publication : name => flatten([for s in jsondecode(policy.policy).Statement : s.Resource if contains(flatten([s.Action]), "s3:PutObject")])
      } == {
      export      = ["arn:aws:s3:::ingester-123456789012-eu-west-1/v1/export/*"]
      certificate = ["arn:aws:s3:::ingester-123456789012-eu-west-1/v1/export/certificates/*", "arn:aws:s3:::ingester-123456789012-eu-west-1/v1/probe/*"]
      derive      = ["arn:aws:s3:::ingester-123456789012-eu-west-1/v1/derived/*", "arn:aws:s3:::ingester-123456789012-eu-west-1/v1/probe/*"]
    }
    error_message = "Each writes its own folder only."
  }
  assert {
    condition     = { for name, policy in aws_iam_role_policy.publication : name => [for s in jsondecode(policy.policy).Statement : s.Resource if contains(flatten([s.Action]), "kms:Sign")] } == { export = [], derive = [], certificate = ["arn:aws:kms:eu-west-1:123456789012:key/1234"] }
    error_message = "Only the role that certifies signs, and with this key only."
  }
  assert {
    condition     = contains([for s in jsondecode(aws_s3_bucket_policy.data.policy).Statement : s if s.Sid == "NothingIsEverReplaced"][0].Resource, "arn:aws:s3:::ingester-123456789012-eu-west-1/v1/export/certificates/*")
    error_message = "A certificate is never replaced."
  }
  assert {
    condition     = [for variable in module.publication["export"].container.environment : variable.value if variable.name == "TMPDIR"] == ["/spool"]
    error_message = "Temporary files are on the task's disk."
  }
}

run "without_a_key_nothing_is_certified" {
  variables {
    publication = { export_schedule = "never" }
  }
  assert {
    condition     = keys(module.publication) == ["derive", "export"] && module.publication["export"].schedule == null
    error_message = "Export and derived data are left; the export is started by hand."
  }
}

run "what_may_be_incomplete_has_alarms" {
  assert {
    condition = alltrue([
      aws_cloudwatch_metric_alarm.task["variants-a"].dimensions == tomap({ replica = "a", outcome = "variant" }),
      aws_cloudwatch_metric_alarm.task["suspect-b"].metric_name == "ingester.streams.suspect",
      aws_cloudwatch_metric_alarm.task["corrupt-a"].metric_name == "ingester.spool.corrupt",
      aws_cloudwatch_metric_alarm.task["unstorable-a"].metric_name == "ingester.markets.unstorable",
    ])
    error_message = "Windows that differ, books found wrong and damaged spool files are alarms."
  }
}

run "log_queries_ask_for_fields_that_lines_have" {
  assert {
    condition = alltrue([for source in ["Ingester.Recording.Sessions.ConnectionEvents", "Ingester.Recording.Planning.PlanningEvents", "Ingester.Recording.Lanes.LaneEvents", "Ingester.Status.ReadinessLog"] :
    can(regex(regex("source like /(.*?)/", local.log_queries.links)[0], source))])
    error_message = "Connections, silent streams, wrong books, and why a recorder is not ready."
  }
  assert {
    condition     = !can(regex(regex("source like /(.*?)/", local.log_queries.links)[0], "Ingester.Storage.Uploads.StorageEvents"))
    error_message = "The store has a query of its own."
  }
  assert {
    condition     = alltrue([for query in values(local.log_queries) : !can(regex("RenderedMessage|MessageTemplate|Level", query))]) && strcontains(aws_cloudwatch_log_metric_filter.errors.pattern, "$.level")
    error_message = "Lines have level, event and message."
  }
}

run "shards_are_tasks" {
  variables {
    replicas    = ["a", "b", "c"]
    shard_count = 3
  }
  assert {
    condition     = length(local.services) == 9 && local.services["c/2"] == "ingester-c-2"
    error_message = "Three replicas of three shards are nine services."
  }
  assert {
    condition     = { for e in module.third["c"].containers["c/2"].environment : e.name => e.value }["INGESTER__SHARD__INDEX"] == "2"
    error_message = "Each task knows its shard."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.task["heartbeat-c-2"].dimensions["replica"] == "c/2" && length(aws_cloudwatch_metric_alarm.gaps_everywhere) == 3
    error_message = "Each task has its alarms."
  }
}

run "fixed_egress_gives_each_replica_its_address" {
  variables {
    fixed_egress = true
  }
  assert {
    condition     = length(aws_nat_gateway.egress) == 2 && length(aws_eip.egress) == 2 && !local.public_address
    error_message = "One gateway and address per replica."
  }
}

run "existing_network_is_used" {
  variables {
    vpc = { id = "vpc-1", subnet_ids = { a = "subnet-1", b = "subnet-2" } }
  }
  assert {
    condition     = length(aws_vpc.this) == 0 && length(aws_subnet.public) == 0 && local.subnet_ids["b"] == "subnet-2"
    error_message = "Nothing of the network is made."
  }
}

run "cost_grows_with_streams_and_falls_with_the_window" {
  variables {
    expected = { streams = 1000, window_minutes = 5 }
  }
  assert {
    # 1,000 streams × 8,760 windows of five minutes, and coverage of two exchanges and two replicas each minute, at half a cent per thousand.
    condition     = output.monthly_cost["S3 writes"] == 44.68 && output.monthly_cost["S3 look-ups"] == 3.5
    error_message = "The estimate is requests × price."
  }
  assert {
    condition     = abs(output.monthly_cost["Total"] - sum([for item, dollars in output.monthly_cost : dollars if item != "Total"])) < 0.1
    error_message = "The total is the sum."
  }
}

run "without_dashboard_nothing_reaches_the_recorders" {
  assert {
    condition     = length(aws_lb.dashboard) == 0 && length(aws_vpc_security_group_ingress_rule.recorder_status) == 0 && output.dashboard == null
    error_message = "The dashboard is off by default."
  }
  assert {
    condition     = { for e in module.first["a"].containers["a"].environment : e.name => e.value }["INGESTER__STATUS__LISTEN"] == "http://127.0.0.1:8080"
    error_message = "Without a dashboard the status page answers its own task only."
  }
}

run "dashboard_has_sign_in_and_sticky_sessions" {
  variables {
    dashboard = {
      image           = "registry.example.com/ingester-dashboard:1"
      certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/mock"
      reader_cidrs    = ["203.0.113.0/24"]
      oidc = {
        issuer                 = "https://id.example.com"
        authorization_endpoint = "https://id.example.com/authorize"
        token_endpoint         = "https://id.example.com/token"
        user_info_endpoint     = "https://id.example.com/user"
        client_id              = "dashboard"
        client_secret_arn      = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:dashboard-AbCdEf"
      }
    }
  }
  assert {
    condition     = [for action in aws_lb_listener.dashboard["this"].default_action : action.type] == ["authenticate-oidc", "forward"] && aws_lb_target_group.dashboard["this"].stickiness[0].enabled
    error_message = "Readers sign in, and stay on their task."
  }
  assert {
    condition     = strcontains(aws_ecs_task_definition.dashboard["this"].container_definitions, "http://a.ingester.internal:8080,http://b.ingester.internal:8080")
    error_message = "The dashboard knows every recorder."
  }
  assert {
    condition     = { for e in module.second["b"].containers["b"].environment : e.name => e.value }["INGESTER__STATUS__ALLOWEDHOSTS__2"] == "b.ingester.internal"
    error_message = "A recorder answers under the names that the dashboard uses."
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.dashboard["this"].policy, "Put") && !strcontains(aws_iam_role_policy.dashboard["this"].policy, "Delete")
    error_message = "The dashboard only reads."
  }
}
