"""What follows what: the chance of each of a few things next, given two things that are known of a customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict.likelihood import Floats

STRENGTH: Final = 10.0
"""Customers whose next thing is as everybody's, that each row is thought to have besides its own."""


@dataclass(frozen=True)
class Following:
    """Of `size` things; what is not known, or is no such thing, has the place `size`.

    Both tables are (size + 1, size): logarithms of the chance of each thing given the first one known, and of how much
    more likely it is given the second one.
    """

    first: Floats
    second: Floats

    @classmethod
    def learnt(
        cls, first: NDArray[np.int64], second: NDArray[np.int64], then: NDArray[np.int64], size: int, weight: float
    ) -> Self:
        """From customers whose next thing is known; `weight` is what the second one says, from nothing to all."""
        usual = (np.bincount(then, minlength=size) + 1.0) / (len(then) + size)
        given = [_given(known, then, size, usual) for known in (first, second)]
        return cls(np.log(given[0]), weight * np.log(given[1] / usual))

    def chances(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> Floats:
        """(customers, size): how likely each thing is, up to a factor of the customer's own."""
        found: Floats = np.exp(self.first[first] + self.second[second])
        return found

    def plain(self) -> dict[str, Any]:
        """As plain JSON."""
        return {"first": self.first.tolist(), "second": self.second.tolist()}

    @classmethod
    def of(cls, version: Mapping[str, Any]) -> Self:
        """From plain JSON."""
        return cls(np.array(version["first"]), np.array(version["second"]))


def _given(known: NDArray[np.int64], then: NDArray[np.int64], size: int, usual: Floats) -> Floats:
    counts = np.bincount(known * size + then, minlength=(size + 1) * size).reshape(size + 1, size)
    shares: Floats = (counts + STRENGTH * usual) / (counts.sum(axis=1, keepdims=True) + STRENGTH)
    return shares
