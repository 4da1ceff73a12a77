"""One message as it was sent becomes an entry for the log: checked, stamped, hashed; or is refused with its reason."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, tzinfo
from hashlib import blake2b
from typing import Any, Final

import msgspec

from hundredfold.errors import MessageRejected
from hundredfold.ingest.decode import BACKSLASH, encode
from hundredfold.said import said
from hundredfold.words.calendar import EARLIEST, epoch_time, parse_time
from hundredfold.words.message import EVENT_KINDS, FUTURE_TOLERANCE, KINDS, MAX_ID_BYTES, TRUSTS, Entry, Trust

MAX_EVENT_BYTES: Final = 32 * 1024
MAX_DEPTH: Final = 32
"""Objects and lists in one another; the message itself is the first level."""

STAMPS: Final = ("messageId", "sentAt", "receivedAt", "originalTimestamp", "writeKey")
"""What a resend of the same message may have different: no part of its content (semantics S4)."""

_KIND: Final = {name: kind for kind, name in enumerate(KINDS) if name != "marker"}
_TRUST: Final = {name: trust for trust, name in enumerate(TRUSTS)}
_STATEMENTS: Final = frozenset(name for name in _KIND if name not in EVENT_KINDS)
_WHOLE_DOUBLE: Final = re.compile(rb"\.0[,}\]]")
_EXPONENT: Final = re.compile(rb"e-?\d{1,3}[,}\]]")
_encoded: Final = msgspec.json.Encoder(order="deterministic").encode
_POINT: Final = ord(".")
_FEED: Final = ord("\n")
_RETURN: Final = ord("\r")
_OTHER_STAMPS: Final = frozenset(STAMPS) - {"messageId"}
_HASH: Final = blake2b(digest_size=16)


def canonical(message: dict[str, Any]) -> bytes:
    """The canonical JSON of a message's content (semantics S4), in UTF-8.

    Keys sorted, no blanks; integers as their digits, other numbers as the shortest text of their double; a number with
    a point whose value is whole is written like the integer; NaN and infinities are null.

    >>> canonical({"messageId": "m", "b": 17.0, "a": [0.1, 1e-7, 1e16]})
    b'{"a":[0.1,1e-07,10000000000000000],"b":17}'
    """
    return _canonical(_parted(message)[0])


def content_hash(message: dict[str, Any]) -> bytes:
    """BLAKE2b-128 of the canonical content: 16 bytes, equal for a message and its resend."""
    return _hashed(canonical(message))


def id_hash(message_id: str) -> bytes:
    """BLAKE2b-128 of a message id in UTF-8: 16 bytes."""
    return _hashed(message_id.encode())


def identifier(value: Any, field: str) -> str | None:
    """An id by semantics S2: NFC text of 1 to 256 bytes without control characters; an integer's decimal text.

    None for a missing, null or empty one. Raises MessageRejected with `bad_id`; `field` names it in the text.

    >>> identifier("c17", "userId"), identifier(17, "userId"), identifier("", "userId")
    ('c17', '17', None)
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        if value.isascii() and value.isprintable() and len(value) <= MAX_ID_BYTES:
            return value
        text = value if value.isascii() else unicodedata.normalize("NFC", value)
    elif isinstance(value, int) and not isinstance(value, bool):
        text = str(value) if value.bit_length() < 1024 else "9" * (MAX_ID_BYTES + 1)
    else:
        raise MessageRejected("bad_id", said("{field} is neither text nor an integer; send it as text", field=field))
    if not text.isprintable() and any(_forbidden(character) for character in text):
        raise MessageRejected("bad_id", said("{field} holds a control character; send it without", field=field))
    if len(text) > MAX_ID_BYTES or len(text.encode()) > MAX_ID_BYTES:
        raise MessageRejected(
            "bad_id", said("{field} is longer than {most} bytes; send a shorter one", field=field, most=MAX_ID_BYTES)
        )
    return text


def moment(value: Any, field: str, zone: tzinfo = UTC) -> int | None:
    """A time as sent (semantics S1), in microseconds UTC; None for null or nothing.

    Raises MessageRejected with `bad_time`; `field` names it in the text.
    """
    if value is None:
        return None
    time = None
    if isinstance(value, str):
        time = parse_time(value, zone)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        time = epoch_time(value)
    if time is None:
        raise MessageRejected(
            "bad_time", said("{field} is no time; send ISO 8601, such as 2026-11-22T10:00:00Z", field=field)
        )
    return time


