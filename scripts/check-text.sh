#!/usr/bin/env bash
# What the Swift linter does not see: stubs, unfinished notes, pictures and absolute paths of somebody's machine.
set -euo pipefail
cd "$(dirname "$0")/.."
fail=0
complain() { # MESSAGE, lines on standard input
  local lines
  lines=$(cat)
  [ -z "$lines" ] || { printf '%s\n%s\n' "$1" "$lines" >&2; fail=1; }
}
marks='TO''DO|FIX''ME|XX''X'
git grep -nIE "$marks" -- '*.swift' '*.c' '*.h' '*.cpp' '*.sh' Makefile | complain 'unfinished notes:' || true
# The two networks that ONNXTests reads are random numbers, made by the script beside them.
ours='^Tests/ONNXTests/Golden/(mobilefacenet|operators)\.onnx$'
git ls-files | grep -vE "$ours" | grep -iE '\.(jpe?g|bmp|onnx|ckpt|pt|npy)$' | complain 'pictures or foreign weights:' || true
git grep -nIE '(^|[^A-Za-z.])/(home|root|work)/[a-z]' -- . ':!scripts/check-text.sh' | complain 'paths of one machine:' || true
# One writer checks, escapes and fails as it should; nothing goes round it.
git grep -nE '(^|[^.A-Za-z])print\(|FileHandle\.standard|fputs\(|Swift\.print' -- clients/facectl | grep -v 'func print(' \
  | complain 'printed without Terminal:' || true
exit $fail
