"""Tuples become groups: the most alike are merged, within their stage, until all are big enough and few enough."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict.likelihood import Floats
from hundredfold.predict.microsegments.clustering import Numbered


def merged(places: Floats, customers: Numbered, stages: Numbered, most: int, smallest: int) -> Numbered:
    """The group of each of n tuples: whole numbers from 0, in the order of the groups' first tuples.

    `places` (n x d) says where each tuple stands, `customers` (n) how many it has. Merged are those whose merging adds
    least to the squared distances of customers to the middles of their groups (Ward). First the smallest group of all
    that have fewer than `smallest` customers goes to the one most like it, then whichever two are most alike, while
    there are more than `most`. The last group of a stage stays, however small.
    """
    work = {int(stage): _Stage(places[stages == stage], customers[stages == stage]) for stage in np.unique(stages)}
    for one in work.values():
        one.grow(smallest)
    while sum(one.groups for one in work.values()) > max(most, len(work)):
        min((one for one in work.values() if one.groups > 1), key=lambda one: one.cheapest).merge_cheapest()
    found = np.zeros(len(stages), np.int64)
    for stage, one in work.items():
        # Groups of different stages differ: a tuple's own number within its stage, on a stretch of numbers of its own.
        found[stages == stage] = one.group + stage * len(stages)
    _, first, number = np.unique(found, return_index=True, return_inverse=True)
    order: Numbered = np.argsort(np.argsort(first))[number]
    return order


class _Stage:
    """The tuples of a stage while they are merged."""

    def __init__(self, places: Floats, customers: Numbered) -> None:
        self._places, self._customers = places.copy(), customers.astype(float)
        self._alive = np.ones(len(places), bool)
        self._costs = np.full((len(places), len(places)), np.inf)
        self.group = np.arange(len(places))
        for one in range(len(places)):
            self._weigh(one)

    @property
    def groups(self) -> int:
        return int(self._alive.sum())

    @property
    def cheapest(self) -> float:
        return float(self._costs.min())

    def grow(self, smallest: int) -> None:
        while self.groups > 1:
            size = np.where(self._alive, self._customers, np.inf)
            one = int(size.argmin())
            if size[one] >= smallest:
                return
            self._merge(int(self._costs[one].argmin()), one)

    def merge_cheapest(self) -> None:
        one, other = np.unravel_index(self._costs.argmin(), self._costs.shape)
        self._merge(int(one), int(other))

    def _merge(self, one: int, other: int) -> None:
        both = self._customers[one] + self._customers[other]
        moved = self._customers[one] * self._places[one] + self._customers[other] * self._places[other]
        self._places[one], self._customers[one] = moved / both, both
        self._alive[other] = False
        self.group[self.group == other] = one
        self._costs[other] = self._costs[:, other] = np.inf
        self._weigh(one)

    def _weigh(self, one: int) -> None:
        others: NDArray[np.bool_] = self._alive.copy()
        others[one] = False
        apart = ((self._places[others] - self._places[one]) ** 2).sum(axis=1)
        cost = apart * self._customers[one] * self._customers[others] / (self._customers[one] + self._customers[others])
        self._costs[one, others] = self._costs[others, one] = cost
