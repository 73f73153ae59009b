"""Writes the golden networks of ONNXTests: python3 make_golden.py (needs torch, onnx, onnxruntime and numpy).

`mobilefacenet.onnx` is a MobileFaceNet (Chen et al. 2018) of small widths, exported by PyTorch with seeded random
weights; `operators.onnx` chains what that one does not use, built node by node. Beside each lies a `.golden` file with
ONNX Runtime's outputs: one text line per tensor (name, then sizes), an empty line, then all values, little-endian
float32, in that order. The input is `ramp`, which the tests compute too.
"""

import pathlib
import warnings

import numpy
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

FOLDER = pathlib.Path(__file__).parent


class Unit(nn.Sequential):
    """Convolution, batch normalisation and, where asked for, PReLU."""

    def __init__(self, inputs, outputs, kernel, stride=1, padding=0, groups=1, activation=True):
        layers = [
            nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
            nn.BatchNorm2d(outputs),
        ]
        super().__init__(*layers, *([nn.PReLU(outputs)] if activation else []))


class Bottleneck(nn.Module):
    """Expand, depthwise, project; added to the input where the shape stays."""

    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        width = inputs * expansion
        self.shortcut = stride == 1 and inputs == outputs
        self.body = nn.Sequential(
            Unit(inputs, width, 1),
            Unit(width, width, 3, stride, 1, groups=width),
            Unit(width, outputs, 1, activation=False),
        )

    def forward(self, x):
        return x + self.body(x) if self.shortcut else self.body(x)


class MobileFaceNet(nn.Module):
    """Table 1 of the paper with every width divided by eight, for 112 × 112 pixels."""

    def __init__(self, embedding=32):
        super().__init__()
        self.head = nn.Sequential(Unit(3, 8, 3, 2, 1), Unit(8, 8, 3, 1, 1, groups=8))
        blocks = [(8, 2, 2, 2), (16, 4, 2, 2), (16, 2, 1, 2), (16, 4, 2, 2), (16, 2, 1, 2)]
        layers, inputs = [], 8
        for outputs, expansion, stride, count in blocks:
            for number in range(count):
                layers.append(Bottleneck(inputs, outputs, stride if number == 0 else 1, expansion))
                inputs = outputs
        self.body = nn.Sequential(*layers)
        self.tail = nn.Sequential(
            Unit(inputs, 64, 1),
            Unit(64, 64, 7, groups=64, activation=False),
            nn.Conv2d(64, embedding, 1, bias=False),
            nn.BatchNorm2d(embedding),
        )

    def forward(self, x):
        x = self.tail(self.body(self.head(x)))
        return nn.functional.normalize(torch.flatten(x, 1))


def mobilefacenet():
    torch.manual_seed(7)
    network = MobileFaceNet()
    for module in network.modules():
        # Statistics as training would leave them, so that folding them is put to the test.
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.3, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
            nn.init.uniform_(module.weight, 0.7, 1.3)
            nn.init.uniform_(module.bias, -0.3, 0.3)
        if isinstance(module, nn.PReLU):
            nn.init.uniform_(module.weight, 0.05, 0.5)
    network.eval()
    path = FOLDER / "mobilefacenet.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network, torch.zeros(1, 3, 112, 112), path, dynamo=False, opset_version=17, input_names=["input"],
            output_names=["embedding"], dynamic_axes={"input": {0: "batch"}, "embedding": {0: "batch"}},
        )
    return path, (1, 3, 112, 112)


