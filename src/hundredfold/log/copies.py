"""Copies of messages as columns sorted by message-id hash: what the memory of duplicates is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Words: TypeAlias = npt.NDArray[np.uint64]
Times: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Rows: TypeAlias = npt.NDArray[np.intp]


def halves(column: Any) -> tuple[Words, Words]:
    """The upper and lower eight bytes of a column of 16-byte values, as numbers that compare like the bytes."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not len(array):
        return np.empty(0, np.uint64), np.empty(0, np.uint64)
    numbers = np.frombuffer(array.buffers()[1], ">u8")[2 * array.offset : 2 * (array.offset + len(array))]
    return numbers[0::2].astype(np.uint64), numbers[1::2].astype(np.uint64)


def joined(upper: Words, lower: Words) -> pa.Array:
    """The inverse of `halves`: a binary(16) array."""
    numbers = np.empty((len(upper), 2), ">u8")
    numbers[:, 0], numbers[:, 1] = upper, lower
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(upper), [None, pa.py_buffer(numbers.tobytes())])


@dataclass(frozen=True, slots=True)
class Copies:
    """One row a copy: the halves of its hash, its reception (microseconds UTC) and the halves of its content hash."""

    hi: Words
    lo: Words
    received: Times
    content_hi: Words
    content_lo: Words

    def __len__(self) -> int:
        return len(self.hi)

    def take(self, rows: Any) -> Copies:
        """The chosen rows: indices, a mask or a slice."""
        return Copies(self.hi[rows], self.lo[rows], self.received[rows], self.content_hi[rows], self.content_lo[rows])

    def blank(self) -> Copies:
        """The same hashes with nothing known of them."""
        zeros = np.zeros_like
        return Copies(self.hi, self.lo, zeros(self.received), zeros(self.content_hi), zeros(self.content_lo))

    def columns(self) -> tuple[Words, Words, Times, Words, Words]:
        """The five arrays."""
        return self.hi, self.lo, self.received, self.content_hi, self.content_lo

    @classmethod
    def together(cls, parts: Sequence[Copies]) -> Copies:
        """The rows of several, one after the other."""
        return cls(*(np.concatenate(columns) for columns in zip(*(part.columns() for part in parts), strict=True)))

    def find(self, hi: Words, lo: Words) -> Rows:
        """The row of each hash in these sorted copies, or -1; the hashes asked for are sorted, too."""
        at = np.searchsorted(self.hi, hi)
        found = np.full(len(hi), -1, np.intp)
        asked = np.flatnonzero(self.hi[np.minimum(at, len(self) - 1)] == hi) if len(self) else np.empty(0, np.intp)
        while len(asked):
            row = at[asked]
            same = (row < len(self)) & (self.hi[np.minimum(row, len(self) - 1)] == hi[asked])
            asked, row = asked[same], row[same]
            hit = self.lo[row] == lo[asked]
            found[asked[hit]] = row[hit]
            # Equal upper halves of unequal hashes: one in 10^13 chunks, and right all the same.
            asked = asked[~hit]
            at[asked] += 1
        return found


def earlier(a: Copies, b: Copies) -> Mask:
    """Row by row whether the copy in `a` is the smaller one by (received, content): the one that counts."""
    content = (a.content_hi < b.content_hi) | ((a.content_hi == b.content_hi) & (a.content_lo < b.content_lo))
    less: Mask = (a.received < b.received) | ((a.received == b.received) & content)
    return less


def unlike(a: Copies, b: Copies) -> Mask:
    """Row by row whether the contents differ."""
    differs: Mask = (a.content_hi != b.content_hi) | (a.content_lo != b.content_lo)
    return differs


def order_by_hash(copies: Copies) -> tuple[Rows, Mask]:
    """The rows by (hash, received, content, row), and which of these places begin a new hash."""
    order = np.argsort(copies.hi, kind="stable")
    hi = copies.hi[order]
    same = hi[1:] == hi[:-1]
    if same.any():
        shared = np.flatnonzero(np.concatenate([same, [False]]) | np.concatenate([[False], same]))
        rows = order[shared]
        hi_, lo, received, content_hi, content_lo = (column[rows] for column in copies.columns())
        order[shared] = rows[np.lexsort((rows, content_lo, content_hi, received, lo, hi_))]
        lo_ = copies.lo[order]
        same &= lo_[1:] == lo_[:-1]
    return order, np.concatenate([[True], ~same])[: len(order)]


def merged(parts: Sequence[Copies]) -> Copies:
    """Sorted copies of all parts, of each hash the one that counts."""
    if len(parts) == 1:
        return parts[0]
    everything = Copies.together(parts)
    order, first = order_by_hash(everything)
    return everything.take(order[first])
