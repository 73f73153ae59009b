#!/usr/bin/env bash
# Runs the NEON kernels of the vector index against their plain twins on a machine without ARM: built by Debian's cross compiler,
# run under its emulator. Ends with 77 where these are not installed (gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, qemu-user).
set -euo pipefail
cd "$(dirname "$0")/.."
compiler=$(command -v aarch64-linux-gnu-gcc) && emulator=$(command -v qemu-aarch64) || {
  echo "the NEON kernels are not tried: install gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user" >&2
  exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kernels=Sources/CVectorKernels
# GCC would fuse products and sums, which Swift's compiler is told not to in the sources themselves.
flags=(-O2 -std=gnu11 -ffp-contract=off -static -I "$kernels/include" -D_Nonnull= -D_Nullable=)
"$compiler" "${flags[@]}" Tests/Support/neon/compare.c "$kernels"/*.c -lm -o "$work/compare"
"$emulator" "$work/compare"
