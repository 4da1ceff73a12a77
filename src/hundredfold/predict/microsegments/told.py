"""What inputs told of later spending: how much each counts when customers are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final, Self

import numpy as np
from threadpoolctl import threadpool_limits

from hundredfold.predict.likelihood import Floats

CAPPED: Final = 0.99
"""Money above this share of the customers counts as the money there: one wholesaler must not decide about all."""
CALM: Final = 0.02
"""How strongly weights are drawn to 0, as a share of the customers they are learnt from."""
LEAST: Final = 0.05
"""An input that told nothing still counts so much of the one that told most: it sets customers apart today."""


@dataclass(frozen=True)
class Told:
    """What was learnt from customers at an earlier time and what they spent since, never from what is foreseen."""

    roles: tuple[str, ...]
    _weights: Floats
    _middle: Floats
    _slopes: Floats

    @classmethod
    def learnt(cls, columns: Mapping[str, Floats], later: Floats) -> Self:
        """From customers' inputs by role, on plain scales, and the money each spent later."""
        together, wanted = np.column_stack([*columns.values()]), targets(later)
        weights = np.sqrt((_ridge(together, wanted) ** 2).mean(axis=1))
        bent = _with_products(together)
        return cls(tuple(columns), np.maximum(weights, LEAST * weights.max()), bent.mean(axis=0), _ridge(bent, wanted))

    def weight(self, role: str) -> float:
        """How much an input counts, on its plain scale."""
        known = dict(zip(self.roles, self._weights.tolist(), strict=True))
        return float(known.get(role, self._weights.min()))

    def foreseen(self, columns: Mapping[str, Floats]) -> Floats:
        """What is foreseen of k customers by their inputs on plain scales: capped money and its logarithm, in standard
        deviations (k x 2). An input that no longer tells customers apart is in the middle.
        """
        nothing = np.zeros(len(next(iter(columns.values()))))
        together = np.column_stack([columns.get(role, nothing) for role in self.roles])
        found: Floats = (_with_products(together) - self._middle) @ self._slopes
        return found


def targets(later: Floats) -> Floats:
    """Money as it is judged, in standard deviations (n x 2): capped, and its logarithm."""
    both = np.column_stack([capped(later), np.log1p(np.maximum(later, 0.0))])
    spread = both.std(axis=0)
    found: Floats = (both - both.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return found


def capped(later: Floats) -> Floats:
    """Money, what the topmost hundredth of the customers spent being cut off where that begins."""
    found: Floats = np.minimum(later, np.quantile(later, CAPPED))
    return found


def _with_products(columns: Floats) -> Floats:
    pairs = combinations_with_replacement(range(columns.shape[1]), 2)
    return np.column_stack([columns, *(columns[:, a] * columns[:, b] for a, b in pairs)])


def _ridge(columns: Floats, wanted: Floats) -> Floats:
    centred = columns - columns.mean(axis=0)
    calm = CALM * len(columns) * np.eye(columns.shape[1])
    with threadpool_limits(1):  # however many cores there are, sums are added in one order
        found: Floats = np.linalg.solve(centred.T @ centred + calm, centred.T @ (wanted - wanted.mean(axis=0)))
    return found
