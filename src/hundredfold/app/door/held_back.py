"""The control API's pages of what did not get into the log: refused messages and those in quarantine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from hundredfold.app.door.access import Requires, requires
from hundredfold.app.door.reception import released
from hundredfold.app.door.tracking import Appender
from hundredfold.store.quarantine import Held, Quarantine
from hundredfold.store.rejections import Rejection, Rejections
from hundredfold.store.tokens import Grant
from hundredfold.words.calendar import iso

Reader = Annotated[Grant, Depends(Requires("read"))]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many, newest first.")]
Before = Annotated[int | None, Query(description="Only those behind this id: the last one of the page before.")]


class Refused(BaseModel):
    """A message that was refused."""

    id: int
    received_at: str
    source: str
    reason: str
    message: str
    message_id: str | None
    payload: str | None = Field(description="As sent, its first 32 KB; null without the right to personal data.")


class Waiting(BaseModel):
    """A message in quarantine."""

    id: int
    received_at: str
    source: str
    reasons: list[str]
    message_id: str | None
    payload: str | None = Field(description="As sent; null without the right to personal data.")


class Ids(BaseModel):
    """Which messages."""

    ids: list[int] = Field(min_length=1, max_length=1000)


class Done(BaseModel):
    """How many messages it was done to."""

    count: int


async def replay(
    ids: list[int], quarantine: Quarantine, log: Appender, *, now: Callable[[], int], zone: tzinfo = UTC
) -> int:
    """Releases messages from quarantine into the log, as received when they were received; returns how many.

    Raises NotFound when one does not wait, LogError when the log does not take them; then all still wait.
    """
    waiting = await asyncio.to_thread(quarantine.fetch, ids)
    entries = [released(message, zone) for message in waiting]
    await asyncio.shield(asyncio.wrap_future(log.submit(entries)))
    # Marked only now: a crash in between releases them twice, and the second copies are duplicates.
    await asyncio.to_thread(quarantine.release, ids, now())
    return len(entries)


def held_back(
    rejections: Rejections, quarantine: Quarantine, log: Appender, *, now: Callable[[], int], zone: tzinfo = UTC
) -> APIRouter:
    """The routes `/ingest/rejected` and `/ingest/quarantine`."""
    router = APIRouter(prefix="/ingest", tags=["ingest"])

    @router.get("/rejected")
    async def rejected(grant: Reader, limit: Limit = 100, before: Before = None) -> list[Refused]:
        """The messages that were refused, newest first."""
        found = await asyncio.to_thread(rejections.newest, limit, before)
        return [_refused(item, grant.personal_data) for item in found]

    @router.get("/quarantine")
    async def waiting(grant: Reader, limit: Limit = 100, before: Before = None) -> list[Waiting]:
        """The messages that the tracking plan holds back, newest first."""
        found = await asyncio.to_thread(quarantine.waiting, limit, before)
        return [_waiting(item, grant.personal_data) for item in found]

    @router.post("/quarantine/replay", dependencies=[requires("write")])
    async def release(wanted: Ids) -> Done:
        """Releases messages into the log, with their original times."""
        return Done(count=await replay(wanted.ids, quarantine, log, now=now, zone=zone))

    @router.post("/quarantine/discard", dependencies=[requires("write")])
    async def discard(wanted: Ids) -> Done:
        """Deletes messages in quarantine for ever."""
        await asyncio.to_thread(quarantine.fetch, wanted.ids)
        await asyncio.to_thread(quarantine.discard, wanted.ids)
        return Done(count=len(wanted.ids))

    return router


def _refused(item: Rejection, personal_data: bool) -> Refused:
    return Refused(
        id=item.id or 0,
        received_at=iso(item.received),
        source=item.source,
        reason=item.reason,
        message=item.text,
        message_id=item.message_id if personal_data else None,
        payload=item.payload.decode(errors="replace") if personal_data else None,
    )


def _waiting(item: Held, personal_data: bool) -> Waiting:
    return Waiting(
        id=item.id,
        received_at=iso(item.received),
        source=item.source,
        reasons=list(item.reasons),
        message_id=item.message_id if personal_data else None,
        payload=item.payload.decode(errors="replace") if personal_data else None,
    )
