"""The control API's part for whoever has just connected a source, and waits for its first event."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.door.access import requires
from hundredfold.app.door.language import spoken
from hundredfold.app.door.problem import Problem
from hundredfold.app.opened import OpenWorkspace
from hundredfold.log.base import advanced
from hundredfold.log.stored import Positions
from hundredfold.said import said
from hundredfold.store.rejections import Rejections
from hundredfold.words.calendar import iso
from hundredfold.words.message import EVENT_KINDS

_NEWEST: Final = 100
"""So many refused messages are looked through."""


class Arrived(BaseModel):
    """A message that a source sent."""

    kind: str
    received_at: str


class NotTaken(BaseModel):
    """A message of the source that was refused."""

    reason: str
    message: str
    received_at: str


class Arrivals(BaseModel):
    """What a source has sent since the place of an earlier answer."""

    place: str = Field(description="From where to look on; ask with it again.")
    first: Arrived | None
    refused: NotTaken | None


def arrivals(opened: OpenWorkspace) -> APIRouter:
    """The route `/arrivals`."""
    router = APIRouter(prefix="/arrivals", tags=["sources"], dependencies=[requires("read")])
    workspace, log = opened.workspace, opened.log

    @router.get("")
    def source_arrivals(
        source: Annotated[str, Query(min_length=1, max_length=256)],
        place: Annotated[str | None, Query(description="Of the last answer; without it, from now on.")] = None,
    ) -> Arrivals:
        """The first message that a source has sent since a place, and the newest one that was refused since."""
        start, end = log.start(), log.end()
        began, told = (workspace.now(), end) if place is None else _read(place)
        after = {p: min(max(told.get(p, end[p]), start[p]), end[p]) for p in end}
        first = None
        for table in log.read(after):
            after = advanced(after, table)
            first = first or _first(table.select(["kind", "source", "received"]).to_pylist(), source)
        return Arrivals(place=_told(began, after), first=first, refused=refused(source, began))

    def refused(source: str, began: int) -> NotTaken | None:
        with closing(Rejections(workspace.store / "rejections.sqlite")) as rejections:
            newest = rejections.newest(_NEWEST)
        found = (one for one in newest if one.source == source and one.received >= began)
        return next(
            (NotTaken(reason=o.reason, message=spoken(o.text), received_at=iso(o.received)) for o in found), None
        )

    return router


def _first(rows: list[dict[str, Any]], source: str) -> Arrived | None:
    for row in rows:
        kind, received = row["kind"], row["received"]
        if row["source"] == source and kind < len(EVENT_KINDS):
            return Arrived(kind=EVENT_KINDS[kind], received_at=iso(received))
    return None


def _told(began: int, after: Positions) -> str:
    return orjson.dumps([began, {str(partition): offset for partition, offset in after.items()}]).decode()


def _read(place: str) -> tuple[int, dict[int, int]]:
    try:
        began, after = orjson.loads(place)
        return int(began), {int(partition): int(offset) for partition, offset in after.items()}
    except (ValueError, TypeError, AttributeError):
        raise Problem(422, "bad_place", said("ask with the `place` of an earlier answer, or without one")) from None
