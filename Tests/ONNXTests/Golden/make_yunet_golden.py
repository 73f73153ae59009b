"""Writes yunet.golden: python3 make_yunet_golden.py FOLDER (needs onnx, onnxruntime and numpy).

FOLDER holds the public YuNet files, which are not ours to ship: only ONNX Runtime's outputs for `ramp` are kept, whole
for the file of any size at 64 × 96 pixels, every 97th number for the one of 640 × 640.
"""

import pathlib
import sys

import numpy
import onnxruntime

from make_golden import ramp, write

tensors = []
for name, shape, step in [("yunet_n_dynamic", (1, 3, 64, 96), 1), ("yunet_n_640_640", (1, 3, 640, 640), 97)]:
    session = onnxruntime.InferenceSession(
        pathlib.Path(sys.argv[1]) / f"{name}.onnx", providers=["CPUExecutionProvider"])
    pixels = ramp(shape) * numpy.float32(127.5) + numpy.float32(127.5)
    for output, values in zip(session.get_outputs(), session.run(None, {session.get_inputs()[0].name: pixels})):
        tensors.append((f"{name}/{output.name}", values.reshape(-1)[::step]))
write(pathlib.Path(__file__).parent / "yunet.golden", tensors)
