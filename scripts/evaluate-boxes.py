#!/usr/bin/env python3
"""Counts the main faces that a detector finds, and its false boxes, on photographs of one main face each.

    python3 scripts/evaluate-boxes.py PHOTOS YUNET.onnx [--detector NAME] [--programs .build/release]

What is there is said by OpenCV's YuNet (PyPI opencv-python-headless) at half, once and twice the size, at scores from 0.5 on:
the main face is the largest of those at the photograph's middle, other faces count as faces too. A box is false when it
shares less than 0.3 of the union with every face that is there. The boxes are those of `facectl detect`, by a daemon that is
started for it.
"""
from __future__ import annotations

import argparse
import importlib
import json
import pathlib
import tempfile
from collections.abc import Sequence
from typing import Any

import cv2

# x, y, width, height.
Box = Sequence[float]

photos_script = importlib.import_module("evaluate-photos")


def overlap(a: Box, b: Box) -> float:
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(across, 0) * max(down, 0)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def there(detector: Any, picture: Any) -> list[Box]:
    """Boxes of all faces, the main one first."""
    boxes = []
    for scale in (1.0, 2.0, 0.5):
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        resized = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how)
        detector.setInputSize((resized.shape[1], resized.shape[0]))
        faces = detector.detect(resized)[1]
        for face in [] if faces is None else faces:
            box = [float(value) / scale for value in face[:4]]
            if all(overlap(box, other) < 0.4 for other in boxes):
                boxes.append(box)
    middle = (picture.shape[1] / 2, picture.shape[0] / 2)

    def is_main(box: Box) -> bool:
        return box[0] < middle[0] < box[0] + box[2] and box[1] < middle[1] < box[1] + box[3]

    return sorted(boxes, key=lambda box: (not is_main(box), -box[2] * box[3]))


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("photos", type=pathlib.Path)
parser.add_argument("yunet")
parser.add_argument("--detector", help="as faced's own option")
parser.add_argument("--programs", type=pathlib.Path, default=pathlib.Path(".build/release"))
args = parser.parse_args()
cv2.setNumThreads(1)
yunet = cv2.FaceDetectorYN.create(args.yunet, "", (320, 320), 0.5, 0.3)
files = sorted(str(path) for path in args.photos.rglob("*.jpg"))
with tempfile.TemporaryDirectory() as work:
    daemon = photos_script.Daemon(args.programs, pathlib.Path(work) / "data", None, args.detector)
    answers = photos_script.facectl(args.programs, daemon.address, "detect", *files)
    daemon.stop()

found, false, missed = 0, [], []
for file, answer in zip(files, answers, strict=True):
    faces = there(yunet, cv2.imread(file))
    boxes = [face["box"] for face in answer["faces"]]
    if faces and any(overlap(box, faces[0]) >= 0.5 for box in boxes):
        found += 1
    else:
        missed.append(file)
    false += [(file, [round(value) for value in box]) for box in boxes if all(overlap(box, face) < 0.3 for face in faces)]
print(json.dumps({"photographs": len(files), "main_faces_found": found, "false_boxes": len(false)}))
for file in missed:
    print("missed", file)
for file, box in false:
    print("false ", file, box)
