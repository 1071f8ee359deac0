#!/usr/bin/env bash
# Formatting, validity and the tests with mocks; needs Terraform and the provider, no account.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v terraform >/dev/null || { echo "SKIPPED: terraform is not on the PATH"; exit 0; }
. tests/providers.sh
[ "${#INIT[@]}" -gt 0 ] || { echo "SKIPPED: the AWS provider is neither on this machine nor to be had from the registry"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
terraform fmt -check -diff -recursive .
mkdir -p "$work/deploy" # what init writes stays out of the tree; the sources are there to be hashed
cp -r . "$work/deploy/terraform"
tar -C ../.. --exclude=bin --exclude=obj -c Dockerfile .editorconfig global.json Directory.Build.props Directory.Packages.props src | tar -C "$work" -x
cd "$work/deploy/terraform"
export TF_IN_AUTOMATION=1
for folder in . examples/one-shard examples/shards; do
  terraform -chdir="$folder" init -backend=false -input=false "${INIT[@]}" >"$work/init.log" 2>&1 || { cat "$work/init.log"; exit 1; }
  terraform -chdir="$folder" validate -no-color >"$work/validate.log" 2>&1 || { echo "$folder:"; cat "$work/validate.log"; exit 1; }
done
terraform test -no-color
