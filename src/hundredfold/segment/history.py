"""What was recorded of segments, for whoever looks back: sizes over time, and who moved when, the newest first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from hundredfold.attribute.column import Ints
from hundredfold.store.movements import HOUR, NOBODY, Block, Movements, Stretch

_BEGINNING: Final = -(1 << 62)
_END: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Move:
    """A customer came into a segment, or left it. `key` is his sent id, None for who is not named any more.

    `place` says where the move stands among all: the number of its block and its row.
    """

    key: str | None
    entered: bool
    at: int
    positions: Mapping[int, int]
    place: tuple[int, int]


def sizes(store: Movements, at: Sequence[int], names: Iterable[str] | None = None) -> dict[str, list[int | None]]:
    """How many members segments had at some ascending instants; None where they were not recorded.

    Without `names`: of all that are recorded now. It is how many a segment began with, and who has entered and left.
    """
    with store.reading():
        stretches = store.stretches()
        found = _sizes(store, stretches, at)
    if names is None:
        names = [one.segment for one in stretches if one.ended is None]
    told: dict[str, list[int | None]] = {name: [None] * len(at) for name in names}
    for row, one in enumerate(stretches):
        if one.segment in told:
            first = bisect_left(at, one.begun)
            end = len(at) if one.ended is None else bisect_left(at, one.ended)
            told[one.segment][first:end] = found[first:end, row].tolist()
    return told


def _sizes(store: Movements, stretches: Sequence[Stretch], at: Sequence[int]) -> Ints:
    """The sizes of stretches, (instants, stretches): counted back from how many they have now."""
    if not len(at):
        return np.empty((0, len(stretches)), np.int64)
    row_of = np.full(1 + max((one.number for one in stretches), default=0), -1)
    row_of[[one.number for one in stretches]] = np.arange(len(stretches))
    size = np.array([one.now for one in stretches], np.int64)
    found, later = np.empty((len(at), len(stretches)), np.int64), store.hours(at[0])
    for place in range(len(at) - 1, -1, -1):
        hour = -(-at[place] // HOUR)
        while later and later[-1][0] > hour:
            _, nets = later.pop()
            size[row_of[nets["stretch"]]] -= nets["entered"].astype(np.int64) - nets["left"]
        found[place] = size
        if at[place] % HOUR:
            for block in store.blocks(at[place], hour * HOUR):
                behind = (block.at > at[place]) & (block.at <= hour * HOUR)
                np.subtract.at(found[place], row_of[block.stretch[behind]], np.where(block.entered[behind] == 1, 1, -1))
    return found


def moves(
    store: Movements,
    segment: str,
    limit: int,
    since: int | None = None,
    until: int | None = None,
    before: tuple[int, int] | None = None,
) -> list[Move]:
    """Who moved, the newest first, at most `limit`; `before` is the place behind which to go on."""
    with store.reading():
        wanted = np.array([one.number for one in store.stretches() if one.segment == segment], np.int64)
        found: list[tuple[Block, int]] = []
        for block, rows in _newest(
            store, wanted, _BEGINNING if since is None else since, _END if until is None else until
        ):
            if before is not None and block.number >= before[0]:
                rows = rows[(block.number == before[0]) & (rows < before[1])]
            found += [(block, row) for row in rows[::-1][: limit - len(found)].tolist()]
            if len(found) == limit:
                break
        keys = store.keys(int(block.customer[row]) for block, row in found)
    return [_move(block, row, keys) for block, row in found]


def last_moves(store: Movements, stretch: int, upto: int) -> dict[str, tuple[int | None, int | None]]:
    """When customers, by their sent ids, last left and entered a stretch, up to an instant."""
    with store.reading():
        numbers, keys = store.customers()
        times = np.full((2, int(numbers.max(initial=0)) + 1), _BEGINNING)
        for block in store.blocks(upto=upto):
            some = (block.stretch == stretch) & (block.at <= upto) & (block.customer != NOBODY)
            times[block.entered[some], block.customer[some]] = block.at[some]
    moved = np.flatnonzero((times != _BEGINNING).any(axis=0))
    named = dict(zip(numbers.tolist(), keys, strict=True))
    told = [[None if time == _BEGINNING else time for time in way] for way in times[:, moved].tolist()]
    return {named[number]: both for number, *both in zip(moved.tolist(), *told, strict=True) if number in named}


def _newest(store: Movements, wanted: Ints, since: int, until: int) -> Iterator[tuple[Block, Ints]]:
    """The blocks with moves of some stretches between two instants, the newest first, and which rows they are."""
    for hour, nets in store.hours_before(until):
        if hour * HOUR < since:
            return
        if not np.isin(nets["stretch"], wanted).any():
            continue
        for block in store.blocks((hour - 1) * HOUR, hour * HOUR, newest_first=True):
            at = block.at
            rows = np.flatnonzero(
                np.isin(block.stretch, wanted) & (-(-at // HOUR) == hour) & (at >= since) & (at <= until)
            )
            if len(rows):
                yield block, rows


def _move(block: Block, row: int, keys: Mapping[int, str]) -> Move:
    head = block.heads[int(np.searchsorted(np.cumsum([one.count for one in block.heads]), row, side="right"))]
    number = int(block.customer[row])
    key = None if number == NOBODY else keys.get(number)
    return Move(key, bool(block.entered[row]), head.at, head.positions, (block.number, row))
