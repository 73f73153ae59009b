"""The training pictures of a recipe, and which identities are kept for validation: as facetrain reads and splits them."""

from __future__ import annotations

import csv
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

MASK = (1 << 64) - 1


class RandomSource:
    """xoshiro256** seeded as `RandomSource.swift` does, with Swift's way of drawing below a bound and of shuffling."""

    def __init__(self, seed: int, *place: int) -> None:
        mixed = seed & MASK
        for number in place:
            mixed = self._mix(mixed ^ self._mix((number + 0x632BE59BD9B4E019) & MASK))
        self.state = []
        for _ in range(4):
            mixed = (mixed + 0x9E3779B97F4A7C15) & MASK
            self.state.append(self._mix(mixed))

    @staticmethod
    def _mix(z: int) -> int:
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def next(self) -> int:
        s = self.state
        turned = (s[1] * 5) & MASK
        result = (((turned << 7) | (turned >> 57)) & MASK) * 9 & MASK
        shifted = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = ((s[3] << 45) | (s[3] >> 19)) & MASK
        return result

    def below(self, bound: int) -> int:
        """Lemire's method."""
        product = self.next() * bound
        if product & MASK < bound:
            least = ((1 << 64) - bound) % bound
            while product & MASK < least:
                product = self.next() * bound
        return product >> 64

    def shuffled(self, values: list[Any]) -> list[Any]:
        values = list(values)
        for place in range(len(values) - 1):
            other = place + self.below(len(values) - place)
            values[place], values[other] = values[other], values[place]
        return values


@dataclass
class Pictures:
    """n × 3 × side × side bytes, n × 5 × 2 landmarks, and per picture its identity or −1."""

    pixels: Tensor
    landmarks: Tensor
    identity: list[int]

    def split(self, share: float, seed: int) -> tuple[Tensor, list[list[int]]]:
        """Places to train on, and those to validate on by identity (`IdentitySplit`)."""
        people: list[list[int]] = [[] for _ in range(max(self.identity) + 1)]
        unlabelled: list[int] = []
        for place, person in enumerate(self.identity):
            (unlabelled if person < 0 else people[person]).append(place)
        random = RandomSource(seed, 0x5917)
        training: list[int] = []
        validation: list[list[int]] = []
        for low, high in ((1, 1), (2, 3), (4, 14), (15, math.inf)):
            group = random.shuffled([p for p in people if low <= len(p) <= high])
            kept = math.ceil(len(group) * share)
            validation += group[:kept]
            training += [place for person in group[kept:] for place in person]
        return torch.tensor(training + unlabelled), validation


def read(folder: Path, plan: dict[str, Any]) -> Pictures:
    """Reads the folders that the recipe's `pictures` names; every picture needs landmarks and `pixels` a side."""
    files: list[Path] = []
    landmarks: list[list[float]] = []
    identity: list[int] = []
    numbers: dict[str, int] = {}
    for name in [plan["labelled"], *plan["unlabelled"]]:
        with open(folder / f"{name}.landmarks.csv", newline="") as table:
            for row in list(csv.reader(table))[1:]:
                files.append(folder / name / row[0])
                landmarks.append([float(value) for value in row[1:11]])
                person = row[0].split("/")[0]
                identity.append(numbers.setdefault(person, len(numbers)) if name == plan["labelled"] else -1)
    side = plan["pixels"]
    pixels = np.empty((len(files), 3, side, side), np.uint8)

    def decode(place: int) -> None:
        with Image.open(files[place]) as picture:
            array = np.asarray(picture.convert("RGB"))
        if array.shape != (side, side, 3):
            raise ValueError(f"{files[place]} has not {side} × {side} pixels")
        pixels[place] = array.transpose(2, 0, 1)

    with ThreadPoolExecutor() as threads:
        list(threads.map(decode, range(len(files)), chunksize=256))
    return Pictures(torch.from_numpy(pixels), torch.tensor(landmarks).view(-1, 5, 2), identity)
