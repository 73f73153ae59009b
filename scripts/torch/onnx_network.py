"""A plain feed-forward ONNX file as a PyTorch function: the operators that MobileFaceNet-like networks need."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor, nn


class OnnxNetwork(nn.Module):
    """Runs the graph node by node. A factor and an offset behind a convolution are folded into it."""

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        graph = onnx.load(str(path)).graph
        constants = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
        self.nodes = [
            (n.op_type, list(n.input), n.output[0], {a.name: onnx.helper.get_attribute_value(a) for a in n.attribute})
            for n in graph.node
        ]
        self.input_name = next(i.name for i in graph.input if i.name not in constants)
        self.output_name = graph.output[0].name
        self._fold(constants)
        self.constants = nn.ParameterDict(
            {self._key(name): nn.Parameter(value, requires_grad=False) for name, value in constants.items()}
        )
        self.names = set(constants)

    @staticmethod
    def _key(name: str) -> str:
        return name.replace(".", "_")

    def _fold(self, constants: dict[str, Tensor]) -> None:
        uses: dict[str, int] = {}
        for _, inputs, _, _ in self.nodes:
            for name in inputs:
                uses[name] = uses.get(name, 0) + 1
        kept: list[tuple[str, list[str], str, dict]] = []
        for kind, inputs, output, attributes in self.nodes:
            last = kept[-1] if kept else None
            follows = last is not None and last[0] == "Conv" and inputs[0] == last[2] and uses[inputs[0]] == 1
            if follows and kind in ("Mul", "Add") and inputs[1] in constants:
                value = constants[inputs[1]].flatten()
                weight = constants[last[1][1]]
                if len(last[1]) < 3:
                    last[1].append(f"{last[1][1]}_bias")
                    constants[last[1][2]] = torch.zeros(weight.shape[0])
                bias = last[1][2]
                if kind == "Mul":
                    constants[last[1][1]] = weight * value.view(-1, 1, 1, 1)
                    constants[bias] = constants[bias] * value
                else:
                    constants[bias] = constants[bias] + value
                kept[-1] = (last[0], last[1], output, last[3])
            else:
                kept.append((kind, inputs, output, attributes))
        self.nodes = kept

    def forward(self, x: Tensor) -> Tensor:
        values: dict[str, Tensor] = {self.input_name: x}

        def value(name: str) -> Tensor:
            return self.constants[self._key(name)] if name in self.names else values[name]

        for kind, inputs, output, attributes in self.nodes:
            a = [value(name) for name in inputs if name]
            if kind == "Conv":
                pads = attributes.get("pads", [0, 0, 0, 0])
                if pads[:2] != pads[2:]:
                    raise ValueError("uneven padding")
                result = F.conv2d(
                    a[0], a[1], a[2] if len(a) > 2 else None, tuple(attributes.get("strides", [1, 1])), tuple(pads[:2]),
                    groups=attributes.get("group", 1),
                )
            elif kind == "PRelu":
                result = F.prelu(a[0], a[1].flatten())
            elif kind == "Add":
                result = a[0] + a[1]
            elif kind == "Sub":
                result = a[0] - a[1]
            elif kind == "Mul":
                result = a[0] * a[1]
            elif kind == "Flatten":
                result = a[0].flatten(1)
            elif kind == "Gemm":
                result = F.linear(a[0], a[1] if attributes.get("transB") else a[1].T, a[2])
            else:
                raise ValueError(f"operator {kind} is not known here")
            values[output] = result
        return values[self.output_name]
