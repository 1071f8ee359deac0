# The image is built from this repository unless one is given. Its tag is a hash of the sources: a changed program is a new tag, and a new
# tag is a deployment; the same sources deploy nothing. The dashboard is an image of its own.
locals {
  builds       = var.image == null && var.image_tag == null
  repository   = abspath("${path.module}/../..")
  source_files = local.builds ? sort([for file in setunion(fileset(local.repository, "{Dockerfile,.editorconfig,global.json,Directory.*.props}"), fileset(local.repository, "src/**")) : file if !can(regex("/(bin|obj)/|^src/Ingester[.]Dashboard/", file))]) : []
  source_tag   = substr(sha256(join("", [for file in local.source_files : "${file}=${filesha256("${local.repository}/${file}")}"])), 0, 16)
  own_image    = "${aws_ecr_repository.recorder.repository_url}:${coalesce(var.image_tag, local.source_tag)}"
  image        = coalesce(var.image, local.own_image)

  # Account, region and name, where the image that is given is in a private registry of ECR.
  given = try(regex("^([0-9]{12})[.]dkr[.-]ecr(?:-fips)?[.]([a-z0-9-]+)[.][a-z.]+/([^:@]+)", var.image), null)

  # What the tasks pull from: always the registry below, so that it can be gone back to whatever runs.
  pulled = concat(
    [aws_ecr_repository.recorder.arn],
    local.given == null ? [] : ["arn:${data.aws_partition.current.partition}:ecr:${local.given[1]}:${local.given[0]}:repository/${local.given[2]}"],
  )
}

# It stays when an image is given: the images to go back to are in it.
resource "aws_ecr_repository" "recorder" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true # images are built again from the sources
  tags                 = local.tags

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "recorder" {
  repository = aws_ecr_repository.recorder.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Keep the last twenty, to go back to."
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 20 }
      action       = { type = "expire" }
    }]
  })
}

# A tag that is not there is an error of the plan, not of the tasks.
data "aws_ecr_image" "older" {
  count           = var.image_tag == null ? 0 : 1
  repository_name = var.name
  image_tag       = var.image_tag
}

resource "terraform_data" "image" {
  count            = local.builds ? 1 : 0
  triggers_replace = [local.source_tag, aws_ecr_repository.recorder.repository_url]

  provisioner "local-exec" {
    command = "${path.module}/push-image.sh"
    environment = {
      IMAGE      = local.own_image
      SOURCE     = local.repository
      PLATFORM   = var.architecture == "ARM64" ? "linux/arm64" : "linux/amd64"
      AWS_REGION = local.region
    }
  }
}
