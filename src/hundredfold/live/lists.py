"""Lists by code, in one long array of items: a person's list keeps its code for as long as it stays the same."""

from __future__ import annotations

from typing import cast

import numpy as np

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.arithmetic import rows_in
from hundredfold.attribute.column import NULL, Column, Ints, Mask, Pool
from hundredfold.attribute.values import scalar
from hundredfold.live.grown import grown
from hundredfold.words.value import Scalar


class ListPool:
    """Lists that were values once. Codes count from 0; nothing is ever taken out, so that old codes stay readable."""

    def __init__(self) -> None:
        self._ends = np.zeros(1, np.int64)
        self._items = np.empty(0, np.int64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def items(self) -> int:
        """How many items all lists have together."""
        return int(self._ends[self._count])

    def codes(self, found: Lists, before: Ints) -> Ints:
        """The codes of lists; `before` gives the code that each person's list had (-1: none). Empty lists have -1."""
        sizes = np.diff(found.offsets)
        items = found.items.tagged()
        new = (sizes > 0) & ~self._same(found.offsets, items, before)
        codes = np.where(sizes > 0, before, -1)
        codes[new] = self._count + np.arange(int(new.sum()))
        self._append(items[np.repeat(new, sizes)], sizes[new])
        return codes

    def value(self, code: int, texts: Pool) -> tuple[Scalar, ...]:
        """A list as the value of an attribute."""
        column = Column.of_tagged(self._items[self._ends[code] : self._ends[code + 1]])
        found = (
            scalar(kind, data, texts) for kind, data in zip(column.kind.tolist(), column.data.tolist(), strict=True)
        )
        return tuple(item for item in found if item is not None)

    def lists(self, found: Column) -> Lists:
        """The lists of a column of codes; where the column is null they are empty."""
        codes = found.data[found.kind > NULL]
        sizes = np.zeros(len(found), np.int64)
        sizes[found.kind > NULL] = self._ends[codes + 1] - self._ends[codes]
        items = self._items[rows_in(self._ends[codes], self._ends[codes + 1] - self._ends[codes])]
        return Lists(np.concatenate(([0], np.cumsum(sizes))), Column.of_tagged(items))

    def kept(self, codes: Ints) -> ListPool:
        """A pool of some of the lists; they get the codes 0, 1, 2 ... in the order given."""
        pool = ListPool()
        sizes = self._ends[codes + 1] - self._ends[codes]
        pool._append(self._items[rows_in(self._ends[codes], sizes)], sizes)
        return pool

    def _same(self, offsets: Ints, items: Ints, before: Ints) -> Mask:
        """Which lists are what they were."""
        sizes = np.diff(offsets)
        known = np.maximum(before, 0)
        if self._count == 0:
            return np.zeros(len(sizes), np.bool_)
        starts = self._ends[known]
        same: Mask = (before >= 0) & (self._ends[known + 1] - starts == sizes)
        compared = np.flatnonzero(same & (sizes > 0))
        if len(compared):
            of = sizes[compared]
            equal = items[rows_in(offsets[compared], of)] == self._items[rows_in(starts[compared], of)]
            same[compared] = np.logical_and.reduceat(equal, np.cumsum(of) - of)
        return same

    def _append(self, items: Ints, sizes: Ints) -> None:
        start, count = self.items, self._count + len(sizes)
        self._items = cast(Ints, grown(self._items, start + len(items), 0))
        self._items[start : start + len(items)] = items
        self._ends = cast(Ints, grown(self._ends, count + 1, 0))
        self._ends[self._count + 1 : count + 1] = start + np.cumsum(sizes)
        self._count = count
