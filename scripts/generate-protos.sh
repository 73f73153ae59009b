#!/usr/bin/env bash
# Generates the Swift messages, stubs and services of proto/ into the folder named by the first argument.
# The two plugins are built from the packages that Package.swift depends on; protoc is Debian's.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: scripts/generate-protos.sh OUTPUT_FOLDER}
if [ -z "${PROTOC_PLUGINS:-}" ]; then
  swift build -c release --product protoc-gen-swift >&2
  swift build -c release --product protoc-gen-grpc-swift-2 >&2
  PROTOC_PLUGINS=$(swift build -c release --show-bin-path)
fi
rm -f "$out"/*.pb.swift "$out"/*.grpc.swift
mkdir -p "$out"
protoc -I proto \
  --plugin="$PROTOC_PLUGINS/protoc-gen-swift" \
  --plugin="$PROTOC_PLUGINS/protoc-gen-grpc-swift-2" \
  --swift_out="$out" --swift_opt=Visibility=Public,FileNaming=PathToUnderscores \
  --grpc-swift-2_out="$out" --grpc-swift-2_opt=Visibility=Public,FileNaming=PathToUnderscores \
  proto/faced/v1/*.proto proto/grpc/health/v1/health.proto
