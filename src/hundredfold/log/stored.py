"""The columns of stored messages: what the log holds and the history keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import pyarrow as pa

Positions: TypeAlias = Mapping[int, int]
"""Partition to the offset of the next message: everything before it is covered."""

STORED: Final = pa.schema(
    [
        pa.field("partition", pa.int32(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("kind", pa.uint8(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("message_id", pa.string(), nullable=False),
        pa.field("hash", pa.binary(16), nullable=False),
        pa.field("content", pa.binary(16), nullable=False),
        pa.field("time", pa.int64(), nullable=False),
        pa.field("received", pa.int64(), nullable=False),
        pa.field("sent", pa.int64()),
        pa.field("trust", pa.uint8(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("flagged", pa.bool_(), nullable=False),
        pa.field("payload", pa.large_binary(), nullable=False),
    ]
)
"""One row a message, in the order of `words.message.Entry`, with the place that the log gave it."""
