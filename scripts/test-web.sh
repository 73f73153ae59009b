#!/usr/bin/env bash
# The console in a browser, and the HTTP APIs through other people's clients, against a real daemon.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-packages.sh chromium chromium-driver fonts-dejavu-core
environment() { # NAME REQUIREMENTS: a virtual environment, made once
  [ -x ".build/$1/bin/pytest" ] || python3 -m venv ".build/$1"
  ".build/$1/bin/pip" install -q --disable-pip-version-check -r "clients/web/tests/$2"
}
environment web-tests requirements.txt
environment compreface-tests requirements-compreface.txt
.build/compreface-tests/bin/pip install -q --disable-pip-version-check --force-reinstall --no-deps ./clients/python
cd clients/web/tests
bin=../../../.build
"$bin/web-tests/bin/ruff" check .
"$bin/web-tests/bin/pytest" -q -p no:cacheprovider --ignore test_compreface.py .
"$bin/compreface-tests/bin/pytest" -q -p no:cacheprovider test_compreface.py
