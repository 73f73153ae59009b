#!/usr/bin/env python3
"""Shows that network.py gives the embeddings, or a detector's cells, that faced gives, on random pictures.

    check.py --model FILE [--facetrain PATH]

Fails when any component differs by 1e-4 or more.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import network
import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--facetrain", default=".build/release/facetrain")
    options = parser.parse_args()
    model = network.load(options.model).eval()
    side = (model.input["height"], model.input["width"], 3)
    pixels = np.random.default_rng(1).integers(0, 256, (16, *side), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        crops = Path(folder) / "crops" / "noise"
        crops.mkdir(parents=True)
        for number, image in enumerate(pixels):
            Image.fromarray(image).save(crops / f"{number:02}.png")
        output = Path(folder) / "embeddings.safetensors"
        arguments = ["embed", "--model", options.model, "--crops", str(crops.parent), "--output", str(output)]
        subprocess.run([options.facetrain, *arguments], check=True, stdout=subprocess.DEVNULL)
        wanted = load_file(str(output))["embeddings"]
    planes = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    numbers = model.input.get("numbers", model.input)
    with torch.no_grad():
        found = model((planes - numbers["mean"]) / numbers["scale"]).flatten(1)
    worst = float((found - wanted).abs().max())
    print(f"largest difference {worst:.1e} over {len(pixels)} pictures")
    if worst >= 1e-4:
        sys.exit("network.py is not the network that faced runs")


if __name__ == "__main__":
    main()
