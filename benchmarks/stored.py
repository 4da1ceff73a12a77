"""The workload as stored messages: the rows that the door would have put into the log, made column by column.

Each message was posted a second after its event, with the shop's own write key, in order of time.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import pairwise
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa

from benchmarks.definitions import EVENTS
from benchmarks.files import decoded, instants, json, message_ids, numbered, sent_ids
from benchmarks.workload import TEXTS, Columns, Ints
from hundredfold.log.stored import STORED
from hundredfold.words.calendar import SECOND
from hundredfold.words.message import KINDS, TRUSTS

SOURCE: Final = "server"
"""The name of the write key that a shop's commands make."""


def table(columns: Columns, partition: Ints, offset: Ints) -> pa.Table:
    """The events as a table of `STORED` columns, each at its place in the log."""
    n = len(columns)
    ids = message_ids(columns.number)
    found: dict[str, Any] = {
        "partition": pa.array(partition, pa.int32()),
        "offset": pa.array(offset, pa.int64()),
        "kind": _same(KINDS.index("track"), n, pa.uint8()),
        "key": sent_ids(columns.customer).cast(pa.string()),
        "message_id": ids.cast(pa.string()),
        "hash": _hashes(ids),
        "content": _hashes(contents(columns).to_arrow()),
        "time": pa.array(columns.time, pa.int64()),
        "received": pa.array(columns.time + SECOND, pa.int64()),
        "sent": pa.nulls(n, pa.int64()),
        "trust": _same(TRUSTS.index("server"), n, pa.uint8()),
        "source": _same(SOURCE, n, pa.string()),
        "flagged": _same(False, n, pa.bool_()),
        "payload": json(columns).to_arrow().cast(pa.large_binary()),
    }
    return pa.table(found, schema=STORED)


def contents(columns: Columns) -> pl.Series:
    """The canonical JSON of each message's content (semantics S4): keys sorted, no message id, whole numbers whole."""
    numbers = {"amount": columns.amount / 1e6, "quantity": columns.quantity // 1_000_000}
    numbers["seconds"] = columns.seconds // 1_000_000
    frame = pl.DataFrame(
        {
            "event": pl.Series(decoded(columns.event, EVENTS)).cast(pl.String),
            "time": pl.Series(instants(columns.time)),
            "user": numbered(b"c", columns.customer, 7),
            **{c: pl.Series(decoded(getattr(columns, c), values)).cast(pl.String) for c, values in TEXTS.items()},
            **numbers,
        }
    )
    properties = [
        pl.when(pl.col(name) >= 0).then(
            pl.format(f'"{name}":{{}}', pl.col(name).cast(pl.String).str.strip_suffix(".0"))
        )
        if name in numbers
        else pl.format(f'"{name}":"{{}}"', pl.col(name))
        for name in sorted([*TEXTS, *numbers])
    ]
    text = pl.concat_str(
        *(pl.lit('{"event":"'), pl.col("event"), pl.lit('","properties":{')),
        pl.concat_str(properties, separator=",", ignore_nulls=True),
        *(
            pl.lit('},"timestamp":"'),
            pl.col("time"),
            pl.lit('","type":"track","userId":"'),
            pl.col("user"),
            pl.lit('"}'),
        ),
    )
    return frame.select(text.alias("content"))["content"]


def _hashes(texts: pa.Array) -> pa.Array:
    """BLAKE2b-128 of each text."""
    _, ends, octets = texts.cast(pa.large_binary()).buffers()
    places = np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1].tolist()
    octets = memoryview(octets)
    found = b"".join([blake2b(octets[a:b], digest_size=16).digest() for a, b in pairwise(places)])
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(texts), [None, pa.py_buffer(found)])


def _same(value: Any, n: int, kind: pa.DataType) -> pa.Array:
    return pa.repeat(pa.scalar(value, kind), n)
