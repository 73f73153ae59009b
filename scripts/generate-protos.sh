#!/usr/bin/env bash
# Generates the Swift messages, stubs and services of proto/ into the folder named by the first argument: below it, each
# module has its own `Generated`.
# The two plugins are built from the packages that Package.swift depends on; protoc is Debian's.
set -euo pipefail
cd "$(dirname "$0")/.."
root=${1:?usage: scripts/generate-protos.sh OUTPUT_FOLDER}
if [ -z "${PROTOC_PLUGINS:-}" ]; then
  swift build -c release --product protoc-gen-swift >&2
  swift build -c release --product protoc-gen-grpc-swift-2 >&2
  PROTOC_PLUGINS=$(swift build -c release --show-bin-path)
fi
generate() { # MODULE, FILES
  local out="$root/$1/Generated"
  shift
  rm -f "$out"/*.pb.swift "$out"/*.grpc.swift
  mkdir -p "$out"
  protoc -I proto \
    --plugin="$PROTOC_PLUGINS/protoc-gen-swift" \
    --plugin="$PROTOC_PLUGINS/protoc-gen-grpc-swift-2" \
    --swift_out="$out" --swift_opt=Visibility=Public,FileNaming=PathToUnderscores \
    --grpc-swift-2_out="$out" --grpc-swift-2_opt=Visibility=Public,FileNaming=PathToUnderscores \
    "$@"
}
generate FaceAPI proto/faced/v1/*.proto
generate RPCHealth proto/grpc/health/v1/health.proto
generate RPCReflection proto/grpc/reflection/v1/reflection.proto proto/grpc/reflection/v1alpha/reflection.proto
generate interop proto/grpc/testing/test.proto
generate Milvus proto/milvus/milvus.proto
