"""Aggregates: from the rows that count, in order, to one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import Final, TypeAlias

from hundredfold.definition.model import Aggregate
from hundredfold.words.amount import INT64, MILLION, half_even
from hundredfold.words.calendar import MINUTE
from hundredfold.words.value import Moment, Number, Scalar, Value, of_count, order


@dataclass(frozen=True, slots=True)
class Counted:
    """A row that an aggregate counts: it is in the window, its condition is true, its value and key are there."""

    order: tuple[int, str, int]
    """Time, message id, line number (rule 19)."""
    value: Scalar | None = None
    key: Scalar | None = None

    @property
    def time(self) -> int:
        """The fact's time."""
        return self.order[0]


Rows: TypeAlias = Sequence[Counted]


class SumTooLargeError(Exception):
    """A sum leaves int64 (rule 13)."""


class ResultTooLargeError(Exception):
    """Another result leaves int64 (S13)."""


def aggregated(how: Aggregate, rows: Rows, at: int) -> Value:
    """The value of an aggregate over rows that are sorted by rule 19.

    Raises SumTooLargeError and ResultTooLargeError for results that int64 millionths cannot hold.
    """
    if not rows:
        return Number(0) if how.aggregate in ("count", "sum", "distinct", "visits") else None  # rule 18
    result = AGGREGATES[how.aggregate](how, rows, at)
    if isinstance(result, Number) and not -INT64 - 1 <= result.millionths <= INT64:
        raise SumTooLargeError if how.aggregate == "sum" else ResultTooLargeError
    return result


def numbers(rows: Rows) -> list[int]:
    """The values of the rows in millionths."""
    return [row.value.millionths for row in rows if isinstance(row.value, Number)]


def values(rows: Rows) -> list[Scalar]:
    """The values of the rows."""
    return [row.value for row in rows if row.value is not None]


def keys(how: Aggregate, rows: Rows) -> list[Scalar]:
    """Rule 19: what `distinct` and `unique_list` go by."""
    return values(rows) if how.by is None else [row.key for row in rows if row.key is not None]


def weight(how: Aggregate, rows: Rows) -> int:
    """Rule 19: what a key weighs: the sum of `value` when there is one, else the count."""
    return len(rows) if how.value is None else sum(numbers(rows))


def count(how: Aggregate, rows: Rows, at: int) -> Value:
    """How many rows; with `each`, lines (S17)."""
    return of_count(len(rows))


def total(how: Aggregate, rows: Rows, at: int) -> Value:
    """The sum of the values."""
    return Number(sum(numbers(rows)))


def mean(how: Aggregate, rows: Rows, at: int) -> Value:
    """Rule 18: the exact quotient, rounded once."""
    return Number(half_even(sum(numbers(rows)), len(rows)))


def least(how: Aggregate, rows: Rows, at: int) -> Value:
    """The least value."""
    return min(values(rows), key=order)


def greatest(how: Aggregate, rows: Rows, at: int) -> Value:
    """The greatest value."""
    return max(values(rows), key=order)


def first(how: Aggregate, rows: Rows, at: int) -> Value:
    """The earliest row's value."""
    return rows[0].value


def last(how: Aggregate, rows: Rows, at: int) -> Value:
    """The latest row's value."""
    return rows[-1].value


def distinct(how: Aggregate, rows: Rows, at: int) -> Value:
    """How many different keys."""
    return of_count(len({order(key) for key in keys(how, rows)}))


def unique_list(how: Aggregate, rows: Rows, at: int) -> Value:
    """S16: all different keys, sorted."""
    different = {order(key): key for key in keys(how, rows)}
    return tuple(different[place] for place in sorted(different))


def latest(how: Aggregate, rows: Rows, at: int) -> Value:
    """S16: the k latest values, latest first."""
    return tuple(reversed(values(rows)))[: 10 if how.k is None else how.k]


def earliest(how: Aggregate, rows: Rows, at: int) -> Value:
    """S48: the k earliest values, earliest first."""
    return tuple(values(rows))[: 10 if how.k is None else how.k]


def last_new(how: Aggregate, rows: Rows, at: int) -> Value:
    """S48: the time of the last row whose key no row before it has."""
    first_seen: dict[tuple[int, int | str], int] = {}
    for row in rows:
        if row.key is not None:
            first_seen.setdefault(order(row.key), row.time)
    return Moment(max(first_seen.values()))


def ranked(how: Aggregate, rows: Rows) -> list[tuple[int, tuple[int, str, int], Scalar]]:
    """Rule 19: every key with its weight and where it was seen last, lightest first."""
    groups: dict[tuple[int, int | str], list[Counted]] = {}
    for row in rows:
        if row.key is not None:
            groups.setdefault(order(row.key), []).append(row)
    found = [(weight(how, group), group[-1].order, group[-1].key) for group in groups.values()]
    return sorted(((w, seen, key) for w, seen, key in found if key is not None), key=lambda one: one[:2])


def top(how: Aggregate, rows: Rows, at: int) -> Value:
    """S16: the k heaviest keys, heaviest first; of equals the one seen later."""
    heaviest = [key for _, _, key in reversed(ranked(how, rows))]
    return tuple(heaviest[: 3 if how.k is None else how.k])


def most_frequent(how: Aggregate, rows: Rows, at: int) -> Value:
    """The heaviest key; of equals the one seen later."""
    return ranked(how, rows)[-1][2]


def least_frequent(how: Aggregate, rows: Rows, at: int) -> Value:
    """The lightest key; of equals the one seen later (S16)."""
    lightest_first = ranked(how, rows)
    lightest = lightest_first[0][0]
    return [key for weighs, _, key in lightest_first if weighs == lightest][-1]


