#!/usr/bin/env bash
# A release of what is committed: tested, built, tagged, with checksums. SIGNING_KEY signs the tag and the checksums.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { echo "make release: $*" >&2; exit 1; }
version=$(sed -n 's/.*text = "\(.*\)"/\1/p' clients/facectl/Version.swift)
said() { grep -qF "$1" "$2" || fail "$2 does not say $version"; }
said "text = \"$version\"" daemon/Faced.swift
said "version = \"$version\"" clients/python/pyproject.toml
said "## $version" CHANGELOG.md
head -1 packaging/debian/changelog | grep -qF "($version)" || fail "packaging/debian/changelog does not say $version"
! grep -q "^## $version (unreleased)" CHANGELOG.md || fail "CHANGELOG.md still calls $version unreleased"
[ -z "$(git status --porcelain)" ] || fail "the tree has changes that are not committed"
! git rev-parse -q --verify "refs/tags/v$version" >/dev/null || fail "the tag v$version is there already"

make lint test proto-check test-python deb docs test-docs

out=.build/release-$version
rm -rf "$out"
mkdir -p "$out"
cp .build/deb/*.deb .build/wheels/faced-*.whl "$out"
tar -C .build -czf "$out/faced-docs-$version.tar.gz" docs
git archive --prefix="faced-$version/" -o "$out/faced-$version.tar.gz" HEAD
(cd "$out" && sha256sum -- * >SHA256SUMS)
if [ -n "${SIGNING_KEY:-}" ]; then
  gpg --local-user "$SIGNING_KEY" --armor --detach-sign "$out/SHA256SUMS"
  git tag --local-user "$SIGNING_KEY" -s "v$version" -m "faced $version"
else
  git tag -a "v$version" -m "faced $version"
fi
ls "$out"
