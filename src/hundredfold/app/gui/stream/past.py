"""Stored messages, newest first, a page at a time, through the whole log and the history behind it.

In the log they lie in the order in which they came, in each partition; pages follow the partitions back in step. In the
history they lie by customer, so one pass through a few narrow columns finds the newest ones that are left, for many
pages, and each page reads its own payloads. A page looks at a limited number of messages, and tells how far it has
looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from hundredfold.app.door.problem import Problem
from hundredfold.app.gui.standing import standing
from hundredfold.app.gui.stream.row import heard_of
from hundredfold.app.gui.stream.wanted import Wanted
from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.order import before, refs_of
from hundredfold.audit.messages import Heard
from hundredfold.log.base import advanced, within
from hundredfold.log.part import GROUP_ROWS
from hundredfold.log.stored import STORED
from hundredfold.log.undone import WHERE

LOOKED_AT: Final = 4_000
"""So many messages are looked at for a page, at most."""
_LEAST: Final = 64
"""So many at least of each partition."""
_NARROW: Final = tuple(dict.fromkeys(("partition", "offset", "received", "kind", "key", "source", *WHERE)))
_ROWS: Final = 1 << 18
KEPT: Final = 20_000
"""So many messages of the history are found in one pass, for the pages that follow."""

Stands = Callable[[pa.Table], pa.Table]


@dataclass(frozen=True)
class Place:
    """Where a page begins: in each partition before `upto`; in the history also before `past` (received, ref)."""

    upto: dict[int, int]
    past: tuple[int, int] | None = None

    def text(self) -> str:
        """What is sent as `before`."""
        upto = {str(partition): offset for partition, offset in self.upto.items()}
        return orjson.dumps({"upto": upto, "past": self.past}).decode()

    @classmethod
    def of(cls, text: str) -> Place:
        """The inverse of `text`. Raises Problem 422."""
        try:
            told = orjson.loads(text)
            upto = {int(partition): int(offset) for partition, offset in told["upto"].items()}
            past = told["past"]
            return cls(upto, None if past is None else (int(past[0]), int(past[1])))
        except (ValueError, TypeError, AttributeError, KeyError, IndexError):
            raise Problem(422, "bad_place", "before is no place; send what the page before said in next") from None


class Found(NamedTuple):
    """A message that fits, and its row of `STORED` columns."""

    heard: Heard
    row: pa.Table


@dataclass
class Page:
    """What was found, newest first; `looked` messages were looked at, back to one that came at `to`."""

    found: list[Found]
    looked: int
    to: int | None
    next: Place | None


class Pages:
    """Pages of a workspace's stored messages, for any thread."""

    def __init__(self, opened: OpenWorkspace) -> None:
        self._opened = opened
        self._scan: _Scan | None = None

    def page(self, wanted: Wanted, before: Place | None, limit: int) -> Page:
        """The newest messages that fit before a place; None: of all. Raises LogError."""
        opened = self._opened
        stands, place = standing(opened), before or Place(dict(opened.log.end()))
        told = Page([], 0, None, place)
        if place.past is None:
            told = _of_log(opened, wanted, stands, place, limit)
        goes_on = len(told.found) < limit and told.looked < LOOKED_AT
        if goes_on and told.next is not None and _log_is_done(opened, told.next):
            older = self._of_history(wanted, stands, told.next, limit - len(told.found))
            told = Page([*told.found, *older.found], told.looked + older.looked, older.to or told.to, older.next)
        return told

    def _of_history(self, wanted: Wanted, stands: Stands, place: Place, limit: int) -> Page:
        most = LOOKED_AT if wanted.looks_inside else limit
        candidates = self._candidates(wanted, stands, place, most)
        table = pa.concat_tables([STORED.empty_table(), *_with_payloads(self._opened, candidates)])
        order = np.lexsort((refs_of(table), table["received"].to_numpy()))[::-1]
        found, taken = _fitting(table.take(pa.array(order)), wanted, stands, limit)
        if not taken:
            return Page([], 0, None, None)
        last = table.slice(int(order[taken - 1]), 1)
        came = int(last["received"][0].as_py())
        done = taken == table.num_rows and len(candidates.ref) < most
        return Page(found, taken, came, None if done else replace(place, past=(came, int(refs_of(last)[0]))))

    def _candidates(self, wanted: Wanted, stands: Stands, place: Place, most: int) -> _Candidates:
        """The newest messages of the history before a place, as far as narrow columns tell which fit.

        One pass finds those of many pages. What is erased or withdrawn afterwards falls out where payloads are read.
        """
        history = self._opened.history
        upto, covers = tuple(place.upto.items()), tuple(history.positions.items())
        asked = wanted.sources, wanted.kinds, wanted.customer, upto, covers, history.rows
        held = self._scan
        if held is not None and held.asked == asked and held.reaches(place.past):
            rest = held.candidates.before(place.past)
            if held.whole or len(rest.ref) >= most:
                return rest.first(most)
        kept = max(most, KEPT)
        found = _scanned(self._opened, wanted, stands, place, kept)
        self._scan = _Scan(asked, place.past, found, whole=len(found.ref) < kept)
        return found.first(most)


def _log_is_done(opened: OpenWorkspace, place: Place) -> bool:
    return place.past is not None or within(place.upto, opened.log.start())


# --- the log ---------------------------------------------------------------------------------------------------------


