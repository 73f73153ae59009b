#!/usr/bin/env bash
# Strangers' photographs against people enrolled from photographs, through the daemon: detection, crops and decisions as in use.
#
#   scripts/measure-portraits.sh PHOTOS FACES [MODEL.safetensors]
#
# PHOTOS/known/<person>/*.jpg are enrolled, the first FACES of each; PHOTOS/strangers/*.jpg and the other photographs ask.
set -euo pipefail
photos=$1 faces=$2 model=${3:-}
bin="$(dirname "$0")/../.build/release"
work=$(mktemp -d)
"$bin/faced" --data "$work/data" --address 127.0.0.1:0 ${model:+--model "$model"} >"$work/said" 2>/dev/null &
daemon=$!
trap 'kill $daemon; wait $daemon 2>/dev/null || true; rm -rf "$work"' EXIT
until grep -q '^ready' "$work/said"; do sleep 0.2; done
export FACED_ADDRESS
FACED_ADDRESS=$(sed -n 's/^address //p' "$work/said")
mkdir "$work/enroll" "$work/ask"
for person in "$photos"/known/*/; do
  name=$(basename "$person")
  mkdir "$work/enroll/$name" "$work/ask/$name"
  n=0
  for photo in "$person"*.jpg; do
    n=$((n + 1))
    if [ "$n" -le "$faces" ]; then cp "$photo" "$work/enroll/$name"; else cp "$photo" "$work/ask/$name"; fi
  done
done
"$bin/facectl" enroll "$work/enroll" >/dev/null || true
count() { # FOLDER: decisions of the largest face of each photograph
  { "$bin/facectl" identify "$1" --largest --json || true; } | python3 -c '
import json, sys
answers = [json.loads(line) for line in sys.stdin]
faces = [(a["file"], a["faces"][0]) for a in answers if a.get("faces")]
taken = [f for f in faces if f[1]["decision"] != "UNKNOWN"]
right = [f for f in taken if f[1].get("identity") == f[0].split("/")[-2]]
basis = faces[0][1]["basis"]
print(len(faces), "asked,", len(taken), "taken for somebody,", len(right), "for the right person; threshold",
      round(faces[0][1]["threshold"], 3), "predicted", round(basis["expected_false_positive_rate"], 4))'
}
echo "strangers: $(count "$photos/strangers")"
echo "known: $(count "$work/ask")"
