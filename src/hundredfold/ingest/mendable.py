"""A message that was kept back, for somebody to mend: what it left open is written out, its time above all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Literal

from hundredfold.errors import MessageRejected
from hundredfold.ingest.decode import decode
from hundredfold.ingest.message import event_time, moment
from hundredfold.words.calendar import iso
from hundredfold.words.message import Trust

Written = Literal["type", "messageId", "timestamp"]


@dataclass(frozen=True, slots=True)
class Mendable:
    """The text to begin with; `written` are the fields that the message did not say and its way told."""

    text: str
    written: tuple[Written, ...] = ()


def mendable(
    payload: bytes,
    received: int,
    trust: Trust,
    zone: tzinfo,
    *,
    sent: int | None = None,
    message_id: str | None = None,
) -> Mendable:
    """A message that was kept back, ready to be mended; `received` (microseconds UTC) is when it came.

    Its time is written out with the sender's clock taken into account, and `sentAt` taken away: it would be measured
    against the later reception. `sent` is that of its batch, `message_id` is for a message that brought none. A text
    that is no JSON object stays as it is.
    """
    try:
        message = decode(payload)
    except MessageRejected:
        message = None
    if not isinstance(message, dict) or "batch" in message:
        return Mendable(payload.decode(errors="replace"))
    written = list[Written]()
    if message.get("type") is None and (kind := _type_of(message)) is not None:
        message = {"type": kind, **message}
        written.append("type")
    if message_id is not None and not message.get("messageId"):
        message["messageId"] = message_id
        written.append("messageId")
    time = _time_of(message, received, trust, zone, sent)
    message = {name: value for name, value in message.items() if name not in ("sentAt", "originalTimestamp")}
    if time is not None and message.get("timestamp") != iso(time):
        message["timestamp"] = iso(time)
        written.append("timestamp")
    return Mendable(json.dumps(message, ensure_ascii=False, indent=2), tuple(written))


def _type_of(message: dict[str, Any]) -> str | None:
    """The type of a message that was sent to an address of its type; a guess, by what only that type has."""
    signs = {"previousId": "alias", "groupId": "group", "event": "track", "traits": "identify"}
    return next((kind for sign, kind in signs.items() if sign in message), None)


def _time_of(message: dict[str, Any], received: int, trust: Trust, zone: tzinfo, batch_sent: int | None) -> int | None:
    """When it happened; None where a time is wrong, which only a person can mend."""
    stated = message.get("timestamp")
    if stated is None:
        stated = message.get("originalTimestamp")
    try:
        sent = moment(message.get("sentAt"), "sentAt", zone)
        sent = batch_sent if sent is None else sent
        return event_time(moment(stated, "timestamp", zone), sent, received, trust)[0]
    except MessageRejected:
        return None
