"""Numbers to numbers, many to many: sorted runs that are merged as they grow."""

from __future__ import annotations

import numpy as np

from hundredfold.attribute.arithmetic import rows_in
from hundredfold.attribute.column import Ints, Mask

_GROWTH = 4


class Index:
    """int64 keys to int64 values: business keys (hashes) to sent ids, sent ids to messages (refs)."""

    def __init__(self) -> None:
        self._runs: list[tuple[Ints, Ints]] = []

    def add(self, keys: Ints, values: Ints) -> None:
        """Adds pairs."""
        if len(keys) == 0:
            return
        order = np.argsort(keys, kind="stable")
        self._runs.append((keys[order], values[order]))
        while len(self._runs) > 1 and len(self._runs[-2][0]) < _GROWTH * len(self._runs[-1][0]):
            keys, values = (np.concatenate(pair) for pair in zip(self._runs[-2], self._runs[-1], strict=True))
            order = np.argsort(keys, kind="stable")
            self._runs[-2:] = [(keys[order], values[order])]

    def known(self, keys: Ints) -> Mask:
        """Which keys have values."""
        found = np.zeros(len(keys), np.bool_)
        for stored, _ in self._runs:
            place = np.searchsorted(stored, keys)
            found |= stored[np.minimum(place, len(stored) - 1)] == keys
        return found

    def values(self, keys: Ints) -> Ints:
        """The values of any of the keys (each given once), each once."""
        parts = [np.empty(0, np.int64)]
        for stored, values in self._runs:
            low, high = np.searchsorted(stored, keys, side="left"), np.searchsorted(stored, keys, side="right")
            parts.append(values[rows_in(low, high - low)])
        return np.unique(np.concatenate(parts))

    def shared(self) -> Ints:
        """The values that have a key in common with another value."""
        nothing = np.empty(0, np.int64)
        keys = np.concatenate([nothing, *(keys for keys, _ in self._runs)])
        values = np.concatenate([nothing, *(values for _, values in self._runs)])
        order = np.argsort(keys, kind="stable")
        keys, values = keys[order], values[order]
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
        if len(starts) == 0:
            return nothing
        several = np.minimum.reduceat(values, starts) != np.maximum.reduceat(values, starts)
        return np.unique(values[np.repeat(several, np.diff(np.append(starts, len(keys))))])

    @property
    def nbytes(self) -> int:
        """The bytes of all runs."""
        return sum(keys.nbytes + values.nbytes for keys, values in self._runs)

    def runs(self) -> list[tuple[Ints, Ints]]:
        """The runs, to be written down."""
        return self._runs

    @staticmethod
    def of(runs: list[tuple[Ints, Ints]]) -> Index:
        """The index of runs that were written down."""
        index = Index()
        index._runs = runs
        return index
