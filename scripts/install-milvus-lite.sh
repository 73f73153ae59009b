#!/usr/bin/env bash
# Puts Milvus's lightweight server and its Python client, which tests run against, into .build/milvus, where they are found.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .build/milvus/bin/milvus-lite ] && exit 0
python3 -m venv .build/milvus
.build/milvus/bin/pip -q install milvus-lite==3.2.2 pymilvus==3.0.2
