#!/usr/bin/env python3
"""Predicted against observed FPIR: strangers searched in galleries of several sizes and templates of several faces.

    facetrain targets --model MODEL --images FOLDER --output FOLDER.f32
    python3 scripts/measure-searches.py --model MODEL --gallery FOLDER --strangers FOLDER

FOLDER has a sub-folder for each person and lies beside FOLDER.landmarks.csv and FOLDER.f32 (or --vectors). Where gallery and
strangers are one folder, strangers are the people who are not enrolled in a draw. Of everybody who is enrolled `faces` pictures
are drawn, of every stranger one. The threshold is the one that the daemon takes for --fpir from the model file's tables of
searches, and from its table of pairs for comparison. Observed: the mean over the draws, with an interval of 95 % over people:
strangers are drawn anew with replacement 1,000 times (bootstrap).

Needs numpy.
"""

from __future__ import annotations

import argparse
import csv
import json
import struct
from typing import Any

import numpy as np


def header(path: str) -> Any:
    with open(path, "rb") as file:
        return json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))["__metadata__"]


class Table:
    def __init__(self, points: list[Any]) -> None:
        self.distance = np.array([p["squaredDistance"] for p in points])
        self.rate = np.array([p["falseAcceptRate"] for p in points])

    def at(self, distance: float) -> float:
        return np.exp(np.interp(distance, self.distance, np.log(self.rate)))


class Rule:
    """SearchCalibration and DecisionRule, as far as a gallery of one number of faces needs them."""

    def __init__(self, calibration: Any, by_pairs: bool = False) -> None:
        tables = [{"faces": 1, "points": calibration["points"]}]
        if not by_pairs:
            tables += calibration.get("templates", [])
        self.tables = [(t["faces"], Table(t["points"])) for t in tables]

    def rate(self, distance: float, faces: int) -> float:
        above = next((i for i, (size, _) in enumerate(self.tables) if size >= faces), len(self.tables) - 1)
        size, table = self.tables[above]
        if above == 0 or size <= faces:
            return table.at(distance)
        low, lower = self.tables[above - 1]
        share = np.log(faces / low) / np.log(size / low)
        return np.exp((1 - share) * np.log(lower.at(distance)) + share * np.log(table.at(distance)))

    def threshold(self, fpir: float, people: int, faces: int) -> tuple[Any, Any]:
        own = next((t for size, t in self.tables if size >= faces), self.tables[-1][1])
        low, high = own.distance[0], min(t.distance[-1] for _, t in self.tables)

        def expected(distance: float) -> Any:
            return -np.expm1(people * np.log1p(-self.rate(distance, faces)))

        if expected(low) > fpir:
            return low, expected(low)
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if expected(middle) <= fpir else (low, middle)
        return low, expected(low)


def people_of(folder: str, vectors: str) -> Any:
    with open(f"{folder}.landmarks.csv") as file:
        files = [row[0] for row in csv.reader(file)][1:]
    rows = np.fromfile(vectors or f"{folder}.f32", "<f4").reshape(len(files), -1)
    people = {}
    for place, name in enumerate(files):
        people.setdefault(name.split("/")[0], []).append(place)
    return rows, list(people.values())


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def draw(random: np.random.Generator, gallery: Any, strangers: Any, size: int, faces: int, same: bool) -> Any:
    """Distances of one draw's strangers to their nearest template, and which strangers they are."""
    rows, people = gallery
    able = [i for i, places in enumerate(people) if len(places) >= faces]
    enrolled = random.choice(able, size, replace=False)
    templates = unit(np.array([rows[random.permutation(people[i])[:faces]].sum(0) for i in enrolled]))
    others, who = strangers
    asked = np.setdiff1d(np.arange(len(who)), enrolled) if same else np.arange(len(who))
    probes = others[[random.choice(who[i]) for i in asked]]
    nearest = np.concatenate([(2 - 2 * probes[i : i + 500] @ templates.T).min(1) for i in range(0, len(probes), 500)])
    return nearest, asked


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--gallery", required=True)
    parser.add_argument("--strangers", required=True)
    parser.add_argument("--vectors")
    parser.add_argument("--stranger-vectors")
    parser.add_argument("--sizes", default="60,600,2000")
    parser.add_argument("--faces", default="1,2,5,20")
    parser.add_argument("--fpir", type=float, default=0.01)
    parser.add_argument("--draws", type=int, default=20)
    args = parser.parse_args()
    calibration = json.loads(header(args.model)["calibration"])
    gallery = people_of(args.gallery, args.vectors)
    strangers, same = gallery, True
    if args.strangers != args.gallery:
        strangers, same = people_of(args.strangers, args.stranger_vectors), False
    random = np.random.default_rng(0)
    print("| identities | faces each | strangers | threshold | predicted | observed | 95 % | by the table of pairs |")
    print("|---|---|---|---|---|---|---|---|")
    for size in map(int, args.sizes.split(",")):
        for faces in map(int, args.faces.split(",")):
            able = sum(len(places) >= faces for places in gallery[1])
            if able < size:
                continue
            threshold, predicted = Rule(calibration).threshold(args.fpir, size, faces)
            before, _ = Rule(calibration, by_pairs=True).threshold(args.fpir, size, faces)
            accepted, asked, old = np.zeros(len(strangers[1])), np.zeros(len(strangers[1])), []
            for _ in range(args.draws):
                nearest, who = draw(random, gallery, strangers, size, faces, same)
                accepted[who] += nearest <= threshold
                asked[who] += 1
                old.append((nearest <= before).mean())
            there = asked > 0
            accepted, asked = accepted[there], asked[there]
            drawn = random.integers(0, len(asked), (1000, len(asked)))
            rates = accepted[drawn].sum(1) / asked[drawn].sum(1)
            low, high = np.percentile(rates, [2.5, 97.5])
            print(
                f"| {size} | {faces} | {len(asked)} | {threshold:.3f} | {100 * predicted:.2f} % "
                f"| {100 * accepted.sum() / asked.sum():.2f} % | {100 * low:.2f}–{100 * high:.2f} % | {100 * np.mean(old):.2f} % |"
            )


main()
