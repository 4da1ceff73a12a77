"""A stored message as people are shown it, and the places where a page of messages ends."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from hundredfold.app.door.problem import Problem
from hundredfold.audit.messages import Heard
from hundredfold.words.calendar import iso


class MessageShown(BaseModel):
    """A message: `event` is the name of a track event, a page or a screen; payload and sent id are personal data."""

    message_id: str
    kind: str
    event: str | None
    time: str
    received: str
    source: str
    trust: str
    place: str
    """Partition and offset in the log."""
    sent_id: str | None
    payload: dict[str, Any] | None


def shown(heard: Heard, key: str | None, *, personal_data: bool) -> MessageShown:
    """A message for somebody who may see personal data or not; `key` is the sent id that it is stored under."""
    message = heard.message
    named = message.payload.get("event" if heard.kind == "track" else "name")
    return MessageShown(
        message_id=message.message_id,
        kind=heard.kind,
        event=named if isinstance(named, str) else None,
        time=iso(heard.time),
        received=iso(message.received),
        source=message.source,
        trust=message.trust,
        place=f"{message.partition}/{message.offset}",
        sent_id=key[2:] if key is not None and personal_data else None,
        payload=message.payload if personal_data else None,
    )


def place_text(time: int, one: int, other: int, message_id: str) -> str:
    """A place in a list of messages that is sorted by time, message id, and two further numbers."""
    return f"{time}:{one}:{other}:{message_id}"


def place_of(text: str) -> tuple[int, str, int, int]:
    """The inverse of `place_text`, as the key that sorts. Raises Problem 422."""
    parts = text.split(":", 3)
    try:
        return int(parts[0]), parts[3], int(parts[1]), int(parts[2])
    except (ValueError, IndexError):
        raise Problem(422, "bad_place", "before is no place; send what the page before said in next") from None
