variable "replica" {
  description = "The replica's name."
  type        = string
}

variable "subnet_id" {
  description = "Where its tasks run: one subnet, hence one availability zone."
  type        = string
}

variable "task" {
  description = "What all tasks have in common."
  type = object({
    name               = string
    cluster_arn        = string
    image              = string
    environment        = map(string)
    secrets            = map(string)
    cpu                = number
    memory             = number
    architecture       = string
    stop_seconds       = number
    execution_role_arn = string
    task_role_arn      = string
    log_group          = string
    region             = string
    security_group_ids = list(string)
    public_address     = bool
    shard_count        = number
    steady             = bool
    registry_arns      = optional(map(string), {})
    tags               = map(string)
  })
}
