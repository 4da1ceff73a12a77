"""Drafts become rows of stored messages: named, hashed, stamped; only their place is missing."""

from __future__ import annotations

from binascii import hexlify
from hashlib import blake2b
from typing import Final

import polars as pl
import pyarrow as pa

from hundredfold.ingest.occurrence import Occurrences
from hundredfold.log.stored import STORED
from hundredfold.words.message import KINDS, TRUSTS

BULK: Final = pa.schema([field for field in STORED if field.name not in ("partition", "offset")])
"""The columns of stored messages that have no place yet."""


def stored(frame: pl.DataFrame, occurrences: Occurrences) -> pa.Table:
    """Drafts as stored messages without a place; those without an id get theirs (semantics 2)."""
    unnamed = frame["message_id"].is_null()
    made = iter(_ids(frame.filter(unnamed), occurrences) if unnamed.any() else ())
    ids = [next(made) if own is None else own.encode() for own in frame["message_id"].to_list()]
    kept = ("kind", "key", "time", "received", "sent", "source", "payload")
    columns = {name: frame[name].to_arrow() for name in kept}
    columns["content"] = frame["content"].to_arrow()
    columns["message_id"] = pa.array(ids, pa.binary())
    columns["hash"] = pa.array([blake2b(own, digest_size=16).digest() for own in ids], pa.binary(16))
    columns["trust"] = pa.nulls(len(ids), pa.uint8()).fill_null(TRUSTS.index("import"))
    columns["flagged"] = pa.nulls(len(ids), pa.bool_()).fill_null(False)
    return pa.table([columns[name].cast(BULK.field(name).type) for name in BULK.names], schema=BULK)


def _ids(frame: pl.DataFrame, occurrences: Occurrences) -> list[bytes]:
    """The ids of messages that bring none: by source, type, content and occurrence, never by place or path."""
    contents = frame["content"].to_list()
    names = frame["kind"].replace_strict(range(len(KINDS)), KINDS, return_dtype=pl.String)
    heads = (frame["source"] + "\x00" + names + "\x00").cast(pl.Binary).to_list()
    numbers = [b"%d" % number for number in occurrences.number(contents).tolist()]
    digests = [
        blake2b(head + content + number, digest_size=16).digest()
        for head, content, number in zip(heads, contents, numbers, strict=True)
    ]
    text = hexlify(b"".join(digests))
    return [b"i-" + text[start : start + 32] for start in range(0, len(text), 32)]
