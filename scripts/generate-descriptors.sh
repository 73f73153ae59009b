#!/usr/bin/env bash
# Writes the descriptors of proto/faced into the file named by the first argument, for the web server's OpenAPI document.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: scripts/generate-descriptors.sh OUTPUT_FILE}
mkdir -p "$(dirname "$out")"
protoc -I proto --include_imports --descriptor_set_out="$out" proto/faced/v1/*.proto
