#!/usr/bin/env bash
# Builds the recorder's image and pushes it to the registry, unless that tag is there already. Called by terraform apply.
set -euo pipefail
repository=${IMAGE%%:*} tag=${IMAGE##*:}
if aws ecr describe-images --region "$AWS_REGION" --repository-name "${repository#*/}" --image-ids "imageTag=$tag" >/dev/null 2>&1; then
  echo "$IMAGE is there already"
  exit 0
fi
aws ecr get-login-password --region "$AWS_REGION" | docker login --username AWS --password-stdin "${repository%%/*}"
docker build --platform "$PLATFORM" --tag "$IMAGE" "$SOURCE"
docker push "$IMAGE"