def share(how: Aggregate, rows: Rows, at: int) -> Value:
    """Rule 19: the weight of the rows whose key is `of`, over that of all; S48: without `of` the heaviest key's."""
    if how.of is None:
        heaviest, whole = ranked(how, rows)[-1][0], weight(how, rows)
        return Number(half_even(heaviest * MILLION, whole)) if whole else None
    of = Number(how.of) if isinstance(how.of, int) and not isinstance(how.of, bool) else how.of
    part = [row for row in rows if type(row.key) is type(of) and row.key == of]
    whole = weight(how, rows)
    return Number(half_even(weight(how, part) * MILLION, whole)) if whole else None


def concentration(how: Aggregate, rows: Rows, at: int) -> Value:
    """S48: the sum of the squared shares of all keys, rounded once."""
    weights = [weighs for weighs, _, _ in ranked(how, rows)]
    if any(abs(weighs) > INT64 for weighs in weights):
        raise ResultTooLargeError
    whole = sum(weights)
    return Number(half_even(sum(weighs**2 for weighs in weights) * MILLION, whole**2)) if whole else None


def quantile(how: Aggregate, rows: Rows, at: int) -> Value:
    """Rule 18: linear interpolation at (n-1)q, rounded once."""
    ascending = sorted(numbers(rows))
    share = MILLION // 2 if how.aggregate == "median" or how.q is None else how.q
    place = Fraction((len(ascending) - 1) * share, MILLION)
    below = place.numerator // place.denominator
    above = min(below + 1, len(ascending) - 1)
    result = ascending[below] + (place - below) * (ascending[above] - ascending[below])
    return Number(half_even(result.numerator, result.denominator))


def spread(seen: Sequence[int]) -> tuple[int, int] | None:
    """The exact sample variance in squared millionths, as a quotient; None for fewer than two numbers."""
    n = len(seen)
    return (n * sum(x * x for x in seen) - sum(seen) ** 2, n * (n - 1)) if n > 1 else None


def variance(how: Aggregate, rows: Rows, at: int) -> Value:
    """Rule 18: the sample variance."""
    found = spread(numbers(rows))
    return None if found is None else Number(half_even(found[0], found[1] * MILLION))


def stddev(how: Aggregate, rows: Rows, at: int) -> Value:
    """S17: the exact root of the exact variance, rounded once."""
    return root_of(spread(numbers(rows)))


def root_of(found: tuple[int, int] | None) -> Number | None:
    """The root of a quotient of squared millionths, rounded half-even."""
    if found is None:
        return None
    numerator, denominator = found
    root = isqrt(numerator // denominator)
    # The root lies between `root` and `root + 1`; compare it with the middle, squared and times four.
    beyond = 4 * numerator - denominator * (2 * root + 1) ** 2
    return Number(root + (beyond > 0 or (beyond == 0 and root % 2 == 1)))


def time_since_first(how: Aggregate, rows: Rows, at: int) -> Value:
    """Seconds from the earliest row to T. Microseconds are millionths of seconds."""
    return Number(at - rows[0].time)


def time_since_last(how: Aggregate, rows: Rows, at: int) -> Value:
    """Seconds from the latest row to T."""
    return Number(at - rows[-1].time)


def mean_gap(how: Aggregate, rows: Rows, at: int) -> Value:
    """Rule 18, S18: (last - first) / (n - 1), in seconds."""
    return Number(half_even(rows[-1].time - rows[0].time, len(rows) - 1)) if len(rows) > 1 else None


def max_gap(how: Aggregate, rows: Rows, at: int) -> Value:
    """S18: the longest time between one row and the next, in seconds."""
    return Number(max(gaps(rows))) if len(rows) > 1 else None


def stddev_gap(how: Aggregate, rows: Rows, at: int) -> Value:
    """S48: the standard deviation of the times between one row and the next, in seconds."""
    return root_of(spread(gaps(rows)))


def visits(how: Aggregate, rows: Rows, at: int) -> Value:
    """S48: one more than the times between one row and the next that are longer than k minutes."""
    quiet = (30 if how.k is None else how.k) * MINUTE
    return of_count(1 + sum(gap > quiet for gap in gaps(rows)))


def gaps(rows: Rows) -> list[int]:
    """The times from one row to the next."""
    return [later.time - row.time for row, later in pairwise(rows)]


AGGREGATES: Final[Mapping[str, Callable[[Aggregate, Rows, int], Value]]] = {
    "count": count,
    "sum": total,
    "mean": mean,
    "min": least,
    "max": greatest,
    "first": first,
    "last": last,
    "distinct": distinct,
    "most_frequent": most_frequent,
    "least_frequent": least_frequent,
    "top": top,
    "share": share,
    "concentration": concentration,
    "last_new": last_new,
    "quantile": quantile,
    "median": quantile,
    "stddev": stddev,
    "variance": variance,
    "list": latest,
    "first_list": earliest,
    "unique_list": unique_list,
    "time_since_first": time_since_first,
    "time_since_last": time_since_last,
    "mean_gap": mean_gap,
    "max_gap": max_gap,
    "stddev_gap": stddev_gap,
    "visits": visits,
}
KINDS: Final[Mapping[str, tuple[type[Scalar], ...]]] = {
    "min": (Number, Moment),
    "max": (Number, Moment),
    **dict.fromkeys(("first", "last", "list", "first_list", "distinct", "unique_list"), (Number, Moment, str, bool)),
}
"""S14: what a `value` may be, where it may be more than a number."""


def kinds_of_value(how: Aggregate) -> tuple[type[Scalar], ...]:
    """S14: which kinds of `value` count."""
    return KINDS.get(how.aggregate, (Number,))
