"""The control API's part for what is really sent: events and their fields, for whoever writes an attribute."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from threading import Lock, Thread
from typing import Annotated, Any, Final

import pyarrow as pa
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.gui.desk import Reading
from hundredfold.app.gui.standing import standing
from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.zones import local_days
from hundredfold.definition.sentence import EventType
from hundredfold.errors import HundredfoldError
from hundredfold.ingest import catalogue
from hundredfold.ingest.catalogue import Catalogue
from hundredfold.log.base import advanced
from hundredfold.log.stored import STORED, Positions
from hundredfold.log.undone import WHERE
from hundredfold.words.calendar import iso, local_day
from hundredfold.words.span import Span

DAYS: Final = 30
_COLUMNS: Final = tuple(dict.fromkeys(("kind", "key", "time", "received", "payload", "partition", "offset", *WHERE)))
_ROWS: Final = 4_096
_REST: Final = 1.0
"""After each chunk it rests as long as the chunk took: what comes in goes first."""
_PATIENCE: Final = 0.3
"""Seconds that an answer waits for what is new; after that it tells what is known."""


class EventSeen(BaseModel):
    """An event that was sent. `days` counts its messages on the last 30 days of the workspace's calendar."""

    type: EventType
    name: str | None
    count: int
    first: str
    last: str
    received: str = Field(description="When the newest came in.")
    days: list[int]


class EventsSeen(BaseModel):
    """All events, the commonest first; `read` of `of` messages were looked at so far, as they stood at `at`."""

    events: list[EventSeen]
    unnamed: int = Field(description="Messages of further events, beyond 500 different ones.")
    read: int
    of: int
    complete: bool
    at: str


class ValueSeen(BaseModel):
    """A value, and in how many messages of the sample it was."""

    value: bool | int | float | str
    count: int


class FieldSeen(BaseModel):
    """A field. `present` counts the messages (or lines) of the sample that have it, `types` by what it is.

    `different` is how many values it has, null for many. Without the right to see personal data values are told that
    several customers have sent, of the event's own fields.
    """

    path: str
    each: str | None = Field(description="The list in whose lines it lies.")
    present: int
    types: dict[catalogue.Type, int]
    values: list[ValueSeen]
    different: int | None
    examples: list[bool | int | float | str]
    first: str
    last: str


class FieldsSeen(BaseModel):
    """The fields of an event, in the order in which they were first seen; of `sampled` messages of `of`."""

    fields: list[FieldSeen]
    sampled: int
    of: int
    complete: bool


