"""Cells in as few bytes as they need: what a state holds for long and reads little of at a time.

Numbers are `base + step * data`, `data` being the narrowest integers that hold it; `step` is the numbers' greatest
common divisor, so that amounts in cents do not pay for their millionths. Sent ids are bits: one for each that is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hundredfold.attribute.arithmetic import rows_in
from hundredfold.attribute.cells import Cells
from hundredfold.attribute.column import Ints
from hundredfold.attribute.order import LINE_BITS, OFFSET_BITS

Numbers = npt.NDArray[Any]

_LOW: Final = (1 << 32) - 1
_SAMPLE: Final = 1_024
PARTITION_BITS: Final = OFFSET_BITS + LINE_BITS


@dataclass(frozen=True, slots=True)
class Packed:
    """An array of int64, shape (n,), that is read like one; picking rows unpacks them.

    `data` is of one, two or four bytes; where that is too little, `high` (one or two bytes) has the bits from 32 on.
    With `bits` what is packed are refs, whose partitions lie close behind so many bits instead of far up.
    """

    data: Numbers
    base: int
    step: int
    high: Numbers | None = None
    bits: int = 0

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, rows: Any) -> Any:
        found = self.data[rows].astype(np.int64)
        if self.high is not None:
            found |= self.high[rows].astype(np.int64) << 32
        found *= self.step
        found += self.base
        if self.bits:
            return (found >> self.bits << PARTITION_BITS) | (found & ((1 << self.bits) - 1))
        return found

    def __array__(self, dtype: Any = None, copy: Any = None) -> Numbers:
        whole: Numbers = self[:]
        return whole if dtype is None else whole.astype(dtype, copy=False)

    @property
    def nbytes(self) -> int:
        """The bytes that it takes."""
        return int(self.data.nbytes) + (0 if self.high is None else int(self.high.nbytes))


def packed(array: Ints) -> Ints | Packed:
    """The array in fewer bytes; itself where that does not help.

    >>> packed(np.array([70_000_000, 10_000_000, 40_000_000])).data.tolist()
    [2, 0, 1]
    """
    if len(array) == 0:
        return array
    base = int(array.min())
    span = int(array.max()) - base
    if span > np.iinfo(np.int64).max:
        return array
    step, least = 1, _width(span)
    if least > 1:
        # What divides all of the numbers divides a few of them: most arrays are known by those to have no divisor.
        step = int(np.gcd.reduce(array[:_SAMPLE] - base))
        step = step if step == 1 else int(np.gcd.reduce(array - base))
    width = _width(span // step)
    if width > 6:
        return array
    if width == least:
        step = 1
    data = (array - base) // step if step > 1 else array - base
    if width <= 4:
        return Packed(data.astype(f"u{width}"), base, step)
    return Packed((data & _LOW).astype(np.uint32), base, step, (data >> 32).astype(f"u{width - 4}"))


def packed_refs(refs: Ints) -> Ints | Packed:
    """Refs in fewer bytes: most partitions are far from full."""
    if len(refs) == 0:
        return refs
    rest = refs & ((1 << PARTITION_BITS) - 1)
    bits = max(int(rest.max()).bit_length(), 1)
    close = packed((refs >> PARTITION_BITS << bits) | rest)
    return replace(close, bits=bits) if isinstance(close, Packed) else refs


def _width(span: int) -> int:
    """The bytes that numbers up to `span` take: 1, 2, 4, 5, 6 or 8."""
    return next((width for width in (1, 2, 4, 5, 6) if span < 1 << 8 * width), 8)


class SentIds:
    """The sent ids of sorted cells: a bit for each that has any, and where its cells begin.

    `words` (uint64) are 64 sent ids each; `starts` (uint32) has where the cells of each begin and, at its end, how many
    there are, or is None where every sent id has one cell.
    """

    def __init__(self, words: Numbers, starts: Numbers | None) -> None:
        self.words, self.starts = words, starts
        counts = np.bitwise_count(words)
        upto = np.cumsum(counts, dtype=np.int64)
        self._ranks = (upto - counts).astype(np.uint32)
        """How many sent ids there are before each word."""
        self._cells = int(upto[-1] if starts is None and len(upto) else 0 if starts is None else starts[-1])

    @staticmethod
    def of(sids: Ints) -> SentIds:
        """Those of sorted cells, given the sent id of each."""
        new = np.append(True, sids[1:] != sids[:-1])[: len(sids)]
        present = sids[new]
        bits = np.zeros((int(sids[-1]) // 64 + 1 if len(sids) else 0) * 64, np.bool_)
        bits[present] = True
        starts = np.append(np.flatnonzero(new), len(sids)).astype(np.uint32)
        words = np.packbits(bits, bitorder="little").view("<u8")
        return SentIds(words, None if len(present) == len(sids) else starts)

    def __len__(self) -> int:
        return self._cells

    def places(self, sids: Ints) -> tuple[Ints, Ints]:
        """Where the cells of sent ids begin, and how many there are; where there are none the place means nothing."""
        if self._cells == 0:
            return np.zeros(len(sids), np.int64), np.zeros(len(sids), np.int64)
        word = np.minimum(sids >> 6, len(self.words) - 1)
        bit = np.left_shift(np.uint64(1), (sids & 63).astype(np.uint64))
        words = self.words[word]
        there = ((words & bit) != 0) & (sids >> 6 == word)
        rank = self._ranks[word].astype(np.int64) + np.bitwise_count(words & (bit - np.uint64(1)))
        if self.starts is None:
            return rank, there.astype(np.int64)
        rank = np.where(there, rank, 0)
        low = self.starts[rank].astype(np.int64)
        return low, np.where(there, self.starts[rank + 1] - low, 0)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Numbers:
        present = np.flatnonzero(np.unpackbits(self.words.view(np.uint8), bitorder="little"))
        if self.starts is None:
            whole: Numbers = present
        else:
            starts: Ints = self.starts.astype(np.int64)
            whole = np.repeat(present, starts[1:] - starts[:-1])
        return whole if dtype is None else whole.astype(dtype, copy=False)

    @property
    def nbytes(self) -> int:
        """The bytes that they take."""
        starts = 0 if self.starts is None else self.starts.nbytes
        return int(self.words.nbytes + self._ranks.nbytes + starts)


@dataclass(frozen=True, slots=True)
class PackedCells:
    """Cells as they are held for long. `len` is how many."""

    sids: SentIds
    bucket: Ints | Packed | None
    key: Ints | Packed | None
    arrays: dict[str, Ints | Packed]

    def __len__(self) -> int:
        return len(self.sids)

    @staticmethod
    def of(cells: Cells) -> PackedCells:
        """Sorted cells, packed."""
        return PackedCells(
            SentIds.of(cells.sid),
            None if cells.bucket is None else packed(cells.bucket),
            None if cells.key is None else packed(cells.key),
            {name: (packed_refs if name.endswith(".ref") else packed)(array) for name, array in cells.arrays.items()},
        )

    def whole(self) -> Cells:
        """All of them, unpacked."""
        return self._at(slice(None), np.asarray(self.sids))

    def take(self, low: Ints, sizes: Ints, sids: Ints) -> Cells:
        """The cells of sent ids, given their `places`."""
        return self._at(rows_in(low, sizes), np.repeat(sids, sizes))

    def _at(self, rows: Any, sids: Ints) -> Cells:
        return Cells(
            sids,
            None if self.bucket is None else self.bucket[rows],
            None if self.key is None else self.key[rows],
            {name: array[rows] for name, array in self.arrays.items()},
        )

    @property
    def nbytes(self) -> int:
        """The bytes of everything."""
        arrays = [self.sids, self.bucket, self.key, *self.arrays.values()]
        return sum(int(array.nbytes) for array in arrays if array is not None)
