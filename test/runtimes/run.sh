#!/usr/bin/env bash
# Runs the unit tests on other versions of Node, and the fetch entry on every runtime that it is for.
#   bash test/runtimes/run.sh                        on all that package.json has, then fetch/run.sh
#   bash test/runtimes/run.sh 26 22                  on these
#   bash test/runtimes/run.sh 26 -- <arguments>      vitest gets the arguments: paths, -t <name>, ...
set -euo pipefail
cd "$(dirname "$0")/../.."
here=test/runtimes
run_all=$([ $# -gt 0 ] || echo yes)

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

if [ -n "$run_all" ]; then
  printf '\n=== The fetch entry\n'
  bash "$here/fetch/run.sh" || failed+=(fetch)
fi

if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed on %s\n' "${failed[*]}" >&2
  exit 1
fi
