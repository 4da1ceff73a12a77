"""What lies in the log: messages as they were sent, with the stamps of their reception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

Trust = Literal["import", "server", "browser"]

KINDS: Final = ("track", "identify", "page", "screen", "group", "alias", "unmerge", "delete", "profile", "marker")
"""Types of messages; a stored `kind` is the index in this tuple."""
EVENT_KINDS: Final = KINDS[:6]
TRUSTS: Final[tuple[Trust, ...]] = ("import", "server", "browser")

FUTURE_TOLERANCE: Final = 10 * 60 * 1_000_000
"""How far behind its reception's time an event's may lie in the future, in microseconds (semantics 1)."""
MAX_ID_BYTES: Final = 256


@dataclass(frozen=True, slots=True)
class Message:
    """A raw message as the audit sees it.

    `payload` is the JSON object as sent (a batch's `context` already merged in). Times are microseconds UTC.
    """

    partition: int
    offset: int
    received: int
    trust: Trust
    source: str
    message_id: str
    payload: dict[str, Any]
    sent: int | None = None
    """`sentAt` of the message or else of its batch."""
    content: bytes | None = None
    """The hash of its content (semantics S4) as it was stored: of an erased message nothing else tells it."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A message on its way into the log: checked, stamped, not yet placed.

    `payload` is its JSON text (UTF-8), without line breaks. `key` is the sent id, `u:...` or `a:...`.
    """

    # No dataclass: a frozen one takes ten times as long to make, and one is made for every event.

    kind: int
    key: str
    message_id: str
    hash: bytes
    """BLAKE2b-128 of the message id."""
    content: bytes
    """BLAKE2b-128 of the canonical content (semantics S4)."""
    time: int
    received: int
    sent: int | None
    trust: int
    """The index in `TRUSTS`."""
    source: str
    payload: bytes
    flagged: bool = False
    """The event time was later than the reception allows, and was set to it."""
