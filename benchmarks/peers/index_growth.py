#!/usr/bin/env python3
"""How recall, time and memory of the vector index grow with the number of vectors: a table and a plot.

    benchmarks/peers/index_growth.py FACEBENCH SVG [SIZE ...]

Runs `FACEBENCH index` on face-like vectors for each size (10^4 to 10^7 by default; the largest needs 14 GB of memory),
prints a Markdown table and writes the plot. Nothing beyond Python is needed.
"""
from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from typing import Any

THREADS = 2
QUERIES = 500


def measure(facebench: str, size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        command = [facebench, "index", "--vectors", str(size), "--queries", str(QUERIES), "--threads", str(THREADS),
                   "--checkpoint", f"{folder}/index", "--probes", "24", "--pin", "0", "--json"]
        lines = [json.loads(line) for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()]
    modes = {line["mode"]: line for line in lines if "mode" in line}
    return {"vectors": size, "index": lines[0], **modes}


def table(rows: list[dict[str, Any]]) -> None:
    print("| vectors | lists | build, s | bytes a vector | checkpoint, s | load, s | search, µs (p99) | recall@1 | recall@10 "
          "| lists probed | exact search, µs |")
    print("|---" * 11 + "|")
    for row in rows:
        index, found = row["index"], row["automatic"]
        print(f"| {row['vectors']:,} | {index['lists']:,} | {index['build_seconds']:.2f} | {index['bytes_per_vector']:.0f} "
              f"| {index['checkpoint_seconds']:.2f} | {index['load_seconds']:.2f} "
              f"| {found['mean_us']:.0f} ({found['p99_us']:.0f}) | {found['recall_at_1']:.4f} | {found['recall_at_10']:.4f} "
              f"| {found['nprobe']:,} | {row['exact']['mean_us']:,.0f} |")


def plot(rows: list[dict[str, Any]], path: str) -> None:
    """One log-log chart: every curve in units of its own, named at its end."""
    width, height, left, right, top, bottom = 760, 440, 60, 190, 30, 50
    curves = [
        ("exact search, µs", "#888888", [row["exact"]["mean_us"] for row in rows]),
        ("search, µs", "#1f77b4", [row["automatic"]["mean_us"] for row in rows]),
        ("search p99, µs", "#7fb2d9", [row["automatic"]["p99_us"] for row in rows]),
        ("build, s", "#d62728", [row["index"]["build_seconds"] for row in rows]),
        ("load, s", "#2ca02c", [row["index"]["load_seconds"] for row in rows]),
        ("memory, MB", "#9467bd", [row["index"]["bytes"] / 1e6 for row in rows]),
    ]
    values = [value for _, _, curve in curves for value in curve]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log10(rows[0]["vectors"]), math.log10(rows[-1]["vectors"])

    def x(size: float) -> float:
        return left + (math.log10(size) - first) / max(1e-9, last - first) * (width - left - right)

    def y(value: float) -> float:
        return height - bottom - (math.log10(value) - low) / (high - low) * (height - top - bottom)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" fill="white"/>',
             f'<text x="{left}" y="18">Vector index, 128 dimensions, one search thread, {THREADS} threads to build</text>']
    for power in range(low, high + 1):
        at = y(10.0 ** power)
        parts.append(f'<line x1="{left}" x2="{width - right}" y1="{at:.1f}" y2="{at:.1f}" stroke="#dddddd"/>')
        parts.append(f'<text x="{left - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0 ** power:g}</text>')
    for row in rows:
        at = x(row["vectors"])
        parts.append(f'<text x="{at:.1f}" y="{height - bottom + 20}" text-anchor="middle">{row["vectors"]:,}</text>')
    parts.append(f'<text x="{(left + width - right) / 2:.0f}" y="{height - 10}" text-anchor="middle">vectors</text>')
    ends = sorted((y(curve[-1]), name, color) for name, color, curve in curves)
    for i in range(1, len(ends)):  # names that would lie over one another move down
        if ends[i][0] < ends[i - 1][0] + 14:
            ends[i] = (ends[i - 1][0] + 14, *ends[i][1:])
    for _, color, curve in curves:
        points = " ".join(f"{x(row['vectors']):.1f},{y(value):.1f}" for row, value in zip(rows, curve))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
    for at, name, color in ends:
        parts.append(f'<text x="{width - right + 8}" y="{at + 4:.1f}" fill="{color}">{name}</text>')
    with open(path, "w") as file:
        file.write("\n".join(parts + ["</svg>", ""]))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sizes = [int(size) for size in sys.argv[3:]] or [10_000, 100_000, 1_000_000, 10_000_000]
    rows = []
    for size in sizes:
        rows.append(measure(sys.argv[1], size))
        print(f"{size} vectors: {json.dumps(rows[-1])}", file=sys.stderr)
    table(rows)
    plot(rows, sys.argv[2])
