"""Entries as columns, and the offsets that the log gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
from msgspec.structs import astuple

from hundredfold.errors import LogError
from hundredfold.log.partition import partition_of
from hundredfold.log.stored import STORED
from hundredfold.words.message import KINDS, Entry

UNPLACED: Final = pa.schema(list(STORED)[2:])
"""The columns of messages that have no place yet."""

MARKER: Final = KINDS.index("marker")
_ENTRY: Final = pa.struct([UNPLACED.field(name) for name in Entry.__struct_fields__])
_PARTITION: Final = STORED.field("partition")
_OFFSET: Final = STORED.field("offset")


def partitions_for(entries: Sequence[Entry], partitions: int) -> npt.NDArray[np.int32]:
    """The partition of each entry: int32."""
    return np.fromiter((partition_of(entry.key, partitions) for entry in entries), np.int32, len(entries))


def columns_of(entries: Sequence[Entry]) -> pa.RecordBatch:
    """Entries as one batch of `UNPLACED` columns."""
    rows = pa.array(list(map(astuple, entries)), _ENTRY)  # a call for each column costs more than all these rows
    batch = pa.RecordBatch.from_struct_array(rows).select(UNPLACED.names)
    _must_be_complete(batch)
    return batch


def unplaced(table: pa.Table) -> pa.Table:
    """A table with exactly the `UNPLACED` columns, in their order. Raises LogError when one is missing or unlike."""
    lacking = [name for name in UNPLACED.names if name not in table.column_names]
    if lacking:
        raise LogError(f"a table for the log lacks the columns {', '.join(lacking)}. Add them as in log/stored.py.")
    chosen = table.select(UNPLACED.names)
    try:
        chosen = chosen if chosen.schema.equals(UNPLACED) else chosen.cast(UNPLACED)
        chosen.validate()
        _must_be_complete(chosen)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise LogError(f"a table for the log has other columns than log/stored.py tells: {error}.") from error
    return chosen


def _must_be_complete(rows: pa.RecordBatch | pa.Table) -> None:
    lacking = [name for name, column in zip(rows.schema.names, rows.columns, strict=True) if column.null_count]
    if lacking not in ([], ["sent"]):
        raise ValueError(f"only `sent` may be missing, not {', '.join(lacking)}")


def numbered(
    partitions: npt.NDArray[np.int32], ends: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Offsets for rows in their order, and the ends behind them, for `ends` before them (one a partition)."""
    counts = np.bincount(partitions, minlength=len(ends))
    order = np.argsort(partitions, kind="stable")
    firsts = ends - (np.cumsum(counts) - counts)
    offsets = np.empty(len(partitions), np.int64)
    offsets[order] = np.arange(len(partitions)) + np.repeat(firsts, counts)
    return offsets, ends + counts


def placed(batch: pa.RecordBatch, partitions: npt.NDArray[np.int32], offsets: npt.NDArray[np.int64]) -> pa.RecordBatch:
    """A batch of `STORED` rows from `UNPLACED` ones and their places."""
    behind = batch.add_column(0, _OFFSET, pa.array(offsets, pa.int64()))
    return behind.add_column(0, _PARTITION, pa.array(partitions, pa.int32()))


def markers(name: str, payload: Mapping[str, Any], time: int, partitions: int) -> list[Entry]:
    """One marker for every partition. Its message id is its name; the payload is its JSON."""
    text = orjson.dumps(dict(payload), option=orjson.OPT_SORT_KEYS)
    marker = Entry(
        kind=MARKER,
        key="",
        message_id=name,
        hash=blake2b(name.encode(), digest_size=16).digest(),
        content=blake2b(text, digest_size=16).digest(),
        time=time,
        received=time,
        sent=None,
        trust=1,
        source="",
        payload=text,
    )
    return [marker] * partitions
