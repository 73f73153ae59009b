"""Writes the golden numbers of NetworksTests: python3 make_golden.py (needs torch and numpy).

Every network of `CASES` stands in GoldenNetworks.swift too. PyTorch computes in double precision; files hold
float32: one text line per tensor (name, then sizes), an empty line, then all values, little-endian, in that order.
"""

import pathlib

import numpy
import torch
import torch.nn.functional as F

BATCH = "batch"
BIAS = "none"


class Network:
    """Interprets a list of layers; parameters and buffers are made as their layers are first met."""

    def __init__(self, seed):
        self.random = numpy.random.default_rng(seed)
        self.parameters = {}
        self.buffers = {}

    def draw(self, name, shape, scale, offset=0.0):
        if name not in self.parameters:
            values = (self.random.standard_normal(shape) * scale + offset).astype(numpy.float32)
            self.parameters[name] = torch.tensor(values, dtype=torch.float64, requires_grad=True)
        return self.parameters[name]

    def buffer(self, name, values):
        if name not in self.buffers:
            self.buffers[name] = torch.tensor(values.astype(numpy.float32), dtype=torch.float64)
        return self.buffers[name]

    def run(self, layers, x, training, prefix=""):
        for layer in layers:
            x = getattr(self, layer[0])(x, training, prefix, *layer[1:])
        return x

    def conv(self, x, training, prefix, name, filters, kernel, stride, padding, activation, normalisation):
        name = prefix + name
        fan_in = x.shape[1] * kernel * kernel
        weight = self.draw(f"{name}.weight", (filters, x.shape[1], kernel, kernel), (2 / fan_in) ** 0.5)
        if normalisation == BATCH:
            scale = self.draw(f"{name}.bn.weight", (filters,), 0.3, 1.0)
            shift = self.draw(f"{name}.bn.bias", (filters,), 0.3)
            mean = self.buffer(f"{name}.bn.running_mean", self.random.standard_normal(filters) * 0.2)
            var = self.buffer(f"{name}.bn.running_var", self.random.uniform(0.5, 1.5, filters))
            x = F.conv2d(x, weight, stride=stride, padding=padding)
            x = F.batch_norm(x, mean, var, scale, shift, training=training, momentum=0.1, eps=1e-5)
        else:
            bias = self.draw(f"{name}.bias", (filters,), 0.3)
            x = F.conv2d(x, weight, bias, stride=stride, padding=padding)
        return F.relu(x) if activation else x

    def lrn(self, x, training, prefix):
        return F.local_response_norm(x, 5, alpha=1e-4, beta=0.75, k=1.0)

    def max(self, x, training, prefix, kernel, stride, padding):
        return F.max_pool2d(x, kernel, stride, padding)

    def avg(self, x, training, prefix, kernel, stride, padding):
        return F.avg_pool2d(x, kernel, stride, padding)

    def l2(self, x, training, prefix, kernel, stride, padding):
        x = F.pad(x, (padding, padding, padding, padding))
        return (F.avg_pool2d(x * x, kernel, stride) * kernel * kernel).sqrt()

    def branches(self, x, training, prefix, name, *branches):
        return torch.cat([self.run(branch, x, training, f"{prefix}{name}.") for branch in branches], dim=1)

    def global_avg(self, x, training, prefix):
        return x.mean(dim=(2, 3), keepdim=True)

    def dense(self, x, training, prefix, name, outputs, activation=False):
        x = x.flatten(1)
        name = prefix + name
        weight = self.draw(f"{name}.weight", (outputs, x.shape[1]), (1 / x.shape[1]) ** 0.5)
        bias = self.draw(f"{name}.bias", (outputs,), 0.3)
        x = F.linear(x, weight, bias)[:, :, None, None]
        return F.relu(x) if activation else x

    def maxout(self, x, training, prefix, pieces):
        return x.unflatten(1, (-1, pieces)).amax(dim=2)

    def l2_normalise(self, x, training, prefix):
        return F.normalize(x, dim=1)


