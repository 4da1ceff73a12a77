"""The cells of one family as sorted runs: a packed base that is never touched, and runs that are merged as they grow.

A run that an id was folded anew in replaces everything older of that id: cells count only from the id's epoch on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from hundredfold.attribute.cells import Cells, States, merged
from hundredfold.attribute.column import Ints
from hundredfold.attribute.order import Ids
from hundredfold.live.packed import PackedCells

_GROWTH = 4
"""A run is merged into the one before it when that is less than so many times as large."""


class Runs:
    """The runs of a family, oldest first, each with the epoch in which it was made."""

    def __init__(self, empty: Cells, states: States) -> None:
        self._empty, self._states = empty, states
        self._base: list[tuple[int, PackedCells]] = []
        self._runs: list[tuple[int, Cells]] = []

    def add(self, epoch: int, cells: Cells, since: Ints, ids: Ids) -> None:
        """Adds a run. `since` gives the epoch from which on each sent id's cells count."""
        if len(cells) == 0:
            return
        self._runs.append((epoch, cells))
        while len(self._runs) > 1 and len(self._runs[-2][1]) < _GROWTH * len(self._runs[-1][1]):
            older, (newest, cells) = self._runs[-2], self._runs[-1]
            self._runs[-2:] = [(newest, self._merged([_counting(older, since), cells], ids))]

    def _merged(self, parts: Sequence[Cells], ids: Ids) -> Cells:
        """Parts as one run. Parts that follow each other share at most a sent id: only that id's cells are merged."""
        parts = [part for part in parts if len(part)]
        if any(one.sid[-1] > other.sid[0] for one, other in pairwise(parts)):
            return merged(parts, self._states, ids)
        pieces: list[Cells] = []
        for part in parts:
            if pieces and pieces[-1].sid[-1] == part.sid[0]:
                last, meet = pieces.pop(), part.sid[0]
                begins, ends = np.searchsorted(last.sid, meet), np.searchsorted(part.sid, meet, side="right")
                both = merged([last.take(slice(begins, None)), part.take(slice(0, ends))], self._states, ids)
                pieces += [piece for piece in (last.take(slice(0, begins)), both) if len(piece)]
                part = part.take(slice(ends, None))
            pieces += [part] if len(part) else []
        return Cells.concatenate(pieces) if pieces else self._empty

    def settle(self, epoch: int, since: Ints, ids: Ids) -> None:
        """Packs what was added since the last time; it becomes part of the base."""
        if self._runs:
            cells = self._merged([_counting(run, since) for run in self._runs], ids)
            self._base.append((epoch, PackedCells.of(cells)))
            self._runs = []

    def settle_all(self, since: Ints, ids: Ids) -> None:
        """Packs everything that counts as one base, of epoch 0: from now on it counts for every sent id."""
        cells = self.whole(since, ids)
        self._base, self._runs = ([(0, PackedCells.of(cells))] if len(cells) else []), []

    def of(self, sids: Ints, since: Ints) -> Cells:
        """The cells of some sent ids (ascending), not yet merged with each other."""
        parts, epochs = [], since[sids]
        for epoch, base in self._base:
            low, sizes = base.sids.places(sids)
            sizes = np.where(epochs > epoch, 0, sizes)
            parts += [base.take(low, sizes, sids)] if sizes.any() else []
        for epoch, cells in self._runs:
            low = np.searchsorted(cells.sid, sids, side="left")
            sizes = np.searchsorted(cells.sid, sids, side="right") - low
            sizes = np.where(epochs > epoch, 0, sizes)
            rows = np.repeat(low - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
            if len(rows):
                parts.append(cells.take(rows))
        return Cells.concatenate(parts) if parts else self._empty

    def parts(self) -> Iterator[Cells]:
        """The runs as they lie, with cells that no longer count."""
        yield from (base.whole() for _, base in self._base)
        yield from (cells for _, cells in self._runs)

    def whole(self, since: Ints, ids: Ids) -> Cells:
        """All cells that count as one run."""
        base = (_counting((epoch, cells.whole()), since) for epoch, cells in self._base)
        return self._merged([*base, *(_counting(run, since) for run in self._runs)], ids)

    def base(self) -> list[tuple[int, PackedCells]]:
        """The runs of the base with their epochs, to be written down."""
        return self._base

    def runs(self) -> list[tuple[int, Cells]]:
        """The runs behind the base with their epochs, to be written down."""
        return self._runs

    def restore(self, base: list[tuple[int, PackedCells]], runs: list[tuple[int, Cells]]) -> None:
        """Takes over runs that were written down."""
        self._base, self._runs = base, runs

    @property
    def nbytes(self) -> int:
        """The bytes of all runs."""
        return sum(cells.nbytes for _, cells in self._base) + sum(cells.nbytes for _, cells in self._runs)

    def __len__(self) -> int:
        return sum(len(cells) for _, cells in self._base) + sum(len(cells) for _, cells in self._runs)


def _counting(run: tuple[int, Cells], since: Ints) -> Cells:
    epoch, cells = run
    old = since[cells.sid] > epoch
    return cells.take(~old) if old.any() else cells
