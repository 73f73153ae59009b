"""How well vectors tell people apart who were kept from training."""

from __future__ import annotations

import torch
from torch import Tensor


def scores(vectors: Tensor, validation: list[list[int]]) -> tuple[float, float]:
    """VAL at a false accept rate of 1e-3, and the best accuracy where both kinds of pairs weigh the same (`PairScores`).

    vectors: of the people's pictures, one person after another. A person's pairs count as a hundred at most.
    """
    device = vectors.device
    identity = torch.tensor([k for k, person in enumerate(validation) for _ in person], device=device)
    distance = 2 - 2 * vectors @ vectors.T
    upper = torch.triu(torch.ones_like(distance, dtype=torch.bool), 1)
    equal = identity[:, None] == identity
    pairs = torch.tensor([len(person) * (len(person) - 1) / 2 for person in validation], device=device)
    weight = ((100 / pairs.clamp(min=1)).clamp(max=1)[identity][:, None] * (equal & upper))[equal & upper]
    same, order = distance[equal & upper].sort()
    share = weight[order].cumsum(0) / weight.sum()
    other = distance[~equal & upper].sort().values
    rejected = 1 - torch.searchsorted(other, same, right=True) / len(other)
    validation_rate = share[same < other[int(len(other) * 1e-3)]]
    return float(validation_rate[-1]) if len(validation_rate) else 0.0, float(((share + rejected) / 2).max())
