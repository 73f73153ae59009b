"""Numbers of the triplet loss and its gradient from PyTorch's autograd; writes triplet.json beside itself."""
import json
import pathlib

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
labels = [0, 0, 0, 1, 1, 2, 2, 2, 2, 3, -1, -2]
margin = 0.2
raw = torch.randn(len(labels), 6) * 0.35 + torch.randn(1, 6)
x = (raw / raw.norm(dim=1, keepdim=True)).float().double().requires_grad_(True)


def semi_hard(d, a, p):
    negatives = [n for n in range(len(labels)) if labels[n] != labels[a]]
    beyond = [n for n in negatives if d[a, n] > d[a, p]]
    if not beyond:
        return max(negatives, key=lambda n: d[a, n])
    nearest = min(beyond, key=lambda n: d[a, n])
    return nearest if d[a, nearest] < d[a, p] + margin else None


def squared(x):
    return ((x[:, None, :] - x[None, :, :]) ** 2).sum(-1)


def loss(selection):
    d = squared(x)
    terms, count = [], 0
    for a in range(len(labels)):
        positives = [p for p in range(len(labels)) if p != a and labels[p] == labels[a]]
        if not positives:
            continue
        negatives = [n for n in range(len(labels)) if labels[n] != labels[a]]
        if selection == "hardest":
            chosen = [(max(positives, key=lambda p: d[a, p]), min(negatives, key=lambda n: d[a, n]))]
        else:
            chosen = [(p, semi_hard(d, a, p)) for p in positives]
        count += len(chosen)
        terms += [torch.relu(d[a, p] - d[a, n] + margin) for p, n in chosen if n is not None]
    return torch.stack(terms).sum() / count


cases = {}
for selection in ["semiHard", "hardest"]:
    x.grad = None
    value = loss(selection)
    value.backward()
    cases[selection] = {"loss": value.item(), "gradient": x.grad.flatten().tolist()}
out = {"labels": labels, "margin": margin, "embeddings": x.detach().flatten().tolist(), "cases": cases}
pathlib.Path(__file__).with_name("triplet.json").write_text(json.dumps(out, indent=1) + "\n")
