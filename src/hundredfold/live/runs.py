"""The cells of one family as sorted runs: a packed base that is never touched, and runs that are merged as they grow.

A run that an id was folded anew in replaces everything older of that id: cells count only from the id's epoch on.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hundredfold.attribute.arithmetic import rows_in
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
            self._runs[-2:] = [(newest, merged([_counting(older, since), cells], self._states, ids))]

    def settle(self, epoch: int, since: Ints, ids: Ids) -> None:
        """Packs what was added since the last time; it becomes part of the base."""
        if self._runs:
            cells = merged([_counting(run, since) for run in self._runs], self._states, ids)
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
            parts += [cells.take(rows_in(low, sizes))] if sizes.any() else []
        return Cells.concatenate(parts) if parts else self._empty

    def parts(self) -> Iterator[Cells]:
        """The runs as they lie, with cells that no longer count."""
        yield from (base.whole() for _, base in self._base)
        yield from (cells for _, cells in self._runs)

    def whole(self, since: Ints, ids: Ids) -> Cells:
        """All cells that count as one run."""
        base = [(epoch, cells.whole()) for epoch, cells in self._base]
        parts = [_counting(run, since) for run in [*base, *self._runs]]
        return merged(parts or [self._empty], self._states, ids)

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
