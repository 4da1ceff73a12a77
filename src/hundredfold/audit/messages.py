"""Messages as the audit hears them: their time and sent id, without duplicates, without what was deleted."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from hashlib import blake2b
from math import isfinite
from typing import Any

from hundredfold.words.calendar import epoch_time, parse_time
from hundredfold.words.message import EVENT_KINDS, FUTURE_TOLERANCE, KINDS, MAX_ID_BYTES, Message
from hundredfold.words.span import Span

SPEAKING = tuple(kind for kind in KINDS if kind != "marker")
NOT_CONTENT = frozenset({"messageId", "sentAt", "receivedAt", "originalTimestamp", "writeKey"})


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that is no duplicate, with what must be known of it before anything can be counted."""

    message: Message
    kind: str
    key: str | None
    """The sent id, `u:...` or `a:...`."""
    time: int
    """The event time, in microseconds UTC."""

    @property
    def order(self) -> tuple[int, str]:
        """Rule 19's order of messages. Code points sort like UTF-8 bytes."""
        return self.time, self.message.message_id

    @property
    def is_event(self) -> bool:
        """S3: whether attributes can be made of it."""
        return self.kind in EVENT_KINDS


@dataclass(frozen=True, slots=True)
class Deletion:
    """Sent ids that were erased, and what lay in the log when that was accepted (rule 12)."""

    ids: frozenset[str]
    positions: Mapping[int, int]

    def before(self, heard: Heard) -> bool:
        """S5: whether the message lies at an earlier position."""
        return heard.message.offset < self.positions.get(heard.message.partition, 0)

    def voids(self, heard: Heard) -> bool:
        """Rule 12: whether the message is void."""
        return heard.key in self.ids and self.before(heard)


def hear(messages: Iterable[Message], zone: tzinfo) -> list[Heard]:
    """All messages that are no duplicates, each with its kind, sent id and event time, in no particular order.

    Whether a copy was received by K does not matter here: the one that counts is the one received first.
    """
    heard = []
    for message in without_duplicates(messages):
        kind = message.payload.get("type")
        time = event_time(message, zone)
        if kind in SPEAKING and time is not None:
            heard.append(Heard(message, kind, sent_id(message.payload), time))
    return heard


def standing(messages: Iterable[Message], undone: Collection[Span]) -> list[Message]:
    """S42: the copies that no undone import has stored; deletions stay."""
    return [one for one in messages if not _undone(one, undone)]


def _undone(message: Message, undone: Collection[Span]) -> bool:
    if message.trust != "import" or message.payload.get("type") == "delete":
        return False
    place = message.partition
    return any(span.first.get(place, 0) <= message.offset < span.end.get(place, 0) for span in undone)


def without_duplicates(messages: Iterable[Message]) -> list[Message]:
    """Rule 3: of messages with one message id the least (`receivedAt`, content hash) counts."""
    copies: dict[str, list[Message]] = {}
    for message in messages:
        copies.setdefault(message.message_id, []).append(message)
    return [same[0] if len(same) == 1 else min(same, key=_precedence) for same in copies.values()]


def _precedence(message: Message) -> tuple[int, bytes, int, int]:
    content = content_hash(message.payload) if message.content is None else message.content
    return message.received, content, message.partition, message.offset


def content_hash(payload: Mapping[str, Any]) -> bytes:
    """S4: the hash of what a message says, whatever its id and the stamps of its way."""
    content = {name: part for name, part in payload.items() if name not in NOT_CONTENT}
    return blake2b(canonical(content).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def canonical(part: Any) -> str:
    """S4, S28: JSON with sorted keys and without blanks; a whole double is written like the integer."""
    match part:
        case dict():
            members = (f"{canonical(name)}:{canonical(part[name])}" for name in sorted(part))
            return "{" + ",".join(members) + "}"
        case list():
            return "[" + ",".join(map(canonical, part)) + "]"
        case float() if not isfinite(part):
            return "null"  # rule 14
        case float():
            return str(int(part)) if part.is_integer() else repr(part)
        case _:
            return json.dumps(part, ensure_ascii=False)


def event_time(message: Message, zone: tzinfo) -> int | None:
    """Rule 1: when it happened, in microseconds UTC; None for a profile message that covers nothing (S3)."""
    if message.payload.get("type") == "profile":
        return read_time(message.payload.get("covers_until"), zone)
    stated = read_time(message.payload.get("timestamp"), zone)
    if stated is None:
        return message.received
    if message.trust == "import":
        return stated
    if message.sent is not None:
        stated = message.received - (message.sent - stated)
    return message.received if stated > message.received + FUTURE_TOLERANCE else stated


def read_time(raw: Any, zone: tzinfo) -> int | None:
    """S1: a time as text or as an epoch; None for everything else."""
    if isinstance(raw, str):
        return parse_time(raw, zone)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return epoch_time(raw)
    return None


def sent_id(payload: Mapping[str, Any]) -> str | None:
    """Rule 8: the user's id, else the anonymous one."""
    return user(payload.get("userId")) or anonymous(payload.get("anonymousId"))


def user(raw: Any) -> str | None:
    """A raw `userId` as a sent id."""
    text = id_text(raw)
    return None if text is None else f"u:{text}"


def anonymous(raw: Any) -> str | None:
    """A raw `anonymousId` as a sent id."""
    text = id_text(raw)
    return None if text is None else f"a:{text}"


def id_text(raw: Any) -> str | None:
    """S2: the text of an id; None for what cannot be one."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        return None
    text = unicodedata.normalize("NFC", raw)
    if any(unicodedata.category(character) == "Cc" for character in text):
        return None
    return text if 1 <= len(text.encode("utf-8", "surrogatepass")) <= MAX_ID_BYTES else None


def deletions(heard: Iterable[Heard]) -> list[Deletion]:
    """Rule 12: all deletions that were ever accepted; they hold at every (T, K)."""
    return [_deletion(one.message.payload) for one in heard if one.kind == "delete"]


def _deletion(payload: Mapping[str, Any]) -> Deletion:
    positions = {int(partition): int(end) for partition, end in payload.get("positions", {}).items()}
    return Deletion(frozenset(payload.get("ids", ())), positions)


def last_times(counted: Iterable[Heard]) -> dict[str, int]:
    """S43: when each sent id was last heard of, deletions and unmerges apart."""
    last: dict[str, int] = {}
    for one in counted:
        if one.key is not None and one.kind not in ("delete", "unmerge"):
            last[one.key] = max(last.get(one.key, one.time), one.time)
    return last


def counted(heard: Iterable[Heard], erased: Iterable[Deletion], at: int, known_at: int | None) -> list[Heard]:
    """Section 4, steps 1, 3 and 4: what had been received by K, is not void, and had happened by T."""
    erased = list(erased)
    return [
        one
        for one in heard
        if (known_at is None or one.message.received <= known_at)
        and one.time <= at
        and not any(deletion.voids(one) for deletion in erased)
    ]
