#!/usr/bin/env python3
"""An imported network's time beside ONNX Runtime's, one picture at a time on one thread, in turns.

    python3 benchmarks/peers/imports.py network.onnx model.safetensors [--rounds 9]

`model.safetensors` is what `facetrain import` made of the file. Each round runs ONNX Runtime in this process and then
`facebench embed`; the medians of the rounds are compared, of the clock and of the processor's time. --make FILE writes an
IResNet-50 (ArcFace's shape) with random weights first; that needs PyTorch.

Needs numpy and onnxruntime.
"""
from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time


def make(path: str) -> None:
    """InsightFace's IResNet-50 as its files have it, the weights random."""
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, inputs: int, outputs: int, stride: int) -> None:
            super().__init__()
            self.bn1 = nn.BatchNorm2d(inputs)
            self.conv1 = nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(outputs)
            self.prelu = nn.PReLU(outputs)
            self.conv2 = nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False)
            self.bn3 = nn.BatchNorm2d(outputs)
            short = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.downsample = nn.Sequential(short, nn.BatchNorm2d(outputs)) if stride != 1 else nn.Identity()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = self.prelu(self.bn2(self.conv1(self.bn1(x))))
            return self.bn3(self.conv2(y)) + self.downsample(x)

    torch.manual_seed(1)
    layers = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.PReLU(64)]
    channels = 64
    for outputs, count in ((64, 3), (128, 4), (256, 14), (512, 3)):
        for index in range(count):
            layers.append(Block(channels, outputs, 2 if index == 0 else 1))
            channels = outputs
    layers += [nn.BatchNorm2d(512), nn.Flatten(), nn.Linear(512 * 49, 512), nn.BatchNorm1d(512)]
    network = nn.Sequential(*layers)
    # Statistics like those of a trained network.
    with torch.no_grad():
        for _ in range(3):
            network(torch.rand(4, 3, 112, 112) * 2 - 1)
    torch.onnx.export(
        network.eval(), torch.zeros(1, 3, 112, 112), path, input_names=["data"], output_names=["embedding"],
        opset_version=13, dynamic_axes={"data": {0: "n"}}, dynamo=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("onnx")
    parser.add_argument("model", nargs="?")
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--pictures", type=int, default=5, help="in a round")
    parser.add_argument("--facebench", default=".build/release/facebench")
    arguments = parser.parse_args()
    if arguments.make:
        make(arguments.onnx)
    if not arguments.model:
        return

    import numpy
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(arguments.onnx, options, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    shape = [side if isinstance(side, int) else 1 for side in given.shape]
    picture = numpy.random.default_rng(1).random(shape, dtype=numpy.float32) * 2 - 1
    session.run(None, {given.name: picture})
    command = [
        arguments.facebench, "embed", "--model", arguments.model, "--batch", "1", "--rounds", "1", "--batches",
        str(arguments.pictures), "--json"]
    clock, processor = {"onnxruntime": [], "faced": []}, {"onnxruntime": [], "faced": []}
    for _ in range(arguments.rounds):
        start, used = time.perf_counter(), time.process_time()
        for _ in range(arguments.pictures):
            session.run(None, {given.name: picture})
        clock["onnxruntime"].append((time.perf_counter() - start) / arguments.pictures * 1e3)
        processor["onnxruntime"].append((time.process_time() - used) / arguments.pictures * 1e3)
        figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        clock["faced"].append(figures["median_ms_per_image"])
        processor["faced"].append(figures["processor_ms_per_image"])
    for what, times in (("clock", clock), ("processor", processor)):
        ours, theirs = statistics.median(times["faced"]), statistics.median(times["onnxruntime"])
        print(
            f"{what}: faced {ours:.2f} ms, ONNX Runtime {onnxruntime.__version__} {theirs:.2f} ms a picture "
            f"(medians of {arguments.rounds} rounds of {arguments.pictures}): {ours / theirs:.3f}")


if __name__ == "__main__":
    main()
