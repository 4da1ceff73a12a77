"""A block of messages as columns: stamps, places, and the decoded paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.attribute.column import TIME, Bytes, Column, Ints, Pool
from hundredfold.attribute.decode import Decoded, Decoder
from hundredfold.attribute.order import LINE_BITS, refs_of, ties
from hundredfold.attribute.typed import decoded_of

NEVER: Final = int(np.iinfo(np.int64).min)
"""Stands for a time that is not there."""


@dataclass(slots=True)
class Block:
    """Messages, one row each, in any order. Times are microseconds UTC; `sid` is a code of the pool of sent ids."""

    sid: Ints
    time: Ints
    received: Ints
    sent: Ints
    kind: Bytes
    source: Ints
    tie: Ints
    ref: Ints
    message_ids: pa.Array
    decoded: Decoded

    def __len__(self) -> int:
        return len(self.sid)

    def take(self, rows: Ints) -> Block:
        """Some of the messages, with their lines."""
        return Block(
            self.sid[rows],
            self.time[rows],
            self.received[rows],
            self.sent[rows],
            self.kind[rows],
            self.source[rows],
            self.tie[rows],
            self.ref[rows],
            self.message_ids.take(pa.array(rows)),
            self.decoded.take(rows),
        )

    def ids(self, refs: Ints) -> list[str]:
        """The message ids of refs of this block."""
        order = np.argsort(self.ref, kind="stable")
        rows = order[np.searchsorted(self.ref, refs >> LINE_BITS << LINE_BITS, sorter=order)]
        names: list[str] = self.message_ids.take(pa.array(rows)).to_pylist()
        return names


def block_of(stored: pa.Table, decoder: Decoder, sids: Pool, pool: Pool) -> Block:
    """The block of a table of stored messages (columns of `log.stored.STORED`, and typed ones that it may have)."""
    sent = pc.fill_null(stored["sent"], NEVER)
    ids = (
        pa.concat_arrays(stored["message_id"].chunks) if stored["message_id"].num_chunks else pa.array([], pa.string())
    )
    return Block(
        sid=coded(stored["key"], sids),
        time=_ints(stored["time"]),
        received=_ints(stored["received"]),
        sent=_ints(sent),
        kind=stored["kind"].to_numpy(),
        source=coded(stored["source"], pool),
        tie=ties(ids),
        ref=refs_of(stored),
        message_ids=ids,
        decoded=decoded_of(stored, decoder, pool),
    )


def coded(texts: pa.ChunkedArray, pool: Pool) -> Ints:
    """The codes of a column of texts, any code where there is none; each distinct text of a chunk is looked up once."""
    parts = []
    for chunk in texts.chunks:
        packed = chunk.dictionary_encode()
        codes = pool.codes(packed.dictionary.to_pylist())
        indices = pc.fill_null(packed.indices, 0).to_numpy(zero_copy_only=False)
        parts.append(codes.take(indices) if len(codes) else np.zeros(len(chunk), np.int64))
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _ints(column: pa.ChunkedArray) -> Ints:
    result: Ints = column.to_numpy().astype(np.int64, copy=False)
    return result


def message_column(block: Block, path: str) -> Column | None:
    """The times that every message has; None for any other path."""
    match path:
        case "timestamp":
            return Column.times(block.time)
        case "receivedAt":
            return Column.times(block.received)
        case "sentAt":
            there = block.sent != NEVER
            return Column.where(there, TIME, block.sent)
        case _:
            return None
