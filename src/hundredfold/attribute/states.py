"""The states that aggregates name: what each keeps of the events of a cell, and how it merges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from hundredfold.attribute.arithmetic import added, lengths, summed
from hundredfold.attribute.cells import EVENT_PARTS, Merge
from hundredfold.attribute.column import Column, Ints

if TYPE_CHECKING:
    from hundredfold.attribute.rows import Rows

_LIMB: Final = (1 << 32) - 1


class Hits:
    """The events that one family counts, sorted by cell and within it in the total order; `starts` begins each cell.

    `places` are their rows among all `rows`. Nothing is gathered before a state asks for it.
    """

    def __init__(self, rows: Rows, places: Ints, value: Column | None, starts: Ints) -> None:
        self._rows, self._places, self._value, self.starts = rows, places, value, starts

    @cached_property
    def sizes(self) -> Ints:
        """How many events each cell has."""
        return lengths(self.starts, len(self._places))

    @cached_property
    def first(self) -> Ints:
        """The row of the first event of each cell."""
        return self._places.take(self.starts)

    @cached_property
    def last(self) -> Ints:
        """The row of the last event of each cell."""
        return self._places.take(self.starts + self.sizes - 1)

    @cached_property
    def numbers(self) -> Ints:
        """The values of all events: millionths, or microseconds."""
        assert self._value is not None
        return self._value.data.take(self._places)

    @cached_property
    def squares(self) -> tuple[Ints, ...]:
        """The sums of the squares of each cell, as sums of their limbs; of the upper ones there hardly ever are any."""
        return tuple(
            summed(limb, self.starts) if limb.any() else np.zeros(len(self.starts), np.int64)
            for limb in square_limbs(self.numbers)
        )

    def time(self, rows: Ints) -> Ints:
        """The times of some rows."""
        return self._rows.time.take(rows)

    def event(self, name: str, rows: Ints) -> dict[str, Ints]:
        """Some rows, one a cell, as the arrays of a state that keeps the first or the last event."""
        value = np.zeros(len(rows), np.int64) if self._value is None else self._value.take(rows).tagged()
        found = (self._rows.time.take(rows), self._rows.tie(rows), self._rows.ref(rows), value)
        return {f"{name}.{part}": array for part, array in zip(EVENT_PARTS, found, strict=True)}


@dataclass(frozen=True, slots=True)
class State:
    """One state of a cell: its name, how two merge, and how it comes from events."""

    name: str
    merge: Merge
    fold: Callable[[Hits], dict[str, Ints]]


def _square_limb(limb: int) -> Callable[[Hits], dict[str, Ints]]:
    return lambda hits: {f"square{limb}": hits.squares[limb]}


def square_limbs(numbers: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """The squares of numbers below 2^54 as four limbs of 32 bits, lowest first, so that sums of them never overflow."""
    square = numbers * numbers  # wraps, so that its 64 bits are the lower ones of the true square
    third, fourth = np.zeros(len(square), np.int64), np.zeros(len(square), np.int64)
    large = np.flatnonzero((numbers >= 1 << 32) | (numbers <= -1 << 32))
    if len(large):
        size = np.abs(numbers[large])
        high, low = size >> 32, size & _LIMB
        bottom_high = ((low.astype(np.uint64) * low.astype(np.uint64)) >> np.uint64(32)).astype(np.int64)
        upper = high * high + ((2 * high * low + bottom_high) >> 32)
        third[large], fourth[large] = upper & _LIMB, upper >> 32
    return square & _LIMB, (square >> 32) & _LIMB, third, fourth


COUNT: Final = State("count", Merge.ADD, lambda h: {"count": h.sizes})
SUM: Final = State("sum", Merge.TOTAL, lambda h: {"sum": added(h.numbers, h.starts)})
LEAST: Final = State("least", Merge.MIN, lambda h: {"least": np.minimum.reduceat(h.numbers, h.starts)})
MOST: Final = State("most", Merge.MAX, lambda h: {"most": np.maximum.reduceat(h.numbers, h.starts)})
FIRST_AT: Final = State("first_at", Merge.MIN, lambda h: {"first_at": h.time(h.first)})
LAST_AT: Final = State("last_at", Merge.MAX, lambda h: {"last_at": h.time(h.last)})
FIRST: Final = State("first", Merge.EARLIEST, lambda h: h.event("first", h.first))
LAST: Final = State("last", Merge.LATEST, lambda h: h.event("last", h.last))
SQUARES: Final = tuple(State(f"square{limb}", Merge.ADD, _square_limb(limb)) for limb in range(4))
