#!/usr/bin/env bash
# Lays out what `make build` and `make web` made, and makes Debian packages of it in .build/deb.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/.build/release
web=$PWD/clients/web/.build/release
out=.build/deb
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' packaging/debian/changelog)
grep -qF "\"$version\"" clients/facectl/Version.swift || {
  echo "packaging/debian/changelog says $version, and clients/facectl/Version.swift another version" >&2
  exit 1
}
rm -rf "$out"
stage=$out/faced-$version
mkdir -p "$stage"
cp -r packaging/debian "$stage/debian"

# The programs and their bundled files, with the libraries of Swift that they need beside them.
runtime=$(dirname "$(ldd "$bin/faced" | awk '/libswiftCore.so/ { print $3 }')")
lay_out() { # PACKAGE, FOLDER OF PROGRAMS, BUNDLED FILES, PROGRAM...
  local root=$stage/debian/$1 from=$2 bundle=$3 program library
  shift 3
  local home=$root/usr/lib/$(basename "$root")
  mkdir -p "$home" "$root/usr/bin"
  cp -r "$from/$bundle" "$home/"
  for program in "$@"; do
    cp "$from/$program" "$home/"
    ln -s "../lib/$(basename "$root")/$program" "$root/usr/bin/$program"
    for library in $(ldd "$home/$program" | awk -v folder="$runtime/" 'index($3, folder) == 1 { print $3 }'); do
      cp -L "$library" "$home/"
    done
  done
  patchelf --set-rpath '$ORIGIN' "${@/#/$home/}"
  find "$home" -name '*.so' -exec chmod 644 {} +
  find "$home" -name '*.safetensors' -exec chmod 644 {} +
}
lay_out faced "$bin" faced_faced.resources faced facectl facetrain
lay_out faced-web "$web" faced-web_FacedWeb.resources faced-web

# Man pages and completions, by swift-argument-parser.
manual=.build/manual
${SWIFT:-swift} build -c release --package-path .build/checkouts/swift-argument-parser --scratch-path "$manual" \
  --product generate-manual
document() { # PACKAGE PROGRAM
  local root=$stage/debian/$1 program=$2 home=$stage/debian/$1/usr/lib/$1
  rm -rf "${manual:?}/$program"
  mkdir -p "$manual/$program" "$root"/usr/share/{man/man1,bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d}
  "$manual/release/generate-manual" "$home/$program" --date "$(date -u +%Y-%m-%d)" --section 1 --multi-page \
    --output-directory "$manual/$program" >/dev/null
  local page name words
  for page in "$manual/$program"/*.1; do
    words=$(basename "$page" .1 | tr . ' ')
    name=${words// /-}
    # A page's name is one word, its synopsis is what is typed, and an empty line is a paragraph.
    sed -e "/^\.Sh NAME/,/^\.Nd/s/^\.Nm .*/.Nm $name/" -e "/^\.Sh SYNOPSIS/,/^\.Sh DESC/s/^\.Nm\$/.Nm \"$words\"/" \
      -e '/^\.Xr/s/\([a-z]\)\.\([a-z]\)/\1-\2/g' -e 's/^$/.Pp/' "$page" >"$root/usr/share/man/man1/$name.1"
  done
  "$home/$program" --generate-completion-script bash | sed '1{/^#!/d}' >"$root/usr/share/bash-completion/completions/$program"
  "$home/$program" --generate-completion-script zsh >"$root/usr/share/zsh/vendor-completions/_$program"
  "$home/$program" --generate-completion-script fish >"$root/usr/share/fish/vendor_completions.d/$program.fish"
}
for program in faced facectl facetrain; do document faced "$program"; done
document faced-web faced-web

install -D -m 644 packaging/debian/faced.json "$stage/debian/faced/etc/faced/faced.json"

# The Python client, with messages that Debian's own protobuf reads.
site=$stage/debian/python3-faced/usr/lib/python3/dist-packages
mkdir -p "$site" "$site/faced-$version.dist-info"
cp -r clients/python/src/faced "$site/faced"
find "$site" -name __pycache__ -exec rm -rf {} +
printf 'Metadata-Version: 2.1\nName: faced\nVersion: %s\nSummary: %s\n' "$version" \
  "A client of faced, the face identification daemon" >"$site/faced-$version.dist-info/METADATA"

(cd "$stage" && dpkg-buildpackage --build=binary --no-pre-clean --no-sign --no-check-builddeps >../build.log 2>&1) || {
  tail -40 "$out/build.log" >&2
  exit 1
}
rm -rf "$stage"
ls "$out"/*.deb
