#!/usr/bin/env python3
"""Shows that ONNX Runtime gives the embeddings that faced gives, on real pictures.

    scripts/check-onnx.py --pictures FOLDER (--model FILE | --architecture NAME) [--count 64] [--facetrain PATH]

FOLDER has sub-folders of pictures of faces. The middle square of some of them is resized to the network's input and
written without loss; both programs then get the same pixels. The model is exported twice, with batch normalisation
folded into the convolutions and as operators, and run in batches of several sizes. Fails when any component of any
embedding differs by 1e-4 or more. With --architecture the network's weights are random.

Needs numpy, pillow, safetensors, onnx and onnxruntime.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
from typing import Any

import numpy
import onnx
import onnxruntime
from PIL import Image
from safetensors.numpy import load_file

LIMIT = 1e-4


def pictures(folder: pathlib.Path, count: int) -> list[pathlib.Path]:
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if not found:
        sys.exit(f"'{folder}' has no pictures")
    return found[:: max(1, len(found) // count)][:count]


def crop(path: pathlib.Path, height: int, width: int) -> Image.Image:
    """The largest part of the input's proportions about the picture's centre."""
    image = Image.open(path).convert("RGB")
    unit = min(image.height / height, image.width / width)
    left, top = (image.width - unit * width) / 2, (image.height - unit * height) / 2
    box = (left, top, left + unit * width, top + unit * height)
    return image.resize((width, height), Image.Resampling.BILINEAR, box=box)


def metadata(path: pathlib.Path) -> dict[str, Any]:
    properties = {entry.key: entry.value for entry in onnx.load(path, load_external_data=False).metadata_props}
    return json.loads(properties["input"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=pathlib.Path, required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--model", type=pathlib.Path)
    source.add_argument("--architecture")
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--facetrain", default=".build/release/facetrain")
    options = parser.parse_args()

    def facetrain(*arguments: Any) -> None:
        subprocess.run([options.facetrain, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        model = options.model
        if model is None:
            model = folder / "random.safetensors"
            facetrain("export", "--random", options.architecture, "--output", model)
        networks = {"folded": folder / "folded.onnx", "batch normalisation kept": folder / "kept.onnx"}
        facetrain("export", "--model", model, "--format", "onnx", "--output", networks["folded"])
        facetrain(
            "export", "--model", model, "--format", "onnx", "--keep-normalisation", "--output",
            networks["batch normalisation kept"])
        specification = metadata(networks["folded"])

        crops = folder / "crops"
        (crops / "faces").mkdir(parents=True)
        images = [
            crop(path, specification["height"], specification["width"])
            for path in pictures(options.pictures, options.count)
        ]
        for number, image in enumerate(images):
            image.save(crops / "faces" / f"{number:06}.png")
        facetrain("embed", "--model", model, "--crops", crops, "--output", folder / "faced.safetensors")
        ours = load_file(folder / "faced.safetensors")["embeddings"]
        planes = numpy.stack([numpy.asarray(image, dtype=numpy.float32).transpose(2, 0, 1) for image in images])
        planes = (planes - numpy.float32(specification["mean"])) / numpy.float32(specification["scale"])

        worst = 0
        for name, path in networks.items():
            onnx.checker.check_model(str(path), full_check=True)
            session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
            for batch in (1, 7, len(planes)):
                theirs = numpy.concatenate([
                    session.run(["embeddings"], {"faces": planes[start : start + batch]})[0]
                    for start in range(0, len(planes), batch)
                ])
                difference = float(numpy.abs(theirs - ours).max())
                worst = max(worst, difference)
                print(f"{name}, batches of {batch}: largest difference {difference:.2e} over {len(planes)} pictures")
        spread = float(((ours[:, None] - ours[None]) ** 2).sum(2).max())
        print(f"largest squared distance between two pictures {spread:.3f}")
        if worst >= LIMIT:
            sys.exit(f"ONNX Runtime differs from faced by {worst}")


main()
