#!/usr/bin/env bash
# What the Swift linter does not see: stubs, unfinished notes, pictures and absolute paths of somebody's machine.
set -euo pipefail
cd "$(dirname "$0")/.."
fail=0
complain() { # MESSAGE LINES; nothing where there are no lines
  [ -z "$2" ] || { printf '%s\n%s\n' "$1" "$2" >&2; fail=1; }
}
marks='TO''DO|FIX''ME|XX''X'
complain 'unfinished notes:' "$(git grep -nIE "$marks" -- '*.swift' '*.c' '*.h' '*.cpp' '*.sh' Makefile || true)"
# Patterns and random numbers made by the script beside them, faces that were drawn, and weights that facetrain or its recipes made.
ours='^(Tests/ImagesTests/Golden/[a-z]+\.(webp|heic|avif)|Tests/ONNXTests/Golden/(mobilefacenet|operators)\.onnx|docs/images/[a-z-]+\.png|daemon/Models/[a-z]+\.safetensors)$'
kinds='\.(jpe?g|png|bmp|gif|webp|heic|avif|onnx|safetensors|ckpt|pt|npy)$'
complain 'pictures or foreign weights:' "$(git ls-files | grep -vE "$ours" | grep -iE "$kinds" || true)"
complain 'what a build made:' "$(git ls-files | grep -E '(^|/)(build|\.build|__pycache__)/' || true)"
complain 'paths of one machine:' "$(git grep -nIE '(^|[^A-Za-z.])/(home|root|work)/[a-z]' -- . ':!scripts/check-text.sh' || true)"
# One writer checks, escapes and fails as it should; nothing goes round it.
printers='(^|[^.A-Za-z])print\(|FileHandle\.standard|fputs\(|Swift\.print'
complain 'printed without Terminal:' "$(git grep -nE "$printers" -- clients/facectl | grep -v 'func print(' || true)"
# Resource names are spelt in FaceAPI alone.
names='"(galleries|models|reindexJobs|tokens)/\\\('
complain 'resource names beside ResourceName:' "$(git grep -nE "$names" -- daemon clients/facectl Sources/facebench || true)"
exit $fail
