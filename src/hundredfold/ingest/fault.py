"""Where in a refused message the fault lies, as far as its reason tells; the place only, never what stands there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_FIELDS: Final = {
    "no_event_name": "event",
    "bad_event_name": "event",
    "unknown_type": "type",
    "type_mismatch": "type",
    "no_id": "userId",
    "no_previous_id": "previousId",
    "no_message_id": "messageId",
    "bad_message_id": "messageId",
    "no_batch": "batch",
}
_NAMED: Final = re.compile(r"(userId|anonymousId|previousId|messageId|timestamp|sentAt|covers_until|values|source)\b")
_WHERE: Final = re.compile(r"no JSON at character (\d+):|byte (\d+) is not UTF-8")


@dataclass(frozen=True, slots=True)
class Fault:
    """The place of a fault: a field of the message, or a character (from 0) of its text. None: it is not known."""

    path: str | None = None
    character: int | None = None


def place_of(reason: str, text: str) -> Fault:
    """Where the message that was refused with this reason and sentence is wrong.

    >>> place_of("bad_time", "timestamp is no time; send ISO 8601, such as 2026-11-22T10:00:00Z")
    Fault(path='timestamp', character=None)
    """
    if reason in _FIELDS:
        return Fault(_FIELDS[reason])
    if reason == "bad_json":
        found = _WHERE.match(text)
        return Fault() if found is None else Fault(None, int(found[1] or found[2]))
    named = _NAMED.match(text)
    return Fault() if named is None else Fault(named[1])
