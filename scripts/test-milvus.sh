#!/usr/bin/env bash
# A milvus-lite server for tests, on a free port of 127.0.0.1: scripts/test-milvus.sh FOLDER
# Prints "ready HOST:PORT" and ends with its standard input, taking the folder away. Lines on standard input meanwhile: "kill",
# "start", "wipe" (SIGKILL, and its data is gone), "pause" and "continue" (SIGSTOP and SIGCONT), "full" and "space" (no file may
# grow, and may again); each is answered with itself when done. Exits with 77 where milvus-lite is in neither $MILVUS_LITE nor .build/milvus (scripts/install-milvus-lite.sh).
set -euo pipefail
folder=$1
program=${MILVUS_LITE:-$(dirname "$0")/../.build/milvus/bin/milvus-lite}
[ -x "$program" ] || { echo "no Milvus: scripts/install-milvus-lite.sh" >&2; exit 77; }
mkdir -p "$folder"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
server=
start() {
  "$program" server --data-dir "$folder/data" --host 127.0.0.1 --port "$port" >>"$folder/log" 2>&1 </dev/null &
  server=$!
  for _ in $(seq 600); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
    sleep 0.1
  done
  cat "$folder/log" >&2
  return 1
}
end() {
  kill -KILL "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
}
trap 'end; rm -rf "$folder"' EXIT
start
echo "ready 127.0.0.1:$port"
while read -r line; do
  case $line in
    kill) end ;;
    start) start ;;
    wipe) end; rm -rf "$folder/data" ;;
    pause) kill -STOP "$server" ;;
    continue) kill -CONT "$server" ;;
    full) prlimit --pid "$server" --fsize=1:unlimited ;;
    space) prlimit --pid "$server" --fsize=unlimited:unlimited ;;
  esac
  echo "$line"
done
