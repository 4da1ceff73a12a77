"""What a body holds: one message, or a batch of them, each with its text as sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, Final

import msgspec

from hundredfold.errors import MessageRejected
from hundredfold.ingest.decode import Mend, decode
from hundredfold.ingest.message import moment
from hundredfold.said import said


class _Batch(msgspec.Struct):
    """A batch whose messages are still text."""

    batch: list[msgspec.Raw]
    sentAt: Any = None  # noqa: N815
    writeKey: Any = None  # noqa: N815
    context: Any = None
    integrations: Any = None


_BATCH: Final = msgspec.json.Decoder(_Batch)


class Item(msgspec.Struct, frozen=True, gc=False):
    """One message: its text as sent, or what was read from it when the text had to be mended."""

    text: bytes | None
    value: Any = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """The messages of one request, and what is said about all of them."""

    items: list[Item]
    write_key: str | None = None
    sent: int | None = None
    """The batch's `sentAt`, in microseconds UTC."""
    shared: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The batch's `context` and `integrations`, as far as it has them: each message gets them."""


def open_single(body: bytes, mended: Mend) -> Envelope:
    """A body that is one message. Raises MessageRejected when it is no JSON object."""
    told: list[str] = []
    message = decode(body, told.append)
    if not isinstance(message, dict):
        raise MessageRejected("not_an_object", said("the body is no JSON object; send one message as an object"))
    for what in told:
        mended(what)
    return Envelope([Item(None if told else body.strip(), message)], _key(message.get("writeKey")))


def open_batch(body: bytes, mended: Mend, zone: tzinfo = UTC) -> Envelope:
    """A body that is a batch. Raises MessageRejected when the whole cannot be read."""
    try:
        batch = _BATCH.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        batch, items = _mended_batch(body, mended)
    else:
        items = [Item(bytes(raw)) for raw in batch.batch]
    return Envelope(
        items,
        _key(batch.writeKey),
        moment(batch.sentAt, "sentAt", zone),
        {**_shared(batch.context, "context"), **_shared(batch.integrations, "integrations")},
    )


def _mended_batch(body: bytes, mended: Mend) -> tuple[_Batch, list[Item]]:
    """The batch read the slow way: one bare NaN must not cost a hundred events."""
    whole = decode(body, mended)
    if not isinstance(whole, dict) or not isinstance(whole.get("batch"), list):
        raise MessageRejected(
            "no_batch", said("the body has no batch; send an object with the messages as its list batch")
        )
    batch = _Batch([], whole.get("sentAt"), whole.get("writeKey"), whole.get("context"), whole.get("integrations"))
    return batch, [Item(None, value) for value in whole["batch"]]


def _shared(value: Any, name: str) -> dict[str, dict[str, Any]]:
    if value is None or value == {}:
        return {}
    if not isinstance(value, dict):
        raise MessageRejected(
            "bad_batch", said("{name} of the batch is no object; send an object or leave it out", name=name)
        )
    return {name: value}


def _key(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
