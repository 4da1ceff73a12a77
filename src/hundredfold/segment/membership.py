"""Who is in which segment: a bit for every segment and customer, in blocks like those of the current values."""

from __future__ import annotations

from typing import Final

import numpy as np

from hundredfold.attribute.column import Bytes, Ints, Mask
from hundredfold.live.blocks import BLOCK, by_block
from hundredfold.live.moves import Moves
from hundredfold.segment.program import Bits
from hundredfold.segment.table import Words, packed

_BYTES: Final = BLOCK // 8


class Membership:
    """The members of `segments` segments, among customers given by numbers."""

    def __init__(self, segments: int) -> None:
        self.segments = segments
        self.counts = np.zeros(segments, np.int64)
        """How many members each segment has."""
        self._blocks: dict[int, Bytes] = {}

    def fill(self, segments: Ints, first: int, bits: Bits) -> None:
        """As `put`, without telling who has moved."""
        start = first % BLOCK // 8
        block, room = self._block(first // BLOCK), slice(start, start + 8 * bits.shape[1])
        for change, one in ((1, bits), (-1, block[segments, room])):
            self.counts[segments] += change * np.bitwise_count(one).sum(axis=1, dtype=np.int64)
        block[segments, room] = bits.view(np.uint8)

    def put(self, segments: Ints, first: int, bits: Bits, kept: Words) -> Moves:
        """Sets the bits of some segments for whole words of customers of a block, from `first` (a multiple of 64) on.

        Those of the `kept` customers stay as they are.
        """
        block, start = self._block(first // BLOCK), first % BLOCK // 8
        room = slice(start, start + 8 * bits.shape[1])
        old = block[segments, room]
        new = (bits & ~kept).view(np.uint8) | (old & kept.view(np.uint8))
        differ = old ^ new
        segment, byte = np.nonzero(differ)
        block[segments, room] = new
        changed = np.unpackbits(differ[segment, byte][:, None], axis=1, bitorder="little")
        row, bit = np.nonzero(changed)
        entered = (new[segment[row], byte[row]] >> bit.astype(np.uint8) & 1).astype(np.uint8)
        return self._moved(segments[segment[row]], first + byte[row] * 8 + bit, entered)

    def change(self, segments: Ints, customers: Ints, bits: Bits) -> Moves:
        """Sets the bits of some segments for some ascending customers: the i-th bit is that of the i-th customer."""
        new = np.unpackbits(bits.view(np.uint8), axis=1, count=len(customers), bitorder="little")
        parts = []
        for number, some in by_block(customers):
            block, byte, bit = self._at(number, customers[some])
            old = block[np.ix_(segments, byte)] >> bit & 1
            segment, row = np.nonzero(old != new[:, some])
            np.bitwise_xor.at(block, (segments[segment], byte[row]), np.uint8(1) << bit[row])
            parts.append(self._moved(segments[segment], customers[some][row], new[:, some][segment, row]))
        return Moves.together(parts)

    def rename(self, old: Ints, new: Ints) -> None:
        """Customers, all different, go on under other numbers, which nobody has had: they are in what they were in."""
        if len(old) == 0:
            return
        order, everything = np.argsort(new), np.arange(self.segments)
        places, owner = np.unique(old[order], return_inverse=True)
        bits = self._bits(everything, places)
        self.change(everything, new[order], packed(bits[:, owner]))
        self.change(everything, places, packed(np.zeros_like(bits)))

    def enter(self, segment: int, customers: Ints) -> None:
        """Some customers (ascending), who were in no segment, are in one, without moving."""
        for number, some in by_block(customers):
            block, byte, bit = self._at(number, customers[some])
            np.bitwise_or.at(block[segment], byte, np.uint8(1) << bit)
        self.counts[segment] += len(customers)

    @property
    def blocks(self) -> list[int]:
        """The blocks that anybody has been in."""
        return sorted(self._blocks)

    def empty(self, blocks: list[int]) -> Moves:
        """Everybody of some blocks leaves."""
        everything, parts = np.arange(self.segments), []
        for number in blocks:
            nobody = np.zeros((self.segments, BLOCK // 64), np.uint64)
            parts.append(self.put(everything, number * BLOCK, nobody, nobody[0]))
        return Moves.together(parts)

    def copied(self) -> Membership:
        """The same members, for whoever looks at them later."""
        other = Membership(self.segments)
        other.counts = self.counts.copy()
        other._blocks = {number: block.copy() for number, block in self._blocks.items()}
        return other

    def has(self, segment: int, customer: int) -> bool:
        """Whether a customer is in a segment."""
        block = self._blocks.get(customer // BLOCK)
        return block is not None and bool(block[segment, customer % BLOCK // 8] >> customer % 8 & 1)

    def of(self, customer: int) -> Ints:
        """The segments that a customer is in."""
        block = self._blocks.get(customer // BLOCK)
        if block is None:
            return np.empty(0, np.int64)
        return np.flatnonzero(block[:, customer % BLOCK // 8] >> np.uint8(customer % 8) & 1)

    def within(self, segment: int, first: int, end: int) -> Mask:
        """Which of the numbers from `first` (a block's first) to `end` are members."""
        block = self._blocks.get(first // BLOCK)
        if block is None:
            return np.zeros(end - first, np.bool_)
        found: Mask = np.unpackbits(block[segment], count=end - first, bitorder="little").view(np.bool_)
        return found

    def members(self, segment: int) -> Ints:
        """The members of a segment, ascending."""
        found = [np.empty(0, np.int64)]
        for number, block in sorted(self._blocks.items()):
            found.append(np.flatnonzero(np.unpackbits(block[segment], bitorder="little")) + number * BLOCK)
        return np.concatenate(found)

    def overlaps(self, some: Ints) -> Ints:
        """How many customers each two of some segments share: (n, n); in the diagonal how many one has."""
        shared = np.zeros((len(some), len(some)), np.int64)
        for block in self._blocks.values():
            words = block[some].view(np.uint64)
            for one in range(len(some)):
                shared[one, one:] += np.bitwise_count(words[one:] & words[one]).sum(axis=1, dtype=np.int64)
        return np.maximum(shared, shared.T)

    def _bits(self, segments: Ints, customers: Ints) -> Bytes:
        """Whether some ascending customers are in some segments: (segments, customers)."""
        found = np.zeros((len(segments), len(customers)), np.uint8)
        for number, some in by_block(customers):
            block, byte, bit = self._at(number, customers[some])
            found[:, some] = block[np.ix_(segments, byte)] >> bit & 1
        return found

    def _at(self, number: int, customers: Ints) -> tuple[Bytes, Ints, Bytes]:
        """A block, and the bytes and bits of some of its customers."""
        rows = customers % BLOCK
        return self._block(number), rows >> 3, (rows & 7).astype(np.uint8)

    def _block(self, number: int) -> Bytes:
        if number not in self._blocks:
            self._blocks[number] = np.zeros((self.segments, _BYTES), np.uint8)
        return self._blocks[number]

    def _moved(self, segment: Ints, customer: Ints, entered: Bytes) -> Moves:
        came = entered == 1
        self.counts += np.bincount(segment[came], minlength=self.segments)
        self.counts -= np.bincount(segment[~came], minlength=self.segments)
        return Moves(segment, customer, entered)
