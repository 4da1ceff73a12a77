"""Sorting rows by whole numbers: the one expensive step of the fold, so it is left out wherever rows are in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from hundredfold.attribute.column import Ints

AT_ONCE: Final = 1 << 18
"""About how many rows are worked on at a time: so they stay in the cache, and their memory is used again."""
_BITS: Final = 63
"""Of an int64 that is not negative."""


def is_sorted(groups: Sequence[Ints]) -> bool:
    """Whether rows are sorted by groups, first by the first one."""
    first = groups[0]
    if (first[1:] < first[:-1]).any():
        return False
    equal = first[1:] == first[:-1]
    for group in groups[1:]:
        if (equal & (group[1:] < group[:-1])).any():
            return False
        equal &= group[1:] == group[:-1]
    return True


def stable_order(groups: Sequence[Ints]) -> Ints:
    """The permutation that sorts rows by groups, first by the first one; equal rows keep their order.

    The last groups are sorted by first, as many at once as fit into one integer beside the row number: sorting plain
    integers is several times faster than sorting indices.
    """
    n = len(groups[0])
    row_bits = max(n - 1, 0).bit_length()
    waiting = list(groups)
    order: Ints | None = None
    while waiting:
        if order is None and is_sorted(waiting[-1:]):
            waiting.pop()  # the rows are in this order, and whatever they are sorted by after it keeps them so
        elif row_bits + _width(waiting[-1]) > _BITS:
            order = _after(order, np.argsort(_ordered(waiting.pop(), order), kind="stable"))
        else:
            packed, bits = np.arange(n), row_bits
            while waiting and bits + (width := _width(waiting[-1])) <= _BITS:
                group = waiting.pop()
                above = _ordered(group, order) - group.min()
                above <<= bits
                packed |= above
                bits += width
            packed.sort()  # they all differ, so the fastest sort will do
            packed &= (1 << row_bits) - 1
            order = _after(order, packed)
    return np.arange(n) if order is None else order


def distinct(values: Ints) -> tuple[Ints, Ints]:
    """The different values, ascending, and for each value its place among them."""
    if len(values) == 0:
        return values, np.empty(0, np.int64)
    low, high = int(values.min()), int(values.max())
    if high - low > 4 * len(values):
        found, place = np.unique(values, return_inverse=True)
        return found, place
    seen = np.zeros(high - low + 1, np.bool_)
    seen[values - low] = True
    found = np.flatnonzero(seen)
    place_of = np.empty(len(seen), np.int64)
    place_of[found] = np.arange(len(found))
    return found + low, place_of[values - low]


def stretches(values: Ints, size: int) -> Iterator[tuple[int, int]]:
    """Where to cut sorted values into stretches of about a size; equal values stay together."""
    start, n = 0, len(values)
    while start < n:
        end = int(np.searchsorted(values, values[min(start + size, n) - 1], side="right"))
        yield start, end
        start = end


def _ordered(group: Ints, order: Ints | None) -> Ints:
    return group if order is None else group[order]


def _after(order: Ints | None, following: Ints) -> Ints:
    return following if order is None else order[following]


def _width(group: Ints) -> int:
    """How many bits the values of a group differ in, at most."""
    return (int(group.max()) - int(group.min())).bit_length()


def starts_of(groups: Sequence[Ints]) -> Ints:
    """Where each new group begins in sorted rows."""
    n = len(groups[0])
    if n == 0:
        return np.empty(0, np.int64)
    new = np.empty(n, np.bool_)
    new[0] = True
    np.not_equal(groups[0][1:], groups[0][:-1], out=new[1:])
    for group in groups[1:]:
        new[1:] |= group[1:] != group[:-1]
    return np.flatnonzero(new)
