"""Cells in a file: packed ones as they are, mapped when they are opened, and cells as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from hundredfold.attribute.cells import Cells, States, array_names
from hundredfold.attribute.column import Ints
from hundredfold.attribute.plan import Family
from hundredfold.live.columns import mapped_columns, note_of, read_table, write_columns
from hundredfold.live.packed import Numbers, Packed, PackedCells, SentIds, packed

_PACKED: Final = "packed"
_WORDS: Final = "sid words"
_SIZES: Final = "sid sizes"
_HIGH: Final = " high"
"""Behind the name of an array: the bits of its numbers from 32 on."""


def write_cells(path: Path, cells: Cells | PackedCells) -> None:
    """Writes cells as columns; packed ones, whose arrays differ in length, as the bytes of each array in one row."""
    if isinstance(cells, PackedCells):
        note, arrays = {_PACKED: "yes"}, {}
        for name, array, said in _parts(cells):
            note[name], arrays[name] = f"{array.dtype.str} {said}", _bytes_of(array)
        write_columns(path, [arrays], note)
    else:
        own = {"sid": cells.sid, "bucket": cells.bucket, "key": cells.key, **cells.arrays}
        write_columns(path, [{name: array for name, array in own.items() if array is not None}])


def read_cells(path: Path, states: States, family: Family) -> Cells | PackedCells:
    """The cells in a file; most of packed ones stays there, mapped."""
    note = note_of(path)
    if _PACKED not in note:
        (found,) = mapped_columns(path)
        return Cells(found["sid"], *_columns(found, states, family))
    table = read_table(path)
    arrays = {name: _mapped(table[name].chunk(0), note[name].split()[0]) for name in table.column_names}
    own = {name: _array(name, arrays, note) for name in arrays if not name.endswith(_HIGH)}
    starts = np.append(0, np.cumsum(np.asarray(own[_SIZES]))).astype(np.uint32) if _SIZES in own else None
    return PackedCells(SentIds(arrays[_WORDS], starts), *_columns(own, states, family))


def _columns(found: Mapping[str, Any], states: States, family: Family) -> tuple[Any, Any, dict[str, Any]]:
    """Buckets, keys and the arrays of the states."""
    bucket = found["bucket"] if family.bucket is not None else None
    key = found["key"] if family.key is not None else None
    return bucket, key, {name: found[name] for name in array_names(states)}


def _parts(cells: PackedCells) -> Iterator[tuple[str, Numbers, str]]:
    """The arrays with their names, and for those that are packed how."""
    yield _WORDS, cells.sids.words, ""
    own: dict[str, Ints | Packed | None] = {"bucket": cells.bucket, "key": cells.key, **cells.arrays}
    if cells.sids.starts is not None:
        own = {_SIZES: packed(np.diff(cells.sids.starts.astype(np.int64)).view(np.int64)), **own}
    for name, array in own.items():
        if isinstance(array, Packed):
            yield name, array.data, f"{array.base} {array.step} {array.bits}"
            if array.high is not None:
                yield name + _HIGH, array.high, ""
        elif array is not None:
            yield name, array, ""


def _array(name: str, arrays: Mapping[str, Numbers], note: Mapping[str, str]) -> Ints | Packed:
    _, *how = note[name].split()
    if not how:
        return arrays[name]
    base, step, bits = map(int, how)
    return Packed(arrays[name], base, step, arrays.get(name + _HIGH), bits)


def _bytes_of(array: Numbers) -> pa.Array:
    """One value: the bytes of an array, which are not copied."""
    ends = pa.py_buffer(np.array([0, array.nbytes], np.int64))
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), 1, [None, ends, pa.py_buffer(np.ascontiguousarray(array))]
    )


def _mapped(value: pa.Array, kind: str) -> Numbers:
    _, _, data = value.buffers()
    return np.frombuffer(data if data is not None else b"", kind)
