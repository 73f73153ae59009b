#!/usr/bin/env bash
# Builds and runs the transport's and the daemon's tests under ThreadSanitizer, then under AddressSanitizer, each with
# build products of its own, optimised, as the tests of the daemon embed faces. With an argument (thread, address) only
# that one.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- thread address
# The C core is not built with the sanitizer, so that what it orders by its own locks looks like a race, and it keeps some
# memory until the process ends.
suppressions=$(mktemp)
trap 'rm -f "$suppressions"' EXIT
printf 'called_from_lib:libgrpc.so\nrace:libgrpc.so\nrace:libgpr.so\n' > "$suppressions"
export TSAN_OPTIONS="suppressions=$suppressions halt_on_error=1 ignore_noninstrumented_modules=1"
export ASAN_OPTIONS="detect_leaks=0"
for sanitizer in "$@"; do
  scratch=.build/sanitize-$sanitizer
  swift build -c release --build-tests --sanitize "$sanitizer" --scratch-path "$scratch"
  swift test -c release --skip-build --sanitize "$sanitizer" --scratch-path "$scratch" \
    --filter 'CoreTransportTests|RPCServicesTests|DaemonTests'
done
