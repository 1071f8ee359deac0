# Bad variables are clear sentences before anything is made. Each run gives many at once: all of them must be refused.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image = "registry.example.com/ingester:1"
}

run "every_bad_variable_is_refused" {
  command = plan

  variables {
    exchanges             = {}
    image                 = "an image"
    name                  = "No Name"
    replicas              = ["a", "b", "c", "d"]
    shard_count           = 1.5
    settings              = { "Replica" = "z" }
    cpu                   = 1000
    architecture          = "RISCV"
    stop_seconds          = 600
    log_retention_days    = 31
    metric_namespace      = "AWS/Ingester"
    alarm_emails          = ["nobody"]
    thresholds            = { lag_seconds = 0 }
    bucket_name           = "Bucket_A"
    prefix                = "/v1/"
    kms_key_arn           = "key"
    restore_role_arns     = ["*"]
    recovery_days         = 0
    retention_days        = { trades = 30 }
    archive               = { after_days = 3 }
    athena_scan_limit_gib = 0
    vpc_cidr              = "10.0.0.0/28"
    egress_ports          = [9443]
    expected              = { streams = 0 }
  }

  expect_failures = [
    var.exchanges, var.image, var.name, var.replicas, var.shard_count, var.settings, var.cpu, var.architecture, var.stop_seconds,
    var.log_retention_days, var.metric_namespace, var.alarm_emails, var.thresholds, var.bucket_name, var.prefix, var.kms_key_arn,
    var.restore_role_arns, var.recovery_days, var.retention_days, var.archive, var.athena_scan_limit_gib, var.vpc_cidr,
    var.egress_ports, var.expected,
  ]
}

run "exchange_without_markets_and_a_replica_named_twice" {
  command = plan

  variables {
    exchanges  = { binance = { markets = [] } }
    image      = null
    image_tag  = "ingester:1"
    replicas   = ["a", "a"]
    settings   = { "no such name" = "z" }
    memory     = 16384
    archive    = { after_days = 90, storage_class = "DEEP_ARCHIVE" }
    expected   = { window_minutes = -1 }
    thresholds = { failed_uploads = -1 }
  }

  expect_failures = [var.exchanges, var.image_tag, var.replicas, var.settings, var.memory, var.archive, var.expected, var.thresholds]
}

run "tag_of_the_own_registry_and_an_image_from_elsewhere" {
  command = plan

  variables {
    exchanges = { binance = { markets = ["*"] } }
    image_tag = "0f3a9c21b7d4e856"
  }

  expect_failures = [var.image_tag]
}

run "dataset_that_nobody_streams_and_replicas_without_a_place" {
  command = plan

  variables {
    exchanges          = { binance = { markets = ["*"], datasets = ["candles"] } }
    vpc                = { id = "vpc-1", subnet_ids = { b = "subnet-1" } }
    availability_zones = ["zone-1"]
  }

  expect_failures = [var.exchanges, var.vpc, var.availability_zones]
}

run "setting_of_an_exchange_that_has_a_variable_of_its_own" {
  command = plan

  variables {
    exchanges = { binance = { markets = ["*"], settings = { "markets:0" = "*" } } }
  }

  expect_failures = [var.exchanges]
}

run "key_that_would_be_written_down" {
  command = plan

  variables {
    exchanges = { binance = { markets = ["*"], settings = { ApiKey = "not-a-key" } } }
  }

  expect_failures = [var.exchanges]
}

run "setting_of_an_exchange_with_its_place_before_it" {
  command = plan

  variables {
    exchanges = { binance = { markets = ["*"], settings = { "Exchanges:binance:RepairDelay" = "00:00:30" } } }
  }

  expect_failures = [var.exchanges]
}

run "setting_of_an_exchange_that_stands_twice" {
  command = plan

  variables {
    exchanges = { binance = { markets = ["*"], settings = { RepairTrades = true, repairtrades = false } } }
  }

  expect_failures = [var.exchanges]
}

run "secret_by_its_name_only" {
  command = plan

  variables {
    exchanges = { binance = { markets = ["*"], api_key_secret_arn = "ingester/futures" } }
  }

  expect_failures = [var.exchanges]
}

run "secrets_of_a_pattern" {
  command = plan

  variables {
    exchanges = { binance = { markets = ["*"], api_key_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ingester/*" } }
  }

  expect_failures = [var.exchanges]
}

run "an_alias_signs_nothing" {
  command = plan

  variables {
    exchanges   = { binance = { markets = ["*"] } }
    publication = { certificate_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/certificates" }
  }

  expect_failures = [var.publication]
}
