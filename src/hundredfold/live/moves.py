"""Who comes into segments and leaves them, as whoever keeps the members tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from hundredfold.attribute.column import Bytes, Ints, Pool
from hundredfold.live.changes import Rows


@dataclass(frozen=True, slots=True)
class Moves:
    """Who has come into segments and who has left them: numbers of segments and customers, in no order, all (n,)."""

    segment: Ints
    customer: Ints
    entered: Bytes
    """1 for who came, 0 for who left."""

    def __len__(self) -> int:
        return len(self.segment)

    @staticmethod
    def together(parts: Sequence[Moves]) -> Moves:
        """All of some."""
        nothing = np.empty(0, np.int64)
        return Moves(
            np.concatenate([nothing, *(part.segment for part in parts)]),
            np.concatenate([nothing, *(part.customer for part in parts)]),
            np.concatenate([np.empty(0, np.uint8), *(part.entered for part in parts)]),
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """Moves customer by customer: those of customer i (ascending) are the rows `starts[i]` to `starts[i + 1]`."""

    names: tuple[str, ...]
    """The segments by number."""
    personal: frozenset[str]
    """Those that tell of traits."""
    sids: Pool
    customers: Ints
    starts: Ints
    segment: Ints
    entered: Bytes

    @staticmethod
    def of(moves: Moves, segments: Segments, sids: Pool) -> Moved:
        """Moves in order."""
        order = np.lexsort((moves.segment, moves.customer))
        customer = moves.customer[order]
        customers, starts = np.unique(customer, return_index=True)
        ends = np.append(starts, len(order))
        return Moved(
            segments.names, segments.personal, sids, customers, ends, moves.segment[order], moves.entered[order]
        )

    def __len__(self) -> int:
        return len(self.customers)

    def of_one(self, place: int) -> Iterator[tuple[str, bool]]:
        """The segments that a customer, given by his place, has come into or left."""
        for row in range(int(self.starts[place]), int(self.starts[place + 1])):
            yield self.names[int(self.segment[row])], bool(self.entered[row])


class Segments(Protocol):
    """Keeps the members of segments behind the current values; called by whoever has the turn with the engine."""

    @property
    def names(self) -> tuple[str, ...]:
        """The segments."""

    @property
    def personal(self) -> frozenset[str]:
        """The segments that tell of traits."""

    def begin(self, clock: Callable[[], int], waiting: Waiting) -> Iterator[Moves]:
        """Asks everybody about everything, part by part; tells moves of segments whose members were known before.

        There customers who are about to be read stay what they were.
        """

    def open(self) -> Moves:
        """Everybody has been asked, and moves are told from here on; gives those that nobody has found yet."""

    def rename(self, gone: Ints, into: Ints) -> None:
        """Customers go on under other names, which nobody had before: they are in what they were in."""

    def read(self, rows: Rows, gone: Ints, at: int) -> Moves:
        """Asks some customers, who were read just now, about whatever may have changed; those who are `gone` leave."""

    def tick(self, at: int, waiting: Waiting) -> Moves:
        """Asks whomever the clock may have moved, but for the `waiting` customers, who are about to be read."""


class Waiting(Protocol):
    """Tells who is about to be read, if anybody asks."""

    def __call__(self) -> Ints:
        """Numbers of customers, ascending."""
