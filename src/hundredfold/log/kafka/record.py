"""A message as a record of the topic `events`, and chunks of records as `STORED` columns.

What a stock consumer sees: the key is the sent id (`u:...` or `a:...`; empty for markers), the value is the message's
JSON as it was sent, the partition is CRC-32 of the key modulo their number. Everything else is in one header, `hf`:

    version u8 | kind u8 | trust u8 | flags u8 | hash 16s | content 16s | time i64 | received i64 | sent i64
    | length of source u16 | length of message id u16 || source || message id

in little-endian order; texts are UTF-8, times are microseconds UTC, `kind` and `trust` count as in
`words.message`. Flags: 1 the event time was set to the reception's, 2 `sent` is there (else it is 0 and means nothing).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from typing import Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hundredfold.log.rows import MARKER
from hundredfold.log.stored import STORED
from hundredfold.words.message import KINDS, TRUSTS, Entry

HEADER: Final = "hf"
VERSION: Final = 1
MOST_BYTES: Final = 8 << 20
"""A value longer than this is no message of ours: the topic's batches are no longer."""
KEPT_BYTES: Final = 32 << 10
FLAGGED: Final = 1
SENT: Final = 2

_FIXED: Final = struct.Struct("<BBBB16s16sqqqHH")
_FIELDS: Final = np.dtype(
    [
        ("version", "u1"),
        ("kind", "u1"),
        ("trust", "u1"),
        ("flags", "u1"),
        ("hash", "V16"),
        ("content", "V16"),
        ("time", "<i8"),
        ("received", "<i8"),
        ("sent", "<i8"),
        ("source", "<u2"),
        ("id", "<u2"),
    ]
)
_PASSED_OVER: Final = blake2b(b"passed over", digest_size=16).digest()


class Record(NamedTuple):
    """A record as a producer takes it."""

    key: bytes
    value: bytes
    header: bytes


class Poison(NamedTuple):
    """A record that is no message: where it lies, and why it was passed over, in words without personal data.

    `value` is how it begins.
    """

    partition: int
    offset: int
    reason: str
    value: bytes


