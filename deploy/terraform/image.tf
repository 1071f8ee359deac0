# The image is built from this repository unless one is given. Its tag is a hash of the sources: a changed program is a new tag, and a new
# tag is a deployment; the same sources deploy nothing.
locals {
  builds       = var.image == null
  repository   = abspath("${path.module}/../..")
  source_files = local.builds ? sort([for file in fileset(local.repository, "{Dockerfile,global.json,Directory.*.props,src/**}") : file if !can(regex("/(bin|obj)/", file))]) : []
  source_tag   = substr(sha256(join("", [for file in local.source_files : "${file}=${filesha256("${local.repository}/${file}")}"])), 0, 16)
  built_image  = local.builds ? "${aws_ecr_repository.recorder[0].repository_url}:${local.source_tag}" : null
}

resource "aws_ecr_repository" "recorder" {
  count                = local.builds ? 1 : 0
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true # images are built again from the sources
  tags                 = local.tags

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "recorder" {
  count      = local.builds ? 1 : 0
  repository = aws_ecr_repository.recorder[0].name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Keep the last twenty, to go back to."
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 20 }
      action       = { type = "expire" }
    }]
  })
}

resource "terraform_data" "image" {
  count            = local.builds ? 1 : 0
  triggers_replace = [local.source_tag, aws_ecr_repository.recorder[0].repository_url]

  provisioner "local-exec" {
    command = "${path.module}/push-image.sh"
    environment = {
      IMAGE      = local.built_image
      SOURCE     = local.repository
      PLATFORM   = var.architecture == "ARM64" ? "linux/arm64" : "linux/amd64"
      AWS_REGION = local.region
    }
  }
}
