"""By how much a total of customers grew in the last horizon and the one before: what forecasts of it are judged by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import numpy as np

from hundredfold.predict.behaviour import of_buyers
from hundredfold.predict.judged import mean_off, root_off
from hundredfold.predict.likelihood import Floats
from hundredfold.predict.span import numbers
from hundredfold.words.calendar import DAY
from hundredfold.words.model import Inputs, Past, Report

Error: TypeAlias = tuple[str, Callable[[Floats, Floats], float]]
CARRIED: Final = "as much as in the period before"
OF_MONEY: Final[Error] = ("mean absolute error of money", mean_off)
OF_ORDERS: Final[Error] = ("root mean squared error of orders", root_off)
"""Expected orders are means, of which hardly anybody has just so many: a mean is what has the least squared error."""


@dataclass(frozen=True)
class Growth:
    """Those who had ordered before a horizon, at its begin; all arrays are (customers,), in the unit of the total."""

    before: Inputs
    grown: Floats
    """Within the horizon; of money negative for who returned more than he bought."""
    carried: Floats
    """Within the horizon before it."""

    @classmethod
    def last(cls, past: Past, role: str, days: int, *, ago: int = 0) -> Self:
        """Of what takes a role, in the `days` that ended `ago` days before the cut."""
        span = of_buyers(past, days, ago=ago)
        begin = _total(span.before, role)
        who, earlier = past.at(past.cut - (ago + 2 * days) * DAY)
        # Who was not there then had a total of nothing.
        place = np.searchsorted(who, span.customers)
        there = np.isin(span.customers, who, assume_unique=True)
        start = np.zeros(len(begin))
        start[there] = _total(earlier, role)[place[there]]
        return cls(span.before, _total(span.after, role) - begin, begin - start)

    def report(self, expected: Floats, error: Error) -> Report:
        """How good expectations are, by an error of some name."""
        measure, off = error
        real = float(self.grown.sum())
        figures = {"all that was expected by all that came": float(expected.sum()) / real if real > 0 else 0.0}
        errors = off(expected, self.grown), off(self.carried, self.grown)
        return Report(measure, *errors, CARRIED, len(self.grown), figures)


def _total(inputs: Inputs, role: str) -> Floats:
    total: Floats = np.nan_to_num(numbers(inputs, role))
    return total
