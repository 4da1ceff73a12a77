"""The states that aggregates name: what each keeps of the events of a cell, and how it merges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from hundredfold.attribute.arithmetic import added
from hundredfold.attribute.cells import EVENT_PARTS, Merge
from hundredfold.attribute.column import Column, Ints
from hundredfold.words.amount import LIMIT

if TYPE_CHECKING:
    from hundredfold.attribute.rows import Rows


class Hits:
    """The events that one family counts, sorted by cell and within it in the total order; `starts` begins each cell.

    `places` are their rows among all `rows`. Nothing is gathered before a state asks for it.
    """

    def __init__(self, rows: Rows, places: Ints, value: Column | None, starts: Ints) -> None:
        self._rows, self._places, self._value, self.starts = rows, places, value, starts

    @property
    def lasts(self) -> Ints:
        """The last event of each cell."""
        return self.ends - 1

    @cached_property
    def ends(self) -> Ints:
        """Where each cell ends."""
        return np.append(self.starts[1:], len(self._places))

    @cached_property
    def numbers(self) -> Ints:
        """The values of all events: millionths, or microseconds."""
        assert self._value is not None
        return self._value.data[self._places]

    @cached_property
    def squares(self) -> tuple[Ints, ...]:
        """The squares of the values, as `square_limbs`."""
        return square_limbs(self.numbers)

    def time(self, at: Ints) -> Ints:
        """The times of some events."""
        return self._rows.time[self._places[at]]

    def event(self, name: str, at: Ints) -> dict[str, Ints]:
        """Some events, one a cell, as the arrays of a state that keeps the first or the last."""
        rows = self._places[at]
        value = np.zeros(len(rows), np.int64) if self._value is None else self._value.take(rows).tagged()
        found = (self._rows.time[rows], self._rows.tie(rows), self._rows.ref(rows), value)
        return {f"{name}.{part}": array for part, array in zip(EVENT_PARTS, found, strict=True)}


@dataclass(frozen=True, slots=True)
class State:
    """One state of a cell: its name, how two merge, and how it comes from events."""

    name: str
    merge: Merge
    fold: Callable[[Hits], dict[str, Ints]]


def _square_limb(limb: int) -> Callable[[Hits], dict[str, Ints]]:
    return lambda hits: {f"square{limb}": np.add.reduceat(hits.squares[limb], hits.starts)}


def square_limbs(numbers: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """The squares of numbers below 2^53 as four limbs of 32 bits, lowest first, so that sums of them never overflow."""
    size = np.abs(numbers)
    high, low = size >> 32, size & 0xFFFF_FFFF
    bottom = (low.astype(np.uint64) * low.astype(np.uint64)).view(np.uint64)
    middle = 2 * high * low  # below 2^55
    bottom_high = (bottom >> np.uint64(32)).astype(np.int64)
    second = bottom_high + (middle & 0xFFFF_FFFF)
    third = high * high + (middle >> 32)
    return (
        (bottom & np.uint64(0xFFFF_FFFF)).astype(np.int64),
        second & 0xFFFF_FFFF,
        (third + (second >> 32)) & 0xFFFF_FFFF,
        (third + (second >> 32)) >> 32,
    )


COUNT: Final = State("count", Merge.ADD, lambda h: {"count": h.ends - h.starts})
SUM: Final = State("sum", Merge.TOTAL, lambda h: {"sum": added(h.numbers, h.starts, LIMIT)})
LEAST: Final = State("least", Merge.MIN, lambda h: {"least": np.minimum.reduceat(h.numbers, h.starts)})
MOST: Final = State("most", Merge.MAX, lambda h: {"most": np.maximum.reduceat(h.numbers, h.starts)})
FIRST_AT: Final = State("first_at", Merge.MIN, lambda h: {"first_at": h.time(h.starts)})
LAST_AT: Final = State("last_at", Merge.MAX, lambda h: {"last_at": h.time(h.lasts)})
FIRST: Final = State("first", Merge.EARLIEST, lambda h: h.event("first", h.starts))
LAST: Final = State("last", Merge.LATEST, lambda h: h.event("last", h.lasts))
SQUARES: Final = tuple(State(f"square{limb}", Merge.ADD, _square_limb(limb)) for limb in range(4))
