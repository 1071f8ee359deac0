output "arn_without_revision" {
  description = "The task definition, whatever its revision."
  value       = aws_ecs_task_definition.this.arn_without_revision
}

output "family" {
  description = "The family of the task definition: what `aws ecs run-task` starts."
  value       = aws_ecs_task_definition.this.family
}

output "container" {
  description = "The definition of the container."
  value       = jsondecode(aws_ecs_task_definition.this.container_definitions)[0]
}

output "task_role_arn" {
  description = "The role of the command."
  value       = aws_ecs_task_definition.this.task_role_arn
}

output "schedule" {
  description = "Expression and time zone of the schedule; null without one."
  value       = one([for schedule in aws_scheduler_schedule.this : { expression = schedule.schedule_expression, timezone = schedule.schedule_expression_timezone }])
}
