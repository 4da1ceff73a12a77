"""A stored message as a row of the stream."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from pydantic import BaseModel, Field

from hundredfold.app.gui.messages import named
from hundredfold.audit.messages import Heard
from hundredfold.ingest.sent import as_sent
from hundredfold.words.calendar import iso
from hundredfold.words.message import KINDS


class MessageRow(BaseModel):
    """A message in a list: what it is, and whether something about it needs to be looked at."""

    message_id: str
    kind: str
    event: str | None
    time: str
    received: str
    source: str
    trust: str
    place: str = Field(description="Partition and offset in the log.")
    sent_id: str | None = Field(description="Null without the right to personal data.")
    flagged: bool = Field(description="Its time lay in the future, and was set to when it came.")
    misfits: int = Field(description="How many things about it do not fit what reads it.")


def heard_of(table: pa.Table) -> Iterator[Heard]:
    """The messages of rows of `STORED` columns, in their order."""
    kinds, keys, times = (table[name].to_pylist() for name in ("kind", "key", "time"))
    for message, kind, key, time in zip(as_sent(table), kinds, keys, times, strict=True):
        yield Heard(message, KINDS[kind], key, time)


def row_of(heard: Heard, misfits: int, *, flagged: bool, personal_data: bool) -> MessageRow:
    """A message as a row, for somebody who may see personal data or not."""
    message = heard.message
    return MessageRow(
        message_id=message.message_id,
        kind=heard.kind,
        event=named(heard),
        time=iso(heard.time),
        received=iso(message.received),
        source=message.source,
        trust=message.trust,
        place=f"{message.partition}/{message.offset}",
        sent_id=heard.key[2:] if personal_data and heard.key is not None else None,
        flagged=flagged,
        misfits=misfits,
    )
