#!/usr/bin/env bash
# The site of guides and reference, in .build/docs: static files for any web server. Fails at DocC's first warning.
# HOSTING_BASE is the path under which the site is served, where that is not the host's root.
set -euo pipefail
cd "$(dirname "$0")/.."
modules=(CoreTransport VectorIndex Networks LevelDB FaceEngine)
work=.build/docs-work
out=.build/docs
rm -rf "$work" "$out"
mkdir -p "$work"
# Symbols come from the modules that the build left, so nothing is compiled again.
maps=()
# The C modules: a map in the source folder, or the one that the build made.
for folder in Sources/C*/ .build/checkouts/swift-system/Sources/CSystem/; do
  name=$(basename "$folder")
  for map in "$folder/module.modulemap" ".build/release/$name.build/module.modulemap"; do
    [ ! -f "$map" ] || maps+=(-Xcc "-fmodule-map-file=$PWD/$map")
  done
done
for include in .build/checkouts/*/Sources/{CSystem,CNIO*,CCrypto*,_Atomics*,CGRPCProtobuf}/include; do
  [ ! -d "$include" ] || maps+=(-I "$include")
done
archives=()
# The root of the site leads to its first page.
lead() { printf '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=documentation/faced/"><title>faced</title>\n' >"$out/index.html"; }
convert() { # NAME, arguments of docc
  local name=$1
  shift
  # Warnings end up as text here, and as a failure.
  docc convert "$@" --fallback-display-name "$name" --fallback-bundle-identifier "faced.$name" \
    --transform-for-static-hosting ${HOSTING_BASE:+--hosting-base-path "$HOSTING_BASE"} \
    --warnings-as-errors --output-path "$work/$name.doccarchive" >"$work/$name.log" 2>&1 || {
    cat "$work/$name.log" >&2
    exit 1
  }
  ! grep -q '^warning:' "$work/$name.log" || { cat "$work/$name.log" >&2; exit 1; }
  archives+=("$work/$name.doccarchive")
}
convert faced docs/faced.docc
for module in "${modules[@]}"; do
  mkdir -p "$work/symbols/$module"
  swift symbolgraph-extract -module-name "$module" -target "$(uname -m)-unknown-linux-gnu" -I .build/release/Modules "${maps[@]}" \
    -minimum-access-level public -output-dir "$work/symbols/$module"
  convert "$module" --additional-symbol-graph-dir "$work/symbols/$module"
done
docc merge "${archives[@]}" --synthesized-landing-page-name faced --output-path "$out"
lead
echo "the site is in $out; see it with: python3 -m http.server --directory $out"
