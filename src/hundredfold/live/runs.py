"""The cells of one family as sorted runs: a base that is never touched, and small ones that are merged as they grow.

A run that an id was folded anew in replaces everything older of that id: cells count only from the id's epoch on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from hundredfold.attribute.cells import Cells, States, merged
from hundredfold.attribute.column import Ints
from hundredfold.attribute.order import Ids

_GROWTH = 4
"""A run is merged into the one before it when that is less than so many times as large."""


class Runs:
    """The runs of a family, oldest first, each with the epoch in which it was made."""

    def __init__(self, empty: Cells, states: States) -> None:
        self._empty, self._states = empty, states
        self._runs: list[tuple[int, Cells]] = []

    def add(self, epoch: int, cells: Cells, since: Ints, ids: Ids) -> None:
        """Adds a run. `since` gives the epoch from which on each sent id's cells count."""
        if len(cells) == 0:
            return
        self._runs.append((epoch, cells))
        while len(self._runs) > 1 and len(self._runs[-2][1]) < _GROWTH * len(self._runs[-1][1]):
            older, newer = self._runs[-2], self._runs[-1]
            if older[0] == 0:  # the base stays as it is
                break
            self._runs[-2:] = [(newer[0], merged([self._counting(-2, since), newer[1]], self._states, ids))]

    def _counting(self, place: int, since: Ints) -> Cells:
        epoch, cells = self._runs[place]
        old = since[cells.sid] > epoch
        return cells.take(~old) if old.any() else cells

    def of(self, sids: Ints, since: Ints) -> Cells:
        """The cells of some sent ids (ascending), not yet merged with each other."""
        parts = []
        for epoch, cells in self._runs:
            low = np.searchsorted(cells.sid, sids, side="left")
            sizes = np.searchsorted(cells.sid, sids, side="right") - low
            sizes = np.where(since[sids] > epoch, 0, sizes)
            rows = np.repeat(low - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
            if len(rows):
                parts.append(cells.take(rows))
        return Cells.concatenate(parts) if parts else self._empty

    def parts(self) -> Iterator[Cells]:
        """The runs as they lie, with cells that no longer count."""
        yield from (cells for _, cells in self._runs)

    def whole(self, since: Ints, ids: Ids) -> Cells:
        """All cells that count as one run."""
        parts: Sequence[Cells] = [self._counting(place, since) for place in range(len(self._runs))]
        return merged(parts, self._states, ids) if parts else self._empty

    def runs(self) -> list[tuple[int, Cells]]:
        """The runs with their epochs, to be written down."""
        return self._runs

    def restore(self, runs: list[tuple[int, Cells]]) -> None:
        """Takes over runs that were written down."""
        self._runs = runs

    @property
    def nbytes(self) -> int:
        """The bytes of all runs."""
        return sum(cells.nbytes for _, cells in self._runs)

    def __len__(self) -> int:
        return sum(len(cells) for _, cells in self._runs)
