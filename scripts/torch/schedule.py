"""The learning rate of a recipe, and where its schedule ends when time is what is given."""

from __future__ import annotations

import math


def rate(step: int, plan: dict) -> float:
    """The learning rate: a warm-up, then a cosine to nothing."""
    warm = plan.get("warmUp", 0)
    if step < warm:
        return plan["learningRate"] * (step + 1) / warm
    return plan["learningRate"] * 0.5 * (1 + math.cos(math.pi * (step - warm) / (plan["steps"] - warm)))


def end_in(seconds: float, step: int, before: tuple[int, float], now: float) -> int | None:
    """The step at which so many seconds will have passed, rounded down to hundreds; None before there is a measure."""
    if before[0] == 0:
        return None
    pace = (step - before[0]) / (now - before[1])
    return step + int(seconds * pace) // 100 * 100
