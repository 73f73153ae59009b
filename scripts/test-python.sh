#!/usr/bin/env bash
# Builds the Python client's wheel, installs it into a new virtual environment, and tests it there against the daemon. Lints all
# Python there is.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.build/python
rm -rf "$venv" .build/wheels
python3 -m venv "$venv"
"$venv/bin/pip" install -q --disable-pip-version-check --upgrade pip setuptools wheel
"$venv/bin/pip" wheel -q --disable-pip-version-check --no-deps --wheel-dir .build/wheels ./clients/python
"$venv/bin/pip" install -q --disable-pip-version-check "$(ls .build/wheels/faced-*.whl)[test]"
"$venv/bin/ruff" check scripts benchmarks Tests clients/web/tests # the Python tools
cd clients/python
rm -rf build src/*.egg-info
"../../$venv/bin/ruff" check .
"../../$venv/bin/ruff" format --check .
"../../$venv/bin/mypy"
"../../$venv/bin/pytest" -q -p no:cacheprovider
