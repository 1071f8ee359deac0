# Exports, certifies and derives each day after its end. Each command has a role that may write only its own folder; only the one that certifies may sign.
locals {
  publications = var.publication == null ? {} : merge(
    {
      export = { policy = "exporter", command = ["export", "--date", "yesterday"], schedule = var.publication.export_schedule, folders = ["export"] }
      derive = { policy = "deriver", command = ["derive", "--from", "yesterday", "--to", "today"], schedule = var.publication.derive_schedule, folders = ["derived", "probe"] }
    },
    var.publication.certificate_key_arn == null ? {} : {
      certificate = {
        policy   = "certifier"
        command  = ["certificate", "create", "--date", "yesterday", "--kms", var.publication.certificate_key_arn]
        schedule = var.publication.certificate_schedule
        folders  = ["export/certificates", "probe"]
      }
    }
  )
}

resource "aws_iam_role" "publication" {
  for_each           = local.publications
  name               = "${var.name}-${each.key}-${local.region}"
  assume_role_policy = local.trust["ecs-tasks"]
  tags               = local.tags
}

resource "aws_iam_role_policy" "publication" {
  for_each = local.publications
  name     = each.key
  role     = aws_iam_role.publication[each.key].id
  policy = templatefile("${path.module}/policies/${each.value.policy}.json.tftpl", {
    bucket_arn = local.bucket_arn
    root       = local.root
    read       = [for folder in concat(local.data_folders, [split("/", each.value.folders[0])[0]]) : "${local.bucket_arn}/${local.root}${folder}/*"]
    written    = [for folder in each.value.folders : "${local.bucket_arn}/${local.root}${folder}/*"]
    key_arn    = var.publication.certificate_key_arn
  })
}

# For a bucket that is encrypted with a customer-managed key.
resource "aws_iam_role_policy" "publication_key" {
  for_each = var.kms_key_arn == null ? {} : local.publications
  name     = "encrypt"
  role     = aws_iam_role.publication[each.key].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = var.kms_key_arn }]
  })
}

module "publication" {
  source             = "./modules/scheduled"
  for_each           = local.publications
  task               = local.task
  name               = each.key
  container          = each.key
  command            = each.value.command
  cpu                = var.publication.cpu
  memory             = var.publication.memory
  needs_disk         = true
  disk_gib           = var.publication.disk_gib
  task_role_arn      = aws_iam_role.publication[each.key].arn
  schedule           = each.value.schedule == "never" ? null : each.value.schedule
  flexible_minutes   = 15
  scheduler_role_arn = aws_iam_role.scheduler[0].arn
  subnets            = distinct(values(local.subnet_ids))
}
