"""A detector's training pictures, read and split as facetrain does, and packed for sampling on the GPU."""

from __future__ import annotations

import csv
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from views import fit_frames

# The box that goes with a frame, in eye–mouth distances: width, height, and how far above the centre (FaceBox).
BOX = (2.0, 2.71, 0.18)
# Below this a level has nothing to show any more (MipPictures).
SMALLEST_SIDE = 8


def is_kept(name: str, share: float) -> bool:
    """HeldOut.contains: FNV-1a of the name."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return (value ^ value >> 32) % 10000 < share * 10000


def face_numbers(landmarks: np.ndarray) -> np.ndarray:
    """Squares' faces: n × 10 landmarks to n × 14 numbers, the box's centre and sides before the landmarks (FaceBox.of)."""
    frames = fit_frames(torch.from_numpy(landmarks).view(-1, 5, 2))
    sine, cosine = frames.roll.sin(), frames.roll.cos()
    centre_x, centre_y = frames.x + BOX[2] * frames.distance * sine, frames.y - BOX[2] * frames.distance * cosine
    width = torch.hypot(BOX[0] * cosine, BOX[1] * sine) * frames.distance
    height = torch.hypot(BOX[0] * sine, BOX[1] * cosine) * frames.distance
    return np.concatenate((torch.stack((centre_x, centre_y, width, height), 1).numpy(), landmarks), axis=1)


def _halved(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
    wide = picture[:height, :width].astype(np.uint16)
    return ((wide[::2, ::2] + wide[1::2, ::2] + wide[::2, 1::2] + wide[1::2, 1::2] + 2) // 4).astype(np.uint8)


def _read(path: str) -> tuple[bytes, list[tuple[int, int]]]:
    """A picture's levels, the largest first, as bytes of red, green, blue and nothing; and their widths and heights."""
    with Image.open(path) as file:
        picture = np.asarray(file.convert("RGB"))
    levels = [picture]
    while min(levels[-1].shape[:2]) >= 2 * SMALLEST_SIDE:
        levels.append(_halved(levels[-1]))
    packed = [np.pad(level, ((0, 0), (0, 0), (0, 1))).tobytes() for level in levels]
    return b"".join(packed), [(level.shape[1], level.shape[0]) for level in levels]


@dataclass
class Scenes:
    """Pictures with their faces. `faces` is n × most × 14 numbers as in `face_numbers`, `count` how many of them there are."""

    pixels: Tensor
    offset: Tensor
    width: Tensor
    height: Tensor
    levels: Tensor
    faces: Tensor
    count: Tensor
    scenes: Tensor
    backgrounds: Tensor
    hard: Tensor
    squares: Tensor
    # Faces that can be made a size that the network should find: picture and number.
    targets: Tensor

    def to(self, device: torch.device) -> Scenes:
        return Scenes(**{name: tensor.to(device) for name, tensor in vars(self).items()})


def read(folder: Path, recipe: dict[str, Any]) -> Scenes:
    """Everything that `DetectorPictures` reads and training is not kept from."""
    plan, sizes = recipe["pictures"], recipe["sizes"]
    table: dict[str, list[list[float]]] = {}
    with open(folder / f"{plan['scenes']}.faces.csv", newline="") as rows:
        for row in list(csv.reader(rows))[1:]:
            numbers = [float(value) for value in row[1:15]]
            x, y, width, height = numbers[:4]
            table.setdefault(row[0], []).append([x + width / 2, y + height / 2, width, height, *numbers[4:]])
    paths: list[str] = []
    faces: list[list[list[float]]] = []
    places: dict[str, list[int]] = {"scenes": [], "backgrounds": [], "hard": [], "squares": []}

    def add(kind: str, path: Path, found: list[list[float]]) -> None:
        places[kind].append(len(paths))
        paths.append(str(path))
        faces.append(found)

    share, kept_sets = plan["validationShare"], plan["keptSets"]
    root = folder / plan["scenes"]
    for path in sorted(root.rglob("*.jpg")):
        name = str(path.relative_to(root))
        if not is_kept(name, share) and name.split("/")[0] not in kept_sets:
            add("scenes", path, table.get(name, []))
    root = folder / plan["backgrounds"]
    for path in sorted(root.rglob("*.jpg")):
        name = str(path.relative_to(root))
        if not is_kept(name, share):
            add("hard" if name.startswith("hard/") else "backgrounds", path, [])
    for folder_name in plan["faces"]:
        with open(folder / f"{folder_name}.landmarks.csv", newline="") as rows:
            chosen = list(csv.reader(rows))[1 :: plan["every"]]
        numbers = face_numbers(np.array([[float(value) for value in row[1:11]] for row in chosen], np.float32))
        for row, face in zip(chosen, numbers.tolist(), strict=True):
            add("squares", folder / folder_name / row[0], [face])
    smallest = max(sizes["unverified"], sizes["smallest"] / recipe["crops"]["enlargement"])
    targets = [
        (place, number) for place in places["scenes"] for number, face in enumerate(faces[place])
        if (face[2] * face[3]) ** 0.5 >= smallest
    ]
    return _packed(paths, faces, places, targets)


def _packed(
    paths: list[str], faces: list[list[list[float]]], places: dict[str, list[int]], targets: list[tuple[int, int]]
) -> Scenes:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        read = list(pool.map(_read, paths, chunksize=64))
    levels = torch.tensor([len(sizes) for _, sizes in read])
    most = int(levels.max())
    shape = torch.ones(len(paths), most, 2, dtype=torch.long)
    offset = torch.zeros(len(paths), most, dtype=torch.long)
    start = 0
    for index, (_, sizes) in enumerate(read):
        for level, (width, height) in enumerate(sizes):
            shape[index, level] = torch.tensor((width, height))
            offset[index, level] = start
            start += width * height
    pixels = torch.from_numpy(np.frombuffer(bytearray(b"".join(data for data, _ in read)), np.int32))
    count = torch.tensor([len(found) for found in faces])
    table = torch.zeros(len(paths), int(count.max()), 14)
    for index, found in enumerate(faces):
        if found:
            table[index, : len(found)] = torch.tensor(found)
    return Scenes(
        pixels, offset, shape[..., 0].contiguous(), shape[..., 1].contiguous(), levels, table, count,
        *(torch.tensor(places[kind]) for kind in ("scenes", "backgrounds", "hard", "squares")), torch.tensor(targets))
