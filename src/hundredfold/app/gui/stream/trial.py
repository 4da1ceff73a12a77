"""The control API's part for whoever tries out an event: it goes a client's way, or only as far as the log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec
import pyarrow as pa
from fastapi import APIRouter
from pydantic import BaseModel, Field

from hundredfold.app.door.access import requires
from hundredfold.app.door.reception import Outcome, Sender
from hundredfold.app.door.tracking import Tracking
from hundredfold.app.gui.stream.fit import Fit
from hundredfold.log.stored import STORED
from hundredfold.words.calendar import iso
from hundredfold.words.message import KINDS, Entry

DEBUGGER: Final = Sender("debugger", "browser")
"""It may do as little as the key of a web page: no deletions, no statements that part ids."""


class EventTried(BaseModel):
    """An event to be tried out: the JSON text of one message. Unless it is stored, only what would be is told."""

    text: str = Field(max_length=1 << 20)
    store: bool = False


class Refusal(BaseModel):
    """Why an event is refused."""

    reason: str
    message: str


class EventJudged(BaseModel):
    """What became of an event, or would become of it. `held` and `warnings` are what the tracking plan says."""

    stored: bool
    message_id: str | None
    kind: str | None
    time: str | None
    flagged: bool = Field(description="Its time lies in the future, and is set to when it comes.")
    refused: Refusal | None
    held: list[str]
    warnings: list[str]
    mended: list[str] = Field(description="Such as not_finite: a NaN that becomes null.")
    fit: Fit | None = Field(description="Whether it fits what reads it; null for one that is refused or held back.")


def trial(tracking: Tracking, fit: Callable[[pa.Table], Fit], note: Callable[[str], None]) -> APIRouter:
    """The route `/messages/test`.

    `fit` judges a row of `STORED` columns; `note` is told the id of each event that was stored.
    """
    router = APIRouter(prefix="/messages", tags=["messages"])

    @router.post("/test", dependencies=[requires("write")])
    async def test_event(tried: EventTried) -> EventJudged:
        """Sends an event as a client would, to be checked and counted like any; without `store` it is only checked."""
        outcome, mended = await tracking.tried(tried.text.encode(errors="replace"), DEBUGGER, store=tried.store)
        entry = next(iter(outcome.entries), None)
        if tried.store and entry is not None:
            await asyncio.to_thread(note, entry.message_id)
        found = None if entry is None else await asyncio.to_thread(fit, as_row(entry))
        return _told(outcome, entry, mended, found, stored=tried.store and entry is not None)

    return router


def as_row(entry: Entry) -> pa.Table:
    """A message as it would be stored, at no place in particular."""
    columns = msgspec.structs.asdict(entry) | {"partition": 0, "offset": 0}
    return pa.Table.from_pylist([columns], STORED)


def _told(outcome: Outcome, entry: Entry | None, mended: list[str], fit: Fit | None, *, stored: bool) -> EventJudged:
    refused = next(iter(outcome.rejected), None)
    told = next(iter([*outcome.rejected, *outcome.quarantined]), {})
    return EventJudged(
        stored=stored,
        message_id=told.get("messageId") if entry is None else entry.message_id,
        kind=None if entry is None else KINDS[entry.kind],
        time=None if entry is None else iso(entry.time),
        flagged=entry is not None and entry.flagged,
        refused=None if refused is None else Refusal(reason=refused["reason"], message=refused["message"]),
        held=[one["message"] for one in outcome.quarantined],
        warnings=[one["message"] for one in outcome.warnings],
        mended=list(dict.fromkeys(mended)),
        fit=fit,
    )
