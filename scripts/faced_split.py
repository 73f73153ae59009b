"""The split of a training's identities, as IdentitySplit.swift makes it: who was kept from the training."""
from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

MASK = (1 << 64) - 1


class RandomSource:
    """RandomSource.swift, as far as shuffling a split needs it."""

    def __init__(self, seed: int, *places: int) -> None:
        mixed = seed
        for number in places:
            mixed = self.mix(mixed ^ self.mix((number + 0x632BE59BD9B4E019) & MASK))
        self.state = []
        for _ in range(4):
            mixed = (mixed + 0x9E3779B97F4A7C15) & MASK
            self.state.append(self.mix(mixed))

    @staticmethod
    def mix(z: int) -> int:
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        return z ^ z >> 31

    def next(self) -> int:
        def rotated(value: int, count: int) -> int:
            return (value << count | value >> 64 - count) & MASK

        a, b, c, d = self.state
        result = rotated(b * 5 & MASK, 7) * 9 & MASK
        c, d = c ^ a, d ^ b
        self.state = [a ^ d, b ^ c, c ^ (b << 17 & MASK), rotated(d, 45)]
        return result

    def below(self, bound: int) -> int:
        """Swift's way to a number below a bound (Lemire 2019)."""
        product = self.next() * bound
        if product & MASK < bound:
            while product & MASK < (1 << 64) % bound:
                product = self.next() * bound
        return product >> 64

    def shuffled(self, values: Iterable[Any]) -> list[Any]:
        values = list(values)
        for place in range(len(values) - 1):
            other = place + self.below(len(values) - place)
            values[place], values[other] = values[other], values[place]
        return values


def validation(files: Iterable[Any], share: float, seed: int) -> Any:
    """IdentitySplit.swift: places of the pictures that are kept, by identity."""
    people = {}
    for place, file in enumerate(files):
        people.setdefault(file.split("/")[0], []).append(place)
    random, kept = RandomSource(seed, 0x5917), []
    for low, high in ((1, 1), (2, 3), (4, 14), (15, 1 << 62)):
        group = random.shuffled(people[name] for name in sorted(people) if low <= len(people[name]) <= high)
        kept += group[: math.ceil(len(group) * share)]
    return kept
