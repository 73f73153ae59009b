"""Writes the golden numbers of whole networks: python3 make_networks.py [NAME …] (needs torch, numpy and safetensors).

PyTorch computes in double precision. Files stay small because weights and images follow from a hash that the test knows
too; stored are the biases, the output, and of every parameter's gradient its norm, its largest value, a projection onto
hashed numbers, which every value takes part in, and a sample of its values.

A gradient jumps where a ReLU's input passes 0 or two values in a max pooling change places, and single precision could
stand on the other side of that. So each bias lies in the middle of the widest gap between the values of its channel
about the bias that the hash asks for, and the images are the first whose pools have no near ties.
"""

import functools
import pathlib
import sys

import numpy
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

GOLDEN = numpy.uint64(0x9E3779B97F4A7C15)
SAMPLES = 200
# As a share of a map's largest value, of which single precision is about 1e-7 off.
NEAREST_TIE = 3e-7


def name_hash(name):
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return numpy.uint64(value)


@functools.lru_cache(maxsize=200)
def uniform(name, count):
    """float32 in [-1, 1): SplitMix64 of the name's hash and each index, 24 bits of it."""
    z = name_hash(name) + GOLDEN * numpy.arange(1, count + 1, dtype=numpy.uint64)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z ^= z >> numpy.uint64(31)
    return (z >> numpy.uint64(40)).astype(numpy.float32) * numpy.float32(2**-23) - numpy.float32(1)


class NearTie(Exception):
    pass


