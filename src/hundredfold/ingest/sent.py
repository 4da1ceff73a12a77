"""Stored rows as the messages that were sent."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from hundredfold.ingest.decode import decode
from hundredfold.words.message import TRUSTS, Message

_NAMES = ("partition", "offset", "received", "trust", "source", "message_id", "payload", "sent", "content")


def as_sent(table: pa.Table) -> Iterator[Message]:
    """The messages of rows of `STORED` columns, in their order."""
    for partition, offset, received, trust, source, message_id, payload, sent, content in zip(
        *(table[name].to_pylist() for name in _NAMES), strict=True
    ):
        yield Message(partition, offset, received, TRUSTS[trust], source, message_id, decode(payload), sent, content)