def entry(
    message: dict[str, Any],
    *,
    received: int,
    trust: Trust,
    source: str,
    sent: int | None = None,
    payload: bytes | None = None,
    message_id: str | None = None,
    zone: tzinfo = UTC,
    limit: int = MAX_EVENT_BYTES,
) -> Entry:
    """Check and stamp one message (semantics 1, S1 to S4, S21, S26).

    `received` and `sent` are microseconds UTC; `sent` is the batch's `sentAt`, the message's own goes before it.
    `payload` is the message's JSON text as sent, if there is one; `message_id` is for a message that brings none.
    Local times are in `zone`. `limit` is the greatest size of the text in bytes.

    Raises MessageRejected.
    """
    name = message.get("type")
    kind = _KIND.get(name) if isinstance(name, str) else None
    if kind is None:
        raise MessageRejected("unknown_type", said("type must be one of {known}", known=", ".join(_KIND)))
    rest, stamps = _parted(message)
    content = _canonical(rest)
    if payload is None or _ambiguous(content, stamps, payload):
        payload = encode(message)
    elif _FEED in payload or _RETURN in payload:
        # Inside of a JSON string there is no bare line break, so these stand between tokens.
        payload = payload.replace(b"\n", b" ").replace(b"\r", b" ")
    if len(payload) > limit:
        raise MessageRejected(
            "too_large", said("the message has {size} bytes; {most} are allowed", size=len(payload), most=limit)
        )
    if payload.count(b"{") + payload.count(b"[") > MAX_DEPTH and not _within(message, MAX_DEPTH):
        raise _too_deep()

    key = _checked(message, KINDS[kind], trust)
    own_id = _message_id(message.get("messageId")) or message_id
    if own_id is None:
        raise MessageRejected("no_message_id", said("messageId is missing; send one, the same with each resend"))
    if "sentAt" in message:
        own_sent = moment(message["sentAt"], "sentAt", zone)
        sent = sent if own_sent is None else own_sent
    if name == "profile":
        source = _profile_source(message)
        time, flagged = _covers_until(message, zone), False
    else:
        time, flagged = event_time(moment(message.get("timestamp"), "timestamp", zone), sent, received, trust)
    return Entry(
        kind=kind,
        key=key,
        message_id=own_id,
        hash=id_hash(own_id),
        content=_hashed(content),
        time=time,
        received=received,
        sent=sent,
        trust=_TRUST[trust],
        source=source,
        payload=payload,
        flagged=flagged,
    )


def event_time(timestamp: int | None, sent: int | None, received: int, trust: Trust) -> tuple[int, bool]:
    """The event time (semantics 1), and whether it lay too far in the future and was set to the reception's.

    All in microseconds UTC. Raises MessageRejected with `bad_time` when the clocks put it before 1900.

    >>> event_time(100, 130, 1000, "browser")
    (970, False)
    """
    if timestamp is None:
        return received, False
    if trust == "import":
        return timestamp, False
    time = timestamp if sent is None else received - (sent - timestamp)
    if time > received + FUTURE_TOLERANCE:
        return received, True
    if time < EARLIEST:
        raise MessageRejected("bad_time", said("timestamp lies centuries before sentAt; check the clock of the sender"))
    return time, False


