"""Profiles as columns of Arrow: exact numbers, UTC times, missing values as nulls; no loop over customers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import BOOLEAN, NUMBER, TEXT, TIME, Column, Ints, Mask, Pool
from hundredfold.attribute.plan import Plan
from hundredfold.definition.model import Aggregate, Trait
from hundredfold.errors import WorkspaceError
from hundredfold.said import said
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import iso
from hundredfold.words.value import amount_text

AMOUNT: Final = pa.decimal128(38, 6)
MOMENT: Final = pa.timestamp("us", "UTC")
_TYPES: Final[Mapping[int, pa.DataType]] = {BOOLEAN: pa.bool_(), NUMBER: AMOUNT, TIME: MOMENT, TEXT: pa.string()}


def table_of(customers: list[str], values: Mapping[str, Column | Lists], plan: Plan, pool: Pool) -> pa.Table:
    """A table of `customer_id` and one column for every attribute."""
    columns: dict[str, Any] = {"customer_id": pa.array(customers, pa.string())}
    for name, found in values.items():
        columns[name] = lists(found, pool) if isinstance(found, Lists) else array(found, pool, declared(plan, name))
    return pa.table(columns)


def write(table: pa.Table, path: Path) -> None:
    """Writes a table as Parquet; the file is there whole or not at all. Raises WorkspaceError."""
    with whole(path) as fresh:
        pq.write_table(table, fresh, compression="zstd")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path beside a file, for its new content, which takes the file's place at the end, or is gone after an error.

    Raises WorkspaceError where it cannot be written.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield fresh
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise WorkspaceError(
            said("{file} cannot be written: {why}. Mend that, or name another place.", file=path, why=why)
        ) from None


def declared(plan: Plan, name: str) -> pa.DataType | None:
    """The type that an attribute has whatever its values are; None where the values say it."""
    attribute = plan.definitions.attributes[name]
    if isinstance(attribute, Aggregate):
        reading = plan.readings[name]
        match reading.aggregate.result:
            case "count":
                return pa.int64()
            case "number":
                return AMOUNT
            case "time":
                return MOMENT
            case "same" if reading.family.accepts in ("number", "time"):
                return MOMENT if reading.family.accepts == "time" else AMOUNT
            case _:
                return None
    if isinstance(attribute, Trait):
        kinds = {"number": AMOUNT, "boolean": pa.bool_(), "time": MOMENT, "text": pa.string()}
        return kinds.get(attribute.type or "")
    return None


def array(column: Column, pool: Pool, wanted: pa.DataType | None = None) -> pa.Array:
    """A column as an Arrow array of the wanted type, else of its values' own; of several kinds: of texts."""
    present = np.bincount(column.kind, minlength=max(_TYPES) + 1)
    kinds = [kind for kind in _TYPES if present[kind]]
    if wanted is None:
        wanted = pa.string() if len(kinds) != 1 else _TYPES[kinds[0]]
    if any(_TYPES[kind] != wanted for kind in kinds) and not (wanted == pa.int64() and kinds == [NUMBER]):
        wanted = pa.string()
    there = np.isin(column.kind, kinds)
    if wanted == pa.int64():
        return pa.array(column.data // MILLION, mask=~there)
    if wanted == AMOUNT:
        return amounts(column.data, there)
    if wanted == MOMENT:
        return pa.array(column.data, mask=~there).cast(MOMENT)
    if wanted == pa.bool_():
        return pa.array(column.data != 0, mask=~there)
    return texts(column, there, pool)


def amounts(millionths: Ints, there: Mask) -> pa.Array:
    """Millionths as decimals: the same integers, 128 bits wide."""
    wide = np.empty((len(millionths), 2), "<i8")
    wide[:, 0], wide[:, 1] = millionths, millionths >> 63
    valid = pa.py_buffer(np.packbits(there, bitorder="little").tobytes())
    return pa.Array.from_buffers(AMOUNT, len(millionths), [valid, pa.py_buffer(wide.tobytes())])


def texts(column: Column, there: Mask, pool: Pool) -> pa.Array:
    """Values of any kind as texts; each different value is written once."""
    words: list[str | None] = []
    indices = np.zeros(len(column), np.int64)
    for kind in np.unique(column.kind[there]).tolist():
        rows = column.kind == kind
        different, which = _different(column.data[rows], len(pool) if kind == TEXT else None)
        indices[rows] = len(words) + which
        words += [_text(kind, data, pool) for data in different.tolist()]
    return pa.array(words, pa.string()).take(pa.array(indices, mask=~there))


def _different(data: Ints, codes: int | None) -> tuple[Ints, Ints]:
    """The different values, and which of them each is; `codes` (below that number) need no sorting."""
    if codes is None:
        different, which = np.unique(data, return_inverse=True)
        return different, which.reshape(-1)
    used = np.zeros(codes, np.bool_)
    used[data] = True
    return np.flatnonzero(used), (np.cumsum(used) - 1)[data]


def lists(found: Lists, pool: Pool) -> pa.Array:
    """A list for every customer; null for those who have none."""
    items = array(found.items, pool)
    empty = np.diff(found.offsets) == 0
    if len(items) >= 2**31:
        return pa.LargeListArray.from_arrays(pa.array(found.offsets), items, mask=pa.array(empty))
    return pa.ListArray.from_arrays(pa.array(found.offsets.astype(np.int32)), items, mask=pa.array(empty))


def _text(kind: int, data: int, pool: Pool) -> str | None:
    match kind:
        case 2:
            return "true" if data else "false"
        case 3:
            return amount_text(data)
        case 4:
            return iso(data)
        case 5:
            return pool.text(data)
        case _:
            return None
