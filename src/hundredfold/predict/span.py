"""What customers were at one instant and a horizon later: what families learn from, and are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hundredfold.said import Said, said
from hundredfold.words.calendar import DAY
from hundredfold.words.model import Inputs, Lists, Numbers, Past, Texts, TooLittle


@dataclass(frozen=True)
class Span:
    """The same customers at both ends of a span of time, in the same order."""

    customers: NDArray[np.int64]
    """Their numbers, ascending."""
    before: Inputs
    after: Inputs

    @classmethod
    def last(cls, past: Past, days: int, *, ago: int = 0) -> Self:
        """The `days` that ended `ago` days before the cut."""
        until = past.cut - ago * DAY
        earlier, before = past.at(until - days * DAY)
        later, after = past.at(until)
        both, left, right = np.intersect1d(earlier, later, assume_unique=True, return_indices=True)
        return cls(both, only(before, left), only(after, right))

    def of(self, kept: NDArray[np.bool_]) -> Span:
        """Some of the customers, by a mask."""
        rows = np.flatnonzero(kept)
        return Span(self.customers[rows], only(self.before, rows), only(self.after, rows))


def only(inputs: Inputs, rows: NDArray[np.int64]) -> Inputs:
    """The inputs of some of the customers, by their places."""
    return {
        role: values[rows] if isinstance(values, np.ndarray) else [values[row] for row in rows]
        for role, values in inputs.items()
    }


def height(inputs: Inputs) -> int:
    """How many customers there are."""
    return len(next(iter(inputs.values())))


def numbers(inputs: Inputs, role: str) -> Numbers:
    """The numbers or times of a role, NaN throughout where no attribute takes it."""
    return np.ascontiguousarray(inputs.get(role, np.full(height(inputs), np.nan)), dtype=np.float64)


def texts(inputs: Inputs, role: str) -> Texts:
    """The texts of a role, None throughout where no attribute takes it."""
    found: Texts = inputs.get(role, [None] * height(inputs))  # type: ignore[assignment]
    return found


def lists(inputs: Inputs, role: str) -> Sequence[Sequence[str]]:
    """The lists of a role, empty where there is none."""
    found: Lists = inputs.get(role, [None] * height(inputs))  # type: ignore[assignment]
    return [values or () for values in found]


def enough(found: int, needed: int, who: Said, advice: Said) -> None:
    """Raises TooLittle when there are fewer than are needed."""
    if found < needed:
        told = said(
            "{found} {who}, and at least {needed} are needed. {advice}",
            found=found,
            who=who,
            needed=needed,
            advice=advice,
        )
        raise TooLittle(told)


def longer(days: int) -> Said:
    """What to do where the last two horizons have too few customers."""
    return said(
        "Give a longer history: two times {days} days, with customers before them; or say other horizon_days.",
        days=days,
    )
