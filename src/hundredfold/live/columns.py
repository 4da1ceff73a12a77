"""Files of columns: Arrow IPC that is mapped, not read, so that what lies in it needs no memory of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Columns: TypeAlias = Mapping[str, npt.NDArray[Any] | pa.Array]
"""Columns of one length by name, in the order in which they are written."""

_PIECE: Final = 8 << 20


def write_columns(path: Path, parts: Sequence[Columns], note: Mapping[str, str] | None = None) -> None:
    """Writes parts with the same columns, a record batch each, and returns once they would survive a power cut.

    `note`: what else `note_of` the file shall say.
    """
    batches = [pa.record_batch({name: _array(column) for name, column in part.items()}) for part in parts]
    schema = batches[0].schema.with_metadata(dict(note)) if note else batches[0].schema
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as file:
        for batch in batches:
            file.write_batch(batch)
    sync(path)


def _array(column: npt.NDArray[Any] | pa.Array) -> pa.Array:
    return column if isinstance(column, pa.Array) else pa.array(np.ascontiguousarray(column))


def mapped_columns(path: Path) -> list[dict[str, npt.NDArray[Any]]]:
    """The parts of a file as views of the mapped file: they can be read, not written to, and outlive its name.

    Booleans are copied. Raises OSError or pyarrow.ArrowInvalid for a file that is damaged.
    """
    return [
        {
            name: batch.column(name).to_numpy(zero_copy_only=not pa.types.is_boolean(batch.schema.field(name).type))
            for name in batch.schema.names
        }
        for batch in _batches(path)
    ]


def note_of(path: Path) -> dict[str, str]:
    """What was noted of a file when it was written."""
    found = pa.ipc.open_file(pa.memory_map(str(path))).schema.metadata or {}
    return {name.decode(): text.decode() for name, text in found.items()}


def read_table(path: Path) -> pa.Table:
    """A whole file as a table, of columns of any type."""
    return pa.Table.from_batches(_batches(path))


def _batches(path: Path) -> list[pa.RecordBatch]:
    file = pa.ipc.open_file(pa.memory_map(str(path)))
    return [file.get_batch(number) for number in range(file.num_record_batches)]


def write_texts(path: Path, texts: Iterable[str]) -> None:
    """Writes texts, in their order."""
    write_columns(path, [{"text": pa.array(texts, pa.large_string())}])


def read_texts(path: Path) -> list[str]:
    """The texts of a file."""
    texts: list[str] = read_table(path)["text"].to_pylist()
    return texts


def checksum(path: Path) -> int:
    """The CRC-32 of a file: finds damage, not malice."""
    found = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found = crc32(piece, found)
    return found


def sync(path: Path) -> None:
    """Returns when a file's content would survive a power cut."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
