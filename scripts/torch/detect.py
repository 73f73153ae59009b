#!/usr/bin/env python3
"""Trains the detector's recipe on a GPU: what `facetrain train-detector` does on processors, in minutes.

    detect.py --recipe recipes/detector.json --data DATA --start detector.safetensors --output detector.safetensors

The crops, loss, split and schedule are the recipe's; the random draws are others than facetrain's. `--start` says the layers
alone: any model file of the recipe's network; training begins with random weights. The result's threshold is a guess:
`facetrain evaluate-detector --set-threshold` sets it.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from pathlib import Path

import network
import scenes
import torch
from crops import CropMaker
from schedule import end_in, rate
from torch import Tensor, nn

# Huber's loss of box and landmarks is squared below this.
TURN = 0.06
# The prior of a cell's having a face, as a logit: the first steps should not go into learning that.
PRIOR = -4.0


def loss(outputs: Tensor, targets: Tensor, recipe: dict) -> tuple[Tensor, dict[str, Tensor]]:
    """DetectorLoss: the focal loss, and Huber's on box and landmarks, over the number of cells that should find a face."""
    label = targets[..., 0]
    face, other = label > 0, label == 0
    count = face.sum().clamp(min=1)
    logit = torch.where(face, outputs[..., 0], -outputs[..., 0])
    logarithm = nn.functional.logsigmoid(logit)
    focal = -((1 - logarithm.exp()) ** recipe["focus"]) * logarithm
    off = (outputs[..., 1:] - targets[..., 1:]).abs()
    huber = torch.where(off < TURN, off.square() / (2 * TURN), off - TURN / 2).sum(-1)
    parts = {"face": (focal * face).sum() / count, "other": (focal * other).sum() / count,
             "place": (huber * face).sum() / count / 14}
    return parts["face"] + parts["other"] + 14 * recipe["placeWeight"] * parts["place"], parts


def fresh(start: str, side: int) -> network.FileNetwork:
    """A network of the file's layers with random weights."""
    model = network.load(start)
    model.input.update(height=side, width=side)
    model.metadata = {**model.metadata, "input": json.dumps(model.input, separators=(",", ":"))}
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()
            module.reset_running_stats()
    with torch.no_grad():
        model.body.layers[-1].conv.bias[0] = PRIOR
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("recipe", "data", "start", "output"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument(
        "--seconds", type=float, help="as many steps as fit into this time, instead of the recipe's: for a machine that is lent")
    parser.add_argument("--compile", action="store_true", help="compile first (a minute; faster steps)")
    parser.add_argument("--show", help="write a batch of crops and their targets to this file (PyTorch's), and stop")
    arguments = parser.parse_args()
    began = time.monotonic()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.benchmark = True
    recipe = json.loads(Path(arguments.recipe).read_text())
    torch.manual_seed(recipe["seed"])
    data = scenes.read(Path(arguments.data), recipe)
    print(f"{len(data.scenes)} photographs with faces ({len(data.targets)} to be found), {len(data.backgrounds)} + "
          f"{len(data.hard)} without, {len(data.squares)} squares", flush=True)
    maker = CropMaker(data.to(device), recipe)
    if arguments.show:
        torch.save(maker.batch(recipe["batch"]), arguments.show)
        return
    model = fresh(arguments.start, recipe["crops"]["pixels"]).to(device, memory_format=torch.channels_last).train()
    compiled = torch.compile if arguments.compile else (lambda function: function)
    trained, batch = compiled(model), compiled(maker.batch)
    plan = recipe["optimisation"]
    groups = [{"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": plan["weightDecay"]},
              {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, lr=plan["learningRate"], fused=device.type == "cuda")
    print(f"{time.monotonic() - began:.0f} s: ready", flush=True)
    step, timed = 0, (0, 0.0)
    while step < plan["steps"]:
        for group in optimizer.param_groups:
            group["lr"] = rate(step, plan)
        with torch.no_grad():
            pictures, targets = batch(recipe["batch"])
        with torch.autocast(device.type, torch.bfloat16):
            outputs = trained(pictures.contiguous(memory_format=torch.channels_last))
        value, parts = loss(outputs.flatten(1, 2), targets, recipe)
        value.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        ends = step == plan["steps"]
        if step % 100 == 0 or ends:
            shown = ", ".join(f"{name} {part.item():.4f}" for name, part in parts.items())  # waits for the device
            now = time.monotonic() - began
            print(f"{now:.0f} s: step {step}, {shown}", flush=True)
            if arguments.seconds and step <= 500:
                plan["steps"] = end_in(arguments.seconds - now, step, timed, now) or plan["steps"]
                timed = (step, now)
                print(f"the schedule ends at step {plan['steps']}", flush=True)
        if step % 2000 == 0 or ends:
            training = f"recipe {recipe['name']}; {step} of {plan['steps']} steps; {step * recipe['batch']} crops seen"
            network.save(model, f"{arguments.output}.part", f"{training}; by PyTorch; seed {recipe['seed']}")
            os.replace(f"{arguments.output}.part", arguments.output)
    if not math.isfinite(value.item()):
        raise SystemExit("the loss is no number: lower optimisation.learningRate")


if __name__ == "__main__":
    main()