def _of_log(opened: OpenWorkspace, wanted: Wanted, stands: Stands, place: Place, limit: int) -> Page:
    log, start = opened.log, opened.log.start()
    share = max(_LEAST, LOOKED_AT // max(1, len(place.upto)))
    begin = {p: max(start.get(p, 0), upto - share) for p, upto in place.upto.items()}
    upto = {p: max(begin[p], offset) for p, offset in place.upto.items()}
    table = _between(opened, begin, upto)
    came, ref = _in_step(table), refs_of(table)
    # Of a partition that goes on behind its window nothing is known yet that came before the window's first message.
    partitions = table["partition"].to_numpy()
    goes_on = [p for p, first in begin.items() if first > start.get(p, 0)]
    known_since = max((int(came[partitions == p].min()) for p in goes_on), default=None)
    order = np.lexsort((ref, came))[::-1]
    order = order if known_since is None else order[came[order] >= known_since]
    found, taken = _fitting(table.take(pa.array(order)), wanted, stands, limit)
    looked = table.take(pa.array(order[:taken]))
    offsets, of = looked["offset"].to_numpy(), looked["partition"].to_numpy()
    left = {p: int(offsets[of == p].min()) if (of == p).any() else offset for p, offset in upto.items()}
    to = int(came[order[taken - 1]]) if taken else None
    done = within(left, log.start()) and not opened.history.rows
    return Page(found, taken, to, None if done else Place(left))


def _between(opened: OpenWorkspace, begin: dict[int, int], upto: dict[int, int]) -> pa.Table:
    tables, position = [STORED.empty_table()], dict(begin)
    if within(upto, begin):
        return tables[0]
    for table in opened.log.read(begin, limit_rows=LOOKED_AT):
        tables.append(table.filter(pa.array(before(refs_of(table), upto))))
        position = advanced(position, table)
        if within(upto, position):
            break
    return pa.concat_tables(tables)


def _in_step(table: pa.Table) -> npt.NDArray[np.int64]:
    """When each message came, never before an earlier one of its partition: one let go late came when it was let go."""
    came: npt.NDArray[np.int64] = table["received"].to_numpy().copy()
    partitions = table["partition"].to_numpy()
    offsets = table["offset"].to_numpy()
    for partition in np.unique(partitions):
        rows = np.flatnonzero(partitions == partition)
        rows = rows[np.argsort(offsets[rows])]
        came[rows] = np.maximum.accumulate(came[rows])
    return came


# --- the history -----------------------------------------------------------------------------------------------------


class _Candidates(NamedTuple):
    """Messages of the history, newest first, by when they came and their refs, and the buckets that hold them."""

    received: npt.NDArray[np.int64]
    ref: npt.NDArray[np.int64]
    bucket: npt.NDArray[np.int64]

    def newest(self, most: int) -> _Candidates:
        """The newest of them, in order."""
        order = np.lexsort((self.ref, self.received))[::-1][:most]
        return _Candidates(*(column[order] for column in self))

    def before(self, past: tuple[int, int] | None) -> _Candidates:
        """Those before a place."""
        if past is None:
            return self
        came, last = past
        older = (self.received < came) | ((self.received == came) & (self.ref < last))
        return _Candidates(*(column[older] for column in self))

    def first(self, most: int) -> _Candidates:
        """The first of them."""
        return _Candidates(*(column[:most] for column in self))


class _Scan(NamedTuple):
    """What a pass through the history has found, for what and before which place; `whole`: there are no more."""

    asked: tuple[object, ...]
    begins: tuple[int, int] | None
    candidates: _Candidates
    whole: bool

    def reaches(self, past: tuple[int, int] | None) -> bool:
        """Whether it has what comes before a place: it began there, or at a newer message."""
        return self.begins is None or (past is not None and past <= self.begins)


def _scanned(opened: OpenWorkspace, wanted: Wanted, stands: Stands, place: Place, most: int) -> _Candidates:
    nothing = np.empty(0, np.int64)
    kept = _Candidates(nothing, nothing, nothing)
    for bucket in range(opened.history.buckets):
        for table in opened.history.pieces(bucket, _NARROW, _ROWS):
            table = stands(wanted.columns(table.filter(pa.array(before(refs_of(table), place.upto)))))
            ref = refs_of(table)
            these = _Candidates(table["received"].to_numpy(), ref, np.full(len(ref), bucket)).before(place.past)
            if len(these.ref):
                kept = _Candidates(*map(np.concatenate, zip(kept, these.newest(most), strict=True))).newest(most)
    return kept


def _with_payloads(opened: OpenWorkspace, candidates: _Candidates) -> Iterator[pa.Table]:
    def asked(table: pa.Table) -> bool:
        return bool(np.isin(refs_of(table), candidates.ref).any())

    for bucket in np.unique(candidates.bucket).tolist():
        for table in opened.history.pieces(bucket, STORED.names, GROUP_ROWS, asked):
            own = table.filter(pa.array(np.isin(refs_of(table), candidates.ref)))
            if own.num_rows:
                yield own.cast(STORED)


# --- both ------------------------------------------------------------------------------------------------------------


def _fitting(table: pa.Table, wanted: Wanted, stands: Stands, limit: int) -> tuple[list[Found], int]:
    """The first messages of a table that fit, and how many of its rows had to be looked at for them."""
    numbered = table.append_column("number", pa.array(np.arange(table.num_rows)))
    rows = stands(wanted.columns(numbered))
    numbers, rows = rows["number"].to_pylist(), rows.select(STORED.names)
    found: list[Found] = []
    for place, heard in enumerate(heard_of(rows)):
        if wanted.fits(heard):
            found.append(Found(heard, rows.slice(place, 1)))
            if len(found) == limit:
                return found, numbers[place] + 1
    return found, table.num_rows
