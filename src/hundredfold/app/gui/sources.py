"""The control API's part for sources: who sends, how much lately, and who is quiet for longer than usual.

What was stored is counted a little with every look, so that no look takes long: until everything has been counted once,
answers say how far it is. After that a look counts what is new.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Final, Literal

import pyarrow as pa
from fastapi import APIRouter
from pydantic import BaseModel, Field

from hundredfold.app.door.access import requires
from hundredfold.app.opened import OpenWorkspace
from hundredfold.ingest.heard import COLUMNS, HeardSource, Senders, Way
from hundredfold.log.base import advanced, within
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.undone import WHERE, without_withdrawn
from hundredfold.store.tokens import Tokens
from hundredfold.words.calendar import HOUR, from_local, iso
from hundredfold.words.span import Span

BUDGET: Final = 0.2
"""Seconds that a look counts, and the piece that it has begun."""
DAYS: Final = 7
_ROWS: Final = 16_384
_COLUMNS: Final = tuple(dict.fromkeys((*COLUMNS, *WHERE)))


class SourceStanding(BaseModel):
    """A source: `live` sends as usual, `stale` is quiet for longer, `seen` has no usual pause, `never` sent nothing.

    Usual are pauses up to twice the longest one of the seven days before the newest message, and an hour in any case;
    or what the workspace's alerts say of the source.
    """

    name: str
    ways: list[Way]
    state: Literal["live", "stale", "seen", "never"]
    last: str | None = Field(description="When the newest message was received.")
    kind: str | None = Field(description="The type of the newest message.")
    quiet_until: str | None = Field(description="Up to when it may be quiet as usual.")
    expected: bool = Field(description="The limit stands in the workspace's alerts.")
    today: int
    week: list[int] = Field(description="Messages received on each of `days`.")
    total: int


class Mirror(BaseModel):
    """The copy of Kafka's messages that values are made of: how many messages it lacks, and what is in its way."""

    behind: int
    trouble: str | None


class SourcesStanding(BaseModel):
    """All sources, the liveliest first. `read` of `of` messages have been counted so far."""

    at: str
    days: list[str] = Field(description="The last seven days of the workspace's calendar, today last.")
    sources: list[SourceStanding]
    unnamed: int = Field(description="Messages of further sources, beyond 500 different ones.")
    read: int
    of: int
    complete: bool
    mirror: Mirror | None = Field(description="Only of a workspace whose log is on Kafka.")


class Listening:
    """Counts what sources have sent, a little with every look. It may be used from any thread.

    Imports that were undone are not counted; when one is, everything is counted anew.
    """

    def __init__(self, opened: OpenWorkspace) -> None:
        self._opened = opened
        self._lock = Lock()
        self._senders, self._read = Senders(), 0
        self._positions: dict[int, int] = {}
        self._bucket: int | None = 0
        """The next bucket of the history, None behind the last one."""
        self._undone: tuple[Span, ...] | None = None

    def look(self) -> tuple[Senders, int, int]:
        """What is known, and how many messages of how many were counted."""
        opened = self._opened
        with opened.guard:
            undone = opened.engine().compiled.setup.undone
        with self._lock:
            self._keep_to(undone)
            until = time.monotonic() + BUDGET
            pieces = self._pieces()
            while (piece := next(pieces, None)) is not None:
                self._read += piece.num_rows
                self._senders.take(without_withdrawn(piece, undone))
                if time.monotonic() >= until:
                    break
            left = sum(max(0, end - self._positions.get(p, 0)) for p, end in opened.log.end().items())
            if self._bucket is not None:
                left += max(0, opened.history.rows - self._read)
            return self._senders, self._read, self._read + left

    def _keep_to(self, undone: tuple[Span, ...]) -> None:
        """Begins anew when what is left to be read does not fit what was read."""
        opened = self._opened
        moved = self._bucket is not None and self._positions != opened.history.positions
        forgotten = not within(opened.log.start(), self._positions) and self._bucket is None
        if undone != self._undone or moved or forgotten:
            self._senders, self._read, self._undone = Senders(), 0, undone
            self._bucket, self._positions = 0, dict(opened.history.positions)

    def _pieces(self) -> Iterator[pa.Table]:
        """What has not been counted: the history bucket by bucket, then the log."""
        opened = self._opened
        while self._bucket is not None:
            bucket = self._bucket
            self._bucket = bucket + 1 if bucket + 1 < opened.history.buckets else None
            yield opened.history.scan(bucket, _COLUMNS)
        for table in opened.log.read(self._positions, limit_rows=_ROWS):
            self._positions = advanced(self._positions, table)
            yield table


def sources(opened: OpenWorkspace, listening: Listening) -> APIRouter:
    """The route `/sources`."""
    router = APIRouter(prefix="/sources", tags=["sources"], dependencies=[requires("read")])
    workspace = opened.workspace

    @router.get("")
    def sources_standing() -> SourcesStanding:
        """Who sends, how many messages were received lately, and who is quiet for longer than usual."""
        senders, read, of = listening.look()
        now = workspace.now()
        today = datetime.fromtimestamp(now / 1e6, workspace.zone).date()
        days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
        bounds = [_midnight(opened, day) for day in [*days, today + timedelta(days=1)]]
        known = {**{name: HeardSource(name, ways={way}) for name, way in _awaited(opened)}, **senders.sources}
        told = [_standing(one, bounds, now, _limit(opened, one.name)) for one in known.values()]
        return SourcesStanding(
            at=iso(now),
            days=[day.isoformat() for day in days],
            sources=sorted(told, key=lambda one: (-sum(one.week), -one.total, one.name)),
            unnamed=senders.unnamed,
            read=read,
            of=of,
            complete=read >= of,
            mirror=_mirror(opened),
        )

    return router


def _standing(one: HeardSource, bounds: list[int], now: int, limit: float | None) -> SourceStanding:
    week = one.within(bounds)
    until = one.quiet_until() if limit is None else one.last + int(limit * HOUR)
    return SourceStanding(
        name=one.name,
        ways=sorted(one.ways),
        state="never" if not one.count else "seen" if until is None else "stale" if now > until else "live",
        last=iso(one.last) if one.count else None,
        kind=one.kind or None,
        quiet_until=iso(until) if one.count and until is not None else None,
        expected=limit is not None,
        today=week[-1],
        week=week,
        total=one.count,
    )


def _awaited(opened: OpenWorkspace) -> Iterator[tuple[str, Way]]:
    """Who may send: the sources of write keys that are not revoked, and of other systems' topics."""
    workspace = opened.workspace
    for source in workspace.settings.foreign_topics:
        yield source, "topic"
    with closing(Tokens(workspace.store / "tokens.sqlite", now=workspace.now, random=os.urandom)) as tokens:
        for grant in tokens.list():
            if grant.revoked is None and (grant.kind == "server" or grant.kind == "browser"):
                yield grant.name, grant.kind


def _limit(opened: OpenWorkspace, source: str) -> float | None:
    """After how many hours of silence the workspace wants to be told."""
    alerts = opened.workspace.settings.alerts
    return None if alerts is None else alerts.stale_hours.get(source)


def _mirror(opened: OpenWorkspace) -> Mirror | None:
    log = opened.log
    return None if isinstance(log, EmbeddedLog) else Mirror(behind=log.behind, trouble=log.trouble or None)


def _midnight(opened: OpenWorkspace, day: date) -> int:
    return from_local(datetime(day.year, day.month, day.day), opened.workspace.zone)  # noqa: DTZ001 - naive, as it asks
