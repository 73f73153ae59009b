#!/usr/bin/env bash
# Generates the Python messages of proto/faced into the folder named by the first argument.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: scripts/generate-python-protos.sh OUTPUT_FOLDER}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
protoc -I proto --python_out="$work" --pyi_out="$work" proto/faced/v1/*.proto
# Only the Python client reads these itself; grpc-swift brings its own.
protoc -I clients/python/proto --python_out="$work" --pyi_out="$work" clients/python/proto/faced/v1/*.proto
rm -f "$out"/*_pb2.py "$out"/*_pb2.pyi
mkdir -p "$out"
cp "$work"/faced/v1/* "$out"
touch "$out/__init__.py"
