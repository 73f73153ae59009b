#!/usr/bin/env python3
"""What comparing by templates gains over comparing by the nearest face, on people whom a training was kept from.

    facetrain targets --model MODEL --images DATA/train --output VECTORS.f32
    python3 scripts/measure-templates.py --data DATA --vectors VECTORS.f32 --recipe recipes/taught.json

Of validation identities with seven pictures or more five are enrolled and at most three ask; one picture of each of the others
is a stranger's; the means are over --draws random choices. Then, for templates by their number of pictures: how often they are
falsely accepted at the distances at which pairs of pictures are at a rate.

Needs numpy.
"""
from __future__ import annotations

import argparse
import csv
import json
from typing import Any

import numpy as np

import faced_split


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def misses(to_known: np.ndarray, names: Any, to_strangers: np.ndarray) -> Any:
    """FNIR where one stranger in a hundred is accepted."""
    threshold = np.sort(to_strangers.min(1))[len(to_strangers) // 100]
    own = to_known[np.arange(len(names)), names]
    return 1 - ((to_known.argmin(1) == names) & (own < threshold)).mean()


parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--vectors", required=True)
parser.add_argument("--recipe", required=True)
parser.add_argument("--draws", type=int, default=40)
args = parser.parse_args()
recipe = json.load(open(args.recipe))
with open(f"{args.data}/train.landmarks.csv") as file:
    files = [row[0] for row in csv.reader(file)][1:]
vectors = np.fromfile(args.vectors, "<f4").reshape(len(files), -1)
kept = faced_split.validation(files, recipe["pictures"]["validationShare"], recipe["seed"])

random = np.random.default_rng(0)
several, others = [p for p in kept if len(p) >= 7], [p for p in kept if len(p) < 7]
by_face, by_template = [], []
for _ in range(args.draws):
    drawn = [random.permutation(pictures) for pictures in several]
    enrolled = vectors[np.array([pictures[:5] for pictures in drawn])]
    asked = vectors[[p for pictures in drawn for p in pictures[5:8]]]
    names = np.array([name for name, pictures in enumerate(drawn) for _ in pictures[5:8]])
    strangers = vectors[[random.choice(pictures) for pictures in others]]
    templates = unit(enrolled.sum(1))
    for found, distance in (
        (by_face, lambda x: (2 - 2 * np.einsum("qd,ifd->qif", x, enrolled)).min(2)),
        (by_template, lambda x: 2 - 2 * x @ templates.T),
    ):
        found.append(misses(distance(asked), names, distance(strangers)))
print(f"{len(kept)} identities kept; {len(several)} enrolled, {len(names)} questions, {len(others)} strangers")
print(f"FNIR at FPIR 1 %: nearest face {np.mean(by_face):.3f}, template {np.mean(by_template):.3f}")

places = np.concatenate(kept)
label = np.repeat(np.arange(len(kept)), [len(pictures) for pictures in kept])
probes = vectors[places]
pairs = np.sort((2 - 2 * probes @ probes.T)[np.triu(label[:, None] != label[None])])
for low, high in ((1, 1), (2, 2), (3, 4), (5, 7), (8, 1000)):
    who = np.array([name for name, pictures in enumerate(kept) if low <= len(pictures) <= high])
    templates = unit(np.array([vectors[kept[name]].sum(0) for name in who]))
    distances = (2 - 2 * probes @ templates.T)[label[:, None] != who[None]]
    ratios = {rate: (distances < pairs[int(rate * len(pairs))]).mean() / rate for rate in (3e-4, 1e-3, 3e-3, 1e-2)}
    print(f"{low} to {high} pictures, {len(who)} templates: " + ", ".join(f"{k:g}: {v:.2f}" for k, v in ratios.items()))
