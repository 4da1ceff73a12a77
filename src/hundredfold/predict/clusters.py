"""Clusters on a line: the cuts that leave the least squared distance to the means of what lies between them."""

from __future__ import annotations

from typing import Final

import numpy as np

from hundredfold.predict.likelihood import Floats

MOST: Final = 1_024
"""Different values that are told apart; of more, neighbours by rank are one."""


def cuts(values: Floats, clusters: int) -> list[float]:
    """The upper bounds of all clusters but the last, each halfway between two neighbours: the best there are.

    One row of the table for each number of clusters: the least cost of the first j values, over where the last
    cluster begins.

    >>> cuts(np.array([1.0, 2.0, 10.0, 11.0, 50.0]), 3)
    [6.0, 30.5]
    """
    value, weight = _groups(values)
    sums = [np.concatenate([[0.0], np.cumsum(weight * value**power)]) for power in (0, 1, 2)]
    count = len(value)
    begin, end = np.arange(count + 1)[:, None], np.arange(count + 1)[None, :]
    inside = [sum_[None, :] - sum_[:, None] for sum_ in sums]
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = np.where(begin < end, inside[2] - inside[1] ** 2 / inside[0], np.inf)
    least, begins = cost[0], []
    for _ in range(1, clusters):
        whole = least[:, None] + cost
        begins.append(whole.argmin(axis=0))
        least = whole.min(axis=0)
    found, last = [], count
    for begun in reversed(begins):
        last = int(begun[last])
        found.append(float((value[last - 1] + value[last]) / 2))
    return found[::-1]


def _groups(values: Floats) -> tuple[Floats, Floats]:
    """Ascending values, and how often each occurs."""
    value, times = np.unique(values, return_counts=True)
    if len(value) <= MOST:
        return value, times.astype(float)
    parts = np.array_split(np.sort(values), MOST)
    return np.array([part.mean() for part in parts]), np.array([float(len(part)) for part in parts])
