#!/usr/bin/env bash
# Builds and runs the transport's and the daemon's tests under ThreadSanitizer, then under AddressSanitizer, each with
# build products of its own, optimised, as the tests of the daemon embed faces. With an argument (thread, address) only
# that one.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- thread address

# ThreadSanitizer sees neither the standard library's mutexes nor the C core's queues: it is given locks that it sees, in a
# copy of the sources. What it then still cannot see is inside others' libraries.
thread() {
  local tree=.build/sanitize-thread
  rm -rf "$tree" && mkdir -p "$tree"
  tar cf - --exclude=.build --exclude=.git --exclude=./benchmarks --exclude=./clients/web . | tar xf - -C "$tree"
  sed -i 's/ + \[\.strictMemorySafety()\]//' "$tree/Package.swift" # The locks are made of pointers.
  cp Tests/Support/sanitize/Passage.swift "$tree/Sources/CoreTransport/Core/Passage.swift"
  grep -rlE '\bMutex[<(]' --include='*.swift' "$tree/Sources" "$tree/daemon" "$tree/clients/facectl" | while read -r file; do
    case ${file#"$tree"/} in
      daemon/*) echo "$tree/daemon" ;;
      clients/*) echo "$tree/clients/facectl" ;;
      *) echo "$tree/$(cut -d/ -f1,2 <<< "${file#"$tree"/}")" ;;
    esac
  done | sort -u | while read -r module; do cp Tests/Support/sanitize/Mutex.swift "$module/Mutex.swift"; done
  # Nor does it see what orders an array that passes from one task to another: reference counts and continuations.
  cat > "$tree/suppressions" <<'END'
called_from_lib:libgrpc.so
race:libgrpc.so
race:libgpr.so
race:GRPCCore
race:sSa11_getElement
race:sSa9_getCount
race:ss10ArraySliceV11_getElement
race:IdentityTemplateV3add
race:TemplateCountsV3add
END
  export TSAN_OPTIONS="suppressions=$PWD/$tree/suppressions halt_on_error=0 exitcode=66 ignore_noninstrumented_modules=1"
  run thread "$tree"
}

address() {
  # The C core keeps some memory until the process ends.
  export ASAN_OPTIONS=detect_leaks=0
  run address .
}

run() { # SANITIZER, TREE
  local options=(-c release --sanitize "$1" --package-path "$2" --scratch-path "$PWD/.build/sanitized-$1")
  swift build --build-tests "${options[@]}"
  swift test --skip-build "${options[@]}" --filter 'CoreTransportTests|RPCServicesTests'
  # One after the other: a daemon under a sanitizer is so slow that many at a time run into the tests' time limits.
  swift test --skip-build "${options[@]}" --filter DaemonTests --no-parallel
}

for sanitizer in "$@"; do "$sanitizer"; done
