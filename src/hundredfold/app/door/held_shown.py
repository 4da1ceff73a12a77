"""Refused messages and those in quarantine, as the control API shows them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from hundredfold.app.door.language import spoken
from hundredfold.ingest.fault import place_of
from hundredfold.ingest.mendable import Written
from hundredfold.ingest.tracking_plan import read_violation
from hundredfold.store.quarantine import Held
from hundredfold.store.rejections import KEPT_BYTES, Rejection, Tally
from hundredfold.words.calendar import iso

Became = Literal["counted", "duplicate", "stored"]
"""It counts; another copy of it counts; it is in the log, and nobody here knows yet whether it counts."""


class Refused(BaseModel):
    """A message that was refused. `path` or `character` (of the payload, from 0) say where it is wrong, if known."""

    id: int
    received_at: str
    source: str
    reason: str
    message: str
    message_id: str | None
    payload: str | None = Field(description="As sent, its first 32 KB; null without the right to personal data.")
    whole: bool = Field(description="Whether the payload is there to its end.")
    path: str | None
    character: int | None


class Against(BaseModel):
    """What a message has against the plan; `path` is the property's place, `type` the one that is expected."""

    what: Literal["missing", "type", "value", "event", "other"]
    path: str | None
    type: str | None


class Waiting(BaseModel):
    """A message in quarantine. `against` are its reasons once more, to be said in any language."""

    id: int
    received_at: str
    source: str
    reasons: list[str]
    against: list[Against]
    message_id: str | None
    payload: str | None = Field(description="As sent; null without the right to personal data.")


class Counted(BaseModel):
    """How many messages of a source were kept back for a reason; `against` says a reason of the plan in parts."""

    reason: str
    source: str
    count: int
    last: str
    against: Against | None


class HeldBack(BaseModel):
    """What was kept back: how many, the newest one's id (0: none), and the commonest reasons first.

    A message in quarantine with several reasons stands under each.
    """

    rejected: int
    rejected_newest: int
    rejected_counts: list[Counted]
    quarantined: int
    quarantined_newest: int
    quarantined_counts: list[Counted]


class Fate(BaseModel):
    """What became of a message. `refused` comes with reason and message, `held` (by the plan) with a message and what
    is `against` it. `gone`: it did not wait any more.
    """

    id: int
    what: Literal[Became, "refused", "held", "gone"]
    reason: str | None = None
    message: str | None = None
    against: list[Against] = Field(default_factory=list)


class Replayed(BaseModel):
    """How many messages were released, and what became of each that was named."""

    count: int
    fates: list[Fate]


class ToMend(BaseModel):
    """A message, ready to be mended; `written` are fields that it left open, and that are written out now."""

    text: str
    written: list[Written]
    whole: bool = Field(description="Whether the text is there to its end.")


class Sent(BaseModel):
    """What became of a mended message, or of each of a batch.

    What is refused again is not kept twice; neither is what the plan holds back again of what it held back before.
    """

    accepted: bool = Field(description="Nothing of it is back where it was; the message is not listed any more.")
    fates: list[Fate]


def refused(item: Rejection, *, personal_data: bool) -> Refused:
    """A refused message for somebody who may see personal data or not."""
    fault = place_of(item.reason, item.text)
    character = fault.character
    if character is not None:
        character = min(character, len(item.payload.decode(errors="replace")))
    return Refused(
        id=item.id or 0,
        received_at=iso(item.received),
        source=item.source,
        reason=item.reason,
        message=spoken(item.text),
        message_id=item.message_id if personal_data else None,
        payload=item.payload.decode(errors="replace") if personal_data else None,
        whole=len(item.payload) < KEPT_BYTES,
        path=fault.path,
        character=character,
    )


def waiting(item: Held, *, personal_data: bool) -> Waiting:
    """A message in quarantine for somebody who may see personal data or not."""
    return Waiting(
        id=item.id,
        received_at=iso(item.received),
        source=item.source,
        reasons=list(item.reasons),
        against=[against(reason) for reason in item.reasons],
        message_id=item.message_id if personal_data else None,
        payload=item.payload.decode(errors="replace") if personal_data else None,
    )


def against(reason: str) -> Against:
    """A reason of the plan in parts."""
    found = read_violation(reason)
    return Against(what=found.what, path=found.path, type=found.type)


def held_back_counts(rejected: list[Tally], quarantined: list[Tally], waits: int, most: int) -> HeldBack:
    """The counts of both lists, at most so many lines of each."""
    return HeldBack(
        rejected=sum(one.count for one in rejected),
        rejected_newest=max((one.newest for one in rejected), default=0),
        rejected_counts=[_counted(one, None) for one in _commonest(rejected, most)],
        quarantined=waits,
        quarantined_newest=max((one.newest for one in quarantined), default=0),
        quarantined_counts=[_counted(one, against(one.reason)) for one in _commonest(quarantined, most)],
    )


def _commonest(tally: list[Tally], most: int) -> list[Tally]:
    return sorted(tally, key=lambda one: (-one.count, one.reason, one.source))[:most]


def _counted(one: Tally, said: Against | None) -> Counted:
    return Counted(reason=one.reason, source=one.source, count=one.count, last=iso(one.received), against=said)
