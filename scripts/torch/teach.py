#!/usr/bin/env python3
"""Trains a recipe with `teaching` on a GPU: what `facetrain train --teacher` does on processors, in minutes.

    teach.py --recipe recipes/taught.json --data DATA --teacher teacher.onnx --start start.safetensors --output taught.safetensors

The views, losses, split and schedule are the recipe's; the random draws are others than facetrain's. The teacher's vector
of a view is that of the view and its mirror image together. `--start` is a model file of the recipe's network: what
`facetrain export` writes after `facetrain train … --start-from MODEL --stop-after 1` is that model, widened.
The result has no calibration: `facetrain calibrate` measures it.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import network
import pictures
import torch
import torch.nn.functional as F
import validation
from onnx_network import OnnxNetwork
from schedule import end_in, rate
from torch import Tensor
from views import Frames, ViewMaker, crop

# The crop that the reference network was trained with, in eye–mouth distances; its input's pixels.
TEACHER_CROP = {"side": 2.75, "raise_": 0.39, "pixels": 112}


class Teaching:
    """Everything that a step needs."""

    def __init__(self, arguments: argparse.Namespace, device: torch.device) -> None:
        self.recipe = json.loads(Path(arguments.recipe).read_text())
        self.device = device
        self.student = network.load(arguments.start).to(device, memory_format=torch.channels_last)
        if self.student.metadata["architecture"] != self.recipe["architecture"]:
            raise ValueError("--start is not of the recipe's network")
        self.teacher = OnnxNetwork(arguments.teacher).to(device, memory_format=torch.channels_last)
        self.half = torch.float16 if device.type == "cuda" else torch.bfloat16
        # Compiled, both run in fewer and larger kernels; validation goes through the network itself.
        compiled = torch.compile if arguments.compile else (lambda module: module)
        self.trained, self.taught_by = compiled(self.student), compiled(self.teacher)
        data = pictures.read(Path(arguments.data), self.recipe["pictures"])
        training, self.validation = data.split(self.recipe["pictures"]["validationShare"], self.recipe["seed"])
        kept = f"{len(self.validation)} identities and {sum(map(len, self.validation))} pictures kept"
        print(f"{len(training)} pictures to train on, {kept}")
        self.views = ViewMaker(data.pixels.to(device), data.landmarks, training, self.recipe)
        self.crop_side, self.crop_raise = self.recipe["cropSide"], self.recipe.get("cropRaise", 0)
        self.pixels = self.student.input["width"]
        if self.student.input["height"] != self.pixels:
            raise ValueError("the network's input must be square")

    def shown(self, picture: Tensor, frame: Frames, mirrored: Tensor, scale: float = 1, raised: float = 0) -> Tensor:
        """What the student sees."""
        cut = crop(picture, frame, self.crop_side * scale, self.crop_raise + raised, self.pixels, mirrored)
        scaled = (cut.round() - self.student.input["mean"]) / self.student.input["scale"]
        return scaled.contiguous(memory_format=torch.channels_last)

    @torch.no_grad()
    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        """Crops for the student and the teacher's vectors."""
        clean, frame = self.views.clean(size)
        moved = self.views.moved(frame, self.crop_side, self.pixels)
        harmed = self.views.harmed(clean)
        no = torch.zeros(size, dtype=torch.bool, device=self.device)
        mirrored = torch.rand(size, device=self.device) < 0.5 if self.recipe["augmentation"]["mirror"] else no
        is_clean = torch.rand(size, device=self.device) < self.recipe["teaching"]["clean"]
        seen = torch.where(is_clean.view(-1, 1, 1, 1), clean, harmed)
        cut = crop(seen, frame.where(is_clean, moved), **TEACHER_CROP, mirrored=mirrored & ~is_clean).round()
        return self.shown(harmed, moved, mirrored), self.targets(cut)

    def targets(self, cut: Tensor) -> Tensor:
        """The teacher's vectors: of every crop and its mirror image together."""
        both = torch.cat((cut, cut.flip(3))).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, self.half):
            vectors = self.taught_by(both).float()
        return F.normalize(vectors[: len(cut)] + vectors[len(cut) :])

    def loss(self, vectors: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """TargetLoss and RelationLoss."""
        regression = (vectors - target).square().sum(1).mean()
        count = len(vectors)
        difference = 2 * (target @ target.T - vectors @ vectors.T)
        relation = difference.square().sum() / (count * (count - 1))
        return regression, relation

    @torch.no_grad()
    def validate(self, kind: str = "one view") -> float:
        """VAL at a false accept rate of 1e-3 on the kept identities with exact crops (`PairScores`).

        kind: of the student by one view, by the two of `CropView.pair`, or of the teacher.
        """
        self.student.eval()
        places = torch.tensor([place for person in self.validation for place in person], device=self.device)
        vectors = []
        for part in places.split(512):
            images, frame = self.views.pictures[part].float(), self.views.frames[part]
            no = torch.zeros(len(part), dtype=torch.bool, device=self.device)
            if kind == "teacher":
                vectors.append(self.targets(crop(images, frame, **TEACHER_CROP, mirrored=no)))
                continue
            cuts = [(no, 1.0, 0.0)] if kind == "one view" else [(no, 0.95, -0.04), (~no, 1.05, 0.04)]
            vectors.append(F.normalize(sum(self.student(self.shown(images, frame, *cut)) for cut in cuts)))
        self.student.train()
        return validation.scores(torch.cat(vectors), self.validation)[0]

    def scores(self) -> str:
        return f"VAL {self.validate():.3f}, two views {self.validate('two views'):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("recipe", "data", "teacher", "start", "output"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument(
        "--seconds", type=float, help="as many steps as fit into this time, instead of the recipe's: for a machine that is lent")
    parser.add_argument("--compile", action="store_true", help="compile the networks first (a minute; faster steps)")
    parser.add_argument("--batch", type=int, help="instead of the recipe's batch.size")
    arguments = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = True
    began = time.monotonic()
    run = Teaching(arguments, device)
    torch.manual_seed(run.recipe["seed"])
    plan, teaching = run.recipe["optimisation"], run.recipe["teaching"]
    size = arguments.batch or run.recipe["batch"]["size"]
    decayed = [p for p in run.student.parameters() if p.ndim > 1]
    others = [p for p in run.student.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": plan.get("weightDecay", 0)}, {"params": others, "weight_decay": 0}],
        lr=plan["learningRate"], fused=device.type == "cuda",
    )
    print(f"{time.monotonic() - began:.0f} s: ready; {run.scores()}; teacher {run.validate('teacher'):.3f}", flush=True)
    run.student.train()
    step, timed = 0, (0, 0.0)
    while step < plan["steps"]:
        for group in optimizer.param_groups:
            group["lr"] = rate(step, plan)
        shown, target = run.batch(size)
        with torch.autocast(device.type, torch.bfloat16):
            vectors = run.trained(shown)
        regression, relation = run.loss(vectors.float(), target)
        (run.recipe["targetWeight"] * regression + teaching["relations"] * relation).backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        ends = step == plan["steps"]
        if step % 100 == 0 or ends:
            losses = (regression.item(), relation.item())  # waits for the device
            now = time.monotonic() - began
            print(f"{now:.0f} s: step {step}, loss {losses[0]:.4f}, relations {losses[1]:.4f}", flush=True)
            if arguments.seconds and step <= 500:
                plan["steps"] = end_in(arguments.seconds - now, step, timed, now) or plan["steps"]
                timed = (step, now)
                print(f"the schedule ends at step {plan['steps']}", flush=True)
            if step % run.recipe["validateEvery"] == 0 or ends:
                print(f"step {step}: {run.scores()}", flush=True)
                training = f"recipe {run.recipe['name']}; {step} of {plan['steps']} steps; {step * size} views seen"
                network.save(
                    run.student, arguments.output, f"{training}; taught by PyTorch; seed {run.recipe['seed']}")


if __name__ == "__main__":
    main()
