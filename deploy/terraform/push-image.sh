#!/usr/bin/env bash
# Builds the recorder's image and pushes it to the registry, unless that tag is there already. Called by terraform apply.
set -euo pipefail
repository=${IMAGE%%:*} tag=${IMAGE##*:}
if aws ecr describe-images --region "$AWS_REGION" --repository-name "${repository#*/}" --image-ids "imageTag=$tag" >/dev/null 2>&1; then
  echo "$IMAGE is there already"
  exit 0
fi
aws ecr get-login-password --region "$AWS_REGION" | docker login --username AWS --password-stdin "${repository%%/*}"
# The base images by the digest that their tag has now; by the tag where the digest cannot be asked for.
base() {
  local digest
  digest=$(docker buildx imagetools inspect "$1" --format '{{.Manifest.Digest}}' 2>/dev/null) || digest=""
  echo "$1${digest:+@$digest}"
}
sdk=$(base "$(sed -n 's/^ARG SDK_IMAGE=//p' "$SOURCE/Dockerfile")") runtime=$(base "$(sed -n 's/^ARG RUNTIME_IMAGE=//p' "$SOURCE/Dockerfile")")
docker build --platform "$PLATFORM" --build-arg "SDK_IMAGE=$sdk" --build-arg "RUNTIME_IMAGE=$runtime" --tag "$IMAGE" "$SOURCE"
docker push "$IMAGE"