class Seeing:
    """Keeps the catalogue of a workspace up to date, a little at a time. Its methods may be called from any thread.

    It is never written to a disk; when somebody is erased or an import undone it is made anew, without them.
    """

    def __init__(self, opened: OpenWorkspace) -> None:
        self._opened = opened
        self._lock = Lock()
        self._made: tuple[int, tuple[Span, ...]] | None = None
        self._catalogue, self._positions = self._nothing(), dict[int, int]()
        self._in_history = False
        self._worker: Thread | None = None
        self.of = 0

    @contextmanager
    def catalogue(self) -> Iterator[tuple[Catalogue, bool]]:
        """What is known now, and whether that is everything; nothing is added as long as the block runs."""
        opened = self._opened
        with opened.guard:
            engine = opened.engine()
            made = len(engine.state.deletions), engine.compiled.setup.undone
            end = dict(engine.positions)
        with self._lock:
            if made != self._made:
                self._made, self._catalogue, self._positions, self._in_history = made, self._nothing(), {}, True
                self._worker = None  # one that is still at work sees that its catalogue is no longer this one
            if self._worker is None or not self._worker.is_alive():
                run = copy_context().run
                self._worker = Thread(target=run, args=(self._work, self._catalogue), name="catalogue", daemon=True)
                self._worker.start()
            worker = self._worker
        worker.join(_PATIENCE)
        with self._lock:
            self.of = opened.history.rows + sum(end.values()) - sum(opened.history.positions.values())
            known = all(self._positions.get(partition, 0) >= offset for partition, offset in end.items())
            yield self._catalogue, known and not self._in_history

    def today(self) -> int:
        """The workspace's day, from 1970-01-01."""
        return local_day(self._opened.workspace.now(), self._opened.workspace.zone)

    def _nothing(self) -> Catalogue:
        return Catalogue(partial(local_days, zone=self._opened.workspace.zone))

    def _work(self, mine: Catalogue) -> None:
        try:
            counts = standing(self._opened)
            for table, upto in self._unread():
                began = time.monotonic()
                with self._lock:
                    if self._catalogue is not mine:
                        return
                    mine.take(counts(table), self.today())
                    if upto is not None:
                        self._positions, self._in_history = dict(upto), False
                time.sleep(_REST * (time.monotonic() - began))
        except HundredfoldError as error:
            self._opened.tell(f"what is sent could not be looked at to the end: {error}")

    def _unread(self) -> Iterator[tuple[pa.Table, Positions | None]]:
        """The chunks that are still to be read, with the positions behind each as far as all before them was read."""
        opened, positions = self._opened, dict(self._positions)
        if self._in_history:
            history, positions = opened.history, dict(opened.history.positions)
            for bucket in range(history.buckets):
                for table in history.pieces(bucket, _COLUMNS, _ROWS):
                    yield table, None
            yield STORED.empty_table(), positions
        for table in opened.log.read(positions, limit_rows=_ROWS):
            positions = advanced(positions, table)
            yield table, positions


def seen(opened: OpenWorkspace, seeing: Seeing) -> APIRouter:
    """The routes `/seen/events` and `/seen/fields`."""
    router = APIRouter(prefix="/seen", tags=["seen"])

    @router.get("/events")
    def seen_events(_: Reading) -> EventsSeen:
        """The events that were sent, with how many and since when."""
        now, today = opened.workspace.now(), seeing.today()
        with seeing.catalogue() as (found, complete):
            told = sorted(found.events.values(), key=lambda event: (-event.count, event.kind, event.name or ""))
            return EventsSeen(
                events=[_event(one, today) for one in told],
                unnamed=found.unnamed,
                read=found.messages,
                of=max(seeing.of, found.messages),
                complete=complete,
                at=iso(now),
            )

    @router.get("/fields")
    def seen_fields(
        grant: Reading,
        type: Annotated[EventType, Query(description="The type of the event.")] = "track",
        event: Annotated[str | None, Query(max_length=256, description="The name of a track event.")] = None,
    ) -> FieldsSeen:
        """The fields of an event: paths, types, and values where there are few; none where it was never sent."""
        with seeing.catalogue() as (found, complete):
            known = found.events.get((type, event))
            if known is None:
                return FieldsSeen(fields=[], sampled=0, of=0, complete=complete)
            personal = grant.personal_data
            return FieldsSeen(
                fields=[field_seen(one, personal_data=personal) for one in known.fields.values()],
                sampled=known.sampled,
                of=known.count,
                complete=complete,
            )

    return router


def _event(found: catalogue.Event, today: int) -> EventSeen:
    return EventSeen(
        type=found.kind,
        name=found.name,
        count=found.count,
        first=iso(found.first),
        last=iso(found.last),
        received=iso(found.received),
        days=[found.days[day] for day in range(today - DAYS + 1, today + 1)],
    )


def field_seen(found: catalogue.Field, *, personal_data: bool) -> FieldSeen:
    """A field for somebody who may see personal data or not."""
    return FieldSeen(
        path=found.path,
        each=found.each,
        present=found.present,
        types=dict(found.types),
        values=_values(found.told(personal_data=personal_data)),
        different=None if found.values is None else len(found.values),
        examples=list(found.examples) if personal_data else [],
        first=iso(found.first),
        last=iso(found.last),
    )


def _values(told: Iterable[tuple[Any, int]]) -> list[ValueSeen]:
    return [ValueSeen(value=value, count=count) for value, count in told]
