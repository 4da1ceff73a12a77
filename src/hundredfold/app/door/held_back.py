"""The control API's pages of what did not get into the log: refused messages and those in quarantine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from hundredfold.app.door.access import Requires, requires
from hundredfold.app.door.held_shown import (
    Became,
    Fate,
    HeldBack,
    Refused,
    Replayed,
    Sent,
    ToMend,
    Waiting,
    against,
    held_back_counts,
    refused,
    waiting,
)
from hundredfold.app.door.language import spoken
from hundredfold.app.door.reception import Sender, released
from hundredfold.app.door.tracking import Tracking
from hundredfold.errors import MessageRejected
from hundredfold.ingest.mendable import mendable
from hundredfold.store.tokens import Grant, Tokens
from hundredfold.words.message import Entry, Trust

Reading = Annotated[Grant, Depends(Requires("read"))]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many, newest first.")]
Before = Annotated[int | None, Query(description="Only those behind this id: the last one of the page before.")]
Source = Annotated[str | None, Query(max_length=256, description="Only those of this source.")]
Reason = Annotated[str | None, Query(max_length=1024, description="Only those with this reason, as listed.")]

MOST_IDS: Final = 100_000
_MOST_COUNTS: Final = 200

Judge = Callable[[Sequence[Entry]], list[Became]]
"""Tells what became of messages that are in the log."""
Note = Callable[..., None]
"""Notes in the book of changes what was done to which thing."""


class Ids(BaseModel):
    """Which messages."""

    ids: list[int] = Field(min_length=1, max_length=1000)


class Done(BaseModel):
    """How many messages it was done to."""

    count: int


class Mended(BaseModel):
    """The text that is sent instead of one that was kept back: one message, or a batch of them."""

    text: str = Field(max_length=1 << 20)


@dataclass(frozen=True)
class HeldBackDesk:
    """What can be done about messages that did not get into the log. `now` gives microseconds UTC."""

    tracking: Tracking
    tokens: Tokens
    now: Callable[[], int]
    note: Note
    judge: Judge | None = None
    """None where nobody counts messages: there they are only known to be stored."""
    zone: tzinfo = UTC

    async def replay(self, ids: list[int]) -> Replayed:
        """Releases messages from quarantine into the log, as received when they were received.

        Raises LogError when the log does not take them; then all still wait.
        """
        quarantine = self.tracking.intake.quarantine
        held = await asyncio.to_thread(quarantine.still, ids)
        entries, fates = dict[int, Entry](), dict[int, Fate]()
        for message in held:
            try:
                entries[message.id] = released(message, self.zone)
            except MessageRejected as error:
                fates[message.id] = _refused(message.id, error.reason, str(error))
        if entries:
            await asyncio.shield(asyncio.wrap_future(self.tracking.intake.log.submit(list(entries.values()))))
            # Marked only now: a crash in between releases them twice, and the second copies are duplicates.
            await asyncio.to_thread(quarantine.release, list(entries), self.now())
            self.note("quarantine.released", str(len(entries)))
        for number, what in zip(entries, await self._judged(list(entries.values())), strict=True):
            fates[number] = Fate(id=number, what=what)
        return Replayed(count=len(entries), fates=[fates.get(number) or Fate(id=number, what="gone") for number in ids])

    async def send(self, number: int, text: str) -> Sent:
        """Sends a mended text through the door in the name of who sent the refused one; what is good is taken in."""
        rejection = await asyncio.to_thread(self.tracking.intake.rejections.one, number)
        sender = Sender(rejection.source, self.trust_of(rejection.source))
        told = await self._sent(number, text, sender, hold=True)
        if told.accepted:
            await asyncio.to_thread(self.tracking.intake.rejections.remove, number)
            self.note("rejection.mended", rejection.reason)
        return told

    async def send_held(self, number: int, text: str) -> Sent:
        """The same for a message in quarantine; what the plan holds back again waits as it was."""
        quarantine = self.tracking.intake.quarantine
        (held,) = await asyncio.to_thread(quarantine.fetch, [number])
        told = await self._sent(number, text, Sender(held.source, held.trust), hold=False)
        if told.accepted:
            # It is marked and not deleted: a resend of what was mended is not held back once more.
            await asyncio.to_thread(quarantine.release, [number], self.now())
            self.note("quarantine.mended", "; ".join(held.reasons))
        return told

    async def _sent(self, number: int, text: str, sender: Sender, *, hold: bool) -> Sent:
        try:
            outcome = await self.tracking.take_mended(text.encode("utf-8", "surrogatepass"), sender, hold=hold)
        except MessageRejected as error:
            return Sent(accepted=False, fates=[_refused(number, error.reason, str(error))])
        judged = await self._judged(outcome.entries)
        fates = [
            *(Fate(id=number, what=what) for what in judged),
            *(_held(number, one.reasons) for one in outcome.held),
            *(_refused(number, told["reason"], told["message"]) for told in outcome.rejected),
        ]
        return Sent(accepted=not outcome.rejected and (hold or not outcome.quarantined), fates=fates)

    def trust_of(self, source: str) -> Trust:
        """How far messages of a source are trusted: as a server's only where it has a server's key and no browser's."""
        kinds = {grant.kind for grant in self.tokens.list() if grant.name == source}
        return "server" if "server" in kinds and "browser" not in kinds else "browser"

    async def _judged(self, entries: list[Entry]) -> Sequence[Became]:
        if self.judge is None or not entries:
            return ["stored"] * len(entries)
        return await asyncio.to_thread(self.judge, entries)


