#!/usr/bin/env python3
"""Measure OpenCV's YuNet as `facetrain evaluate-detector` measures faced's detector, on the same photographs.

    python3 scripts/evaluate-yunet.py --data DIR --model yunet.onnx --recipe recipes/detector.json [--turn 40] [--sources other]

Needs opencv-python-headless. The threshold is the one that gives --false-boxes boxes a photograph without faces.
Note that where the faces of `scenes` were marked by YuNet itself, its recall there is flattered.
"""
from __future__ import annotations

import argparse
import csv
import json
import math
import os
import time
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

# x, y, width, height.
Box = Sequence[float]

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--false-boxes", type=float, default=0.05)
parser.add_argument("--smallest", type=float, default=24)
parser.add_argument("--recipe", required=True, help="which says what is kept from training")
parser.add_argument("--sources", choices=["all", "same", "other"], default="all")
parser.add_argument("--turn", type=float, default=0)
args = parser.parse_args()
cv2.setNumThreads(1)
with open(args.recipe) as file:
    plan = json.load(file)["pictures"]


def kept(name: str) -> bool:
    """HeldOut.contains: FNV-1a of the name."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return (value ^ value >> 32) % 10000 < plan["validationShare"] * 10000


def counts(file: Any) -> bool:
    """Whether a photograph with faces is kept, and of the sources that are asked for."""
    is_other = file.split("/")[0] in plan["keptSets"]
    return (is_other or kept(file)) and args.sources in ("all", "other" if is_other else "same")


def turned(image: Any, boxes: list[Box]) -> tuple[Any, list[Any]]:
    """As DetectorEvaluation.turned: clockwise about the middle, in a square that holds all of it."""
    if args.turn == 0:
        return image, boxes
    angle = math.radians(args.turn)
    c, s = math.cos(angle), math.sin(angle)
    h, w = image.shape[:2]
    side = int(math.ceil(max(abs(w * c) + abs(h * s), abs(w * s) + abs(h * c))))
    matrix = np.array([[c, -s, side / 2 - c * w / 2 + s * h / 2], [s, c, side / 2 - s * w / 2 - c * h / 2]])
    result = []
    for x, y, bw, bh in boxes:
        px, py = matrix @ np.array([x + bw / 2, y + bh / 2, 1])
        tw, th = math.hypot(bw * c, bh * s), math.hypot(bw * s, bh * c)
        result.append((px - tw / 2, py - th / 2, tw, th))
    return cv2.warpAffine(image, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE), result


def overlap(a: Box, b: Box) -> float:
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(across, 0) * max(down, 0)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


faces = {}
with open(f"{args.data}/scenes.faces.csv") as file:
    for row in csv.DictReader(file):
        faces.setdefault(row["file"], []).append(tuple(float(row[k]) for k in ("x", "y", "width", "height")))
files = []
for folder, _, names in sorted(os.walk(f"{args.data}/scenes")):
    for name in sorted(names):
        file = os.path.relpath(f"{folder}/{name}", f"{args.data}/scenes")
        if counts(file):
            files.append((f"{folder}/{name}", faces.get(file, [])))
for folder, _, names in sorted(os.walk(f"{args.data}/backgrounds")):
    for name in sorted(names):
        if kept(os.path.relpath(f"{folder}/{name}", f"{args.data}/backgrounds")):
            files.append((f"{folder}/{name}", []))

detector = cv2.FaceDetectorYN.create(args.model, "", (320, 320), 0.05, 0.3, 5000)
scores, false, backgrounds, spent = [], [], 0, 0.0
for path, truth in files:
    image, truth = turned(cv2.imread(path), truth)
    start = time.perf_counter()
    detector.setInputSize((image.shape[1], image.shape[0]))
    found = detector.detect(image)[1]
    spent += time.perf_counter() - start
    found = [] if found is None else sorted(((tuple(f[:4]), float(f[14])) for f in found), key=lambda f: -f[1])
    if not truth:
        backgrounds += 1
        false += [score for _, score in found]
        continue
    best = [None] * len(truth)
    for box, score in found:
        free = [i for i in range(len(truth)) if best[i] is None and overlap(box, truth[i]) >= 0.5]
        if free:
            best[max(free, key=lambda i: overlap(box, truth[i]))] = score
    scores += [s for s, t in zip(best, truth) if math.sqrt(t[2] * t[3]) >= args.smallest]
allowed = int(args.false_boxes * backgrounds)
false.sort(reverse=True)
threshold = false[allowed] if len(false) > allowed else 0
print(json.dumps({
    "detector": "yunet", "threshold": threshold, "faces": len(scores), "backgrounds": backgrounds,
    "recall": sum(s is not None and s > threshold for s in scores) / len(scores),
    "falseBoxes": sum(s > threshold for s in false),
    "recallAt0.6": sum(s is not None and s >= 0.6 for s in scores) / len(scores),
    "falseBoxesAt0.6": sum(s >= 0.6 for s in false),
    "millisecondsPerPhoto": 1000 * spent / len(files)}))
