"""The workload as files: typed Parquet by customer bucket, and tracking messages as JSON lines.

Parquet has one row an event: `key` (`u:c0000001`), `time` (timestamp[us, UTC]), `event`, `message_id` and one typed
column a property (`properties.amount` ...), null where the event lacks it; sorted by (key, time) in each bucket's file
`bucket=NN/events.parquet`. Neither form is made row by row: texts are built as columns of digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.definitions import EVENTS
from benchmarks.workload import NUMBERS, STARTS, TEXTS, Columns, Ints, Workload, mixed

ROW_GROUP = 262_144
_HEX = np.array([f"{byte:02x}" for byte in range(256)], dtype="S2")
_DIGITS = np.array([f"{n:04d}" for n in range(10_000)], dtype="S4")
_DAY_MS = 86_400_000


def write_parquet(workload: Workload, folder: Path) -> int:
    """Write all events, a bucket at a time; returns the bytes written."""
    for number in range(workload.buckets):
        file = folder / f"bucket={number:02d}" / "events.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        columns = workload.bucket(number)
        with pq.ParquetWriter(
            file, table(columns.take(slice(0, 0))).schema, compression="zstd", compression_level=1
        ) as out:
            for start in range(0, len(columns), ROW_GROUP):
                out.write_table(table(columns.take(slice(start, start + ROW_GROUP))))
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))


def table(columns: Columns) -> pa.Table:
    """The events as the Parquet files hold them; texts of few values are dictionary-encoded."""
    found: dict[str, Any] = {
        "key": sent_ids(columns.customer),
        "time": pa.array(columns.time, pa.int64()).cast(pa.timestamp("us", "UTC")),
        "event": decoded(columns.event, EVENTS),
        "message_id": message_ids(columns.number),
    }
    for name, values in TEXTS.items():
        found[f"properties.{name}"] = decoded(getattr(columns, name), values)
    for name in NUMBERS:
        numbers = getattr(columns, name)
        found[f"properties.{name}"] = pa.array(_typed(name, numbers), mask=numbers < 0)
    return pa.table(found)


def write_lines(chunks: Iterable[Columns], file: Path) -> int:
    """Write the chunks as JSON lines; returns the number of events."""
    written = 0
    with file.open("wb") as out:
        for chunk in chunks:
            out.write(("\n".join(lines(chunk)) + "\n").encode() if len(chunk) else b"")
            written += len(chunk)
    return written


def lines(columns: Columns) -> list[str]:
    """Each event as the JSON text of a tracking-API `track` message, in the order of the columns."""
    found: list[str] = json(columns).to_list()
    return found


def json(columns: Columns) -> pl.Series:
    """`lines` as one Series of text."""
    frame = pl.DataFrame(
        {
            "message": pl.Series(message_ids(columns.number)),
            "user": numbered(b"c", columns.customer, 7),
            "event": pl.Series(decoded(columns.event, EVENTS)).cast(pl.String),
            "time": pl.Series(instants(columns.time)),
            **{c: pl.Series(decoded(getattr(columns, c), values)).cast(pl.String) for c, values in TEXTS.items()},
            **{c: _typed(c, getattr(columns, c)) for c in NUMBERS},
        }
    )
    parts = [
        *(pl.lit('{"type":"track","messageId":"'), pl.col("message"), pl.lit('","userId":"'), pl.col("user")),
        *(pl.lit('","event":"'), pl.col("event"), pl.lit('","timestamp":"'), pl.col("time")),
        *(pl.lit('","properties":{"channel":"'), pl.col("channel"), pl.lit('"')),
    ]
    parts += [pl.concat_str(pl.lit(f',"{c}":"'), pl.col(c), pl.lit('"')) for c in TEXTS if c != "channel"]
    parts += [pl.when(pl.col(c) >= 0).then(pl.concat_str(pl.lit(f',"{c}":'), c)) for c in NUMBERS]
    line = pl.concat_str(*parts, pl.lit("}}"), ignore_nulls=True)
    return frame.select(line.alias("line"))["line"]


def _typed(name: str, millionths: Ints) -> Ints:
    """Doubles or integers of millionths: by NumPy, whose division is exact to the last bit."""
    return millionths / 1e6 if name == "amount" else millionths // 1_000_000


def message_ids(numbers: Ints) -> pa.Array:
    """Sixteen hexadecimal digits each, well mixed, one to one with the event's number."""
    octets = mixed(numbers).astype(">u8").view(np.uint8).reshape(-1, 8)
    return _fixed(_HEX[octets].view("S16").reshape(-1))


def sent_ids(customers: Ints) -> pa.Array:
    """`u:c0000001` for customer 1."""
    return _texts(b"u:c", _decimal(customers, 7))


def numbered(prefix: bytes, numbers: Ints, width: int) -> pl.Series:
    """The prefix and the last `width` decimal digits, zeros in front: `c0000001`."""
    return pl.Series(_texts(prefix, _decimal(numbers, width)))


def instants(times: Ints) -> pa.Array:
    """`2026-01-31T09:05:00.250Z` for microseconds UTC from 2024-07-01 on."""
    milliseconds = (times - STARTS) // 1000
    days = np.datetime64("2024-07-01") + np.arange(int(milliseconds.max(initial=0)) // _DAY_MS + 1)
    dates = np.datetime_as_string(days).astype("S10").view(np.uint8).reshape(-1, 10)
    rest = milliseconds % _DAY_MS
    minutes, left = rest // 60_000, rest % 60_000
    parts = [
        dates[milliseconds // _DAY_MS],
        *(b"T", _digits(minutes // 60)[:, 2:], b":", _digits(minutes % 60)[:, 2:], b":"),
        *(_digits(left // 1000)[:, 2:], b".", _digits(left % 1000)[:, 1:], b"Z"),
    ]
    return _texts(*parts)


def _digits(numbers: Ints) -> Ints:
    return _DIGITS[numbers].view(np.uint8).reshape(-1, 4)


def _decimal(numbers: Ints, width: int) -> Ints:
    """The last `width` of eight digits, as rows of bytes."""
    return np.hstack([_digits(numbers // 10_000 % 10_000), _digits(numbers % 10_000)])[:, 8 - width :]


def _texts(*parts: bytes | Ints) -> pa.Array:
    """Rows of bytes side by side; plain bytes are repeated on every row."""
    rows = max(len(part) for part in parts if not isinstance(part, bytes))
    full = [np.tile(np.frombuffer(p, np.uint8), (rows, 1)) if isinstance(p, bytes) else p for p in parts]
    joined = np.ascontiguousarray(np.hstack(full))
    return _fixed(joined.view(f"S{joined.shape[1]}").reshape(-1))


def _fixed(texts: Ints) -> pa.Array:
    """Texts of one length as an Arrow array, without a copy of their bytes."""
    width = texts.dtype.itemsize
    ends = np.arange(len(texts) + 1, dtype=np.int64) * width
    return pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(texts)))


def decoded(codes: Ints, values: tuple[str, ...]) -> pa.Array:
    """The texts behind codes, dictionary-encoded; null for a code that stands for none."""
    indices = pa.array(codes, mask=codes >= len(values))
    return pa.DictionaryArray.from_arrays(indices, pa.array(values))
