#!/usr/bin/env python3
"""Trains a recipe of triplets on a GPU: what `facetrain train` does on processors, in minutes.

    triplets.py --recipe recipes/triplet.json --data DATA --start start.safetensors --output triplet.safetensors

The loss, the choice of triplets, the split and the schedule are the recipe's; the random draws are others than facetrain's.
`--start` is a model file of the recipe's network: what `facetrain export` writes after `facetrain train … --stop-after 1`.
With `targetWeight` the embeddings are also held near those that the start gives for the same crops.
The result has no calibration: `facetrain calibrate` measures it.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from pathlib import Path

import network
import pictures
import torch
import torch.nn.functional as F
import validation
from schedule import end_in, rate
from torch import Tensor
from views import Frames, ViewMaker, crop


def triplet_loss(vectors: Tensor, labels: Tensor, margin: float, selection: str) -> tuple[Tensor, Tensor]:
    """TripletLoss: the loss, and the share of its terms that are above nothing."""
    distance = 2 - 2 * vectors @ vectors.T
    equal = labels[:, None] == labels
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    if selection == "hardest":
        positive = distance.masked_fill(~equal | itself, -math.inf).amax(1)
        negative = distance.masked_fill(equal, math.inf).amin(1)
        violation = (positive - negative + margin)[positive > -math.inf].clamp(min=0)
    else:
        anchor, other = (equal & ~itself).nonzero(as_tuple=True)
        positive = distance[anchor, other]
        negatives = distance[anchor].masked_fill(equal[anchor], math.nan)
        # The nearest that is farther than the positive; where none is, the farthest of all.
        with torch.no_grad():
            farther = negatives.where(negatives > positive[:, None], math.inf).min(1)
            nearer = negatives.nan_to_num(-math.inf).max(1)
            chosen = torch.where(farther.values < math.inf, farther.indices, nearer.indices)
        violation = (positive - distance[anchor, chosen] + margin).clamp(min=0)
    return violation.mean(), (violation > 0).float().mean()


class Run:
    """Everything that a step needs."""

    def __init__(self, arguments: argparse.Namespace, device: torch.device) -> None:
        self.recipe = json.loads(Path(arguments.recipe).read_text())
        self.recipe.setdefault("teaching", {"lowResolution": 0, "compression": 0})
        self.device = device
        self.model = network.load(arguments.start).to(device, memory_format=torch.channels_last)
        if self.model.metadata["architecture"] != self.recipe["architecture"]:
            raise ValueError("--start is not of the recipe's network")
        self.start = copy.deepcopy(self.model).eval() if self.recipe["targetWeight"] else None
        self.trained = torch.compile(self.model) if arguments.compile else self.model
        data = pictures.read(Path(arguments.data), self.recipe["pictures"])
        training, self.validation = data.split(self.recipe["pictures"]["validationShare"], self.recipe["seed"])
        self.views = ViewMaker(data.pixels.to(device), data.landmarks, training, self.recipe)
        if self.recipe.get("alignment") != "upright":
            self.views.frames.roll.zero_()
        self.people(data, training)
        self.pixels = self.model.input["width"]

    def people(self, data: pictures.Pictures, training: Tensor) -> None:
        """Pictures of each person of whom there are two at least, one row a person."""
        people: dict[int, list[int]] = {}
        for place in training.tolist():
            if data.identity[place] >= 0:
                people.setdefault(data.identity[place], []).append(place)
        several = [places for places in people.values() if len(places) >= 2]
        most = max(map(len, several))
        rows = [places + [0] * (most - len(places)) for places in several]
        self.table = torch.tensor(rows, device=self.device)
        self.count = torch.tensor([len(places) for places in several], device=self.device)
        print(f"{len(several)} people with {int(self.count.sum())} pictures, {len(self.validation)} kept", flush=True)

    def draw(self) -> tuple[Tensor, Tensor]:
        """Pictures and people of a batch: `identities` people, `facesPerIdentity` pictures of each, or all there are."""
        plan = self.recipe["batch"]
        person = torch.randperm(len(self.table), device=self.device)[: plan["identities"]]
        order = torch.rand(len(person), self.table.shape[1], device=self.device)
        there = torch.arange(self.table.shape[1], device=self.device) < self.count[person][:, None]
        chosen = order.masked_fill(~there, 2).argsort(1)[:, : plan["facesPerIdentity"]]
        # Where a person has fewer pictures, some come twice, in other views.
        chosen = chosen % self.count[person][:, None]
        places = self.table[person].gather(1, chosen)
        return places.flatten(), person.repeat_interleave(plan["facesPerIdentity"])

    def shown(self, images: Tensor, frame: Frames, mirrored: Tensor) -> Tensor:
        """What the network sees."""
        cut = crop(images, frame, self.recipe["cropSide"], self.recipe.get("cropRaise", 0), self.pixels, mirrored)
        scaled = (cut.round() - self.model.input["mean"]) / self.model.input["scale"]
        return scaled.contiguous(memory_format=torch.channels_last)

    @torch.no_grad()
    def batch(self) -> tuple[Tensor, Tensor]:
        """Crops and people."""
        places, person = self.draw()
        images = self.views.harmed(self.views.pictures[places].float())
        frame = self.views.moved(self.views.frames[places], self.recipe["cropSide"], self.pixels)
        return self.shown(images, frame, torch.rand(len(places), device=self.device) < 0.5), person

    @torch.no_grad()
    def scores(self) -> tuple[float, float]:
        """VAL at 1e-3 and accuracy on the kept people, exact crops."""
        self.model.eval()
        places = torch.tensor([place for person in self.validation for place in person], device=self.device)
        vectors = []
        for part in places.split(512):
            no = torch.zeros(len(part), dtype=torch.bool, device=self.device)
            vectors.append(self.model(self.shown(self.views.pictures[part].float(), self.views.frames[part], no)))
        self.model.train()
        return validation.scores(torch.cat(vectors), self.validation)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("recipe", "data", "start", "output"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument(
        "--seconds", type=float, help="as many steps as fit into this time, instead of the recipe's: for a machine that is lent")
    parser.add_argument("--compile", action="store_true", help="compile the network first (a minute; faster steps)")
    arguments = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = True
    began = time.monotonic()
    run = Run(arguments, device)
    recipe, plan, triplets = run.recipe, run.recipe["optimisation"], run.recipe["triplets"]
    torch.manual_seed(recipe["seed"])
    groups = [{"params": [p for p in run.model.parameters() if p.ndim > 1], "weight_decay": plan.get("weightDecay", 0)},
              {"params": [p for p in run.model.parameters() if p.ndim <= 1], "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, lr=plan["learningRate"], fused=device.type == "cuda")
    planned = plan["steps"]
    describe = "VAL {:.3f}, accuracy {:.3f}".format
    print(f"{time.monotonic() - began:.0f} s: ready; {describe(*run.scores())}", flush=True)
    step, timed = 0, (0, 0.0)
    size = recipe["batch"]["identities"] * recipe["batch"]["facesPerIdentity"]
    while step < plan["steps"]:
        for group in optimizer.param_groups:
            group["lr"] = rate(step, plan)
        shown, person = run.batch()
        with torch.autocast(device.type, torch.bfloat16):
            vectors = run.trained(shown)
        # The share of the steps after which the hardest are chosen stays the recipe's when time is what is given.
        hardest = step >= triplets.get("hardestFrom", math.inf) * plan["steps"] / planned
        value, active = triplet_loss(vectors, person, triplets["margin"], "hardest" if hardest else triplets["selection"])
        value = triplets["weight"] * value
        if run.start is not None:
            with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
                target = run.start(shown)
            value = value + recipe["targetWeight"] * (vectors - F.normalize(target.float())).square().sum(1).mean()
        value.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        ends = step == plan["steps"]
        if step % 100 == 0 or ends:
            figures = f"loss {value.item():.4f}, active {active.item():.3f}"  # waits for the device
            now = time.monotonic() - began
            if arguments.seconds and step <= 500:
                plan["steps"] = end_in(arguments.seconds - now, step, timed, now) or plan["steps"]
                timed = (step, now)
                print(f"{now:.0f} s: the schedule ends at step {plan['steps']}", flush=True)
            if step % recipe["validateEvery"] == 0 or ends:
                print(f"{now:.0f} s: step {step}, {figures}, {describe(*run.scores())}", flush=True)
                training = f"recipe {recipe['name']}; {step} of {plan['steps']} steps; {step * size} pictures seen"
                network.save(run.model, arguments.output, f"{training}; by PyTorch; seed {recipe['seed']}")


if __name__ == "__main__":
    main()
