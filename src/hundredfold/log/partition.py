"""Where a key lives: a hash that is the same in every process, on every machine, for ever."""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def partition_of(key: str, partitions: int) -> int:
    """The partition, from 0, of a key: CRC-32 of its UTF-8 modulo the number of partitions.

    >>> partition_of("u:c17", 4)
    3
    """
    return zlib.crc32(key.encode()) % partitions


def partitions_of(keys: pa.Array | pa.ChunkedArray, partitions: int) -> npt.NDArray[np.int32]:
    """`partition_of` for a whole column of text: int32, as long as the column."""
    chunks = keys.chunks if isinstance(keys, pa.ChunkedArray) else [keys]
    found = [(_crc32(chunk) % np.uint32(partitions)).astype(np.int32) for chunk in chunks]
    return np.concatenate(found) if found else np.empty(0, np.int32)


def _crc_table() -> npt.NDArray[np.uint32]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(0xEDB88320), table >> 1)
    return table.astype(np.uint32)


_TABLE: Final = _crc_table()


def _crc32(keys: pa.Array) -> npt.NDArray[np.uint32]:
    """Byte after byte over all keys at once: longest first, so that the keys with a j-th byte are a prefix."""
    column = keys.cast(pa.large_binary())
    rows = len(column)
    if not rows:
        return np.empty(0, np.uint32)
    _, offsets_buffer, bytes_buffer = column.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int64)[column.offset : column.offset + rows + 1]
    text = np.frombuffer(bytes_buffer, np.uint8) if bytes_buffer is not None else np.empty(0, np.uint8)
    lengths = np.diff(offsets)
    longest_first = np.argsort(-lengths, kind="stable")
    starts = offsets[:-1][longest_first]
    having = rows - np.searchsorted(lengths[longest_first[::-1]], np.arange(lengths.max(initial=0)), side="right")
    crc = np.full(rows, 0xFFFFFFFF, np.uint32)
    for j, n in enumerate(having.tolist()):
        head = crc[:n]
        crc[:n] = _TABLE[(head ^ text[starts[:n] + j]) & np.uint32(0xFF)] ^ (head >> np.uint32(8))
    found = np.empty(rows, np.uint32)
    found[longest_first] = ~crc
    return found
