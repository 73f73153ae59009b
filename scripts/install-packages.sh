#!/usr/bin/env bash
# Installs the Debian packages that are named, or those that faced builds and runs with; does nothing where they are there.
set -euo pipefail
needed=("$@")
[ ${#needed[@]} -gt 0 ] || needed=(
  g++ libgrpc-dev libheif-dev libjpeg62-turbo-dev libleveldb-dev libopenblas-dev libpng-dev libpq-dev libprotobuf-dev
  libwebp-dev protobuf-compiler python3-venv zlib1g-dev
)
missing=()
for package in "${needed[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
command -v apt-get >/dev/null || {
  echo "These Debian packages are missing, and there is no apt-get to install them: ${missing[*]}" >&2
  exit 1
}
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
