#!/usr/bin/env bash
# Applies the configuration to an emulator of AWS, plans again without a difference, and destroys it. Skips, with the reason, where Terraform, the
# provider or the emulator is absent.
set -euo pipefail
cd "$(dirname "$0")/.."
skip() { echo "SKIPPED: $*"; exit 0; }
command -v terraform >/dev/null || skip "terraform is not on the PATH"
command -v moto_server >/dev/null || skip "moto_server is not on the PATH (pip install 'moto[server]')"
command -v jq >/dev/null || skip "jq is not on the PATH"
. tests/providers.sh
[ "${#INIT[@]}" -gt 0 ] || skip "the AWS provider is neither on this machine nor to be had from the registry"

work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
# Below the ports of outgoing connections, of which one could take it before the emulator listens.
port=$(python3 -c '
import random, socket
for port in random.sample(range(20000, 32000), 100):
    with socket.socket() as s:
        if s.connect_ex(("127.0.0.1", port)) != 0:
            print(port)
            break')
# The provider asks for each definition of a state machine whether it is valid before it writes it, and for its versions, which the emulator does not know.
mkdir "$work/python"
cat >"$work/python/sitecustomize.py" <<'EOF'
from moto.stepfunctions.responses import StepFunctionResponse

StepFunctionResponse.validate_state_machine_definition = lambda self: '{"result": "OK", "diagnostics": []}'
StepFunctionResponse.list_state_machine_versions = lambda self: '{"stateMachineVersions": []}'
EOF
PYTHONPATH="$work/python" MOTO_IAM_LOAD_MANAGED_POLICIES=true moto_server -H 127.0.0.1 -p "$port" >"$work/moto.log" 2>&1 &
server=$!
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
export AWS_ENDPOINT_URL="http://127.0.0.1:$port" TF_DATA_DIR="$work/data" TF_IN_AUTOMATION=1
for _ in $(seq 600); do
  curl -sf "$AWS_ENDPOINT_URL/moto-api/data.json" >/dev/null && break
  kill -0 "$server" || { cat "$work/moto.log"; exit 1; }
  sleep 0.2
done

cp -r . "$work/module"
mkdir "$work/root"
cat >"$work/root/main.tf" <<EOF
provider "aws" {
  region            = "us-east-1"
  max_retries       = 2
  s3_use_path_style = true
}

module "ingester" {
  source        = "$work/module"
  image         = "registry.example.com/ingester:1"
  force_destroy = true
  shard_count   = ${SHARDS:-2}
  exchanges     = { binance = { markets = ["BTC-*"] }, kraken = { markets = ["*"] } }
  alarm_emails  = ["someone@example.com"]
  archive       = { after_days = 30 }
  candles       = { perpetuals = { exchange = "binance-futures", intervals = ["4h"] } }
  publication   = { certificate_key_arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000" }

  nightly       = { certificate_key_arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000", shards = 4, against = ["binance"], sample = { binance = ["BTC-USDT"] }, publish_to = "s3://market-data/days" }

  # What the emulator does not know: tasks that run, and saved queries.
  wait_for_steady_state = false
  saved_queries         = false
}

output "monthly_cost" {
  value = module.ingester.monthly_cost
}
EOF
cd "$work/root"
terraform init -input=false "${INIT[@]}" >"$work/init.log" 2>&1 || { cat "$work/init.log"; exit 1; }
terraform apply -input=false -auto-approve -no-color >"$work/apply.log" 2>&1 || { tail -60 "$work/apply.log"; exit 1; }
grep -E 'Apply complete' "$work/apply.log"

terraform plan -input=false -no-color -out="$work/again" >"$work/plan.log" 2>&1 || { tail -60 "$work/plan.log"; exit 1; }
# The emulator forgets one attribute of a service that AWS keeps; nothing else may differ.
terraform show -json "$work/again" | jq -r '
  .resource_changes[] | select(.change.actions != ["no-op"] and .change.actions != ["read"])
  | select(((.type == "aws_ecs_service") and (.change.actions == ["update"])
      and ((.change.before | del(.availability_zone_rebalancing)) == (.change.after | del(.availability_zone_rebalancing)))) | not)
  | "\(.address): \(.change.actions | join(", "))"' >"$work/differences"
if [ -s "$work/differences" ]; then
  echo "the second plan differs:"
  cat "$work/differences"
  tail -80 "$work/plan.log"
  exit 1
fi
echo "Planned again without a difference."
terraform destroy -input=false -auto-approve -no-color >"$work/destroy.log" 2>&1 || { tail -60 "$work/destroy.log"; exit 1; }
grep -E 'Destroy complete' "$work/destroy.log"
