#!/usr/bin/env python3
"""How far different people's faces lie below their mean distance, in standard deviations: the table in ImpostorTable.swift.

    facetrain targets --model MODEL --images DATA/train --output VECTORS.f32
    python3 scripts/measure-impostors.py --data DATA --vectors VECTORS.f32

At most two faces of everybody are compared with those of all others, and then with templates of 2, 5 and 20 faces.

Needs numpy.
"""
from __future__ import annotations

import argparse

import numpy as np

RATES = [10 ** (-step / 2) for step in range(2, 13)]
BINS = 40_000


class Distances:
    """Squared distances, counted in narrow bins."""

    def __init__(self) -> None:
        self.counts = np.zeros(BINS + 1, dtype=np.int64)
        self.sum = self.squares = 0.0

    def add(self, values: np.ndarray) -> None:
        values = values.astype(np.float64)
        self.sum += values.sum()
        self.squares += (values * values).sum()
        self.counts += np.bincount(np.clip(values * BINS / 4, 0, BINS).astype(int), minlength=BINS + 1)

    def report(self, what: str) -> None:
        count = self.counts.sum()
        mean = self.sum / count
        deviation = np.sqrt(self.squares / count - mean * mean)
        share = np.cumsum(self.counts) / count
        print(f"{what}: {count} comparisons, mean {mean:.4f}, standard deviation {deviation:.4f}")
        for rate in RATES:
            # Ten accepted comparisons are the least that tell a rate.
            if rate * count >= 10:
                print(f"  {rate:.2e}  {(mean - np.searchsorted(share, rate) * 4 / BINS) / deviation:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--vectors", required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    with open(f"{arguments.data}/train.landmarks.csv", encoding="utf-8") as table:
        people = [line.split("/")[0] for line in table.read().splitlines()[1:]]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(people))}
    person = np.array([numbers[name] for name in people])
    vectors = np.fromfile(arguments.vectors, dtype="<f4").reshape(len(people), -1)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    random = np.random.default_rng(arguments.seed)
    faces = [np.flatnonzero(person == number) for number in range(len(numbers))]
    chosen = np.concatenate([random.choice(own, min(2, len(own)), replace=False) for own in faces])
    some, whose = vectors[chosen], person[chosen]

    pairs = Distances()
    for start in range(0, len(some), 512):
        end = start + 512
        different = whose[start:end, None] < whose[None, :]
        pairs.add((2 - 2 * some[start:end] @ some.T)[different])
    pairs.report("pairs")

    for size in (2, 5, 20):
        owners = [number for number, own in enumerate(faces) if len(own) >= size]
        sums = np.array([vectors[random.choice(faces[owner], size, replace=False)].sum(0) for owner in owners])
        templates = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        searched = Distances()
        for start in range(0, len(some), 512):
            end = start + 512
            different = whose[start:end, None] != np.array(owners)[None, :]
            searched.add((2 - 2 * some[start:end] @ templates.T)[different])
        searched.report(f"{len(owners)} templates of {size}")


if __name__ == "__main__":
    main()
