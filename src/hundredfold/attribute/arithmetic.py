"""Exact integer arithmetic on columns: products and quotients that round half-even, without overflow."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from hundredfold.attribute.column import Ints
from hundredfold.words.amount import INT64, half_even

_SAFE = float(2**62)
OVERFLOW: Final = int(np.iinfo(np.int64).min)
"""Stands for a total that has left int64: never wrapped, never lost in further additions."""


def divided(numerator: Ints, denominator: Ints) -> Ints:
    """Quotients rounded half-even; denominators are positive.

    >>> divided(np.array([5, 7, -5]), np.array([2, 2, 2]))
    array([ 2,  4, -2])
    """
    whole, rest = np.divmod(numerator, denominator)
    left = denominator - rest  # compares 2 * rest with the denominator without leaving int64
    up = (rest > left) | ((rest == left) & (whole & 1 == 1))
    result: Ints = whole + up
    return result


def multiplied_divided(a: Ints, b: Ints, c: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """a * b / c rounded half-even, and where that fits int64. c is not 0; b and c may be negative.

    >>> multiplied_divided(np.array([3_000_000]), np.array([2_550_000]), np.array([1_000_000]))[0]
    array([7650000])
    """
    a, b, c = np.broadcast_arrays(a, b, c)
    sign = np.where(c < 0, -1, 1)
    numerator, c = a * sign, np.abs(c)
    small = np.abs(a.astype(np.float64)) * np.abs(b.astype(np.float64)) < _SAFE
    result = np.zeros(len(a), np.int64)
    fits = np.ones(len(a), np.bool_)
    result[small] = divided(numerator[small] * b[small], c[small])
    for i in np.flatnonzero(~small).tolist():
        exact = half_even(int(numerator[i]) * int(b[i]), int(c[i]))
        fits[i] = abs(exact) <= INT64
        result[i] = exact if fits[i] else 0
    return result, fits


def lengths(starts: Ints, total: int) -> Ints:
    """How many of `total` rows each group has, given where groups start; the first starts at 0."""
    sizes = np.empty(len(starts), np.int64)
    if len(starts):
        np.subtract(starts[1:], starts[:-1], out=sizes[:-1])
        sizes[-1] = total - starts[-1]
    return sizes


def rows_in(starts: Ints, sizes: Ints) -> Ints:
    """The rows of stretches, one stretch after the other, given where each starts and how long it is.

    >>> rows_in(np.array([7, 0, 3]), np.array([2, 0, 1])).tolist()
    [7, 8, 3]
    """
    result: Ints = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    return result


def summed(values: Ints, starts: Ints) -> Ints:
    """The sum of each group of neighbouring values, given where groups start; it wraps like any int64.

    Differences of running sums: where groups are short, that is several times faster than `np.add.reduceat`.

    >>> summed(np.array([1, 2, 4, 8]), np.array([0, 3])).tolist()
    [7, 8]
    """
    if len(starts) == 0:
        return np.empty(0, np.int64)
    upto = np.cumsum(values).take(np.append(starts[1:], len(values)) - 1)
    upto[1:] -= upto[:-1]
    return upto


def added(values: Ints, starts: Ints) -> Ints:
    """The sum of each group of neighbouring values, given where groups start; OVERFLOW for one that leaves int64.

    >>> added(np.array([1, 2, 2**62, 2**62]), np.array([0, 2])).tolist() == [3, OVERFLOW]
    True
    """
    sums = summed(values, starts)
    if len(values) == 0 or _cannot_overflow(values, starts):
        return sums
    ends = np.append(starts[1:], len(values))
    # Doubles find the few groups that may be too large; Python's integers decide.
    near = np.abs(np.add.reduceat(values.astype(np.float64), starts)) > _SAFE
    near |= np.minimum.reduceat(values, starts) == OVERFLOW
    for group in np.flatnonzero(near).tolist():
        parts = values[starts[group] : ends[group]].tolist()
        exact = sum(parts)
        sums[group] = OVERFLOW if OVERFLOW in parts or abs(exact) > INT64 else exact
    return sums


def _cannot_overflow(values: Ints, starts: Ints) -> bool:
    largest = max(-int(values.min()), int(values.max()))
    if largest * len(values) <= INT64:
        return True
    return largest * int(lengths(starts, len(values)).max()) <= INT64
