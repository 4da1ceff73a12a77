"""A frame of the embedded log: messages that were made durable together, with what proves them whole.

    magic 4s | version u16 | flags u16 | rows u32 | CRC-32 of the body u32 | group u64 | length u64 | reserved u32
    | CRC-32 of this header and the vector u32 || vector i64 x partitions || body, padded to 8 bytes

`vector` is the next offset of every partition before the frame; the body is an Arrow IPC record batch of `STORED`
rows without its schema. `group` is the place in the file of the first frame that one sync made durable together
with this one; MORE says that the group goes on: a group counts only whole.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hundredfold.errors import LogError, newer
from hundredfold.log.stored import STORED

MAGIC: Final = b"HFF1"
VERSION: Final = 1
MORE: Final = 1
_HEAD: Final = struct.Struct("<4sHHIIQQI")
_VERSIONED: Final = struct.Struct("<4sH")
"""Every version begins so, and has its checksum in this place: that is how an older one knows it."""
_CRC: Final = struct.Struct("<I")
HEADER_BYTES: Final = _HEAD.size + _CRC.size


@dataclass(frozen=True, slots=True)
class FrameHead:
    """What a frame's header says. `vector` are the offsets before it; `body` the first byte of its body."""

    start: int
    body: int
    length: int
    rows: int
    more: bool
    group: int
    crc: int
    vector: npt.NDArray[np.int64]

    @property
    def end(self) -> int:
        """The place behind the frame's padding."""
        return self.body + padded(self.length)


def padded(length: int) -> int:
    """The next multiple of 8: Arrow wants its numbers aligned."""
    return (length + 7) & ~7


def encoded(batch: pa.RecordBatch, vector: npt.NDArray[np.int64], group: int, more: bool) -> bytes:
    """A batch of `STORED` rows as the bytes of a frame."""
    body = batch.serialize()
    flags = MORE if more else 0
    crc = zlib.crc32(memoryview(body))
    head = _HEAD.pack(MAGIC, VERSION, flags, batch.num_rows, crc, group, body.size, 0)
    bases = vector.astype("<i8").tobytes()
    check = _CRC.pack(zlib.crc32(bases, zlib.crc32(head)))
    return b"".join((head, check, bases, memoryview(body), bytes(padded(body.size) - body.size)))


def head_at(content: memoryview, start: int, partitions: int) -> FrameHead | None:
    """The header at a place, or None when no whole and valid header lies there.

    Raises LogError for one that a newer version wrote: a reader that took it for a torn end would cut it away.
    """
    body = body_at(start, partitions)
    if body > len(content):
        return None
    magic, version, flags, rows, crc, group, length, _ = _HEAD.unpack_from(content, start)
    (check,) = _CRC.unpack_from(content, start + _HEAD.size)
    bases = content[start + HEADER_BYTES : body]
    if magic != MAGIC or check != zlib.crc32(bases, zlib.crc32(content[start : start + _HEAD.size])):
        return None
    if version > VERSION:
        raise LogError(newer(f"byte {start} of the segment", "log frame", version, VERSION))
    if version != VERSION:
        return None
    return FrameHead(start, body, length, rows, bool(flags & MORE), group, crc, np.frombuffer(bases, "<i8"))


def version_of(start: bytes) -> int | None:
    """The version of the frame that begins so; None when none does."""
    if len(start) < _VERSIONED.size:
        return None
    magic, version = _VERSIONED.unpack_from(start)
    return int(version) if magic == MAGIC else None


def is_whole(content: memoryview, head: FrameHead) -> bool:
    """Whether the frame's body is all there, as it was written."""
    if head.end > len(content):
        return False
    return zlib.crc32(content[head.body : head.body + head.length]) == head.crc


def body_at(start: int, partitions: int) -> int:
    """Where the body of the frame at a place begins."""
    return start + HEADER_BYTES + 8 * partitions


def rows_in(content: pa.Buffer, body: int, end: int) -> pa.RecordBatch:
    """The rows of the body between two places, padding included; they lie in `content` and keep it alive."""
    return pa.ipc.read_record_batch(content.slice(body, end - body), STORED)
