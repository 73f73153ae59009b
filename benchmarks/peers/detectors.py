#!/usr/bin/env python3
"""Face detectors side by side on the same photographs, in one run: milliseconds per photograph on one thread.

usage: detectors.py FACEBENCH YUNET.onnx FOLDER [LIMIT [SIDE]]

`facebench detect` measures faced's own detector and YuNet by this project's engine; OpenCV runs YuNet here (PyPI
opencv-python-headless). Both see the photographs decoded, shrunk to SIDE (default 640) where they are larger, time the
search with the shrinking, and take each photograph's best of three rounds after one that is not counted.
"""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import time
from typing import Any

import cv2


def photographs(folder: str, limit: int) -> list[Any]:
    paths = sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if limit and len(paths) > limit:
        paths = [paths[i * len(paths) // limit] for i in range(limit)]
    return [cv2.imread(str(p), cv2.IMREAD_COLOR) for p in paths]


def opencv(model: str, photos: list[Any], side: int) -> dict[str, Any]:
    cv2.setNumThreads(1)
    detector = cv2.FaceDetectorYN.create(model, "", (320, 320), 0.6, 0.3, 5000)
    best = [float("inf")] * len(photos)
    for round in range(4):
        faces = 0
        for index, photo in enumerate(photos):
            start = time.perf_counter()
            scale = min(1, side / max(photo.shape[:2]))
            if scale < 1:
                photo = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            detector.setInputSize((photo.shape[1], photo.shape[0]))
            found = detector.detect(photo)[1]
            if round:
                best[index] = min(best[index], (time.perf_counter() - start) * 1e3)
            faces += 0 if found is None else len(found)
    best.sort()
    return {
        "detector": f"OpenCV {cv2.__version__} YuNet", "photos": len(photos), "faces": faces,
        "ms_per_photo": round_(sum(best) / len(best)), "median": round_(best[len(best) // 2]), "slowest": round_(best[-1]),
    }


def round_(value: float) -> float:
    return round(value, 3)


def main() -> None:
    facebench, model, folder = sys.argv[1:4]
    limit = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    side = int(sys.argv[5]) if len(sys.argv) > 5 else 640
    command = [facebench, "detect", "--images", folder, "--limit", str(limit), "--side", str(side), "--json"]
    command += ["--models", str(pathlib.Path(__file__).parent.parent / "daemon/Models")]
    command += ["--detector", "faced", "--detector", model]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [json.loads(line) for line in output.splitlines()] + [opencv(model, photographs(folder, limit), side)]
    for row in rows:
        row["against_opencv"] = round_(row["ms_per_photo"] / rows[-1]["ms_per_photo"])
        print(json.dumps(row))


main()
