"""A faced model file as a PyTorch network, and back.

Layers follow the file's `network` header (see LayerRecord.swift); forward equals faced's to about 1e-6.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

Record = dict[str, Any]


class Convolution(nn.Module):
    """A convolution, batch normalisation or a bias, and ReLU."""

    def __init__(self, record: Record, channels: int) -> None:
        super().__init__()
        normalised = record["batchNormalisation"]
        self.conv = nn.Conv2d(
            channels,
            record["filters"],
            record["kernel"],
            stride=record["stride"],
            padding=record["padding"],
            bias=not normalised,
        )
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")
        self.bn = nn.BatchNorm2d(record["filters"], eps=1e-5, momentum=0.1) if normalised else None
        self.activation = record["activation"]
        self.outputs = record["filters"]

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        if self.bn is not None:
            x = self.bn(x)
        return F.relu(x, inplace=True) if self.activation else x


class Pool(nn.Module):
    """Max or L2 pooling."""

    def __init__(self, record: Record, channels: int) -> None:
        super().__init__()
        self.is_max = record["kind"] == "maxPool"
        self.window = (record["kernel"], record["stride"], record["padding"])
        self.outputs = channels

    def forward(self, x: Tensor) -> Tensor:
        if self.is_max:
            return F.max_pool2d(x, *self.window)
        kernel, stride, padding = self.window
        if stride != 1:
            raise ValueError("L2 pooling has a stride of 1 in every network so far")
        squares = F.pad(x.float().square(), (padding,) * 4)
        height, width = squares.shape[2] - kernel + 1, squares.shape[3] - kernel + 1
        rows = sum(squares[:, :, k : k + height] for k in range(kernel))
        sums = sum(rows[:, :, :, k : k + width] for k in range(kernel))
        # The root's slope at 0 is infinite; there, faced's gradient is 0.
        positive = sums > 1e-12
        return torch.where(positive, torch.where(positive, sums, 1).sqrt(), 0).to(x.dtype)


class GlobalAverage(nn.Module):
    """The mean over all pixels of each channel."""

    def __init__(self, record: Record, channels: int) -> None:
        super().__init__()
        self.outputs = channels

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3), keepdim=True)


class Branches(nn.Module):
    """Branches side by side over channels (Inception)."""

    def __init__(self, record: Record, channels: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(Chain(branch, channels) for branch in record["branches"])
        self.outputs = sum(branch.outputs for branch in self.branches)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class Chain(nn.Module):
    """Layers one after another."""

    def __init__(self, records: list[Record], channels: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        for record in records:
            kinds = {
                "convolution": Convolution, "maxPool": Pool, "l2Pool": Pool, "globalAveragePool": GlobalAverage,
                "branches": Branches,
            }
            layer = kinds[record["kind"]](record, channels)
            channels = layer.outputs
            self.layers.append(layer)
        self.outputs = channels

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return x


class FileNetwork(nn.Module):
    """The layers of a model file's `network` header, and their tensors under the names that the file has for them."""

    def __init__(self, metadata: dict[str, str], records: list[Record]) -> None:
        super().__init__()
        self.metadata = metadata
        self.input = json.loads(metadata["input"])
        self.records = records
        self.body = Chain(records, 3)

    def tensors(self) -> dict[str, Tensor]:
        """Every tensor under the name that the file has for it."""
        named: dict[str, Tensor] = {}

        def add(records: list[Record], chain: Chain, prefix: str) -> None:
            for record, layer in zip(records, chain.layers, strict=True):
                name = prefix + (record.get("name") or "")
                if isinstance(layer, Convolution):
                    named[f"{name}.weight"] = layer.conv.weight
                    if layer.bn is None:
                        named[f"{name}.bias"] = layer.conv.bias
                    else:
                        named[f"{name}.bn.weight"] = layer.bn.weight
                        named[f"{name}.bn.bias"] = layer.bn.bias
                        named[f"{name}.bn.running_mean"] = layer.bn.running_mean
                        named[f"{name}.bn.running_var"] = layer.bn.running_var
                elif isinstance(layer, Branches):
                    for branch, inner in zip(record["branches"], layer.branches, strict=True):
                        add(branch, inner, f"{name}.")

        add(self.records, self.body, "")
        return named


class EmbeddingNetwork(FileNetwork):
    """Pictures (n × 3 × height × width, as the header's `input` scales them) to unit vectors (n × components)."""

    def __init__(self, metadata: dict[str, str]) -> None:
        records = json.loads(metadata["network"])
        if [record["kind"] for record in records[-2:]] != ["dense", "l2Normalise"]:
            raise ValueError("the network must end in a fully connected layer and the L2 norm")
        super().__init__(metadata, records[:-2])
        with torch.no_grad():
            height, width = self.input["height"], self.input["width"]
            features = self.body(torch.zeros(1, 3, height, width)).numel()
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.reset_running_stats()
        self.dense_name = records[-2]["name"]
        self.dense = nn.Linear(features, records[-2]["filters"])

    def forward(self, x: Tensor) -> Tensor:
        # Channel by channel, as the file's weights of the fully connected layer are ordered.
        features = self.body(x).flatten(1)
        return F.normalize(self.dense(features).float())

    def tensors(self) -> dict[str, Tensor]:
        dense = {f"{self.dense_name}.weight": self.dense.weight, f"{self.dense_name}.bias": self.dense.bias}
        return super().tensors() | dense


class DetectorNetwork(FileNetwork):
    """Pictures (n × 3 × height × width) to cells (n × rows × columns × channels, see FaceCode.swift)."""

    def __init__(self, metadata: dict[str, str]) -> None:
        super().__init__(metadata, json.loads(metadata["network"]))

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x).permute(0, 2, 3, 1).float()


def load(path: str | Path) -> FileNetwork:
    """Reads a model file."""
    with safe_open(str(path), "pt") as file:
        metadata = file.metadata()
        network = DetectorNetwork(metadata) if metadata.get("kind") == "detector" else EmbeddingNetwork(metadata)
        named = network.tensors()
        if set(named) != set(file.keys()):
            raise ValueError(f"the file's tensors are not the network's: {set(named) ^ set(file.keys())}")
        with torch.no_grad():
            for name, tensor in named.items():
                tensor.copy_(file.get_tensor(name).reshape(tensor.shape))
    return network


def save(network: FileNetwork, path: str | Path, training: str) -> None:
    """Writes a model file; its calibration is gone, since it was another network's."""
    metadata = {key: value for key, value in network.metadata.items() if key != "calibration"}
    metadata["training"] = training
    tensors = {name: tensor.detach().float().cpu().contiguous() for name, tensor in network.tensors().items()}
    save_file(tensors, str(path), metadata=metadata)
