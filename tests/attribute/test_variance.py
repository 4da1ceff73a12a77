from __future__ import annotations

from math import isqrt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.attribute.aggregate import View
from hundredfold.attribute.aggregates.variance import Stddev, Variance
from hundredfold.attribute.column import NUMBER
from hundredfold.attribute.states import SQUARES, square_limbs
from hundredfold.words.amount import INT64, LIMIT, MILLION, half_even

VALUES = st.one_of(
    st.integers(-2, 2),
    st.integers(0, 9).map(lambda n: n * MILLION),
    st.integers(LIMIT - 2, LIMIT),
    st.integers(-LIMIT, LIMIT),
)


def viewed(groups: list[list[int]]) -> View:
    """The cells of groups of values, one group a person."""
    limbs = [[int(limb.sum()) for limb in square_limbs(np.array(group, np.int64))] for group in groups]
    arrays = {"count": [len(group) for group in groups], "sum": [sum(group) for group in groups]}
    arrays |= {state.name: [limb[place] for limb in limbs] for place, state in enumerate(SQUARES)}
    columns = {name: np.array(numbers, np.int64) for name, numbers in arrays.items()}
    return View(len(groups), np.arange(len(groups)), None, columns, 0, lambda refs: [], lambda: np.empty(0, np.int64))


@given(st.lists(st.one_of(st.lists(VALUES, min_size=2, max_size=6), VALUES.map(lambda v: [v] * 3)), max_size=8))
def test_spreads_are_those_of_plain_integers_to_the_last_millionth(groups):
    variance, stddev = Variance().read(viewed(groups)), Stddev().read(viewed(groups))

    for i, group in enumerate(groups):
        n = len(group)
        numerator, denominator = n * sum(x * x for x in group) - sum(group) ** 2, n * (n - 1)
        expected = half_even(numerator, denominator * MILLION)
        assert (variance.kind[i] == NUMBER) == (expected <= INT64)
        assert variance.data[i] == (expected if expected <= INT64 else 0)
        low = isqrt(numerator // denominator)
        middle = (2 * low + 1) ** 2 * denominator  # four times the square of what lies between low and low + 1
        up = 4 * numerator > middle or (4 * numerator == middle and low % 2 == 1)
        assert stddev.data[i] == low + up
