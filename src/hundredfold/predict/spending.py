"""What customers spent in the last horizon, and in the one before it: what expected money is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from hundredfold.predict.behaviour import of_buyers
from hundredfold.predict.judged import mean_off
from hundredfold.predict.likelihood import Floats
from hundredfold.predict.span import numbers
from hundredfold.words.calendar import DAY
from hundredfold.words.model import Inputs, Past, Report

CARRIED: Final = "as much as in the period before"


@dataclass(frozen=True)
class Spending:
    """Those who had ordered before a horizon, at its begin; all arrays are (customers,)."""

    before: Inputs
    spent: Floats
    """Within the horizon; negative for who returned more than he bought."""
    carried: Floats
    """Within the horizon before it."""

    @classmethod
    def last(cls, past: Past, days: int, *, ago: int = 0) -> Self:
        """The `days` that ended `ago` days before the cut."""
        span = of_buyers(past, days, ago=ago)
        begin = _total(span.before)
        who, earlier = past.at(past.cut - (ago + 2 * days) * DAY)
        # Who was not there then had spent nothing.
        place = np.searchsorted(who, span.customers)
        there = np.isin(span.customers, who, assume_unique=True)
        start = np.zeros(len(begin))
        start[there] = _total(earlier)[place[there]]
        return cls(span.before, _total(span.after) - begin, begin - start)

    def report(self, expected: Floats) -> Report:
        """How good expectations are."""
        real = float(self.spent.sum())
        return Report(
            "mean absolute error of money",
            mean_off(expected, self.spent),
            mean_off(self.carried, self.spent),
            CARRIED,
            len(self.spent),
            {"money expected by money spent": float(expected.sum()) / real if real > 0 else 0.0},
        )


def _total(inputs: Inputs) -> Floats:
    total: Floats = np.nan_to_num(numbers(inputs, "spent"))
    return total
