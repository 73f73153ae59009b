#!/usr/bin/env python3
"""Enrolls and identifies uncropped photographs through the daemon and prints the figures as JSON.

The folder holds `known/NAME/*.jpg` and `strangers/*.jpg`. The first five pictures of each known person are enrolled, the
others are asked about, and so is every stranger. Nothing is chosen here: the threshold is the daemon's own.

    scripts/evaluate-photos.py PHOTOS [--programs .build/release] [--model FILE] [--detector NAME] [--enroll 5]

`fnir_at_fpir_1e-2` is the share of the known who would be refused, or taken for somebody else, at the distance at which
one stranger in a hundred is accepted: the usual figure for open-set search. It says how well known and strangers are
told apart, not what the daemon's threshold does.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


class Daemon:
    """faced on a free port with a store of its own."""

    def __init__(self, programs: Path, data: Path, model: str | None, detector: str | None) -> None:
        command = [programs / "faced", "--data", data, "--address", "127.0.0.1:0", "--log-level", "warning"]
        command += ["--model", model] if model else []
        command += ["--detector", detector] if detector else []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.address = None
        for line in self.process.stdout:
            if line.startswith("address "):
                self.address = line.split()[1]
            if line.strip() == "ready":
                return
        sys.exit("faced ended before it was ready")

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait()


def facectl(programs: Path, address: Any, *arguments: Any) -> Any:
    command = [programs / "facectl", "--address", address, *arguments, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("--programs", type=pathlib.Path, default=pathlib.Path(".build/release"))
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--detector", help="as faced's own option")
    parser.add_argument("--enroll", type=int, default=5)
    options = parser.parse_args()

    people = {folder.name: sorted(folder.iterdir()) for folder in sorted((options.photos / "known").iterdir())}
    strangers = sorted((options.photos / "strangers").iterdir())
    with tempfile.TemporaryDirectory() as work:
        daemon = Daemon(options.programs, pathlib.Path(work) / "data", options.model, options.detector)
        refused, enrolled = [], 0
        start = time.monotonic()
        for name, pictures in people.items():
            for summary in facectl(
                options.programs, daemon.address, "enroll", "--largest", "--identity", name,
                *map(str, pictures[: options.enroll]),
            ):
                enrolled += summary["enrolled_faces"]
                refused += summary["refused"]
        enroll_seconds = time.monotonic() - start

        asked = [(name, picture) for name, pictures in people.items() for picture in pictures[options.enroll :]]
        asked += [(None, picture) for picture in strangers]
        start = time.monotonic()
        answers = facectl(
            options.programs, daemon.address, "identify", "--largest", *[str(picture) for _, picture in asked]
        )
        identify_seconds = time.monotonic() - start
        status = daemon.stop()

    counts = dict.fromkeys(
        ["known", "rank_1", "identified", "misidentified", "known_without_a_face", "strangers", "accepted",
         "strangers_without_a_face"], 0)
    right, wrong = [], []
    for (name, _), answer in zip(asked, answers, strict=True):
        face = answer["faces"][0] if answer["faces"] else None
        if name is None:
            counts["strangers"] += 1
            counts["strangers_without_a_face"] += face is None
            counts["accepted"] += face is not None and face["decision"] == "IDENTIFIED"
            wrong.append(face["candidates"][0]["distance"] if face and face["candidates"] else 4.0)
            continue
        counts["known"] += 1
        if face is None:
            counts["known_without_a_face"] += 1
            continue
        counts["rank_1"] += bool(face["candidates"]) and face["candidates"][0]["identity"] == name
        if face["candidates"] and face["candidates"][0]["identity"] == name:
            right.append(face["candidates"][0]["distance"])
        if face["decision"] == "IDENTIFIED":
            counts["identified" if face["identity"] == name else "misidentified"] += 1
    accepted = sorted(wrong)[: int(0.01 * len(wrong)) + 1]
    threshold = accepted[-1] if accepted else 4.0
    found = sum(distance < threshold for distance in right)
    print(json.dumps({
        **counts,
        "enrolled": enrolled,
        "refused_at_enrolment": len(refused),
        "rank_1_rate": round(counts["rank_1"] / counts["known"], 4),
        "identified_rate": round(counts["identified"] / counts["known"], 4),
        "fnir_at_fpir_1e-2": round(1 - found / max(1, counts["known"]), 4),
        "strangers_accepted_rate": round(counts["accepted"] / max(1, counts["strangers"]), 4),
        "enroll_photos_per_second": round(enrolled / enroll_seconds, 1),
        "identify_photos_per_second": round(len(asked) / identify_seconds, 1),
        "daemon_exit": status,
    }))


if __name__ == "__main__":
    main()
