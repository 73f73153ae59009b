#!/usr/bin/env python3
"""How good the given landmarks are: a second opinion on the pictures that an aligner's training was kept from.

    python3 scripts/landmark-noise.py --data DIR --model yunet.onnx --output OTHER

YuNet looks at twelve copies of every kept picture (six sizes, each also mirrored); the median of what it finds, freed of
its mean offset from the given landmarks, goes to OTHER/train.landmarks.csv. With `facetrain evaluate-aligner --data` on
DIR and on OTHER there are three distances between three opinions: given g, median m and aligner a. If their errors are
independent, the given landmarks' own error is about √((gm² + ga² − ma²) / 2). The pictures are linked, not copied.

Needs opencv-python-headless and numpy.
"""
from __future__ import annotations

import argparse
import csv
import pathlib
from typing import Any

import cv2
import numpy as np

# Scale, and pixels of repeated edge, which YuNet needs about a face that fills its picture.
COPIES = [(0.6, 20), (0.75, 24), (0.9, 17), (1.0, 24), (1.25, 30), (1.6, 24)]
FEWEST = 6


def kept(name: str, share: float) -> bool:
    """HeldOut.contains: FNV-1a of the name."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return (value ^ value >> 32) % 10000 < share * 10000


def opinions(detector: Any, picture: Any) -> Any:
    """Five points per copy in which a face was found, in the picture's pixels."""
    found = []
    for scale, edge in COPIES:
        padded = cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
        width = padded.shape[1]
        side = int(width * scale / 4) * 4
        resized = cv2.resize(padded, (side, side), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        for mirrored in (False, True):
            detector.setInputSize((side, side))
            faces = detector.detect(np.ascontiguousarray(resized[:, ::-1]) if mirrored else resized)[1]
            if faces is None:
                continue
            points = faces[0][4:14].reshape(5, 2) * width / side
            if mirrored:
                points[:, 0] = width - points[:, 0]
                points = points[[1, 0, 2, 4, 3]]
            found.append(points - edge)
    return found


def distance(one: Any, other: Any, eyes: float) -> float:
    return float((np.hypot(*np.moveaxis(one - other, -1, 0)).mean(-1) / eyes).mean())


parser = argparse.ArgumentParser()
parser.add_argument("--data", type=pathlib.Path, required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--output", type=pathlib.Path, required=True)
parser.add_argument("--share", type=float, default=0.05, help="the recipe's validationShare")
args = parser.parse_args()
cv2.setNumThreads(1)
detector = cv2.FaceDetectorYN.create(args.model, "", (112, 112), 0.3)

with open(args.data / "train.landmarks.csv") as file:
    header, *rows = csv.reader(file)
names, given, medians = [], [], []
for name, *numbers in rows:
    if not kept(name.split("/")[0], args.share):
        continue
    found = opinions(detector, cv2.imread(str(args.data / "train" / name)))
    if len(found) < FEWEST:
        continue
    names.append(name)
    given.append(np.array(numbers, float).reshape(5, 2))
    medians.append(np.median(found, 0))
given, medians = np.array(given), np.array(medians)
eyes = np.hypot(*(given[:, 1] - given[:, 0]).T).clip(1)
# A mean offset is a habit of cutting and scaling, the same for all pictures; it is no noise.
frame = eyes[:, None, None]
medians -= ((medians - given) / frame).mean(0) * frame
print(f"{len(names)} pictures; given to median {distance(given, medians, eyes):.4f} of the distance between the eyes")

args.output.mkdir(parents=True, exist_ok=True)
link = args.output / "train"
if not link.exists():
    link.symlink_to((args.data / "train").resolve())
with open(args.output / "train.landmarks.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([name, *(f"{value:.2f}" for value in points.reshape(-1))] for name, points in zip(names, medians))
