#!/usr/bin/env bash
# Proves the fetch entry on Node, Bun, Deno, workerd and Next.js, against a real Restate server.
# The runtimes come from npm on first use (some 800 MB) and stay in node_modules beside this file.
# Arguments name the runtimes to prove, for example `run.sh bun deno`; without any, all are.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..

installed=$here/node_modules/.installed
# Not `npm ci`, which wants the binaries of all platforms listed, also where the registry does not have them.
if ! cmp --silent "$here/package-lock.json" "$installed"; then
  if ! npm install --no-save --loglevel=error --no-audit --no-fund --prefix "$here"; then
    printf 'skipped the fetch runtimes: npm could not install what %s lists\n' "$here/package.json" >&2
    exit 1
  fi
  cp "$here/package-lock.json" "$installed"
fi

# What is proven is what is published: the packages are packed, and unpacked where a user has them.
scope=$here/node_modules/@restatedev
rm -rf "$scope"
for package in restate-sdk-core restate-sdk restate-sdk-cloudflare-workers restate-sdk-clients; do
  npm run --silent build --prefix "$root/packages/$package"
  mkdir -p "$scope/$package"
  tarball=$(cd "$root/packages/$package" && npm pack --silent --pack-destination "$scope")
  tar -xzf "$scope/$tarball" -C "$scope/$package" --strip-components 1
  rm "$scope/$tarball"
done

cd "$root"
export RESTATE_LOGGING=${RESTATE_LOGGING:-ERROR}
exec node_modules/.bin/vitest run --config test/runtimes/fetch/vitest.config.ts "$@"
