"""Bytes of many rows at once: pieces of every row, written side by side into one buffer.

A piece knows its size in every row before anything is written. Small ones are written as whole 8-byte words, so that
a word may spill over the piece's end; pieces are therefore written from left to right, and every row has room for the
last spill behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hundredfold.attribute.arithmetic import rows_in
from hundredfold.attribute.column import Bytes, Ints, Mask

Words: TypeAlias = npt.NDArray[np.uint64]

SPILL: Final = 24
"""Bytes behind every row: no piece spills further."""
WORD: Final = 8
_VARINT: Final = 10
"""The most bytes of an int64."""
_FULL: Final = (1 << 8 * WORD) - 1
_MORE: Final = [sum(0x80 << 8 * k for k in range(size - 1)) for size in range(1, _VARINT + 1)]
"""By size from 1: the bits that say that a further byte follows."""
_MORE_LOW: Final = np.array([0, *(more & _FULL for more in _MORE)], np.uint64)
_MORE_HIGH: Final = np.array([0, *(more >> 8 * WORD for more in _MORE)], np.uint64)


class Buffer:
    """Room for rows; `words` are its bytes eight by eight, from any byte on."""

    def __init__(self, size: int) -> None:
        self.bytes: Bytes = np.empty(size + SPILL, np.uint8)
        self.words: Words = np.ndarray((size + SPILL - WORD + 1,), "<u8", self.bytes.data, strides=(1,))


class Piece(Protocol):
    """The same part of every row."""

    @property
    def size(self) -> Ints:
        """How many bytes it has in each row, shape (n,)."""

    def write(self, out: Buffer, at: Ints) -> None:
        """Writes each row's bytes at its place. At most `SPILL` bytes behind them may be written, too."""


@dataclass(frozen=True, slots=True)
class Small:
    """At most 16 bytes a row, as two words whose first byte is the lowest; `high` is None when none has more than 8."""

    size: Ints
    low: Words
    high: Words | None = None

    def write(self, out: Buffer, at: Ints) -> None:
        """As every piece."""
        out.words[at] = self.low
        if self.high is not None:
            long = np.flatnonzero(self.size > WORD)
            out.words[at[long] + WORD] = self.high[long]


@dataclass(frozen=True, slots=True)
class Same:
    """The same bytes in each of `rows` rows."""

    content: bytes
    rows: int

    @property
    def size(self) -> Ints:
        """As every piece."""
        return np.full(self.rows, len(self.content), np.int64)

    def write(self, out: Buffer, at: Ints) -> None:
        """As every piece."""
        out.bytes[at[:, None] + np.arange(len(self.content))] = np.frombuffer(self.content, np.uint8)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that were written: row i is `size[i]` bytes from `start[i]` on. Written again, they spill nothing."""

    bytes: Bytes
    start: Ints
    size: Ints

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: Ints) -> Rows:
        """Some rows."""
        return Rows(self.bytes, self.start[rows], self.size[rows])

    def write(self, out: Buffer, at: Ints) -> None:
        """As every piece."""
        out.bytes[rows_in(at, self.size)] = self.bytes[rows_in(self.start, self.size)]


@dataclass(frozen=True, slots=True)
class Lists:
    """A list a row: `head`, then the items `offsets[i]` to `offsets[i + 1]`, then a 0; `empty` rows are a 0 alone."""

    head: Small
    offsets: Ints
    items: Rows

    @property
    def size(self) -> Ints:
        """As every piece."""
        before = np.concatenate(([0], np.cumsum(self.items.size)))
        items = before[self.offsets[1:]] - before[self.offsets[:-1]]
        return np.where(np.diff(self.offsets) > 0, self.head.size + items + 1, 1)

    def write(self, out: Buffer, at: Ints) -> None:
        """As every piece."""
        counts = np.diff(self.offsets)
        some, sizes = np.flatnonzero(counts > 0), self.size
        head = Small(self.head.size[some], self.head.low[some])
        head.write(out, at[some])
        before = np.cumsum(self.items.size) - self.items.size
        first = np.zeros(len(counts), np.int64)
        first[some] = before[self.offsets[:-1][some]]
        self.items.write(out, before + np.repeat(at + self.head.size - first, counts))
        out.bytes[at + sizes - 1] = 0


def together(pieces: Sequence[Piece]) -> Rows:
    """The rows that the pieces make, side by side."""
    sizes = [piece.size for piece in pieces]
    size = np.sum(sizes, axis=0)
    start = np.cumsum(size + SPILL) - (size + SPILL)
    out = Buffer(int((size + SPILL).sum()))
    at = start.copy()
    for piece, one in zip(pieces, sizes, strict=True):
        piece.write(out, at)
        at += one
    return Rows(out.bytes, start, size)


# --- numbers and texts of Avro ---------------------------------------------------------------------------------------


def zigzag(values: Ints) -> Words:
    """Signed numbers as unsigned ones, small for small magnitudes: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return ((values << 1) ^ (values >> 63)).view(np.uint64)