class Network:
    def __init__(self, normalises):
        self.normalises = normalises
        self.parameters = {}
        self.statistics = {}
        self.training = True

    def parameter(self, name, values):
        if name not in self.parameters:
            self.parameters[name] = torch.tensor(values, dtype=torch.float64, requires_grad=True)
        return self.parameters[name]

    def weight(self, name, filters, channels, height, width, activation):
        """Hashed in the order filters, rows, columns, channels."""
        if name not in self.parameters:
            area = channels * height * width
            scale = numpy.float32(numpy.sqrt((6 if activation else 3) / area))
            values = uniform(name, filters * area) * scale
            self.parameter(name, values.reshape(filters, height, width, channels).transpose(0, 3, 1, 2))
        return self.parameters[name]

    def bias(self, name, y, activation):
        """Where ReLU follows, in the widest gap of the channel's values near what the hash asks for."""
        wanted = uniform(name, y.shape[1]) * numpy.float32(0.2)
        if name not in self.parameters and activation:
            rows = numpy.sort(y.detach().transpose(0, 1).flatten(1).numpy(), axis=1)
            reach = max(2, min(200, rows.shape[1] // 8))
            for channel, row in enumerate(rows):
                middle = numpy.searchsorted(row, -wanted[channel])
                near = row[max(0, middle - reach) : middle + reach]
                if len(near) == 1:
                    wanted[channel] += 0.05 * (abs(near[0] + wanted[channel]) < 0.02)
                    continue
                widest = numpy.argmax(numpy.diff(near))
                wanted[channel] = -(near[widest] + near[widest + 1]) / 2
        return self.parameter(name, wanted)

    def conv(self, x, name, filters, kernel, stride=1, activation=True):
        w = self.weight(f"{name}.weight", filters, x.shape[1], kernel, kernel, activation)
        y = F.conv2d(x, w, stride=stride, padding=kernel // 2)
        if self.normalises:
            return self.normalised(y, name)
        y = y + self.bias(f"{name}.bias", y, activation)[:, None, None]
        return F.relu(y) if activation else y

    def normalised(self, y, name):
        scale = self.parameter(f"{name}.bn.weight", 1 + uniform(f"{name}.bn.weight", y.shape[1]) * numpy.float32(0.3))
        if name not in self.statistics:
            mean = uniform(f"{name}.bn.running_mean", y.shape[1]) * numpy.float32(0.2)
            variance = 1 + uniform(f"{name}.bn.running_var", y.shape[1]) * numpy.float32(0.5)
            self.statistics[name] = (torch.tensor(mean).double(), torch.tensor(variance).double())
        mean, variance = self.statistics[name]
        y = F.batch_norm(y, mean.clone(), variance.clone(), scale, training=self.training, momentum=0.1, eps=1e-5)
        return F.relu(y + self.bias(f"{name}.bn.bias", y, True)[:, None, None])

    def dense(self, x, name, outputs, activation=False):
        w = self.weight(f"{name}.weight", outputs, x.shape[1], x.shape[2], x.shape[3], activation)
        y = F.conv2d(x, w)
        y = y + self.bias(f"{name}.bias", y, activation)[:, None, None]
        return F.relu(y) if activation else y

    def check_ties(self, groups):
        """groups: … × candidates. Where the largest is 0, ReLU stops the gradient anyway; two that are equal are one
        value of a pool before this one, and lead back to the same."""
        if self.training:
            first, second = groups.detach().topk(2, dim=-1).values.unbind(-1)
            gaps = ((first - second) / first.max())[(first > 0) & (first > second)]
            if len(gaps) and gaps.min() < NEAREST_TIE:
                raise NearTie

    def max(self, x, stride):
        padded = F.pad(x.detach(), (1, 1, 1, 1), value=-1e9)
        windows = padded.unfold(2, 3, stride).unfold(3, 3, stride)
        self.check_ties(windows.flatten(4).clamp(min=-1))
        return F.max_pool2d(x, 3, stride, 1)

    def l2(self, x, stride):
        sums = F.avg_pool2d(F.pad(x * x, (1, 1, 1, 1)), 3, stride) * 9
        return torch.where(sums > 0, sums, 1).sqrt() * (sums > 0)

    def maxout(self, x):
        groups = x.unflatten(1, (-1, 2))
        self.check_ties(groups.movedim(2, -1))
        return groups.amax(dim=2)

    def lrn(self, x):
        return x if self.normalises else F.local_response_norm(x, 5, alpha=1e-4, beta=0.75, k=1.0)

    def inception(self, x, name, one, three, five, pool, stride=1):
        name = f"inception_{name}"
        branches = []
        if one:
            branches.append(self.conv(x, f"{name}.1x1", one, 1))
        for kernel, (reduce, filters) in ((3, three), (5, five)):
            if filters:
                y = self.conv(x, f"{name}.{kernel}x{kernel}_reduce", reduce, 1)
                branches.append(self.conv(y, f"{name}.{kernel}x{kernel}", filters, kernel, stride))
        kind, projection = pool
        y = self.l2(x, stride) if kind == "l2" else self.max(x, stride)
        branches.append(self.conv(y, f"{name}.pool", projection, 1) if projection else y)
        return torch.cat(branches, dim=1)

    def nn1(self, x, size):
        x = self.lrn(self.max(self.conv(x, "conv1", 64, 7, 2), 2))
        x = self.conv(self.conv(x, "conv2a", 64, 1), "conv2", 192, 3)
        x = self.max(self.lrn(x), 2)
        x = self.max(self.conv(self.conv(x, "conv3a", 192, 1), "conv3", 384, 3), 2)
        for name, reduce in (("4", 384), ("5", 256), ("6", 256)):
            x = self.conv(self.conv(x, f"conv{name}a", reduce, 1), f"conv{name}", 256, 3)
        x = self.max(x, 2)
        x = self.maxout(self.dense(x, "fc1", 2 * 4096))
        x = self.maxout(self.dense(x, "fc2", 2 * 4096))
        return self.dense(x, "fc7128", size)

    def inceptions(self, x, stem, rows, hidden, size, flat=False):
        x = self.lrn(self.max(self.conv(x, "conv1", stem[0], 7, 2), 2))
        x = self.conv(self.conv(x, "inception_2.3x3_reduce", stem[1], 1), "inception_2.3x3", stem[2], 3)
        x = self.max(self.lrn(x), 2)
        for row in rows:
            x = self.inception(x, *row)
        if hidden:
            x = self.dense(x, "hidden", hidden, True)
        elif not flat:
            x = x.mean(dim=(2, 3), keepdim=True)
        return self.dense(x, "embedding", size)


MAX = ("max", 0)
NN2_ROWS = [
    ("3a", 64, (96, 128), (16, 32), ("max", 32)),
    ("3b", 64, (96, 128), (32, 64), ("l2", 64)),
    ("3c", 0, (128, 256), (32, 64), MAX, 2),
    ("4a", 256, (96, 192), (32, 64), ("l2", 128)),
    ("4b", 224, (112, 224), (32, 64), ("l2", 128)),
    ("4c", 192, (128, 256), (32, 64), ("l2", 128)),
    ("4d", 160, (144, 288), (32, 64), ("l2", 128)),
    ("4e", 0, (160, 256), (64, 128), MAX, 2),
    ("5a", 384, (192, 384), (48, 128), ("l2", 128)),
    ("5b", 384, (192, 384), (48, 128), ("max", 128)),
]
NN4_ROWS = NN2_ROWS[:-2] + [
    ("5a", 384, (192, 384), (0, 0), ("l2", 128)),
    ("5b", 384, (192, 384), (0, 0), ("max", 128)),
]
NNS1_ROWS = [
    ("3a", 32, (32, 64), (8, 16), ("max", 16)),
    ("3b", 32, (32, 64), (8, 16), ("l2", 16)),
    ("3c", 0, (48, 96), (16, 32), MAX, 2),
    ("4a", 128, (64, 128), (16, 32), ("l2", 64)),
    ("4b", 128, (64, 128), (16, 32), ("l2", 64)),
    ("4e", 0, (96, 160), (32, 64), MAX, 2),
    ("5a", 192, (128, 256), (32, 64), ("l2", 128)),
    ("5b", 192, (128, 256), (0, 0), ("max", 128)),
    ("5c", 0, (128, 256), (0, 0), MAX, 2),
    ("6a", 256, (192, 384), (0, 0), ("l2", 128)),
]
NNS2_ROWS = [
    ("3a", 16, (16, 24), (8, 8), ("max", 8)),
    ("3b", 0, (16, 32), (8, 8), MAX, 2),
    ("4a", 24, (16, 32), (8, 16), ("l2", 16)),
    ("4b", 24, (16, 32), (8, 16), ("l2", 16)),
    ("4c", 0, (32, 64), (8, 16), MAX, 2),
    ("5a", 64, (48, 96), (8, 16), ("l2", 32)),
    ("5b", 64, (48, 96), (0, 0), ("max", 32)),
]


def narrow(rows, width):
    """Every number to the nearest multiple of 8 of its share, as the test's network has it."""
    def scaled(value):
        return max(8, int(value * width / 8 + 0.5) * 8) if value else 0

    return [
        (name, scaled(one), tuple(map(scaled, three)), tuple(map(scaled, five)), (pool[0], scaled(pool[1])), *stride)
        for name, one, three, five, pool, *stride in rows
    ]


# name: (images, height, width, batch normalisation, the network of (Network, images))
CASES = {
    "NN1": (1, 220, 220, False, lambda n, x: n.nn1(x, 128)),
    "NN2": (1, 224, 224, False, lambda n, x: n.inceptions(x, (64, 64, 192), NN2_ROWS, 0, 128)),
    "NN3": (1, 160, 160, False, lambda n, x: n.inceptions(x, (64, 64, 192), NN2_ROWS, 0, 128)),
    "NN4": (2, 96, 96, False, lambda n, x: n.inceptions(x, (64, 64, 192), NN4_ROWS, 0, 128)),
    "NNS1": (1, 165, 165, False, lambda n, x: n.inceptions(x, (16, 32, 64), NNS1_ROWS, 3200, 128)),
    "NNS2": (2, 140, 116, False, lambda n, x: n.inceptions(x, (8, 16, 24), NNS2_ROWS, 1024, 128)),
    "NN4@0.42+bn": (
        4, 96, 96, True, lambda n, x: n.inceptions(x, (32, 32, 96), narrow(NN4_ROWS, 0.42), 0, 128)),
    "NN4@0.42+bn+flat": (
        4, 96, 96, True, lambda n, x: n.inceptions(x, (32, 32, 96), narrow(NN4_ROWS, 0.42), 0, 128, flat=True)),
    "NNS2+bn/64": (4, 140, 116, True, lambda n, x: n.inceptions(x, (8, 16, 24), NNS2_ROWS, 1024, 64)),
}


def memory_order(values):
    values = values.detach().numpy()
    return (values.transpose(0, 2, 3, 1) if values.ndim == 4 else values).reshape(-1)


def make(name, count, height, width, normalises, run):
    for seed in range(1000):
        network = Network(normalises)
        images = uniform(f"images {seed}", count * 3 * height * width).reshape(count, 3, height, width)
        x = torch.tensor(images, dtype=torch.float64)
        try:
            output = F.normalize(run(network, x).flatten(1), dim=1)
            break
        except NearTie:
            continue
    print(f"{name}: images {seed}", flush=True)
    output.backward(torch.tensor(uniform("gradient", output.numel()).reshape(output.shape)).double())
    tensors = {"output": output.detach().numpy()}
    if normalises:
        network.training = False
        tensors["evaluated"] = F.normalize(run(network, x).flatten(1), dim=1).detach().numpy()
    for key, parameter in network.parameters.items():
        gradient = memory_order(parameter.grad)
        if key.endswith(".bias"):
            tensors[f"value/{key}"] = parameter.detach().numpy()
        places = numpy.arange(SAMPLES) * len(gradient) // SAMPLES if len(gradient) > SAMPLES else slice(None)
        tensors[f"samples/{key}"] = gradient[places]
        tensors[f"norm/{key}"] = numpy.array([numpy.linalg.norm(gradient)])
        tensors[f"largest/{key}"] = numpy.array([numpy.abs(gradient).max()])
        tensors[f"projection/{key}"] = numpy.array([gradient @ uniform(f"projection {key}", len(gradient))])
    tensors = {key: numpy.ascontiguousarray(value.astype("<f4")) for key, value in tensors.items()}
    file = name.replace("/", "-") + ".golden"
    save_file(tensors, pathlib.Path(__file__).parent / file, {"images": f"images {seed}", "count": str(count)})


numpy.seterr(over="ignore")
for name, case in CASES.items():
    if name in sys.argv[1:] or len(sys.argv) == 1:
        make(name, *case)
