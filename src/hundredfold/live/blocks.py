"""The kinds and values of attributes, block by block: growing never copies what lies in full blocks.

Within a block the values of an attribute lie side by side, for whoever looks at an attribute of many customers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from hundredfold.attribute.column import Bytes, Column, Ints, Mask

BLOCK: Final = 65_536
"""Customers of a block, at most."""
_LEAST: Final = 1_024
"""Customers that a block has room for at first; the first one grows to its size, later ones have it at once."""


class Blocks:
    """The kind (uint8) and the value (int64) of so many attributes of customers, who are numbered; at first all zero.

    Customers are given ascending, attributes by their places; None stands for all of these.
    """

    def __init__(self, attributes: int) -> None:
        self._attributes = attributes
        self._blocks: list[tuple[Bytes, Ints] | None] = []

    def reach(self, customers: int) -> None:
        """Makes numbers below this known; a block has room when somebody is put into it."""
        self._blocks += [None] * (-(-customers // BLOCK) - len(self._blocks))

    def __iter__(self) -> Iterator[tuple[int, Bytes, Ints]]:
        """The blocks with room: the number of the first customer, kinds and values, (attributes, room)."""
        for number, block in enumerate(self._blocks):
            if block is not None:
                yield number * BLOCK, *block

    def view(self, place: int, first: int, end: int) -> Column:
        """An attribute of all numbers from `first` to `end` within a block, without copying."""
        block = self._blocks[first // BLOCK]
        assert block is not None
        rows = slice(first % BLOCK, first % BLOCK + end - first)
        return Column(block[0][place, rows], block[1][place, rows])

    def take(self, customers: Ints, places: Ints | None = None) -> tuple[Bytes, Ints]:
        """Kinds and values, (attributes, customers); zero of whom there is no room for."""
        width = self._attributes if places is None else len(places)
        kind, data = np.zeros((width, len(customers)), np.uint8), np.zeros((width, len(customers)), np.int64)
        for number, some in by_block(customers):
            for block, rows, chosen in self._stored(number, customers, some):
                if places is None:
                    np.take(block[0], rows, axis=1, out=kind[:, chosen], mode="clip")
                    np.take(block[1], rows, axis=1, out=data[:, chosen], mode="clip")
                else:
                    wanted = places[:, None] * block[0].shape[1] + rows
                    np.take(block[0].reshape(-1), wanted, out=kind[:, chosen], mode="clip")
                    np.take(block[1].reshape(-1), wanted, out=data[:, chosen], mode="clip")
        return kind, data

    def put(self, customers: Ints, values: tuple[Bytes, Ints], changed: Mask, places: Ints | None) -> None:
        """Writes those values that have `changed`, all of them (attributes, customers)."""
        for number, some in by_block(customers):
            rows = customers[some] - number * BLOCK
            if len(rows) == 0:
                continue
            block = self._with_room(number, int(rows[-1]) + 1)
            found = np.flatnonzero(changed[:, some])
            attribute, customer = np.divmod(found, len(rows))
            place = attribute if places is None else places[attribute]
            into = place * block[0].shape[1] + rows[customer]
            block[0].reshape(-1)[into] = values[0][:, some].reshape(-1)[found]
            block[1].reshape(-1)[into] = values[1][:, some].reshape(-1)[found]

    def _with_room(self, number: int, rows: int) -> tuple[Bytes, Ints]:
        """A block with room for so many customers."""
        block = self._blocks[number]
        room = 0 if block is None else block[0].shape[1]
        if block is None or room < rows:
            room = BLOCK if number else min(BLOCK, max(_LEAST, 2 * room, 1 << (rows - 1).bit_length()))
            larger = np.zeros((self._attributes, room), np.uint8), np.zeros((self._attributes, room), np.int64)
            if block is not None:
                larger[0][:, : block[0].shape[1]], larger[1][:, : block[0].shape[1]] = block
            block = self._blocks[number] = larger
        return block

    def drop(self, customers: Ints) -> None:
        """Puts zeros where customers were."""
        for number, some in by_block(customers):
            for block, rows, _ in self._stored(number, customers, some):
                block[0][:, rows], block[1][:, rows] = 0, 0

    def _stored(self, number: int, customers: Ints, some: slice) -> Iterator[tuple[tuple[Bytes, Ints], Ints, slice]]:
        """The block of some ascending customers, if it has room for any: it, their rows, and which of them they are."""
        block = self._blocks[number]
        if block is not None:
            rows = customers[some] - number * BLOCK
            there, start = int(np.searchsorted(rows, block[0].shape[1])), some.start or 0
            yield block, rows[:there], slice(start, start + there)


def by_block(names: Ints) -> Iterator[tuple[int, slice]]:
    """The blocks of ascending rows, each with which of the rows lie in it."""
    numbers = names // BLOCK
    if len(numbers) == 0:
        return
    if numbers[0] == numbers[-1]:
        yield int(numbers[0]), slice(None)
        return
    found, starts = np.unique(numbers, return_index=True)
    ends = np.append(starts[1:], len(names))
    for number, start, end in zip(found.tolist(), starts.tolist(), ends.tolist(), strict=True):
        yield number, slice(start, end)
