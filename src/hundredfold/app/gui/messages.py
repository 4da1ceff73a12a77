"""A stored message as people are shown it, and the places where a page of messages ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, Field

from hundredfold.app.door.problem import Problem
from hundredfold.audit.messages import Heard
from hundredfold.said import said
from hundredfold.words.calendar import iso

Row = TypeVar("Row")
Order: TypeAlias = tuple[int, str, int, int]
"""What sorts rows: time, message id, and two further numbers."""


class MessageTold(BaseModel):
    """What every message is told with: `event` is the name of a track event, a page or a screen."""

    message_id: str
    kind: str
    event: str | None
    time: str
    received: str
    source: str
    trust: str
    place: str = Field(description="Partition and offset in the log.")
    sent_id: str | None = Field(description="Null without the right to personal data.")


class MessageShown(MessageTold):
    """A message: `event` is the name of a track event, a page or a screen; payload and sent id are personal data."""

    payload: dict[str, Any] | None


def told(heard: Heard, *, personal_data: bool) -> MessageTold:
    """What a message is told with to somebody who may see personal data or not."""
    message = heard.message
    return MessageTold(
        message_id=message.message_id,
        kind=heard.kind,
        event=named(heard),
        time=iso(heard.time),
        received=iso(message.received),
        source=message.source,
        trust=message.trust,
        place=place_of(heard),
        sent_id=heard.key[2:] if heard.key is not None and personal_data else None,
    )


def shown(heard: Heard, *, personal_data: bool) -> MessageShown:
    """A message for somebody who may see personal data or not."""
    payload = heard.message.payload if personal_data else None
    return MessageShown(**dict(told(heard, personal_data=personal_data)), payload=payload)


def place_of(heard: Heard) -> str:
    """Where a message lies in the log: partition and offset."""
    return f"{heard.message.partition}/{heard.message.offset}"


def named(heard: Heard) -> str | None:
    """The name of a track event, a page or a screen."""
    found = heard.message.payload.get("event" if heard.kind == "track" else "name")
    return found if isinstance(found, str) else None


def paged(
    rows: Iterable[Row], order: Callable[[Row], Order], before: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """A page of rows, newest first, and where the next one begins; `before` is what the page before said of that.

    Raises Problem 422 for a place that is none.
    """
    last = None if before is None else _place_of(before)
    rest = sorted((row for row in rows if last is None or order(row) < last), key=order, reverse=True)
    page = rest[:limit]
    return page, _place_text(order(page[-1])) if len(rest) > limit else None


def _place_text(order: Order) -> str:
    time, message_id, one, other = order
    return f"{time}:{one}:{other}:{message_id}"


def _place_of(text: str) -> Order:
    parts = text.split(":", 3)
    try:
        return int(parts[0]), parts[3], int(parts[1]), int(parts[2])
    except (ValueError, IndexError):
        raise Problem(422, "bad_place", said("before is no place; send what the page before said in next")) from None
