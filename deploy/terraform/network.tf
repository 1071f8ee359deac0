data "aws_availability_zones" "available" {
  count = var.vpc == null && var.availability_zones == null ? 1 : 0
  state = "available"
}

locals {
  makes_network = var.vpc == null
  zones         = local.makes_network ? coalesce(var.availability_zones, try(data.aws_availability_zones.available[0].names, [])) : []
  new_replicas  = local.makes_network ? { for i, replica in var.replicas : replica => i } : {}
  nat_replicas  = var.fixed_egress ? local.new_replicas : {}
  vpc_id        = local.makes_network ? aws_vpc.this[0].id : var.vpc.id
  subnet_ids = local.makes_network ? {
    for replica, i in local.new_replicas : replica => var.fixed_egress ? aws_subnet.private[replica].id : aws_subnet.public[replica].id
  } : var.vpc.subnet_ids
  public_address = local.makes_network ? !var.fixed_egress : var.vpc.public_address
}

resource "aws_vpc" "this" {
  count                = local.makes_network ? 1 : 0
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = merge(local.tags, { Name = var.name })
}

resource "aws_internet_gateway" "this" {
  count  = local.makes_network ? 1 : 0
  vpc_id = aws_vpc.this[0].id
  tags   = merge(local.tags, { Name = var.name })
}

# Each replica has a subnet in a zone of its own, so that a zone that fails takes one replica.
resource "aws_subnet" "public" {
  for_each          = local.new_replicas
  vpc_id            = aws_vpc.this[0].id
  cidr_block        = cidrsubnet(var.vpc_cidr, 3, each.value)
  availability_zone = local.zones[each.value]
  tags              = merge(local.tags, { Name = "${var.name}-public-${each.key}" })
}

resource "aws_route_table" "public" {
  count  = local.makes_network ? 1 : 0
  vpc_id = aws_vpc.this[0].id
  tags   = merge(local.tags, { Name = "${var.name}-public" })
}

resource "aws_route" "internet" {
  count                  = local.makes_network ? 1 : 0
  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_route_table_association" "public" {
  for_each       = local.new_replicas
  subnet_id      = aws_subnet.public[each.key].id
  route_table_id = aws_route_table.public[0].id
}

resource "aws_subnet" "private" {
  for_each          = local.nat_replicas
  vpc_id            = aws_vpc.this[0].id
  cidr_block        = cidrsubnet(var.vpc_cidr, 3, each.value + 4)
  availability_zone = local.zones[each.value]
  tags              = merge(local.tags, { Name = "${var.name}-private-${each.key}" })
}

resource "aws_eip" "egress" {
  for_each = local.nat_replicas
  domain   = "vpc"
  tags     = merge(local.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_nat_gateway" "egress" {
  for_each      = local.nat_replicas
  allocation_id = aws_eip.egress[each.key].id
  subnet_id     = aws_subnet.public[each.key].id
  tags          = merge(local.tags, { Name = "${var.name}-${each.key}" })
  depends_on    = [aws_internet_gateway.this]
}

resource "aws_route_table" "private" {
  for_each = local.nat_replicas
  vpc_id   = aws_vpc.this[0].id
  tags     = merge(local.tags, { Name = "${var.name}-private-${each.key}" })
}

resource "aws_route" "nat" {
  for_each               = local.nat_replicas
  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.egress[each.key].id
}

resource "aws_route_table_association" "private" {
  for_each       = local.nat_replicas
  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[each.key].id
}

# Objects go to S3 inside the region: nothing is paid for them at a NAT gateway.
resource "aws_vpc_endpoint" "s3" {
  count             = local.makes_network ? 1 : 0
  vpc_id            = aws_vpc.this[0].id
  service_name      = "com.amazonaws.${local.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = concat([aws_route_table.public[0].id], [for table in aws_route_table.private : table.id])
  tags              = merge(local.tags, { Name = var.name })
}

resource "aws_security_group" "task" {
  name        = "${var.name}-task"
  description = "Recorders: nothing may reach them, they reach exchanges and AWS."
  vpc_id      = local.vpc_id
  tags        = merge(local.tags, { Name = "${var.name}-task" })
}

resource "aws_vpc_security_group_egress_rule" "task" {
  for_each          = toset([for port in var.egress_ports : tostring(port)])
  security_group_id = aws_security_group.task.id
  description       = "Exchanges and AWS on port ${each.key}."
  ip_protocol       = "tcp"
  from_port         = tonumber(each.key)
  to_port           = tonumber(each.key)
  cidr_ipv4         = "0.0.0.0/0"
}
