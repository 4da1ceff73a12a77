"""Which of several equal messages of one import a message is: the first, the second ... (semantics 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

_SMALLEST_RUN: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class _Run:
    """Different contents, sorted by their first eight bytes, and how often each was seen."""

    high: Any
    low: Any
    seen: Any

    def __len__(self) -> int:
        return len(self.high)


class Occurrences:
    """Counts equal contents exactly, in 24 bytes for each different one, whatever the length of the import.

    Sorted runs are merged when they have grown alike, so there are few of them and a lookup is a binary search in each.

    >>> Occurrences().number([b"a" * 16, b"b" * 16, b"a" * 16]).tolist()
    [0, 0, 1]
    """

    def __init__(self) -> None:
        self._runs: list[_Run] = []

    def number(self, contents: list[bytes]) -> Any:
        """How many equal contents of 16 bytes came before each, in this call and earlier ones."""
        halves = np.frombuffer(b"".join(contents), dtype=">u8").astype(np.uint64).reshape(-1, 2)
        order = _order(halves[:, 0], halves[:, 1])
        high, low = halves[order, 0], halves[order, 1]
        starts = _starts(high, low)
        lengths = np.diff(np.append(starts, len(order)))
        number = np.arange(len(order)) - np.repeat(starts, lengths)
        for run in self._runs:
            number += _seen(run, high, low)
        self._add(_Run(high[starts], low[starts], lengths))
        found = np.empty(len(order), dtype=np.int64)
        found[order] = number
        return found

    def _add(self, run: _Run) -> None:
        self._runs.append(run)
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * max(len(self._runs[-1]), _SMALLEST_RUN):
            self._runs[-2:] = [_merged(*self._runs[-2:])]


def _merged(a: _Run, b: _Run) -> _Run:
    high, low, seen = (np.concatenate([getattr(a, name), getattr(b, name)]) for name in ("high", "low", "seen"))
    order = _order(high, low)
    starts = _starts(high[order], low[order])
    return _Run(high[order][starts], low[order][starts], np.add.reduceat(seen[order], starts))


def _order(high: Any, low: Any) -> Any:
    """What sorts contents so that equal ones are neighbours."""
    order = np.argsort(high, kind="stable")
    alike = high[order][1:] == high[order][:-1]
    if np.any(low[order][1:][alike] != low[order][:-1][alike]):
        return np.lexsort((low, high))  # different contents with one first half: as good as never
    return order


def _starts(high: Any, low: Any) -> Any:
    """Where a stretch of equal ones begins in sorted contents."""
    fresh = np.ones(len(high), dtype=bool)
    fresh[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
    return np.flatnonzero(fresh)


def _seen(run: _Run, high: Any, low: Any) -> Any:
    first = np.searchsorted(run.high, high)
    there = first < len(run)
    there[there] = run.high[first[there]] == high[there]
    found = np.zeros(len(high), dtype=np.int64)
    for place in np.flatnonzero(there):
        # Two contents may share their first half, so the stretch of equal ones is walked.
        at = first[place]
        while at < len(run) and run.high[at] == high[place]:
            if run.low[at] == low[place]:
                found[place] = run.seen[at]
            at += 1
    return found
