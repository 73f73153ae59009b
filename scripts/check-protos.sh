#!/usr/bin/env bash
# Buf's rules on proto/, and nothing that breaks clients of the last release. Buf's CLI is PyPI's buf-bin; without it, and
# without a network to get it from, this says so and checks nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.build/buf/venv
buf=$(command -v buf || true)
if [ -z "$buf" ]; then
  [ -x "$venv/bin/buf" ] || { python3 -m venv "$venv" && "$venv/bin/pip" -q install buf-bin; } || {
    echo "buf is not there and cannot be installed: proto/ is not linted" >&2
    exit 0
  }
  buf=$venv/bin/buf
fi
"$buf" lint proto
if release=$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null); then
  before=$(mktemp -d)
  trap 'rm -rf "$before"' EXIT
  git archive "$release" proto | tar -x -C "$before"
  "$buf" breaking proto --against "$before/proto"
else
  echo "no release yet: nothing to compare with"
fi
