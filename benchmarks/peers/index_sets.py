#!/usr/bin/env python3
"""Measures the vector index on sets that break indexes, beside hnswlib, in one run: a table for Sources/VectorIndex/README.md.

usage: benchmarks/peers/index_sets.py FACEBENCH [--vectors N] [--sets NAME ...] [--core C]

Each set is made, built and asked by `facebench index --set`, which writes it to a folder; then hnswlib builds it, on one
thread as well, and is asked the same probes, with ever more effort until it finds as much. Recall counts vectors that are as near as
the last true one, whichever they are. Needs numpy and hnswlib.
"""
import argparse
import json
import os
import subprocess
import tempfile
import time

import hnswlib
import numpy as np

SETS = ["uniform", "duplicates", "cluster", "tail", "drift", "removed"]


def peer(folder: str, dimension: int, target: float) -> dict[str, float]:
    """The least effort of hnswlib that finds `target`, or the most that was tried."""
    base = np.fromfile(f"{folder}/base.f32", np.float32).reshape(-1, dimension)
    queries = np.fromfile(f"{folder}/query.f32", np.float32).reshape(-1, dimension)
    truth = np.fromfile(f"{folder}/truth.u32", np.uint32).reshape(len(queries), -1)
    start = time.process_time()
    index = hnswlib.Index(space="l2", dim=dimension)
    index.init_index(max_elements=len(base), ef_construction=200, M=16)
    index.set_num_threads(1)
    index.add_items(base)
    build = time.process_time() - start
    k = truth.shape[1]
    furthest = ((queries - base[truth[:, -1]]) ** 2).sum(1)
    found = {}
    for effort in [10, 20, 40, 80, 160, 320, 640, 1280]:
        index.set_ef(max(effort, k))
        start = time.perf_counter()
        answers = [index.knn_query(query, k=k)[0][0] for query in queries]
        seconds = time.perf_counter() - start
        distances = ((queries[:, None] - base[np.array(answers)]) ** 2).sum(2)
        recall = float((distances <= furthest[:, None] + 1e-5).mean())
        found = {"build": build, "ef": effort, "recall": recall, "rate": len(queries) / seconds}
        if recall >= target:
            break
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facebench")
    parser.add_argument("--vectors", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--dimension", type=int, default=128)
    parser.add_argument("--sets", nargs="+", default=SETS, choices=SETS)
    parser.add_argument("--core", type=int, default=0)
    given = parser.parse_args()
    os.sched_setaffinity(0, {given.core})
    print("| set | build, s of a processor (hnswlib) | lists probed | promised | probes | strangers | queries/s | exact/s | hnswlib |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in given.sets:
        with tempfile.TemporaryDirectory() as folder:
            command = [given.facebench, "index", "--set", name, "--vectors", str(given.vectors), "--keep", folder, "--json"]
            command += ["--queries", str(given.queries), "--dimension", str(given.dimension)]
            ours = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            other = peer(f"{folder}/{name}", given.dimension, ours["recall_of_probes"])
        probed = "exact" if ours["exact"] else f"{ours['probes']} of {ours['lists']}"
        print(
            f"| {name} | {ours['build_processor_seconds']:.1f} ({other['build']:.1f}) | {probed} "
            f"| {ours['promised']} | {ours['recall_of_probes']:.4f} | {ours['recall_of_strangers']:.4f} "
            f"| {ours['queries_per_second']:,.0f} | {ours['exact_per_second']:,.0f} "
            f"| {other['recall']:.4f} at {other['rate']:,.0f} (ef {other['ef']}) |",
            flush=True,
        )


if __name__ == "__main__":
    main()
