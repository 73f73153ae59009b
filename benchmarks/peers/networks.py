#!/usr/bin/env python3
"""Embedding and a training step beside ONNX Runtime, OpenVINO and PyTorch, in turns.

    python3 benchmarks/peers/networks.py [--architecture NN4+bn+flat] [--threads 1] [--batch 1] [--train] [--rounds 9]

faced's program makes the network with random weights and writes it as ONNX for the peers; PyTorch takes the layers of the model
file. In each round every side runs once, and a side's figure is the median of its rounds, with the least and the most.
Milliseconds for each picture. Peers that are not installed are left out. See ../../scripts/requirements.txt.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/torch"))


def timed(run: Callable[[], Any], repeats: int, pictures: int) -> float:
    """Milliseconds for each picture."""
    start = time.perf_counter()
    for _ in range(repeats):
        run()
    return (time.perf_counter() - start) / repeats / pictures * 1e3


def sides(model: str) -> tuple[int, int]:
    """The input's height and width, from the header of a safetensors file."""
    with open(model, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    given = json.loads(header["__metadata__"]["input"])
    return given["height"], given["width"]


def onnx_runtime(path: str, pictures: np.ndarray, threads: int) -> Callable[[], Any]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"faces": pictures})


def openvino(path: str, pictures: np.ndarray, threads: int) -> Callable[[], Any]:
    import openvino

    core = openvino.Core()
    # Its default on processors with BF16 would compute in half precision; all others here have single.
    settings = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    model = core.read_model(path)
    model.reshape(list(pictures.shape))
    compiled = core.compile_model(model, "CPU", settings)
    return lambda: compiled(pictures)


def pytorch(path: str, pictures: np.ndarray, threads: int, train: bool) -> Callable[[], Any]:
    import network
    import torch

    torch.set_num_threads(threads)
    module = network.load(path).to(memory_format=torch.channels_last)
    given = torch.from_numpy(pictures).to(memory_format=torch.channels_last)
    if not train:
        module.eval()

        def embed() -> None:
            with torch.inference_mode():
                module(given)

        return embed
    module.train()
    optimizer = torch.optim.Adagrad(module.parameters(), lr=1e-3)
    gradient = torch.linspace(-0.1, 0.1, module(given).numel()).reshape(len(pictures), -1)

    def step() -> None:
        optimizer.zero_grad()
        module(given).backward(gradient)
        optimizer.step()

    return step


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--architecture", default="NN4+bn+flat")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--train", action="store_true", help="a training step instead; --batch 30 as the paper's triplets have it")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--repeats", type=int, default=0, help="runs in a round [about 30 pictures, 2 steps]")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / ".build/release")
    options = parser.parse_args()
    repeats = options.repeats or (2 if options.train else max(1, 30 // options.batch))

    with tempfile.TemporaryDirectory() as folder:
        model, onnx = f"{folder}/model.safetensors", f"{folder}/model.onnx"
        facetrain = [options.programs / "facetrain", "export"]
        subprocess.run([*facetrain, "--random", options.architecture, "--output", model], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*facetrain, "--model", model, "--format", "onnx", "--output", onnx], check=True, stdout=subprocess.DEVNULL)
        height, width = sides(model)
        pictures = np.random.default_rng(1).standard_normal((options.batch, 3, height, width), dtype=np.float32)
        peers: dict[str, Callable[[], Any]] = {}
        if not options.train:
            for name, make in (("onnxruntime", onnx_runtime), ("openvino", openvino)):
                if importlib.util.find_spec(name):
                    peers[name] = make(onnx, pictures, options.threads)
        if importlib.util.find_spec("torch"):
            try:
                peers["torch"] = pytorch(model, pictures, options.threads, options.train)
            except (KeyError, ValueError) as error:
                print(f"torch: left out, it has not all layers of {options.architecture} ({error})", file=sys.stderr)
        for run in peers.values():
            run()
        if options.train:
            command = ["train-step", "--steps", str(repeats), "--model", model]
        else:
            command = ["embed", "--rounds", "1", "--batches", str(repeats), "--model", model]
        command = [options.programs / "facebench", *command, "--batch", str(options.batch), "--threads", str(options.threads), "--json"]
        times: dict[str, list[float]] = {"faced": [], **{name: [] for name in peers}}
        for _ in range(options.rounds):
            answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            times["faced"].append(answer.get("median_ms_per_image", answer["ms_per_image"]))
            for name, run in peers.items():
                times[name].append(timed(run, repeats, options.batch))

    ours = statistics.median(times["faced"])
    what = "training step" if options.train else "embedding"
    print(f"{what}, {options.architecture}, {options.threads} thread(s), batch {options.batch}, {options.rounds} rounds: ms a picture")
    for name, each in times.items():
        median = statistics.median(each)
        print(f"  {name:12} {median:7.2f}  ({min(each):.2f} to {max(each):.2f})  {median / ours:.2f} x faced's")


if __name__ == "__main__":
    main()
