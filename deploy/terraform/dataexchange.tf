# Data sets of AWS Data Exchange, one for each exchange and dataset, and what the task that publishes may do with them. Products, offers and data grants are made by hand: docs/publishing.md.
variable "data_exchange" {
  description = "Data sets of AWS Data Exchange, in the region of the bucket; null for none. data_sources are names such as \"binance/trades\", one data set each. ingester publish --to dataexchange fills them. Removing a data source destroys its data set with all revisions, which AWS refuses while the data set is part of a product or a data grant."
  type = object({
    data_sources = set(string)
  })
  default = null

  validation {
    condition     = alltrue([for source in try(var.data_exchange.data_sources, []) : can(regex("^[a-z0-9-]+/(trades|agg-trades|depth|snapshots)$", source))])
    error_message = "data_exchange: data_sources are names such as \"binance/trades\": an exchange and one of trades, agg-trades, depth, snapshots."
  }
}

resource "aws_dataexchange_data_set" "source" {
  for_each    = try(var.data_exchange.data_sources, toset([]))
  asset_type  = "S3_SNAPSHOT"
  name        = "${var.name} ${replace(each.value, "/", " ")}"
  description = "Certified ${split("/", each.value)[1]} of ${split("/", each.value)[0]}: a revision for each day."
  tags        = local.tags
}

locals {
  data_exchange_sets = [for set in aws_dataexchange_data_set.source : set.arn]

  # The policy of a task that publishes: it may not revoke, which an operator does.
  data_exchange_policy = var.data_exchange == null ? null : templatefile("${path.module}/policies/dataexchange.json.tftpl", {
    bucket_arn = local.bucket_arn
    root       = local.root
    data_sets  = local.data_exchange_sets
    revisions  = [for arn in local.data_exchange_sets : "${arn}/revisions/*"]
  })

  # Arguments of `ingester publish --date D`.
  data_exchange_arguments = var.data_exchange == null ? [] : concat(
    ["--to", "dataexchange"],
    flatten([for source, set in aws_dataexchange_data_set.source : ["--set", "Ingester:DataExchange:DataSets:${replace(source, "/", ":")}=${set.id}"]])
  )
}

output "data_exchange_data_sets" {
  description = "The id of the data set of each data source."
  value       = { for source, set in aws_dataexchange_data_set.source : source => set.id }
}
