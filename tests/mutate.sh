#!/usr/bin/env bash
# Plants mistakes in the kernel, one at a time, in a copy of the repository, and shows that the model-based test finds each of them.
#
#     tests/mutate.sh [NAME…]        all mistakes of tests/mutations.txt, or those named; SCHEDULES=2000 and SEED=1 say how long the test may look
#
# Exit code 1 when a mistake is not found, when its text is not in the file any more, or when it does not compile.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
schedules=${SCHEDULES:-2000} seed=${SEED:-1}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

git ls-files -z -- '*.props' '*.targets' '*.config' global.json .editorconfig .globalconfig nuget.config src tests/Ingester.Benchmarks tests/Ingester.Testing Ingester.sln |
  xargs -0 -r cp --parents -t "$copy"
build() { dotnet build "$copy/$1" -c Release -p:RunAnalyzers=false -m:1 --nologo -v q -clp:NoSummary >"$copy/build.log" 2>&1 || { grep -m 3 error "$copy/build.log"; return 1; }; }
build tests/Ingester.Benchmarks/Ingester.Benchmarks.csproj
out=$copy/tests/Ingester.Benchmarks/bin/Release/net10.0
run() { dotnet "$out/Ingester.Benchmarks.dll" model "$schedules" --seed "$seed" "$@"; }

except=0
if ! run --failures 1000000 >"$copy/clean.log"; then
  except=$(sed -n 's/^Seeds that fail: //p' "$copy/clean.log")
  echo "without a mistake $(tr ',' '\n' <<<"$except" | wc -l) seeds fail; they are left out"
fi
status=0 found=0 planted=0
while IFS= read -r name; do
  [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
  planted=$((planted + 1))
  file=$(python3 tests/plant.py tests/mutations.txt "$name" "$copy") || { echo "$name: $file"; status=1; continue; }
  if ! build src/Ingester.Core/Ingester.Core.csproj; then
    echo "$name: does not compile"
    status=1
  else
    cp "$copy/src/Ingester.Core/bin/Release/net10.0/Ingester.Core.dll" "$out/"
    if run --failures 1 --except "$except" >"$copy/run.log" 2>&1; then
      echo "$name: NOT FOUND in $schedules schedules"
      status=1
    else
      found=$((found + 1))
      echo "$name: found after $(tail -n 1 "$copy/run.log" | cut -d ' ' -f 1) schedules: $(grep -m 1 '^seed' "$copy/run.log" | cut -c1-200)"
    fi
  fi
  cp "$file" "$copy/$file"
done < <(sed -n 's/^== //p' tests/mutations.txt)
echo "$found of $planted mistakes found"
exit "$status"
