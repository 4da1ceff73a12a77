"""How alike the customers of a group are: in what they spend later, out of sample, and in where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict.likelihood import Floats
from hundredfold.predict.microsegments.clustering import Numbered
from hundredfold.predict.microsegments.told import capped

HALVES: Final = 6
"""So often customers are halved, each time in another way."""
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_MIXED: Final = np.uint64(0xBF58476D1CE4E5B9)


def explained(groups: Numbered, later: Floats) -> dict[str, float]:
    """The share of the variance of later money that groups explain out of sample, on three scales: `capped` (the
    topmost hundredth of the customers cut off where it begins), `log` (of 1 + money) and `money` as it is.

    Half of the customers give each group its mean, the other half is foreseen by it; then the other way round, for
    several halvings. A group of which the first half has nobody is foreseen by the mean of all. 0 is no better than
    that mean, below 0 is worse.
    """
    _, number = np.unique(groups, return_inverse=True)
    halves = [half for turn in range(HALVES) for side in (_half(len(number), turn),) for half in (side, ~side)]
    wanted = {"capped": capped(later), "log": np.log1p(np.maximum(later, 0.0)), "money": later}
    return {scale: _explained(number, values, halves) for scale, values in wanted.items()}


def silhouette(columns: Sequence[Floats], groups: Numbered) -> float:
    """The mean of (b - a) / max(a, b) over customers: a, b the distance to the middle of one's own group and of the
    nearest other one. 1 is far apart, 0 is side by side; with one group it is 0.
    """
    _, number = np.unique(groups, return_inverse=True)
    count = np.bincount(number)
    if len(count) == 1:
        return 0.0
    middles = np.column_stack([np.bincount(number, column) / count for column in columns])
    apart = np.stack([sum((column - at) ** 2 for column, at in zip(columns, one, strict=True)) for one in middles])
    own = apart[number, np.arange(len(number))].copy()
    apart[number, np.arange(len(number))] = np.inf
    a, b = np.sqrt(own), np.sqrt(apart.min(axis=0))
    widest = np.maximum(a, b)
    return float(np.where(widest > 0, (b - a) / np.where(widest > 0, widest, 1.0), 0.0).mean())


def _explained(number: Numbered, wanted: Floats, halves: list[NDArray[np.bool_]]) -> float:
    left = whole = 0.0
    for half in halves:
        mean = wanted[half].mean()
        count = np.bincount(number[half], minlength=int(number.max()) + 1)
        sums = np.bincount(number[half], wanted[half], len(count))
        means = np.where(count > 0, sums / np.maximum(count, 1), mean)
        left += float(((wanted[~half] - means[number[~half]]) ** 2).sum())
        whole += float(((wanted[~half] - mean) ** 2).sum())
    return 1 - left / whole if whole else 0.0


def _half(count: int, turn: int) -> NDArray[np.bool_]:
    """A half of the places by the bits of a hash: the same in every run."""
    mixed = (np.arange(1, count + 1, dtype=np.uint64) * _ODD) ^ np.uint64(turn * 0x51ED27)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIXED
    found: NDArray[np.bool_] = (mixed ^ (mixed >> np.uint64(27))) >> np.uint64(63) == 1
    return found
