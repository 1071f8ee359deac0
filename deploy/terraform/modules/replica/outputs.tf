output "services" {
  description = "The names of the services by the name of the task that each runs."
  value       = { for task, service in aws_ecs_service.this : task => service.name }
}

output "containers" {
  description = "The container definitions by the name of the task, for tests."
  value       = { for task, definition in aws_ecs_task_definition.this : task => jsondecode(definition.container_definitions)[0] }
}
