#!/usr/bin/env bash
# Builds the fuzzers of fuzz/, with AddressSanitizer, and runs each from its corpus for some seconds (30). What crashes one
# stays in .build/fuzz/found/NAME, and the script ends with 1.
#
#   scripts/fuzz.sh [SECONDS [NAME...]]          such as: scripts/fuzz.sh 300 images
#   scripts/fuzz.sh --keep SECONDS [NAME...]     and makes the corpus anew of what reaches code, a few files of few bytes
set -euo pipefail
cd "$(dirname "$0")/.."
keep=
[ "${1:-}" != --keep ] || { keep=1; shift; }
seconds=${1:-30}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- images requests models checkpoints backups
# The main package offers the modules that are read with to nobody else.
export FACED_FUZZ=1 ASAN_OPTIONS=detect_leaks=0
# Swift's own report of a crash reads memory that AddressSanitizer watches, and hides the crash itself.
export SWIFT_BACKTRACE=enable=no
scratch=.build/fuzz
build=(swift build --package-path fuzz --scratch-path "$scratch" --sanitize fuzzer --sanitize address)
mkdir -p "$scratch"
failed=0
for name in "$@"; do
  program=Fuzz${name^}
  "${build[@]}" --product "$program" > "$scratch/$name.log" 2>&1 || { cat "$scratch/$name.log" >&2; exit 1; }
  program=$("${build[@]}" --show-bin-path)/$program
  corpus=fuzz/Corpus/$name work=$scratch/corpus/$name found=$scratch/found/$name
  mkdir -p "$work" "$found"
  # The first folder is written to, the second only read.
  if "$program" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -artifact_prefix="$found/" \
    "$work" "$corpus" > "$scratch/$name.log" 2>&1; then
    echo "$name: $(grep -E '^Done' "$scratch/$name.log")"
  else
    tail -n 40 "$scratch/$name.log" >&2
    echo "$name: found something; it is in $found" >&2
    failed=1
  fi
  if [ -n "$keep" ]; then
    rm -rf "$scratch/kept" && mkdir "$scratch/kept"
    "$program" -merge=1 -max_len=4096 "$scratch/kept" "$corpus" "$work" > /dev/null 2>&1
    find "$scratch/kept" -type f -printf '%s %f\n' | sort -n | head -n 120 | while read -r _ file; do
      cp "$scratch/kept/$file" "$corpus/"
    done
  fi
done
exit $failed
