#!/usr/bin/env bash
# faced and the transport against stacks that others wrote, from PyPI, in a virtual environment of their own.
# With arguments, only those of cases, faced_with_grpcio, other_stacks and hostile.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.build/interop/venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" -q install 'grpcio>=1.66' grpcio-health-checking grpcio-reflection grpcio-tools grpclib h2 buf-bin cryptography
export WORK PROGRAMS PATH
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
PROGRAMS=$PWD/$(swift build -c release --show-bin-path | sed "s,^$PWD/,,")
PATH=$PWD/$venv/bin:$PATH
python -m grpc_tools.protoc -I proto/grpc/testing --python_out="$WORK" test.proto
[ $# -gt 0 ] || set -- cases faced_with_grpcio other_stacks hostile
failed=0
for script in "$@"; do
  echo "== $script"
  python "Tests/Interop/$script.py" || failed=1
done
exit $failed