def conv(name, filters, kernel, stride=1, padding=0, activation=True, normalisation=BATCH):
    return ("conv", name, filters, kernel, stride, padding, activation, normalisation)


# name: (input scale, count, channels, height, width, layers)
CASES = {
    "bias": (1, 3, 5, 9, 7, [
        conv("a", 7, 3, 2, 1, normalisation=BIAS), conv("b", 3, 1, activation=False, normalisation=BIAS),
        ("dense", "out", 4)]),
    "batch": (1, 5, 3, 11, 13, [
        conv("a", 9, 5, 1, 2), conv("b", 17, 3, 2, 1, activation=False), conv("c", 8, 1, 2, normalisation=BIAS), ("dense", "out", 3)]),
    "wide": (1, 2, 1, 17, 15, [
        conv("a", 16, 7, 2, 3), conv("b", 17, 3, 1, 0), conv("c", 15, 1), ("global_avg",), ("l2_normalise",)]),
    "max": (1, 2, 6, 9, 8, [conv("a", 31, 1), ("max", 3, 2, 1), ("max", 2, 1, 0), ("dense", "out", 2)]),
    "average": (1, 2, 6, 9, 8, [
        conv("a", 31, 1), ("avg", 3, 2, 1), ("avg", 2, 1, 0), ("dense", "out", 2)]),
    "l2": (1, 2, 6, 9, 8, [
        conv("a", 31, 1, activation=False), ("l2", 3, 2, 1), ("l2", 2, 1, 0), ("dense", "out", 2)]),
    # Inputs of some hundreds, or the denominator would be 1.
    "response": (300, 2, 7, 4, 3, [
        conv("a", 13, 1, activation=False, normalisation=BIAS), ("lrn",),
        conv("b", 3, 1, normalisation=BIAS), ("lrn",), ("dense", "out", 3)]),
    "shared": (1, 3, 8, 8, 7, [
        conv("a", 9, 1),
        ("branches", "strided", [("avg", 3, 2, 1)], [conv("b", 4, 3, 2, 1)], [conv("c", 5, 5, 2, 2)],
         [("l2", 3, 2, 1)], [("max", 3, 2, 1)], [conv("d", 3, 1, 2, normalisation=BIAS)]),
        ("branches", "plain", [conv("e", 5, 1)], [("lrn",)], [("l2_normalise",)], [conv("f", 5, 3, 1, 1)],
         [conv("g", 3, 3, 1, 1, normalisation=BIAS)], [conv("h", 17, 1)]),
        ("global_avg",), ("dense", "out", 3)]),
    "inception": (1, 4, 3, 33, 31, [
        conv("conv1", 8, 7, 2, 3), ("max", 3, 2, 1), ("lrn",), conv("conv2a", 8, 1), conv("conv2", 16, 3, 1, 1),
        ("lrn",), ("max", 3, 2, 1),
        ("branches", "inception3a", [conv("b1x1", 8, 1)], [conv("b3x3reduce", 6, 1), conv("b3x3", 12, 3, 1, 1)],
         [conv("b5x5reduce", 3, 1), conv("b5x5", 5, 5, 1, 2)], [("max", 3, 1, 1), conv("pool", 7, 1)]),
        ("branches", "inception3b", [conv("b3x3reduce", 6, 1), conv("b3x3", 8, 3, 2, 1)],
         [conv("b5x5reduce", 3, 1), conv("b5x5", 4, 5, 2, 2)], [("max", 3, 2, 1)]),
        ("branches", "inception4a", [conv("b1x1", 8, 1)], [("l2", 3, 1, 1), conv("pool", 8, 1)],
         [("branches", "nested", [conv("left", 3, 1)], [conv("right", 5, 3, 1, 1, normalisation=BIAS)])]),
        ("global_avg",), ("dense", "embedding", 16), ("l2_normalise",)]),
    # NN1's end: fully connected layers with maxout or ReLU; and maxout as one of several readers of a map.
    "maxout": (1, 3, 4, 5, 3, [
        conv("a", 12, 3, 1, 1, activation=False, normalisation=BIAS),
        ("branches", "m", [("maxout", 3)], [("maxout", 2)], [conv("b", 5, 1)]),
        ("dense", "fc1", 14), ("maxout", 2), ("dense", "fc2", 9, True), ("dense", "fc3", 15), ("maxout", 3)]),
    # Padding and strides that no network of the paper has.
    "padding": (1, 2, 3, 6, 7, [
        conv("a", 5, 3, 1, 2), conv("b", 9, 4, 3, 3, normalisation=BIAS), conv("c", 6, 2, 1, 1),
        conv("d", 4, 5, 2, 4, normalisation=BIAS), conv("e", 3, 1, 3), ("dense", "out", 3)]),
}


