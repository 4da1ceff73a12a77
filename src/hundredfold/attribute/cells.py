"""Cells: the mergeable state of a family, one row for every (sent id, bucket, key).

The arrays of a state merge with ADD, TOTAL, MIN or MAX, or as a whole with EARLIEST or LATEST: then they are four:
`time`, `tie`, `ref` and `value` of the winning event. Cells are sorted by (sid, bucket, key), each of which is unique.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

import numpy as np

from hundredfold.attribute.arithmetic import added, lengths, summed
from hundredfold.attribute.column import Ints, Mask
from hundredfold.attribute.order import Ids, in_order
from hundredfold.attribute.sorting import AT_ONCE, is_sorted, stable_order, starts_of, stretches


class Merge(Enum):
    """How two cells of one (sent id, bucket, key) become one."""

    ADD = "add"
    TOTAL = "total"
    """Added like ADD, but a total that leaves int64 is kept as such, never wrapped."""
    MIN = "min"
    MAX = "max"
    EARLIEST = "earliest"
    LATEST = "latest"


States: TypeAlias = Mapping[str, Merge]
"""The states of a family by name, in a fixed order."""
EVENT_PARTS: Final = ("time", "tie", "ref", "value")
_REDUCE: Final[dict[Merge, Callable[[Ints, Ints], Ints]]] = {
    Merge.ADD: summed,
    Merge.TOTAL: added,
    Merge.MIN: np.minimum.reduceat,
    Merge.MAX: np.maximum.reduceat,
}


def array_names(states: States) -> list[str]:
    """The names of the arrays that the states consist of."""
    names: list[str] = []
    for name, merge in states.items():
        names += [name] if merge in _REDUCE else [f"{name}.{part}" for part in EVENT_PARTS]
    return names


@dataclass(slots=True)
class Cells:
    """Cells as arrays of one length. `bucket` or `key` is None in families without them."""

    sid: Ints
    bucket: Ints | None
    key: Ints | None
    arrays: dict[str, Ints]

    def __len__(self) -> int:
        return len(self.sid)

    @property
    def nbytes(self) -> int:
        """The bytes of all arrays."""
        return sum(
            array.nbytes for array in (self.sid, self.bucket, self.key, *self.arrays.values()) if array is not None
        )

    def take(self, rows: Ints | Mask | slice) -> Cells:
        """Some of the cells."""
        return Cells(
            self.sid[rows],
            None if self.bucket is None else self.bucket[rows],
            None if self.key is None else self.key[rows],
            {name: array[rows] for name, array in self.arrays.items()},
        )

    def same_as(self, other: Cells) -> bool:
        """Whether both hold the same cells, bit for bit."""
        mine = [self.sid, self.bucket, self.key, *self.arrays.values()]
        theirs = [other.sid, other.bucket, other.key, *(other.arrays.get(name) for name in self.arrays)]
        return len(self.arrays) == len(other.arrays) and all(
            (a is None and b is None) or (a is not None and b is not None and np.array_equal(a, b))
            for a, b in zip(mine, theirs, strict=True)
        )

    @staticmethod
    def empty(states: States, *, bucket: bool, key: bool) -> Cells:
        """No cells."""
        nothing = np.empty(0, np.int64)
        return Cells(
            nothing, nothing if bucket else None, nothing if key else None, dict.fromkeys(array_names(states), nothing)
        )

    @staticmethod
    def concatenate(parts: Sequence[Cells]) -> Cells:
        """Parts one after the other; sorted and merged by nobody."""
        if len(parts) == 1:
            return parts[0]
        first = parts[0]
        return Cells(
            np.concatenate([p.sid for p in parts]),
            None if first.bucket is None else np.concatenate([p.bucket for p in parts if p.bucket is not None]),
            None if first.key is None else np.concatenate([p.key for p in parts if p.key is not None]),
            {name: np.concatenate([p.arrays[name] for p in parts]) for name in first.arrays},
        )


def merged(parts: Sequence[Cells], states: States, ids: Ids) -> Cells:
    """The parts as one: cells of one (sid, bucket, key) merged, the result sorted. Each part is such a result."""
    parts = [part for part in parts if len(part)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    if sum(map(len, parts)) <= AT_ONCE:
        return united(Cells.concatenate(parts), states, ids)
    cuts = _cuts([part.sid for part in parts])
    bounds = [np.searchsorted(part.sid, cuts, side="right").tolist() for part in parts]
    pieces = []
    for i in range(len(cuts) - 1):
        some = [part.take(slice(b[i], b[i + 1])) for part, b in zip(parts, bounds, strict=True) if b[i] < b[i + 1]]
        pieces += [united(Cells.concatenate(some), states, ids)] if len(some) > 1 else some
    return Cells.concatenate(pieces)


def _cuts(parts: Sequence[Ints]) -> Ints:
    """The sent ids behind which to cut sorted parts: about every so many rows, and where a part begins or ends."""
    longest = max(parts, key=len)
    every = [longest[end - 1] for _, end in stretches(longest, AT_ONCE)]
    return np.unique([*every, *(sid[0] - 1 for sid in parts), *(sid[-1] for sid in parts)])


def united(cells: Cells, states: States, ids: Ids) -> Cells:
    """Cells in any order as sorted ones, each (sid, bucket, key) once."""
    groups = [g for g in (cells.sid, cells.bucket, cells.key) if g is not None]
    if not is_sorted(groups):
        cells = cells.take(stable_order(groups))
        groups = [g for g in (cells.sid, cells.bucket, cells.key) if g is not None]
    starts = starts_of(groups)
    if len(starts) == len(cells):
        return cells
    return Cells(
        cells.sid.take(starts),
        None if cells.bucket is None else cells.bucket.take(starts),
        None if cells.key is None else cells.key.take(starts),
        _reduced(cells.arrays, states, starts, ids),
    )


def grouped(groups: Sequence[Ints]) -> tuple[Ints, Ints]:
    """The permutation that sorts rows by groups (first the first one), stably, and where each group starts in it."""
    if is_sorted(groups):
        return np.arange(len(groups[0])), starts_of(groups)
    order = stable_order(groups)
    return order, starts_of([group[order] for group in groups])


def _reduced(arrays: Mapping[str, Ints], states: States, starts: Ints, ids: Ids) -> dict[str, Ints]:
    """The arrays of the states, reduced over groups of neighbours given by their starts."""
    result: dict[str, Ints] = {}
    for name, merge in states.items():
        if merge in _REDUCE:
            result[name] = _REDUCE[merge](arrays[name], starts)
        else:
            winners = _winners(arrays, name, merge, starts, ids)
            for part in EVENT_PARTS:
                result[f"{name}.{part}"] = arrays[f"{name}.{part}"].take(winners)
    return result


def _winners(arrays: Mapping[str, Ints], name: str, merge: Merge, starts: Ints, ids: Ids) -> Ints:
    """The row of each group whose event is the earliest or the latest."""
    sizes = lengths(starts, len(arrays[f"{name}.time"]))
    winners = starts.copy()
    several = np.flatnonzero(sizes > 1)
    rows = np.flatnonzero(np.repeat(sizes > 1, sizes))
    group = np.repeat(several, sizes[several])
    time, tie, ref = (arrays[f"{name}.{part}"].take(rows) for part in ("time", "tie", "ref"))
    sorting = in_order(time, tie, ref, ids, group)
    ends = np.cumsum(sizes[several])
    winners[several] = rows[sorting[ends - 1 if merge is Merge.LATEST else ends - sizes[several]]]
    return winners
