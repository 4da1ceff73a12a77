"""Stored messages, newest first, a page at a time, through the whole log and the history behind it.

In the log they lie in the order in which they came, in each partition; pages follow the partitions back in step. In the
history they lie by customer, in stretches of which it is known when the newest message came: those with the newest ones
are read, a few narrow columns of them, until none of the others can have a newer one. The pages that follow go on from
there, and each reads its own payloads. A page looks at a limited number of messages, and tells how far it has looked.
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
from hundredfold.app.gui.stream.between import between
from hundredfold.app.gui.stream.wanted import Wanted
from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.order import before, place_of, refs_of
from hundredfold.audit.messages import Heard
from hundredfold.log.base import within
from hundredfold.log.history import Backwards
from hundredfold.log.part import Came
from hundredfold.log.stored import STORED
from hundredfold.log.undone import WHERE
from hundredfold.profile.dossier import heard_of
from hundredfold.said import said

LOOKED_AT: Final = 4_000
"""So many messages are looked at for a page, at most."""
_LEAST: Final = 64
"""So many at least of each partition."""
_NARROW: Final = tuple(dict.fromkeys(("partition", "offset", "received", "kind", "key", "source", *WHERE)))
KEPT: Final = 20_000
"""So many messages of the history are held for the pages that follow."""

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
            raise Problem(
                422, "bad_place", said("before is no place; send what the page before said in next")
            ) from None


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
        backwards = self._opened.history.backwards()
        candidates = self._candidates(backwards, wanted, stands, place, most)
        table = pa.concat_tables([STORED.empty_table(), *_with_payloads(backwards, candidates)])
        order = np.lexsort((refs_of(table), table["received"].to_numpy()))[::-1]
        found, taken = _fitting(table.take(pa.array(order)), wanted, stands, limit)
        if not taken:
            return Page([], 0, None, None)
        last = table.slice(int(order[taken - 1]), 1)
        came = int(last["received"][0].as_py())
        done = taken == table.num_rows and len(candidates.ref) < most
        return Page(found, taken, came, None if done else replace(place, past=(came, int(refs_of(last)[0]))))

    def _candidates(self, backwards: Backwards, wanted: Wanted, stands: Stands, place: Place, most: int) -> _Candidates:
        """The newest messages of the history before a place, as far as narrow columns tell which fit.

        What is erased or withdrawn afterwards falls out where payloads are read.
        """
        upto = tuple(place.upto.items())
        asked = wanted.sources, wanted.kinds, wanted.customer, upto, backwards.state
        scan = self._scan
        if scan is None or scan.asked != asked or not scan.reaches(place.past):
            scan = _Scan(asked, place.past)

        def fitting(table: pa.Table) -> pa.Table:
            return stands(wanted.columns(table.filter(pa.array(before(refs_of(table), place.upto)))))

        scan = scan.further(backwards, fitting, place.past, most)
        if scan.cut and len(scan.candidates.before(place.past).ref) < most:
            scan = _Scan(asked, place.past).further(backwards, fitting, place.past, most)
        self._scan = scan
        return scan.candidates.before(place.past).first(most)


def _log_is_done(opened: OpenWorkspace, place: Place) -> bool:
    return place.past is not None or within(place.upto, opened.log.start())


# --- the log ---------------------------------------------------------------------------------------------------------


def _of_log(opened: OpenWorkspace, wanted: Wanted, stands: Stands, place: Place, limit: int) -> Page:
    log, start = opened.log, opened.log.start()
    share = max(_LEAST, LOOKED_AT // max(1, len(place.upto)))
    begin = {p: max(start.get(p, 0), upto - share) for p, upto in place.upto.items()}
    upto = {p: max(begin[p], offset) for p, offset in place.upto.items()}
    table = between(log, begin, upto, limit_rows=LOOKED_AT)
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
    """Messages of the history, newest first, by when they came and their refs, and the stretches that hold them."""

    received: npt.NDArray[np.int64]
    ref: npt.NDArray[np.int64]
    stretch: npt.NDArray[np.int64]

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

    def came(self, number: int) -> Came:
        """When one of them came."""
        partition, offset = place_of(self.ref[number])
        return Came(int(self.received[number]), int(partition), int(offset))

    def first(self, most: int) -> _Candidates:
        """The first of them."""
        return _Candidates(*(column[:most] for column in self))


_NONE: Final = _Candidates(*(np.empty(0, np.int64) for _ in _Candidates._fields))


class _Scan(NamedTuple):
    """What was found in the stretches that were read so far, for what and before which place.

    `read` stretches, those with the newest messages, were read; `cut`: they had more than are held.
    """

    asked: tuple[object, ...]
    begins: tuple[int, int] | None
    candidates: _Candidates = _NONE
    read: int = 0
    cut: bool = False

    def reaches(self, past: tuple[int, int] | None) -> bool:
        """Whether it has what comes before a place: it began there, or at a newer message."""
        return self.begins is None or (past is not None and past <= self.begins)

    def further(self, backwards: Backwards, fitting: Stands, past: tuple[int, int] | None, most: int) -> _Scan:
        """The same, with so many messages before a place, if there are as many and they can still be held."""
        kept, number, cut, held = self.candidates, self.read, self.cut, max(KEPT, most)
        while number < len(backwards):
            rest = kept.before(past)
            enough = len(rest.ref) >= most
            if (cut and not enough) or (enough and rest.came(most - 1) >= backwards.newest(number)):
                break
            table = fitting(backwards.rows(number, _NARROW))
            ref = refs_of(table)
            these = _Candidates(table["received"].to_numpy(), ref, np.full(len(ref), number)).before(self.begins)
            if len(these.ref):
                cut = cut or len(kept.ref) + len(these.ref) > held
                kept = _Candidates(*map(np.concatenate, zip(kept, these, strict=True))).newest(held)
            number += 1
        return _Scan(self.asked, self.begins, kept, number, cut)


def _with_payloads(backwards: Backwards, candidates: _Candidates) -> Iterator[pa.Table]:
    for number in np.unique(candidates.stretch).tolist():
        table = backwards.rows(number, STORED.names)
        yield table.filter(pa.array(np.isin(refs_of(table), candidates.ref))).cast(STORED)


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