def _parted(message: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """A message's content, and the values of the stamps that are no part of it."""
    content = message.copy()
    stamps = [content.pop("messageId")] if "messageId" in content else []
    if not _OTHER_STAMPS.isdisjoint(content):
        stamps += [content.pop(stamp) for stamp in STAMPS if stamp in content]
    return content, stamps


def _hashed(text: bytes) -> bytes:
    own = _HASH.copy()  # cheaper than a new one
    own.update(text)
    return own.digest()


def _canonical(content: dict[str, Any]) -> bytes:
    try:
        text = _encoded(content)
        pointed = _POINT in text
        if pointed and _WHOLE_DOUBLE.search(text) is not None:
            content = _whole(content)
            text = _encoded(content)
        if (pointed and text.find(b"0.0000") >= 0) or _EXPONENT.search(text) is not None:
            # Very large and very small numbers, which the fast encoder spells in its own way, or what looks like them.
            plain = json.dumps(_whole(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            return plain.encode()
        return text
    except RecursionError:
        raise _too_deep() from None
    except (UnicodeEncodeError, TypeError, ValueError):
        raise MessageRejected(
            "bad_json", said("the message holds something JSON cannot; send text, numbers, lists and objects")
        ) from None


def _checked(message: dict[str, Any], name: str, trust: Trust) -> str:
    """The sent id of a message that says what its type must say."""
    if trust == "browser" and name in _STATEMENTS:
        raise MessageRejected("not_allowed", said("a browser key may not send {name}; use a server key", name=name))
    user = identifier(message.get("userId"), "userId")
    anonymous = identifier(message.get("anonymousId"), "anonymousId")
    if user is None and anonymous is None:
        raise MessageRejected("no_id", said("neither userId nor anonymousId; send at least one"))
    if name == "track":
        _event_name(message.get("event"))
    elif name in ("alias", "unmerge"):
        previous = identifier(message.get("previousId"), "previousId")
        if user is None:
            raise MessageRejected("no_id", said("{name} needs userId", name=name))
        if previous is None and (name == "alias" or anonymous is None):
            raise MessageRejected(
                "no_previous_id",
                said("alias needs previousId beside userId")
                if name == "alias"
                else said("{name} needs anonymousId or previousId beside userId", name=name),
            )
    return f"u:{user}" if user is not None else f"a:{anonymous}"


def _event_name(event: Any) -> None:
    if not isinstance(event, str) or not event:
        raise MessageRejected("no_event_name", said("track needs event, the name as text, such as Order Completed"))
    if len(event) > MAX_ID_BYTES or len(event.encode()) > MAX_ID_BYTES:
        raise MessageRejected(
            "bad_event_name", said("event is longer than {most} bytes; send a shorter name", most=MAX_ID_BYTES)
        )


def _message_id(value: Any) -> str | None:
    try:
        return identifier(value, "messageId")
    except MessageRejected as error:
        raise MessageRejected("bad_message_id", str(error)) from None


def _profile_source(message: dict[str, Any]) -> str:
    name = message.get("source")
    if not isinstance(name, str) or not name or len(name.encode()) > MAX_ID_BYTES:
        raise MessageRejected(
            "bad_profile", said("profile needs source, the name of the system whose values these are")
        )
    return name


def _covers_until(message: dict[str, Any], zone: tzinfo) -> int:
    covers = moment(message.get("covers_until"), "covers_until", zone)
    if covers is None:
        raise MessageRejected("bad_profile", said("profile needs covers_until, the time up to which its values reach"))
    values = message.get("values")
    if not isinstance(values, dict):
        raise MessageRejected("bad_profile", said("profile needs values, an object of attribute and value"))
    for value in values.values():
        if isinstance(value, list) or (isinstance(value, dict) and ("value" not in value or "at" not in value)):
            raise MessageRejected(
                "bad_profile", said("a value of a profile is a number, a text, true, false, null or {{value, at}}")
            )
        if isinstance(value, dict):
            moment(value["at"], "at", zone)
    return covers


def _ambiguous(content: bytes, stamps: list[Any], payload: bytes) -> bool:
    """Whether a key stands twice in one object: then the text has more quotes than what was read from it."""
    if BACKSLASH in payload and b"\\u0022" in payload:
        return True
    quotes = content.count(b'"')
    for value in stamps:
        quotes += 4 + value.count('"') if isinstance(value, str) else 2 + encode(value).count(b'"')
    return payload.count(b'"') != quotes


def _within(value: Any, levels: int) -> bool:
    """Whether objects and lists are nested at most so deep."""
    if isinstance(value, dict):
        return levels > 0 and all(_within(item, levels - 1) for item in value.values())
    if isinstance(value, list):
        return levels > 0 and all(_within(item, levels - 1) for item in value)
    return True


def _whole(value: Any) -> Any:
    """The value with whole doubles as integers and what is not finite as null."""
    if isinstance(value, float):
        if value.is_integer():
            return int(value)
        return value if value - value == 0.0 else None
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value


def _forbidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def _too_deep() -> MessageRejected:
    return MessageRejected("too_deep", said("the message is nested more than {most} levels deep", most=MAX_DEPTH))
