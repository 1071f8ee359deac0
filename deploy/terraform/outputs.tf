output "bucket" {
  description = "Where the data is."
  value       = aws_s3_bucket.data.id
}

output "address" {
  description = "The store as the recorder's commands take it."
  value       = "s3://${local.bucket_name}${var.prefix == "" ? "" : "/${var.prefix}"}"
}

output "services" {
  description = "The ECS services by task."
  value       = local.services
}

output "cluster" {
  description = "The ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "image" {
  description = "What runs."
  value       = local.image
}

output "log_group" {
  description = "Where the logs are."
  value       = aws_cloudwatch_log_group.recorder.name
}

output "alarm_topic" {
  description = "Where alarms go."
  value       = aws_sns_topic.alarms.arn
}

output "athena" {
  description = "Workgroup and database for queries."
  value       = { workgroup = aws_athena_workgroup.this.name, database = aws_glue_catalog_database.this.name }
}

output "egress_addresses" {
  description = "The address that each replica is seen with, where it is fixed."
  value       = { for replica, address in aws_eip.egress : replica => address.public_ip }
}

output "monthly_cost" {
  description = "About how many US dollars a month this costs, for what is expected. Storage is that of the first month and grows by as much each month."
  value       = merge({ for item, dollars in local.cost : item => floor(dollars * 100 + 0.5) / 100 }, { "Total" = floor(sum(values(local.cost)) * 100 + 0.5) / 100 })
}
