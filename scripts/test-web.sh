#!/usr/bin/env bash
# The console in a browser, and the HTTP APIs through other people's clients, against a real daemon.
set -euo pipefail
cd "$(dirname "$0")/.."
missing=()
for package in chromium chromium-driver fonts-dejavu-core; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
environment() { # NAME REQUIREMENTS: a virtual environment, made once
  [ -x ".build/$1/bin/pytest" ] || python3 -m venv ".build/$1"
  ".build/$1/bin/pip" install -q --disable-pip-version-check -r "clients/web/tests/$2"
}
environment web-tests requirements.txt
environment compreface-tests requirements-compreface.txt
cd clients/web/tests
bin=../../../.build
"$bin/web-tests/bin/ruff" check --line-length 120 .
"$bin/web-tests/bin/pytest" -q -p no:cacheprovider --ignore test_compreface.py .
"$bin/compreface-tests/bin/pytest" -q -p no:cacheprovider test_compreface.py
