#!/usr/bin/env bash
# Runs the unit tests on other versions of Node.
#   bash test/runtimes/run.sh                        on all that package.json has
#   bash test/runtimes/run.sh 26 22                  on these
#   bash test/runtimes/run.sh 26 -- <arguments>      vitest gets the arguments: paths, -t <name>, ...
set -euo pipefail
cd "$(dirname "$0")/../.."
here=test/runtimes

versions=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  versions+=("$1")
  shift
done
[ $# -eq 0 ] || shift
if [ ${#versions[@]} -eq 0 ]; then versions=(22 24 26); fi

# npm leaves a copy of the lock behind, which is older when the lock has changed since.
if [ ! "$here/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]; then
  npm ci --prefix "$here" --silent --no-audit --no-fund
  touch -c "$here/node_modules/.package-lock.json"
fi

failed=()
for version in "${versions[@]}"; do
  node=$here/node_modules/node-$version/bin/node
  if [ ! -x "$node" ]; then
    printf '%s/package.json has no Node %s for this machine; those it has are for Linux on x64\n' "$here" "$version" >&2
    exit 2
  fi
  printf '\n=== Node %s\n' "$("$node" --version)"
  "$node" node_modules/vitest/vitest.mjs run --project unit "$@" || failed+=("$version")
done

if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed on Node %s\n' "${failed[*]}" >&2
  exit 1
fi
