from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from hundredfold.attribute.aggregate import View
from hundredfold.attribute.aggregates.concentration import Concentration
from hundredfold.attribute.aggregates.recency import StddevGap
from hundredfold.attribute.arithmetic import OVERFLOW
from hundredfold.attribute.column import NUMBER, Column
from hundredfold.audit.aggregates import root_of, spread
from hundredfold.words.amount import INT64, MILLION, half_even
from hundredfold.words.calendar import EARLIEST, LATEST

WEIGHTS = st.one_of(
    st.integers(-2, 3), st.integers(0, 9).map(lambda n: n * MILLION), st.integers(-INT64, INT64), st.just(INT64)
)


def viewed(groups: list[list[int]], keys: list[list[int]], name: str) -> View:
    """The cells of some persons, each with its numbers by key."""
    persons = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    arrays = {name: np.array([one for group in groups for one in group], np.int64)}
    key = np.array([one for group in keys for one in group], np.int64)
    return View(len(groups), persons, key, arrays, np.zeros(1, np.int64), lambda refs: [], lambda: key[:0])


def concentrations(groups: list[list[int]]) -> Column:
    return Concentration(weighted=True).read(viewed(groups, [list(range(len(group))) for group in groups], "sum"))


@given(st.lists(st.lists(WEIGHTS, min_size=1, max_size=6), max_size=8))
@example([[1999, 1], [1, 1, 1], [1] * 2000, [INT64, INT64], [INT64, 1 - INT64]])  # halves, and what leaves int64
def test_concentrations_are_those_of_plain_integers_to_the_last_millionth(groups):
    found = concentrations(groups)

    for i, group in enumerate(groups):
        whole = sum(group)
        expected = half_even(sum(one * one for one in group) * MILLION, whole * whole) if whole else None
        fits = expected is not None and expected <= INT64
        assert (found.kind[i] == NUMBER) == fits
        assert found.data[i] == (expected if fits else 0)


def test_many_a_half_is_rounded_to_even_and_not_as_doubles_have_it():
    # (a a + b b) / (a + b)² with a + b = 2000 is a whole number of two millionths, and with 4000 often a half of one.
    groups = [[a, 4000 - a] for a in range(1, 2000)]

    found = concentrations(groups)

    expected = [half_even(sum(one * one for one in group) * MILLION, 4000**2) for group in groups]
    assert found.data.tolist() == expected
    assert sum(sum(one * one for one in group) * 2 * MILLION // 4000**2 % 2 for group in groups) > 100


def test_a_weight_that_has_left_int64_is_no_concentration():
    assert concentrations([[OVERFLOW, 5], [3]]).kind.tolist() == [1, NUMBER]


@given(st.lists(st.lists(st.integers(EARLIEST, LATEST - 1), min_size=1, max_size=6, unique=True), max_size=6))
@example([[EARLIEST, LATEST - 1, LATEST - 2], [EARLIEST, EARLIEST + 1, LATEST - 1]])
def test_the_spread_of_gaps_is_that_of_plain_integers_however_long_they_are(persons):
    times = [sorted(person) for person in persons]

    found = StddevGap().read(viewed([[1] * len(one) for one in times], times, "count"))

    for i, one in enumerate(times):
        gaps = [later - earlier for earlier, later in pairwise(one)]
        expected = root_of(spread(gaps))
        assert (found.kind[i] == NUMBER) == (expected is not None)
        assert found.data[i] == (0 if expected is None else expected.millionths)
