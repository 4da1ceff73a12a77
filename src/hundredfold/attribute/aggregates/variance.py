"""Variance and standard deviation of the value, exact to the last millionth."""

from abc import abstractmethod
from math import isqrt

import numpy as np

from hundredfold.attribute.aggregate import Aggregate, View
from hundredfold.attribute.column import NUMBER, Column
from hundredfold.attribute.states import COUNT, SQUARES, SUM, State
from hundredfold.words.amount import INT64, MILLION, half_even


class _Spread(Aggregate):
    """Of a sample (n - 1); null for fewer than two values."""

    def states(self) -> tuple[State, ...]:
        """Count, sum, and the sum of squares in four limbs."""
        return COUNT, SUM, *SQUARES

    @abstractmethod
    def _of(self, numerator: int, denominator: int) -> int:
        """The result, from the variance in square millionths as a quotient."""

    def read(self, view: View) -> Column:
        """Results in millionths. Python's integers do the exact work, a person at a time."""
        rows = np.flatnonzero(view.arrays["count"] > 1)
        names = ["count", "sum", *(state.name for state in SQUARES)]
        columns = (view.arrays[name][rows].tolist() for name in names)
        results = [
            self._of(n * (a + (b << 32) + (c << 64) + (d << 96)) - total * total, n * (n - 1))
            for n, total, a, b, c, d in zip(*columns, strict=True)
        ]
        fits = np.array([abs(r) <= INT64 for r in results], np.bool_)
        values = np.array([r for r in results if abs(r) <= INT64], np.int64)
        return view.spread(values, NUMBER, rows=rows[fits] if len(rows) else rows)


class Variance(_Spread):
    """The sample variance."""

    name = "variance"

    def _of(self, numerator: int, denominator: int) -> int:
        return half_even(numerator, denominator * MILLION)


class Stddev(_Spread):
    """The root of the sample variance."""

    name = "stddev"

    def _of(self, numerator: int, denominator: int) -> int:
        root = isqrt(numerator // denominator)
        # The root lies in [root, root + 1); above the middle it is rounded up, on it to even.
        middle, four = (2 * root + 1) ** 2 * denominator, 4 * numerator
        return root + (four > middle or (four == middle and root % 2 == 1))
