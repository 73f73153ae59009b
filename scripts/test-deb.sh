#!/usr/bin/env bash
# Installs, runs, upgrades, removes and purges the packages of `make deb` in a bare Debian made for it. Needs root.
#   DEBIAN_MIRROR  where debootstrap reads from; FACED_BARE_ROOT  a root made by debootstrap before, copied and not changed
set -euo pipefail
cd "$(dirname "$0")/.."
say() { echo "== $*"; }
fail() { echo "test-deb: $*" >&2; exit 1; }
[ "$(id -u)" -eq 0 ] || fail "debootstrap and chroot need root"

say "lintian"
lintian --allow-root --fail-on error,warning .build/deb/*.deb

say "hardening: systemd's exposure is at most 2.0"
for unit in packaging/debian/*.service; do
  systemd-analyze security --offline=true --threshold=20 --no-pager "$unit" | tail -1
done

root=$(mktemp -d -p /var/tmp)
chmod 755 "$root" # It becomes /, which everybody may enter.
daemon=
# A network of its own: this machine's daemons keep their ports.
unshare --net sleep infinity &
network=$!
# Before it has one, what enters it would stay in this one.
until [ "$(readlink "/proc/$network/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
finish() {
  [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
  kill "$network" 2>/dev/null || true
  for mounted in proc dev; do mountpoint -q "$root/$mounted" && umount "$root/$mounted"; done
  rm -rf --one-file-system "$root"
}
trap finish EXIT
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
alone() { nsenter --target "$network" --net chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
install() { inside apt-get install -y -qq --no-install-recommends "$@" >"$root/tmp/apt.log" 2>&1 || { tail -30 "$root/tmp/apt.log"; fail "install $*"; }; }

say "a bare Debian"
nsenter --target "$network" --net ip link set lo up
if [ -n "${FACED_BARE_ROOT:-}" ]; then
  cp -a "$FACED_BARE_ROOT/." "$root"
else
  debootstrap --variant=minbase bookworm "$root" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$root.log" || fail "see $root.log"
  rm -f "$root.log"
fi
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mkdir "$root/packages"
cp .build/deb/*.deb "$root/packages"
inside apt-get update -qq

say "installs"
install systemd-standalone-sysusers $(cd .build/deb && printf "/packages/%s " *.deb) logrotate bash-completion man-db
inside sh -c 'id faced && id faced-web' >/dev/null
for program in faced facectl facetrain faced-web; do
  inside "$program" --help >/dev/null || fail "$program does not start"
  inside man -w "$program" >/dev/null 2>&1 || fail "no man page of $program"
  inside bash -c "source /usr/share/bash-completion/completions/$program && complete -p $program" >/dev/null
done

# As the unit does it: the folders by systemd's names and modes, then the unit's own command line as its user.
unit() { sed -n "s/^$1=//p" "$root/lib/systemd/system/faced.service"; }
folders() {
  inside install -d -o faced -g faced -m "$(unit StateDirectoryMode)" "/var/lib/$(unit StateDirectory)"
  inside install -d -o faced -g faced -m "$(unit RuntimeDirectoryMode)" "/run/$(unit RuntimeDirectory)"
}
start() { # what the daemon says goes to /tmp/said
  : >"$root/tmp/said"
  # Not by a function: its process would be a shell's, and a signal to it would not reach the daemon.
  nsenter --target "$network" --net chroot "$root" setpriv --reuid faced --regid faced --clear-groups --reset-env \
    $(unit ExecStart) >"$root/tmp/said" 2>"$root/tmp/log" &
  daemon=$!
  for _ in $(seq 100); do grep -q '^ready' "$root/tmp/said" && return; sleep 0.1; done
  cat "$root/tmp/log"
  fail "the daemon does not start"
}
stop() { kill "$daemon"; wait "$daemon" || fail "the daemon did not end in order"; daemon=; }

say "runs"
folders
start
grep -q 'Everything is kept in /var/lib/faced' "$root/tmp/said" || fail "the first start says nothing of where the data is"
grep -q 'facectl enroll' "$root/tmp/said" || fail "the first start does not say what to do next"
.build/release/facedemo --pictures-only --output "$root/tmp/demo" >/dev/null
people=tmp/demo/enroll
alone facectl enroll "/$people" >"$root/tmp/enrolled" || [ $? -eq 3 ] || fail "enroll"
photo=$(cd "$root" && find "$people" -name '*.jpg' | sort | head -1)
alone facectl identify "/$photo" | grep -q distance || fail "an enrolled face is not known"
alone python3 -c "
import faced
with faced.connect('127.0.0.1:50151') as client:
    assert client.identify('/$photo')[0].name, 'unknown'
    try:
        client.enroll(b'not a picture', 'Nobody')
    except faced.NotAnImage as error:
        print('python:', error.reason)
"
# libheif is recommended, not needed: without it an iPhone's photograph is refused with what to install.
cp Tests/ImagesTests/Golden/drawn.heic "$root/tmp/iphone.heic"
detected() { alone facectl detect /tmp/iphone.heic 2>&1 || true; }
detected | grep -q 'install Debian.s package libheif1' || fail "a HEIC file is not refused with what to install"
install libheif1
stop && start
! detected | grep -q libheif || fail "a HEIC file is not read with libheif1"
[ "$(inside stat -c %a:%U /var/lib/faced)" = 700:faced ] || fail "the data folder is open to others"
alone sh -c 'faced-web --address 127.0.0.1:18150 >/tmp/web 2>&1 & web=$!; for i in $(seq 50); do grep -q ready /tmp/web && break; sleep 0.1; done; kill $web; grep -q ready /tmp/web' || fail "faced-web does not serve"
# An audit file that the daemon put aside goes to the archive, and audit.log stays.
aside=/var/lib/faced/audit/audit-00000000000000000001.log
inside setpriv --reuid faced --regid faced --clear-groups sh -c "echo line >$aside && touch -d '40 days ago' $aside"
inside logrotate --force --state /tmp/rotation /etc/logrotate.d/faced >"$root/tmp/rotate" 2>&1 || { cat "$root/tmp/rotate"; fail "logrotate"; }
ls "$root"/var/lib/faced/audit-archive/*.gz >/dev/null || fail "logrotate archived nothing"
[ -f "$root/var/lib/faced/audit/audit.log" ] && [ ! -f "$root$aside" ] || fail "logrotate took the wrong file"
stop

say "upgrades: another version over it, with a changed setting and the gallery kept"
inside sed -i 's/"data"/"workers": 1,\n  "data"/' /etc/faced/faced.json
rm -rf "$root/tmp/newer" && dpkg-deb -R "$root"/packages/faced_*.deb "$root/tmp/newer"
sed -i 's/^Version: .*/&+next/' "$root/tmp/newer/DEBIAN/control"
dpkg-deb -Znone -b --root-owner-group "$root/tmp/newer" "$root/packages/next.deb" >/dev/null
install /packages/next.deb
grep -q workers "$root/etc/faced/faced.json" || fail "the upgrade lost a setting"
start
alone facectl identify "/$photo" | grep -q distance || fail "the upgrade lost the gallery"
! grep -q 'Nobody is enrolled' "$root/tmp/said" || fail "greets like a first start"
stop

say "removes, and keeps the gallery; purges, and erases it"
inside apt-get remove -y -qq faced faced-web python3-faced >/dev/null 2>&1
[ -d "$root/var/lib/faced/store" ] || fail "removing took the gallery"
inside apt-get purge -y -qq faced faced-web python3-faced >/dev/null 2>&1
for left in /etc/faced /var/lib/faced /usr/lib/faced /usr/lib/faced-web /etc/default/faced-web; do
  [ ! -e "$root$left" ] || fail "$left is left behind"
done
say "all of it passed"
