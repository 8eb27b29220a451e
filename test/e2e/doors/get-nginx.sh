#!/usr/bin/env bash
# Unpacks Debian's nginx into node_modules/.cache, for the tests of load balancing, unless there is an nginx already.
# Installs nothing. Where it cannot be had, the tests are skipped and say so.
set -euo pipefail
cd "$(dirname "$0")/../../.."

target=node_modules/.cache/nginx
if PATH=$PATH:/usr/sbin command -v nginx || [ -x "$target/usr/sbin/nginx" ]; then exit 0; fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
download() { (cd "$scratch" && apt-get download nginx) >/dev/null 2>&1; }
if download || { apt-get update >/dev/null 2>&1 && download; }; then
  mkdir -p "$target"
  dpkg -x "$scratch"/nginx_*.deb "$target"
  "$target/usr/sbin/nginx" -v
else
  echo "nginx cannot be downloaded: the tests behind a load balancer will be skipped" >&2
fi
