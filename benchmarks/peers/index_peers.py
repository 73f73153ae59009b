#!/usr/bin/env python3
"""The vector index beside hnswlib on face-like vectors, by turns in one run: what each takes to find as much as the other.

    benchmarks/peers/index_peers.py FACEBENCH [--vectors 1000000] [--queries 10000] [--seeds 7 8] [--rounds 3] [--core 0]

For each seed facebench makes the vectors, builds its index and writes both to a folder; hnswlib (M = 16, efConstruction 200) builds
its own on two threads as well. Then both are asked the same queries, one at a time on one core, with ever more effort, in turns. For each
bar the table names the least effort of each side that reaches it, with the median of its rounds, the least and the most. The true
answers are found by comparing floats with floats, which is what hnswlib does; faced compares what it keeps. Needs numpy and hnswlib.
"""
from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from typing import Any

import hnswlib
import numpy as np

PROBES = [18, 20, 24, 28, 32, 36, 40, 48, 56, 64, 72, 80, 96]
EFFORTS = [14, 17, 20, 24, 28, 30, 32, 34, 36, 40, 48]
# What is measured, of how many nearest, and at least.
BARS = [("recall@1", 0.997), ("recall@10", 0.95)]

Figures = dict[int, list[dict[str, float]]]


def nearest(base: np.ndarray, queries: np.ndarray, k: int) -> np.ndarray:
    """The rows nearest to each query, nearest first."""
    best_rows = np.empty((len(queries), 0), np.int64)
    best = np.empty((len(queries), 0), np.float32)
    for start in range(0, len(base), 50_000):
        near = queries @ base[start:start + 50_000].T
        rows = np.argpartition(-near, k, axis=1)[:, :k]
        best_rows = np.hstack([best_rows, rows + start])
        best = np.hstack([best, np.take_along_axis(near, rows, 1)])
        keep = np.argsort(-best, axis=1)[:, :k]
        best_rows, best = np.take_along_axis(best_rows, keep, 1), np.take_along_axis(best, keep, 1)
    return best_rows


def recalls(answers: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    first = float((answers[:, 0] == truth[:, 0]).mean())
    ten = float(np.mean([len(np.intersect1d(a, t)) for a, t in zip(answers, truth)]) / truth.shape[1])
    return {"recall@1": first, "recall@10": ten}


def facebench(program: str, folder: str, extra: list[str]) -> list[dict[str, Any]]:
    command = [program, "index", "--checkpoint", f"{folder}/index", "--json", *extra]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def measure(given: argparse.Namespace, seed: int, folder: str) -> None:
    rest = ["--vectors", str(given.vectors), "--queries", str(given.queries), "--seed", str(seed), "--threads", "2"]
    built = facebench(given.facebench, folder, [*rest, "--keep", folder, "--probes", "16"])[0]
    dimension = 128
    base = np.fromfile(f"{folder}/base.f32", np.float32).reshape(-1, dimension)
    queries = np.fromfile(f"{folder}/query.f32", np.float32).reshape(-1, dimension)
    truth = nearest(base, queries, 10)
    truth.astype(np.uint32).tofile(f"{folder}/truth.u32")
    start = time.perf_counter()
    graph = hnswlib.Index(space="l2", dim=dimension)
    graph.init_index(max_elements=len(base), ef_construction=200, M=16)
    graph.add_items(base, num_threads=2)
    graph_seconds = time.perf_counter() - start
    graph.set_num_threads(1)
    ours: Figures = {}
    theirs: Figures = {}
    for _ in range(given.rounds):
        asked = ["--data", folder, "--queries", str(given.queries), "--load", "--no-exact", "--pin", str(given.core)]
        for line in facebench(given.facebench, folder, [*asked, "--probes", *map(str, PROBES)]):
            if line.get("mode") == "fixed":
                found = {"recall@1": line["recall_at_1"], "recall@10": line["recall_at_10"], "rate": line["qps"]}
                ours.setdefault(line["nprobe"], []).append(found)
        os.sched_setaffinity(0, {given.core})
        for effort in EFFORTS:
            graph.set_ef(effort)
            start = time.perf_counter()
            answers, _ = graph.knn_query(queries, k=10, num_threads=1)
            rate = len(queries) / (time.perf_counter() - start)
            theirs.setdefault(effort, []).append({**recalls(answers, truth), "rate": rate})
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
    for what, bar in BARS:
        a, b = least(ours, what, bar), least(theirs, what, bar)
        ratio = f"{a[2] / b[2]:.2f}" if a and b else "-"
        print(f"| {seed} | {what} ≥ {bar} | {told(a, 'lists')} | {told(b, 'ef')} | {ratio} "
              f"| {built['build_seconds']:.1f} ({graph_seconds:.1f}) | {built['bytes_per_vector']:.0f} |", flush=True)


Least = tuple[int, float, float, float, float]


def least(figures: Figures, what: str, bar: float) -> Least | None:
    """The fastest effort that reaches the bar: effort, recall, median rate, least and most."""
    enough: list[Least] = []
    for effort, rounds in figures.items():
        recall, rates = rounds[0][what], sorted(found["rate"] for found in rounds)
        if recall >= bar:
            enough.append((effort, recall, rates[len(rates) // 2], rates[0], rates[-1]))
    return max(enough, key=lambda found: found[2], default=None)


def told(found: Least | None, unit: str) -> str:
    if found is None:
        return "not reached"
    effort, recall, rate, slowest, fastest = found
    return f"{rate:,.0f} ({slowest:,.0f} to {fastest:,.0f}) with {effort} {unit}: {recall:.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facebench")
    parser.add_argument("--vectors", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seeds", nargs="+", type=int, default=[7, 8])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=0)
    given = parser.parse_args()
    print("| seed | bar | faced, queries/s | hnswlib, queries/s | ratio | build, s (hnswlib) | bytes a vector |")
    print("|---|---|---|---|---|---|---|")
    for seed in given.seeds:
        with tempfile.TemporaryDirectory() as folder:
            measure(given, seed, folder)


if __name__ == "__main__":
    main()
