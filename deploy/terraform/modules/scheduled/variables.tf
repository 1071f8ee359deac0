variable "task" {
  description = "What all tasks have in common: local.task of the root module."
  type = object({
    name               = string
    cluster_arn        = string
    image              = string
    environment        = map(string)
    architecture       = string
    execution_role_arn = string
    log_group          = string
    region             = string
    security_group_ids = list(string)
    public_address     = bool
    tags               = map(string)
  })
}

variable "name" {
  description = "Name of the task, after the name of the deployment."
  type        = string
}

variable "container" {
  description = "Name of the container, and of its log streams."
  type        = string
}

variable "command" {
  description = "Arguments of ingester."
  type        = list(string)
}

variable "cpu" {
  description = "CPU units."
  type        = number
}

variable "memory" {
  description = "Memory, MiB."
  type        = number
}

variable "needs_disk" {
  description = "True for a command that writes temporary files."
  type        = bool
  default     = false
}

variable "disk_gib" {
  description = "Disk of the task, GiB; null for the 20 GiB that every task has."
  type        = number
  default     = null
}

variable "secrets" {
  description = "Secrets by the variables that receive them."
  type        = map(string)
  default     = {}
}

variable "task_role_arn" {
  description = "Role of the command."
  type        = string
}

variable "schedule" {
  description = "When it runs, as an expression of EventBridge Scheduler, UTC; null for never."
  type        = string
  default     = null
}

variable "flexible_minutes" {
  description = "How much later it may start; 0 for at the full time."
  type        = number
  default     = 0
}

variable "scheduler_role_arn" {
  description = "Role by which the schedule starts the task; null without a schedule."
  type        = string
  default     = null
}

variable "subnets" {
  description = "Subnets."
  type        = list(string)
}