class Builder:
    """A chain of nodes over one input, with seeded weights."""

    def __init__(self, shape, seed):
        self.random = numpy.random.default_rng(seed)
        self.nodes, self.tensors, self.outputs = [], [], []
        self.shape = shape

    def tensor(self, values, kind=numpy.float32):
        name = f"t{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(numpy.asarray(values, dtype=kind), name))
        return name

    def draw(self, *shape, scale=0.5):
        return self.tensor(self.random.standard_normal(shape) * scale)

    def node(self, operation, *inputs, outputs=1, **attributes):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(
            helper.make_node(operation, inputs, names, name=f"{operation}_{len(self.nodes)}", **attributes)
        )
        return names[0] if outputs == 1 else names

    def output(self, value):
        name = f"out{len(self.outputs)}"
        self.nodes.append(helper.make_node("Identity", [value], [name], name=name))
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))

    def save(self, path, opset):
        graph = helper.make_graph(
            self.nodes, "operators", [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)], self.outputs,
            self.tensors,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
        onnx.save(model, path)


def operators():
    b = Builder((2, 6, 7, 5), 3)
    # Windows of every kind, each on the input.
    b.output(b.node("Conv", "x", b.draw(8, 3, 3, 2), b.draw(8), group=2, pads=[1, 0, 2, 1], strides=[2, 1]))
    b.output(b.node("Conv", "x", b.draw(6, 3, 3, 3), group=2, pads=[1, 1, 1, 1]))
    b.output(b.node("Conv", "x", b.draw(5, 6, 3, 3), b.draw(5), dilations=[2, 1], strides=[1, 2]))
    b.output(b.node("Conv", "x", b.draw(6, 1, 5, 3), b.draw(6), group=6, pads=[2, 1, 0, 1], strides=[2, 3]))
    b.output(b.node("Conv", "x", b.draw(6, 1, 3, 3), group=6, dilations=[2, 2], pads=[2, 1, 1, 2]))
    b.output(b.node("Conv", "x", b.draw(4, 6, 3, 3), strides=[2, 2], auto_pad="SAME_UPPER"))
    b.output(b.node("MaxPool", "x", kernel_shape=[2, 2], auto_pad="SAME_LOWER"))
    b.output(b.node("Conv", "x", b.draw(12, 1, 3, 3), b.draw(12), group=6))
    b.output(b.node("MaxPool", "x", kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1], ceil_mode=1))
    b.output(b.node("AveragePool", "x", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]))
    b.output(b.node("AveragePool", "x", kernel_shape=[2, 3], pads=[1, 1, 0, 1], count_include_pad=1))
    b.output(b.node("LpPool", "x", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]))
    b.output(b.node("GlobalAveragePool", "x"))
    # Activations, folded into a convolution and on their own.
    slopes = b.draw(6, 1, 1)
    point = b.node("Conv", "x", b.draw(6, 6, 1, 1), b.draw(6))
    b.output(b.node("PRelu", point, slopes))
    b.output(b.node("PRelu", "x", slopes))
    b.output(b.node("LeakyRelu", b.node("Conv", "x", b.draw(6, 6, 1, 1)), alpha=0.2))
    b.output(b.node("Clip", b.node("Conv", "x", b.draw(6, 6, 1, 1)), b.tensor(0.0), b.tensor(6.0)))
    b.output(b.node("Sigmoid", "x"))
    b.output(b.node("HardSwish", "x"))
    b.output(b.node("Tanh", b.node("Exp", b.node("Neg", b.node("Abs", "x")))))
    statistics = [b.draw(6), b.draw(6), b.draw(6), b.tensor(b.random.uniform(0.5, 1.5, 6))]
    b.output(b.node("BatchNormalization", "x", *statistics, epsilon=1e-3))
    # Two operands, broadcast in every way.
    b.output(b.node("Mul", "x", b.tensor(0.5)))
    b.output(b.node("Sub", b.draw(1, 6, 1, 1), "x"))
    b.output(b.node("Add", "x", b.draw(7, 1)))
    b.output(b.node("Div", "x", b.tensor(b.random.uniform(1, 2, (6, 7, 5)))))
    gate = b.node("Sigmoid", b.node("GlobalAveragePool", "x"))
    b.output(b.node("Mul", "x", gate))
    b.output(b.node("Max", "x", point, b.tensor([0.1])))
    # Shapes.
    b.output(b.node("Concat", "x", point, "x", axis=1))
    b.output(b.node("Concat", "x", point, axis=-1))
    first, second = b.node("Split", "x", b.tensor([2, 4], numpy.int64), outputs=2, axis=1)
    b.output(b.node("Concat", second, first, axis=1))
    ends = [b.tensor(v, numpy.int64) for v in ([1, -2], [9, -12], [2, 3], [3, -3])]
    b.output(b.node("Slice", "x", *ends))
    b.output(b.node("Transpose", "x", perm=[3, 0, 2, 1]))
    rows = b.node("Transpose", "x", perm=[0, 2, 3, 1])
    size = b.node("Concat", b.node("Unsqueeze", b.node("Gather", b.node("Shape", "x"), b.tensor(0, numpy.int64)),
                  b.tensor([0], numpy.int64)), b.tensor([-1, 6], numpy.int64), axis=0)
    rows = b.node("Reshape", rows, size)
    b.output(rows)
    b.output(b.node("Softmax", rows, axis=-1))
    b.output(b.node("Softmax", "x", axis=2))
    b.output(b.node("MatMul", rows, b.draw(6, 4)))
    flat = b.node("Flatten", "x")
    dense = b.node("Gemm", flat, b.draw(7, 6 * 7 * 5, scale=0.05), b.draw(7), transB=1, alpha=0.5, beta=2.0)
    dense = b.node("BatchNormalization", dense, *[b.draw(7) for _ in range(3)],
                   b.tensor(b.random.uniform(0.5, 1.5, 7)))
    b.output(dense)
    b.output(b.node("Div", dense, b.node("ReduceL2", dense, axes=[1], keepdims=1)))
    b.output(b.node("Div", dense, b.node("Sqrt", b.node("ReduceSum", b.node("Pow", dense, b.tensor(2.0)),
             b.tensor([1], numpy.int64)))))
    b.output(b.node("LpNormalization", "x", axis=1, p=2))
    b.output(b.node("ReduceMean", "x", axes=[1, 3], keepdims=0))
    b.output(b.node("ReduceMax", "x", axes=[2], keepdims=1))
    # Resizing.
    for mode, coordinates, rounding in [
        ("nearest", "asymmetric", "floor"), ("nearest", "half_pixel", "round_prefer_floor"),
        ("nearest", "half_pixel", "round_prefer_ceil"), ("linear", "half_pixel", "floor"),
        ("linear", "align_corners", "floor"), ("linear", "pytorch_half_pixel", "floor"),
    ]:
        b.output(b.node("Resize", "x", "", b.tensor([1, 1, 2, 1.5]), mode=mode,
                 coordinate_transformation_mode=coordinates, nearest_mode=rounding))
    b.output(b.node("Resize", "x", "", "", b.tensor([2, 6, 7, 16], numpy.int64), mode="linear"))
    path = FOLDER / "operators.onnx"
    b.save(path, 17)
    return path, b.shape


def ramp(shape):
    """Numbers in -1 ..< 1 that are exact in float32."""
    places = numpy.arange(numpy.prod(shape), dtype=numpy.int64)
    return (places * 7919 % 2048 / 1024 - 1).astype(numpy.float32).reshape(shape)


def write(path, tensors):
    header = "".join(f"{name} {' '.join(map(str, values.shape))}\n" for name, values in tensors)
    path.write_bytes(header.encode() + b"\n" + b"".join(values.astype("<f4").tobytes() for _, values in tensors))


def main():
    for path, shape in (mobilefacenet(), operators()):
        values = ramp(shape)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        results = session.run(None, {session.get_inputs()[0].name: values})
        tensors = [(o.name, r) for o, r in zip(session.get_outputs(), results)]
        write(path.with_suffix(".golden"), tensors)
        print(path.name, path.stat().st_size, path.with_suffix(".golden").stat().st_size)


if __name__ == "__main__":
    main()