def longs(values: Ints) -> Small:
    """Whole numbers as Avro has them: zigzag, then 7 bits a byte, the lowest first."""
    found = zigzag(values)
    most = int(found.max(initial=0))
    size = np.ones(len(values), np.int64)
    for k in range(1, _VARINT):
        if most < 1 << 7 * k:
            break
        size += found >= np.uint64(1 << 7 * k)
    low, high = _MORE_LOW[size], _MORE_HIGH[size]
    for k in range(max(1, -(-most.bit_length() // 7))):
        group = (found >> np.uint64(7 * k)) & np.uint64(0x7F)
        if k < WORD:
            low |= group << np.uint64(8 * k)
        else:
            high |= group << np.uint64(8 * (k - WORD))
    return Small(size, low, high if most >= 1 << 7 * WORD else None)


def decimals(millionths: Ints) -> Small:
    """Exact numbers as Avro's decimals of scale 6: the length, then two's complement, the highest byte first."""
    magnitude = millionths ^ (millionths >> 63)
    most = int(magnitude.max(initial=0))
    size = np.ones(len(millionths), np.int64)
    for k in range(1, WORD):
        if most < 1 << (8 * k - 1):
            break
        size += magnitude >= 1 << (8 * k - 1)
    unused = (8 * (WORD - size)).astype(np.uint64)
    content = (millionths.view(np.uint64) << unused).byteswap()
    low = (size.view(np.uint64) << np.uint64(1)) | (content << np.uint64(8))
    high = content >> np.uint64(56) if most >= 1 << (8 * (WORD - 1) - 1) else None
    return Small(size + 1, low, high)


def booleans(values: Ints) -> Small:
    """0 and 1 as Avro's booleans."""
    return Small(np.ones(len(values), np.int64), values.view(np.uint64))


def strings(texts: Sequence[str]) -> Rows:
    """Texts as Avro has them: the length in bytes, then UTF-8."""
    if not texts:
        return together([Same(b"", 0)])
    found = pa.array(texts, pa.large_string())
    offsets = np.frombuffer(found.buffers()[1], np.int64)[: len(texts) + 1]
    content = np.frombuffer(found.buffers()[2] or b"", np.uint8)
    size = np.diff(offsets)
    return together([longs(size), Rows(content, offsets[:-1], size)])


def branch(piece: Small, number: int) -> Small:
    """A piece as a branch of a union."""
    high = None
    if piece.high is not None or int(piece.size.max(initial=0)) >= WORD:
        high = piece.low >> np.uint64(8 * (WORD - 1))
        if piece.high is not None:
            high |= piece.high << np.uint64(8)
    return Small(piece.size + 1, (piece.low << np.uint64(8)) | np.uint64(2 * number), high)


def nullable(piece: Small, there: Mask) -> Small:
    """A piece as the second branch of a union with null; null where it is not there."""
    found = branch(piece, 1)
    if there.all():
        return found
    return Small(np.where(there, found.size, 1), found.low * there, found.high)
