resource "aws_s3_bucket" "data" {
  bucket        = local.bucket_name
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "data" {
  bucket                  = aws_s3_bucket.data.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "data" {
  bucket = aws_s3_bucket.data.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
  bucket = aws_s3_bucket.data.id

  rule {
    bucket_key_enabled = var.kms_key_arn != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

# Nothing is overwritten, so versions cost nothing until somebody deletes: then they bring it back.
resource "aws_s3_bucket_versioning" "data" {
  bucket = aws_s3_bucket.data.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_policy" "data" {
  bucket = aws_s3_bucket.data.id
  policy = templatefile("${path.module}/policies/bucket.json.tftpl", {
    bucket_arn   = local.bucket_arn
    folders      = [for folder in concat(local.data_folders, local.written_once) : "${local.bucket_arn}/${local.root}${folder}/*"]
    restorers    = var.restore_role_arns
    has_restorer = length(var.restore_role_arns) > 0
  })
  depends_on = [aws_s3_bucket_public_access_block.data]
}

locals {
  bucket_arn = "arn:${data.aws_partition.current.partition}:s3:::${local.bucket_name}"
  archived   = var.archive == null ? [] : concat(local.segments, ["snapshots"])
}

data "aws_partition" "current" {}

resource "aws_s3_bucket_lifecycle_configuration" "data" {
  bucket                                 = aws_s3_bucket.data.id
  transition_default_minimum_object_size = "all_storage_classes_128K" # smaller ones would cost more elsewhere

  rule {
    id     = "forget-what-was-deleted"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.recovery_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  rule {
    id     = "answers-of-queries"
    status = "Enabled"

    filter {
      prefix = "athena-results/"
    }

    expiration {
      days = 14
    }
  }

  dynamic "rule" {
    for_each = var.retention_days
    content {
      id     = "end-of-${rule.key}"
      status = "Enabled"

      filter {
        prefix = "${local.root}${rule.key}/"
      }

      expiration {
        days = rule.value
      }
    }
  }

  dynamic "rule" {
    for_each = toset(local.archived)
    content {
      id     = "archive-${rule.key}"
      status = "Enabled"

      filter {
        prefix = "${local.root}${rule.key}/"
      }

      transition {
        days          = var.archive.after_days
        storage_class = var.archive.storage_class
      }
    }
  }

  dynamic "rule" {
    for_each = local.orderbook_archives
    content {
      id     = "archive-${rule.key}"
      status = "Enabled"

      filter {
        prefix = "${local.root}${rule.key}/"
      }

      transition {
        days          = rule.value.glacier_after_days
        storage_class = rule.value.storage_class
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.data]
}
