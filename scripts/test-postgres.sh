#!/usr/bin/env bash
# A PostgreSQL server for tests, on a Unix socket in a folder of its own: scripts/test-postgres.sh FOLDER
# Prints "ready FOLDER" and ends with its standard input, taking the folder away. Lines on standard input meanwhile: "stop", "start",
# "kill" (SIGKILL to the server), "pause" and "continue" (SIGSTOP and SIGCONT to all of it); each is answered with itself when done.
# Exits with 77 where Debian's postgresql is not installed.
set -euo pipefail
folder=$1
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
[ -x "$bin/postgres" ] || { echo "no PostgreSQL: install Debian's postgresql" >&2; exit 77; }
as=()
mkdir -p "$folder"
if [ "$(id -u)" -eq 0 ]; then # the server refuses to run as root
  as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
  chown postgres "$folder"
fi
cd "$folder"
"${as[@]}" "$bin/initdb" -D data -U faced --auth=trust --no-sync >initdb.log 2>&1
cat >>data/postgresql.conf <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = off
max_connections = 200
CONF
if [ -n "${FACED_TEST_POSTGRES_PORT:-}" ]; then # for other network namespaces, and for tc
  printf "listen_addresses = '*'\nport = %s\n" "$FACED_TEST_POSTGRES_PORT" >>data/postgresql.conf
  echo "host all all all trust" >>data/pg_hba.conf
fi
start() { # what was killed a moment ago may still hold its memory
  for _ in $(seq 50); do
    "${as[@]}" "$bin/pg_ctl" -D data -l server.log -w start >/dev/null 2>&1 </dev/null && return
    sleep 0.1
  done
  cat server.log >&2
  return 1
}
processes() { head -1 data/postmaster.pid; pgrep -P "$(head -1 data/postmaster.pid)" || true; }
finish() {
  processes 2>/dev/null | xargs -r kill -CONT 2>/dev/null || true
  "${as[@]}" "$bin/pg_ctl" -D data -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap finish EXIT
start
echo "ready $folder"
while read -r line; do
  case $line in
    stop) "${as[@]}" "$bin/pg_ctl" -D data -m fast -w stop >/dev/null 2>&1 ;;
    start) start ;;
    kill) processes | xargs kill -KILL || true; rm -f data/postmaster.pid ;;
    pause) processes | xargs kill -STOP || true ;; # one may end meanwhile
    continue) processes | xargs kill -CONT || true ;;
  esac
  echo "$line"
done
