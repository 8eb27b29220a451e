#!/usr/bin/env bash
# Unpacks Debian's kcat and its libraries into node_modules/.cache, unless there is a kcat already: it is the broker of
# the example, and its producer. Installs nothing. Where it cannot be had, the example is not played and says so.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=node_modules/.cache/kcat
if command -v kcat || [ -x "$target/usr/bin/kcat" ]; then exit 0; fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
# kcat and all that it needs but the C library, which every Debian has.
packages() {
  apt-cache depends --recurse --no-{recommends,suggests,conflicts,breaks,replaces,enhances} kcat |
    grep '^[a-z]' | grep -Ev '^(libc6|libgcc|gcc-)'
}
download() {
  local names
  mapfile -t names < <(packages 2>/dev/null)
  [ ${#names[@]} -gt 0 ] && (cd "$scratch" && apt-get download "${names[@]}") >/dev/null 2>&1
}
if download || { apt-get update >/dev/null 2>&1 && download; }; then
  for package in "$scratch"/*.deb; do dpkg -x "$package" "$scratch/unpacked"; done
  mkdir -p "$(dirname "$target")"
  mv "$scratch/unpacked" "$target"
  LD_LIBRARY_PATH=$(printf '%s:' "$target"/{usr/,}lib/*-linux-gnu*) "$target/usr/bin/kcat" -V
else
  echo "kcat cannot be downloaded: the example kafka-events will not be played" >&2
fi
