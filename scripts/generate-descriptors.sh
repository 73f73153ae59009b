#!/usr/bin/env bash
# Writes the descriptors of proto/faced, or of the files that follow, into the file named by the first argument: for the
# web server's OpenAPI document and for the daemon's reflection service.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: scripts/generate-descriptors.sh OUTPUT_FILE [PROTO...]}
shift
[ $# -gt 0 ] || set -- proto/faced/v1/*.proto
mkdir -p "$(dirname "$out")"
protoc -I proto --include_imports --descriptor_set_out="$out" "$@"
