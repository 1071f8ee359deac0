# Which image runs, where it may be pulled from, and that those to go back to stay.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image     = "registry.example.com/ingester:1"
  exchanges = { binance = { markets = ["BTC-*", "ETH-*"], exclude = ["*-EUR"] }, kraken = { markets = ["*"] } }
}

run "image_is_built_from_the_sources_where_none_is_given" {
  command = plan

  variables {
    image = null
  }
  assert {
    condition     = length(terraform_data.image) == 1 && length(data.aws_ecr_image.older) == 0 && length(local.source_tag) == 16
    error_message = "Without an image the sources are built."
  }
  assert {
    condition     = length(setsubtract(["Dockerfile", ".editorconfig", "global.json", "Directory.Build.props", "src/Ingester/Program.cs"], local.source_files)) == 0
    error_message = "All that makes the image makes its tag."
  }
}

run "going_back_takes_an_older_tag_of_the_registry_and_builds_nothing" {
  variables {
    image     = null
    image_tag = "0f3a9c21b7d4e856"
  }
  assert {
    condition     = length(terraform_data.image) == 0 && data.aws_ecr_image.older[0].repository_name == aws_ecr_repository.recorder.name
    error_message = "Nothing is built, and the tag is looked up."
  }
  assert {
    condition     = module.first["a"].containers["a"].image == "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ingester:0f3a9c21b7d4e856" && output.image == module.first["a"].containers["a"].image
    error_message = "The older image runs."
  }
  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.execution.policy).Statement : s.Resource if contains(flatten([s.Action]), "ecr:BatchGetImage")] == [["arn:aws:ecr:eu-west-1:123456789012:repository/ingester"]]
    error_message = "The tasks may pull it."
  }
}

run "image_from_elsewhere_leaves_the_registry_and_its_pull_rights" {
  assert {
    condition     = aws_ecr_repository.recorder.name == "ingester" && aws_ecr_lifecycle_policy.recorder.repository == "ingester"
    error_message = "The registry holds what can be gone back to: it stays."
  }
  assert {
    condition     = module.first["a"].containers["a"].image == "registry.example.com/ingester:1" && length(terraform_data.image) == 0
    error_message = "The image that is given runs."
  }
  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.execution.policy).Statement : s.Resource if contains(flatten([s.Action]), "ecr:BatchGetImage")] == [["arn:aws:ecr:eu-west-1:123456789012:repository/ingester"]]
    error_message = "The pull rights stay, and a registry that is not of ECR needs none."
  }
}

run "image_in_another_private_registry_of_ecr_may_be_pulled" {
  variables {
    image = "210987654321.dkr.ecr.us-east-1.amazonaws.com/market-data/ingester@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  }
  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.execution.policy).Statement : s.Resource if contains(flatten([s.Action]), "ecr:BatchGetImage")] == [[
      "arn:aws:ecr:eu-west-1:123456789012:repository/ingester", "arn:aws:ecr:us-east-1:210987654321:repository/market-data/ingester",
    ]]
    error_message = "Both registries may be pulled from."
  }
}
