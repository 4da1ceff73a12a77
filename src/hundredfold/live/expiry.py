"""What the clock changes without a message: cells leave windows of minutes, and days turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Final, TypeAlias, cast

import numpy as np

from hundredfold.attribute.column import TEXT, Column, Ints, Mask, Pool
from hundredfold.attribute.plan import ZONES, Family, Plan
from hundredfold.attribute.zones import local_days
from hundredfold.live.grown import grown
from hundredfold.live.people import People
from hundredfold.live.runs import Runs
from hundredfold.words.calendar import MINUTE, QUARTER, Window, local_day, window_days, zone_named

_NOTHING: Final = np.empty(0, np.int64)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
AllRuns: TypeAlias = Mapping[Family, Runs]
Windows: TypeAlias = dict[Family, set[Window]]


class Minutes:
    """The next minute at which a cell of each sent id leaves a window of hours or minutes."""

    def __init__(self, plan: Plan) -> None:
        lengths: dict[Family, set[int]] = {}
        for reading in plan.readings.values():
            window = reading.window
            if window is not None and not window.calendar:
                lengths.setdefault(reading.family, set()).add(window.n * (60 if window.kind == "hours" else 1))
        self._lengths = {family: np.array(sorted(found)) for family, found in lengths.items()}
        self._next = np.empty(0, np.int64)
        self._calendar: dict[int, list[Ints]] = {}
        self._asked = np.iinfo(np.int64).min
        """The minute up to which those that are due have been taken out: what is watched since leaves later."""

    def watch(self, sids: Ints, runs: AllRuns, since: Ints, clock: int) -> None:
        """Works out when cells of some sent ids (ascending) leave next."""
        if not self._lengths or len(sids) == 0:
            return
        never = np.iinfo(np.int64).max
        minute, leaves = clock // MINUTE, np.full(len(sids), never)
        for family, lengths in self._lengths.items():
            cells = runs[family].of(sids, since)
            assert cells.bucket is not None
            whose = np.searchsorted(sids, cells.sid)
            for length in lengths.tolist():
                inside = cells.bucket + length > minute
                np.minimum.at(leaves, whose[inside], cells.bucket[inside] + length)
        self._next = cast(Ints, grown(self._next, int(sids[-1]) + 1, never))
        moved = (leaves != self._next[sids]) & (leaves != never)
        self._next[sids] = leaves
        for when in np.unique(leaves[moved]).tolist():
            self._calendar.setdefault(when, []).append(sids[moved & (leaves == when)])

    def due(self, clock: int) -> Ints:
        """Takes out the sent ids of which cells have left."""
        minute = clock // MINUTE
        if minute <= self._asked:
            return _NOTHING
        self._asked = minute
        found = [_NOTHING]
        for when in [when for when in self._calendar if when <= minute]:
            for sids in self._calendar.pop(when):
                found.append(sids[self._next[sids] == when])
        return np.unique(np.concatenate(found))


@dataclass(frozen=True, slots=True)
class DayTurn:
    """A local day that has begun: ISO date, the zone's name (None: the workspace's), and whom it may touch."""

    day: str
    zone: str | None
    sids: Ints


class Days:
    """The calendar windows that move with the workspace's days and with those of customers' own zones."""

    def __init__(self, plan: Plan, texts: Pool, zone: tzinfo, clock: int) -> None:
        self._texts, self._zone, self._clock = texts, zone, clock
        self._ours: Windows = {}
        self._theirs: Windows = {}
        for reading in plan.readings.values():
            if reading.window is not None and reading.window.calendar:
                kept = self._theirs if reading.customer_zone else self._ours
                kept.setdefault(reading.family, set()).add(reading.window)

    def turned(self, clock: int, runs: AllRuns, people: People) -> Iterator[DayTurn]:
        """The days that have begun since this was last asked, the workspace's first."""
        before, self._clock = self._clock, max(clock, self._clock)
        ours = _turn(before, self._clock, self._zone)
        if ours is not None:
            touched = np.union1d(_moved(self._ours, runs, None, ours), _moved(self._theirs, runs, self._zone, ours))
            yield DayTurn(_iso(ours[1]), None, touched)
        if self._theirs and before // MINUTE != self._clock // MINUTE:
            yield from self._elsewhere(before, runs, people)

    def _elsewhere(self, before: int, runs: AllRuns, people: People) -> Iterator[DayTurn]:
        zones = _together(cells.arrays["last.value"] for cells in runs[ZONES].parts())
        named = Column.of_tagged(zones)
        text = named.kind == TEXT
        for code, pooled in zip(zones[text].tolist(), named.data[text].tolist(), strict=True):
            name = self._texts.text(pooled)
            zone = zone_named(name)
            turn = None if zone is None or zone == self._zone else _turn(before, self._clock, zone)
            if zone is None or turn is None:
                continue
            living = _together(cells.sid[cells.arrays["last.value"] == code] for cells in runs[ZONES].parts())
            touched = _moved(self._theirs, runs, zone, turn)
            theirs = touched[np.isin(people.labels(touched), people.labels(living))]
            if len(theirs):
                yield DayTurn(_iso(turn[1]), name, theirs)


def _turn(before: int, after: int, zone: tzinfo) -> tuple[int, int] | None:
    """The local days before and after, if they differ."""
    days = local_day(before, zone), local_day(after, zone)
    return days if days[0] != days[1] else None


def _moved(windows: Windows, runs: AllRuns, zone: tzinfo | None, turn: tuple[int, int]) -> Ints:
    """The sent ids with cells that enter or leave a window; `zone`: buckets are quarter hours, else they are days."""

    def found() -> Iterator[Ints]:
        for family, some in windows.items():
            for cells in runs[family].parts():
                assert cells.bucket is not None
                days = cells.bucket if zone is None else local_days(cells.bucket * QUARTER, zone)
                moved = np.zeros(len(cells), np.bool_)
                for window in some:
                    moved |= _inside(days, window, turn[0]) != _inside(days, window, turn[1])
                yield cells.sid[moved]

    return _together(found())


def _inside(days: Ints, window: Window, today: int) -> Mask:
    inside = np.zeros(len(days), np.bool_)
    for first, end in window_days(window, today):
        inside |= (days >= first) & (days < end)
    return inside


def _together(parts: Iterable[Ints]) -> Ints:
    return np.unique(np.concatenate([_NOTHING, *parts]))


def _iso(day: int) -> str:
    return date.fromordinal(day + _EPOCH_DAY).isoformat()