def held_back(desk: HeldBackDesk) -> APIRouter:
    """The routes `/ingest/...`."""
    router = APIRouter(prefix="/ingest", tags=["ingest"])
    rejections, quarantine = desk.tracking.intake.rejections, desk.tracking.intake.quarantine
    mending: Any = [requires("write", personal_data=True)]

    @router.get("/held-back", dependencies=[requires("read")])
    async def count_held_back() -> HeldBack:
        """How many messages were refused and held back, by reason and source."""
        rejected, waits = await asyncio.to_thread(rejections.tally), await asyncio.to_thread(quarantine.tally)
        return held_back_counts(rejected, waits, await asyncio.to_thread(quarantine.__len__), _MOST_COUNTS)

    @router.get("/rejected")
    async def rejected(
        grant: Reading, limit: Limit = 100, before: Before = None, source: Source = None, reason: Reason = None
    ) -> list[Refused]:
        """The messages that were refused, newest first."""
        found = await asyncio.to_thread(rejections.newest, limit, before, source=source, reason=reason)
        return [refused(item, personal_data=grant.personal_data) for item in found]

    @router.get("/rejected/{rejection_id}/mend", dependencies=mending)
    async def mend_rejected(rejection_id: int) -> ToMend:
        """A refused message, ready to be mended: its time and type are written out."""
        item = await asyncio.to_thread(rejections.one, rejection_id)
        found = mendable(item.payload, item.received, desk.trust_of(item.source), desk.zone)
        whole = refused(item, personal_data=False).whole
        return ToMend(text=found.text, written=list(found.written), whole=whole)

    @router.post("/rejected/{rejection_id}/send", dependencies=mending)
    async def send_mended(rejection_id: int, mended: Mended) -> Sent:
        """Sends a mended text instead of a refused one, in the name of the same source."""
        return await desk.send(rejection_id, mended.text)

    @router.get("/quarantine")
    async def waits(
        grant: Reading, limit: Limit = 100, before: Before = None, source: Source = None, reason: Reason = None
    ) -> list[Waiting]:
        """The messages that the tracking plan holds back, newest first."""
        found = await asyncio.to_thread(quarantine.waiting, limit, before, source=source, reason=reason)
        return [waiting(item, personal_data=grant.personal_data) for item in found]

    @router.get("/quarantine/ids", dependencies=[requires("read")])
    async def waiting_ids(source: Source = None, reason: Reason = None) -> list[int]:
        """The ids of the messages that wait, oldest first, 100,000 at most."""
        return await asyncio.to_thread(quarantine.ids, MOST_IDS, source=source, reason=reason)

    @router.get("/quarantine/{held_id}/mend", dependencies=mending)
    async def mend_held(held_id: int) -> ToMend:
        """A message in quarantine, ready to be mended: its time and message id are written out."""
        (item,) = await asyncio.to_thread(quarantine.fetch, [held_id])
        found = mendable(item.payload, item.received, item.trust, desk.zone, sent=item.sent, message_id=item.message_id)
        return ToMend(text=found.text, written=list(found.written), whole=True)

    @router.post("/quarantine/{held_id}/send", dependencies=mending)
    async def send_mended_held(held_id: int, mended: Mended) -> Sent:
        """Sends a mended text instead of a message in quarantine, in the name of the same source."""
        return await desk.send_held(held_id, mended.text)

    @router.post("/quarantine/replay", dependencies=[requires("write")])
    async def release(wanted: Ids) -> Replayed:
        """Releases messages into the log, with their original times, and tells what became of each."""
        return await desk.replay(wanted.ids)

    @router.post("/quarantine/discard", dependencies=[requires("write")])
    async def discard(wanted: Ids) -> Done:
        """Deletes messages in quarantine for ever."""
        await asyncio.to_thread(quarantine.fetch, wanted.ids)
        await asyncio.to_thread(quarantine.discard, wanted.ids)
        desk.note("quarantine.discarded", str(len(wanted.ids)))
        return Done(count=len(wanted.ids))

    return router


def _refused(number: int, reason: str, message: str) -> Fate:
    return Fate(id=number, what="refused", reason=reason, message=spoken(message))


def _held(number: int, reasons: Sequence[str]) -> Fate:
    return Fate(id=number, what="held", message="; ".join(reasons), against=[against(one) for one in reasons])