class Raw(NamedTuple):
    """A record as it was consumed. `header` is None when it has no header `hf`; key and value as they are."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    header: bytes | None


class Raws(NamedTuple):
    """Records as they were consumed, by columns: an object for each of them would cost as much as all the rest."""

    partition: Sequence[int]
    offset: Sequence[int]
    key: Sequence[bytes | None]
    value: Sequence[bytes | None]
    header: Sequence[bytes | None]

    def part(self, rows: slice) -> Raws:
        """Some of them."""
        return Raws(*(column[rows] for column in self))  # type: ignore[arg-type]


def record_of(entry: Entry) -> Record:
    """An entry as a record. Raises struct.error, TypeError or AttributeError for one that does not fit."""
    source, name = entry.source.encode(), entry.message_id.encode()
    flags = (FLAGGED if entry.flagged else 0) | (0 if entry.sent is None else SENT)
    if len(entry.hash) != 16 or len(entry.content) != 16:
        raise struct.error("hash and content have 16 bytes")
    fixed = _FIXED.pack(
        VERSION,
        entry.kind,
        entry.trust,
        flags,
        entry.hash,
        entry.content,
        entry.time,
        entry.received,
        entry.sent or 0,
        len(source),
        len(name),
    )
    return Record(entry.key.encode(), bytes(entry.payload), fixed + source + name)


def records_of(table: pa.Table) -> Iterator[Record]:
    """A table of `UNPLACED` columns as records, row by row; headers are packed for all rows at once."""
    table = table.combine_chunks()
    sources, names = _texts(table["source"]), _texts(table["message_id"])
    fixed = np.zeros(table.num_rows, _FIELDS)
    fixed["version"] = VERSION
    for column in ("kind", "trust", "time", "received"):
        fixed[column] = table[column].to_numpy()
    fixed["flags"] = table["flagged"].to_numpy() * FLAGGED + table["sent"].is_valid().to_numpy() * SENT
    fixed["sent"] = table["sent"].fill_null(0).to_numpy()
    for column in ("hash", "content"):
        fixed[column] = np.frombuffer(b"".join(table[column].to_pylist()), "V16")
    fixed["source"], fixed["id"] = [len(text) for text in sources], [len(text) for text in names]
    packed, size = fixed.tobytes(), _FIXED.size
    heads = (packed[start : start + size] for start in range(0, len(packed), size))
    headers = (b"".join(parts) for parts in zip(heads, sources, names, strict=True))
    yield from map(Record, _texts(table["key"]), table["payload"].to_pylist(), headers)


def _texts(column: pa.ChunkedArray) -> list[bytes]:
    found: list[bytes] = column.cast(pa.binary()).to_pylist()
    return found


def passed_over(partition: int, offsets: range) -> pa.RecordBatch:
    """Rows for places without a message: markers that mean nothing, so that offsets have no hole."""
    rows = len(offsets)
    columns = {
        "partition": np.full(rows, partition, np.int32),
        "offset": np.arange(offsets.start, offsets.stop, dtype=np.int64),
        "kind": np.full(rows, MARKER, np.uint8),
        "key": pa.array([""] * rows, pa.string()),
        "message_id": pa.array(["passed over"] * rows, pa.string()),
        "hash": pa.array([_PASSED_OVER] * rows, pa.binary(16)),
        "content": pa.array([_PASSED_OVER] * rows, pa.binary(16)),
        "time": np.zeros(rows, np.int64),
        "received": np.zeros(rows, np.int64),
        "sent": pa.nulls(rows, pa.int64()),
        "trust": np.full(rows, TRUSTS.index("server"), np.uint8),
        "source": pa.array([""] * rows, pa.string()),
        "flagged": pa.array([False] * rows, pa.bool_()),
        "payload": pa.array([b"{}"] * rows, pa.large_binary()),
    }
    return pa.RecordBatch.from_arrays([pa.array(columns[name]) for name in STORED.names], schema=STORED)


def rows_of(records: Raws, poisoned: Callable[[Poison], None]) -> pa.Table:
    """Consumed records as `STORED` rows, in their order; `poisoned` is told of each that is no message."""
    batch = _columns(records)
    if batch is not None:
        return pa.Table.from_batches([batch], STORED)
    return pa.Table.from_batches(list(_one_by_one(records, poisoned)), STORED)


def _one_by_one(records: Raws, poisoned: Callable[[Poison], None]) -> Iterator[pa.RecordBatch]:
    """As `rows_of`, when any of them is no message: the good ones between two bad ones are taken together."""
    rows = len(records.offset)
    if rows > 1:
        for part in (records.part(slice(rows // 2)), records.part(slice(rows // 2, None))):
            batch = _columns(part)
            yield from _one_by_one(part, poisoned) if batch is None else [batch]
        return
    record = Raw(*(column[0] for column in records))  # type: ignore[arg-type]
    poisoned(Poison(record.partition, record.offset, _reason(record), (record.value or b"")[:KEPT_BYTES]))
    yield passed_over(record.partition, range(record.offset, record.offset + 1))


def _reason(record: Raw) -> str:
    if record.header is None:
        return f"it has no header `{HEADER}`, so it was not written by hundredfold"
    if record.value is None or record.key is None:
        return "it has no key or no value"
    if len(record.value) > MOST_BYTES:
        return f"its value has {len(record.value)} bytes; the most is {MOST_BYTES}"
    if record.header[:1] > bytes([VERSION]):
        return f"its header has version {record.header[0]}, and this program knows {VERSION}; use a newer one"
    return f"its header `{HEADER}` or its key cannot be read"


def _columns(records: Raws) -> pa.RecordBatch | None:
    """Records as `STORED` columns; None when any of them is no message."""
    if None in records.header or None in records.key or None in records.value:
        return None
    keys, values, headers = (cast(Sequence[bytes], column) for column in (records.key, records.value, records.header))
    rows, sizes = len(headers), np.fromiter(map(len, headers), np.int64, len(headers))
    if rows and (int(sizes.min()) < _FIXED.size or max(map(len, values)) > MOST_BYTES):
        return None
    packed = b"".join(headers)
    starts = np.cumsum(sizes) - sizes
    tails = np.frombuffer(packed, np.uint8)[(starts + _FIXED.size - 4)[:, None] + np.arange(4)].view("<u2")
    sources = tails[:, 0].astype(np.int64)
    if (starts + _FIXED.size + sources + tails[:, 1] != starts + sizes).any():
        return None
    bounds = np.empty((rows, 3), np.int64)  # where fixed part, source and message id of each header begin
    bounds[:, 0], bounds[:, 1] = starts, starts + _FIXED.size
    bounds[:, 2] = bounds[:, 1] + sources
    pieces = _binary(np.append(bounds.ravel(), len(packed)), packed)
    nth = np.arange(0, 3 * rows, 3)
    fixed = np.frombuffer(pieces.take(pa.array(nth)).buffers()[2] or b"", _FIELDS, rows)
    if (
        (fixed["version"] != VERSION).any()
        or (fixed["kind"] >= len(KINDS)).any()
        or (fixed["trust"] >= len(TRUSTS)).any()
    ):
        return None
    try:
        texts = {
            "key": _joined(keys).cast(pa.string()),
            "source": pieces.take(pa.array(nth + 1)).cast(pa.string()),
            "message_id": pieces.take(pa.array(nth + 2)).cast(pa.string()),
        }
    except pa.ArrowInvalid:  # no UTF-8
        return None
    flags = fixed["flags"]
    columns = {
        "partition": np.fromiter(records.partition, np.int32, rows),
        "offset": np.fromiter(records.offset, np.int64, rows),
        **{name: np.ascontiguousarray(fixed[name]) for name in ("kind", "time", "received", "trust")},
        **{name: _hashes(fixed[name]) for name in ("hash", "content")},
        "sent": pa.array(np.ascontiguousarray(fixed["sent"]), mask=(flags & SENT) == 0),
        "flagged": pa.array((flags & FLAGGED) != 0),
        "payload": pa.LargeBinaryArray.from_buffers(
            pa.large_binary(), rows, [None, pa.py_buffer(_bounds(values, np.int64)), pa.py_buffer(b"".join(values))]
        ),
        **texts,
    }
    return pa.RecordBatch.from_arrays([pa.array(columns[name]) for name in STORED.names], schema=STORED)


def _bounds(parts: Sequence[bytes], width: type[np.int64 | np.int32]) -> npt.NDArray[np.int64 | np.int32]:
    found = np.zeros(len(parts) + 1, width)
    np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)), out=found[1:])
    return found


def _joined(parts: Sequence[bytes]) -> pa.Array:
    return _binary(_bounds(parts, np.int64), b"".join(parts))


def _binary(bounds: npt.NDArray[np.int64 | np.int32], content: bytes) -> pa.Array:
    buffers = [None, pa.py_buffer(bounds.astype(np.int32)), pa.py_buffer(content)]
    return pa.Array.from_buffers(pa.binary(), len(bounds) - 1, buffers)


def _hashes(column: npt.NDArray[np.void]) -> pa.Array:
    return pa.Array.from_buffers(pa.binary(16), len(column), [None, pa.py_buffer(np.ascontiguousarray(column))])
