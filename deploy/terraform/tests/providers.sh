# Sourced: sets INIT to what terraform init needs to find the AWS provider; empty where it cannot be had.
INIT=()
unpacked=$(find / -xdev -type d -name registry.terraform.io -not -path '*/.terraform/*' 2>/dev/null | head -1 || true)
if [ -n "$unpacked" ]; then
  INIT=("-plugin-dir=$(dirname "$unpacked")")
elif curl -sf --max-time 5 https://registry.terraform.io/.well-known/terraform.json >/dev/null; then
  INIT=("-upgrade=false")
fi