def write(path, tensors):
    with open(path, "wb") as file:
        for name, values in tensors.items():
            file.write(" ".join([name, *map(str, values.shape)]).encode() + b"\n")
        file.write(b"\n")
        for values in tensors.values():
            file.write(values.detach().numpy().astype("<f4").tobytes())


def make(name, seed, scale, count, channels, height, width, layers):
    network = Network(seed)
    images = network.random.standard_normal((count, channels, height, width)) * scale
    x = torch.tensor(images.astype(numpy.float32), dtype=torch.float64)
    evaluated = network.run(layers, x, training=False).flatten(1)
    tensors = {"input": x, "evaluated": evaluated}
    tensors |= {f"state/{key}": value.clone() for key, value in (network.parameters | network.buffers).items()}
    output = network.run(layers, x, training=True).flatten(1)
    d_output = torch.tensor(network.random.standard_normal(output.shape).astype(numpy.float32), dtype=torch.float64)
    output.backward(d_output)
    tensors |= {"output": output, "d_output": d_output}
    tensors |= {f"gradient/{key}": value.grad for key, value in network.parameters.items()}
    tensors |= {f"after/{key}": value for key, value in network.buffers.items()}
    write(pathlib.Path(__file__).parent / f"{name}.golden", tensors)


def make_optimizers():
    """Five steps of each optimizer on one parameter that decays and one that does not."""
    random = numpy.random.default_rng(77)
    start = {name: random.standard_normal(37).astype(numpy.float32) for name in ("a", "b")}
    gradients = {name: random.standard_normal((5, 37)).astype(numpy.float32) for name in ("a", "b")}
    rates = [0.1, 0.1, 0.05, 0.02, 0.02]
    tensors = {f"start/{name}": torch.tensor(values) for name, values in start.items()}
    tensors |= {f"gradients/{name}": torch.tensor(values) for name, values in gradients.items()}
    kinds = {
        "adagrad": lambda groups: torch.optim.Adagrad([p for g in groups for p in g["params"]], lr=0.1, eps=1e-10),
        "sgd": lambda groups: torch.optim.SGD(groups, lr=0.1, momentum=0.9),
        "adamw": lambda groups: torch.optim.AdamW(groups, lr=0.1, betas=(0.9, 0.999), eps=1e-8),
        "adam": lambda groups: torch.optim.Adam(groups, lr=0.1, betas=(0.9, 0.999), eps=1e-8),
        "adagrad_decay": lambda groups: torch.optim.Adagrad(groups, lr=0.1, eps=1e-10),
    }
    for kind, build in kinds.items():
        parameters = {n: torch.tensor(v, dtype=torch.float64, requires_grad=True) for n, v in start.items()}
        optimizer = build([
            {"params": [parameters["a"]], "weight_decay": 0.05}, {"params": [parameters["b"]], "weight_decay": 0.0}])
        for step, rate in enumerate(rates):
            for group in optimizer.param_groups:
                group["lr"] = rate
            for name, parameter in parameters.items():
                parameter.grad = torch.tensor(gradients[name][step], dtype=torch.float64)
            optimizer.step()
        tensors |= {f"{kind}/{name}": parameter for name, parameter in parameters.items()}
    write(pathlib.Path(__file__).parent / "optimizers.golden", tensors)


for number, (name, case) in enumerate(CASES.items()):
    make(name, 100 + number, *case)
make_optimizers()
