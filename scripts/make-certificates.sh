#!/usr/bin/env bash
# Makes everything for mutual TLS in one folder: an authority, a certificate for the daemon and one for each client.
#
#   scripts/make-certificates.sh FOLDER [--host NAME]... [--client NAME]... [--days N]
#
# The daemon's certificate is for localhost, this machine's name and every --host (names or addresses). Without --client
# there is one client, `admin`. What is there already is kept, so that the script can be run again to add to it.
set -euo pipefail
usage="usage: scripts/make-certificates.sh FOLDER [--host NAME]... [--client NAME]... [--days N]"
folder=${1:?$usage}
shift
hosts=(localhost 127.0.0.1 ::1 "$(uname -n)")
clients=()
days=365
while [ $# -gt 0 ]; do
  value=${2:?$usage}
  case $1 in
    --host) hosts+=("$value") ;;
    --client) clients+=("$value") ;;
    --days) days=$value ;;
    *) echo "$usage" >&2; exit 64 ;;
  esac
  shift 2
done
[ ${#clients[@]} -gt 0 ] || clients=(admin)
command -v openssl >/dev/null || { echo "openssl is needed: apt-get install openssl" >&2; exit 1; }

umask 077
mkdir -p "$folder"
cd "$folder"

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }

if [ ! -e ca.pem ]; then
  key ca.key
  openssl req -x509 -new -key ca.key -subj "/CN=faced authority" -days 3650 -out ca.pem \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
fi

issue() { # FILE, COMMON NAME, USE, ALTERNATIVE NAMES
  [ -e "$1.pem" ] && return
  key "$1.key"
  openssl req -new -key "$1.key" -subj "/CN=$2" |
    openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days "$days" -out "$1.pem" -extfile <(
      printf 'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n' "$3"
      [ -z "$4" ] || printf 'subjectAltName=%s\n' "$4"
    ) 2>/dev/null
}

names=
for host in "${hosts[@]}"; do
  case $host in
    *:* | [0-9]*.[0-9]*.[0-9]*.[0-9]*) kind=IP ;;
    *) kind=DNS ;;
  esac
  names+=${names:+,}$kind:$host
done
issue server "${hosts[0]}" serverAuth "$names"
for client in "${clients[@]}"; do issue "client-$client" "$client" clientAuth ""; done

here=$(pwd)
cat <<TEXT
Start the daemon:
  faced --tls-certificate $here/server.pem --tls-key $here/server.key --tls-client-ca $here/ca.pem
Use it:
  facectl context add local --address 127.0.0.1:50151 --tls-ca $here/ca.pem \\
    --tls-certificate $here/client-${clients[0]}.pem --tls-key $here/client-${clients[0]}.key
  facectl status
Say what a client on another machine may do:
  facectl token create --certificate ${clients[0]} --scopes admin
Keep ca.key elsewhere: whoever has it can make certificates that the daemon trusts.
TEXT
