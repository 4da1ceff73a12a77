"""A sorted run of copies in a file, read through a memory map: 36 bytes a copy, and ten bits of a Bloom filter.

The first 16 bits of a hash are not stored: a directory says where the rows of each prefix begin. The filter is
blocked: one 64-bit word a hash, found by the hash's leading bits, so a sorted chunk walks through it in order.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from hundredfold.errors import LogError
from hundredfold.log.copies import Copies, Rows, Times, Words, merged

VERSION: Final = 2
_NAMED: Final = b"HFSEEN\x00"
_MAGIC: Final = _NAMED + bytes((VERSION,))
_HEAD: Final = struct.Struct("<8sQQQqq")
_PREFIXES: Final = 1 << 16
_BITS_PER_COPY: Final = 10
_BLOCK_ROWS: Final = 1 << 19
"""About as many rows are in memory while runs are merged."""
_LOW_48: Final = np.uint64((1 << 48) - 1)


class _Head(NamedTuple):
    """Rows, room for rows, words of the filter, and the first and the last reception (microseconds UTC)."""

    rows: int
    capacity: int
    words: int
    first: int
    last: int


def _layout(head: _Head) -> Iterator[tuple[str, str, int, int]]:
    """Name, type, length and place of every column. Receptions within nine years of each other take six bytes."""
    capacity, words, at = head.capacity, head.words, 64
    narrow = head.last - head.first <= int(_LOW_48)
    columns = (
        ("directory", "<u4", _PREFIXES + 1),
        ("middle", "<u8", capacity),
        ("rest_low", "<u4", capacity),
        ("rest_high", "<u2", capacity),
        ("received", "<u4" if narrow else "<i8", capacity),
        ("received_high", "<u2", capacity if narrow else 0),
        ("content_hi", "<u8", capacity),
        ("content_lo", "<u8", capacity),
        ("bloom", "<u8", words),
    )
    for name, kind, length in columns:
        yield name, kind, length, at
        at += (np.dtype(kind).itemsize * length + 63) & ~63


def version(path: Path) -> int | None:
    """The version of a run's file; None when it is none."""
    with path.open("rb") as file:
        magic = file.read(len(_MAGIC))
    return magic[-1] if magic[:-1] == _NAMED else None


class Run:
    """Copies sorted by hash, one a hash, in an immutable file. `len` is how many."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            try:
                magic, *told = _HEAD.unpack(file.read(_HEAD.size))
            except struct.error:
                magic = b""
        if magic != _MAGIC:
            raise LogError(f"{path}: this is no run of seen messages. Delete the state folder; it is built again.")
        self._head = _Head(*told)
        self._columns = _mapped(path, self._head, "r")

    def __len__(self) -> int:
        return self._head.rows

    @property
    def received(self) -> tuple[int, int]:
        """The first and the last reception, or those that it was written for."""
        return self._head.first, self._head.last

    def rows(self, first: int, last: int) -> Copies:
        """The rows of the prefixes `first` to `last` (without it), unpacked."""
        c, directory = self._columns, self._columns["directory"]
        chosen = slice(int(directory[first]), int(directory[last]))
        counts = np.diff(directory[first : last + 1].astype(np.int64))
        return self._unpacked(np.repeat(np.arange(first, last, dtype=np.uint64), counts), chosen, c)

    def at(self, rows: Rows, hi: Words, lo: Words) -> Copies:
        """The rows found for these hashes."""
        c = self._columns
        return Copies(hi, lo, self._received(rows), c["content_hi"][rows], c["content_lo"][rows])

    def _received(self, rows: Any) -> Times:
        low, high = self._columns["received"], self._columns["received_high"]
        times: Times = low[rows].astype(np.int64)
        return times + (high[rows].astype(np.int64) << 32) + self._head.first if len(high) else times

    def _unpacked(self, prefixes: Words, chosen: slice, c: dict[str, Any]) -> Copies:
        middle = c["middle"][chosen]
        rest = c["rest_low"][chosen] | (c["rest_high"][chosen].astype(np.uint64) << np.uint64(32))
        hi = (prefixes << np.uint64(48)) | (middle >> np.uint64(16))
        lo = (middle << np.uint64(48)) | rest
        return Copies(hi, lo, self._received(chosen), c["content_hi"][chosen], c["content_lo"][chosen])

    def find(self, hi: Words, lo: Words, bits: Words) -> Rows:
        """The row of each hash, or -1, given its `filter_bits`. Hashes that the filter does not know cost one look."""
        found = np.full(len(hi), -1, np.intp)
        maybe = np.flatnonzero((self._columns["bloom"][_word(hi, self._head.words)] & bits) == bits)
        if len(maybe):
            found[maybe] = self._searched(hi[maybe], lo[maybe])
        return found

    def _searched(self, hi: Words, lo: Words) -> Rows:
        directory, middles = self._columns["directory"], self._columns["middle"]
        prefix, middle, rest = _packed(hi, lo)
        low, high = directory[prefix].astype(np.int64), directory[prefix + 1].astype(np.int64)
        after, top = high.copy(), max(0, len(self) - 1)
        while (low < high).any():
            half = (low + high) >> 1
            less = (low < high) & (middles[np.minimum(half, top)] < middle)
            low, high = np.where(less, half + 1, low), np.where(less, high, half)
        while True:
            row = np.minimum(low, top)
            same = (low < after) & (middles[row] == middle)
            stored = self._columns["rest_low"][row] | (
                self._columns["rest_high"][row].astype(np.uint64) << np.uint64(32)
            )
            before = same & (stored < rest)
            if not before.any():
                return np.where(same & (stored == rest), low, -1).astype(np.intp)
            low[before] += 1

    def sync(self) -> None:
        """Returns when the file would survive a power cut."""
        file = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def write_run(path: Path, parts: Sequence[Copies | Run]) -> Run:
    """Merges sorted copies and runs into one run, a block of prefixes after the other, so memory stays small."""
    capacity = sum(len(part) for part in parts)
    words = capacity * _BITS_PER_COPY // 64 + 1
    bounds = [_bounds(part) for part in parts if len(part)] or [(0, 0)]
    head = _Head(0, capacity, words, min(first for first, _ in bounds), max(last for _, last in bounds))
    *_, (_, _, _, last_place) = _layout(head)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.truncate(last_place + 8 * words)
    columns = _mapped(fresh, head, "r+")
    done = 0
    for first, last in _blocks(parts, capacity):
        block = merged([_rows_of(part, first, last) for part in parts])
        done += _write_block(columns, block, head, first, last, done)
    with fresh.open("r+b") as file:
        file.write(_HEAD.pack(_MAGIC, *head._replace(rows=done)))
    fresh.replace(path)
    return Run(path)


def _bounds(part: Copies | Run) -> tuple[int, int]:
    return part.received if isinstance(part, Run) else (int(part.received.min()), int(part.received.max()))


def _write_block(columns: dict[str, Any], block: Copies, head: _Head, first: int, last: int, done: int) -> int:
    prefix, middle, rest = _packed(block.hi, block.lo)
    rows = slice(done, done + len(block))
    columns["middle"][rows] = middle
    columns["rest_low"][rows] = rest & np.uint64(0xFFFFFFFF)
    columns["rest_high"][rows] = rest >> np.uint64(32)
    if len(columns["received_high"]):
        since = block.received - head.first
        columns["received"][rows], columns["received_high"][rows] = since & 0xFFFFFFFF, since >> 32
    else:
        columns["received"][rows] = block.received
    columns["content_hi"][rows], columns["content_lo"][rows] = block.content_hi, block.content_lo
    columns["directory"][first : last + 1] = done + np.searchsorted(prefix, np.arange(first, last + 1))
    if len(block):
        word = _word(block.hi, len(columns["bloom"]))
        starts = np.flatnonzero(np.concatenate([[True], word[1:] != word[:-1]]))
        columns["bloom"][word[starts]] |= np.bitwise_or.reduceat(filter_bits(block.lo), starts)
    return len(block)


def _blocks(parts: Sequence[Copies | Run], rows: int) -> Iterator[tuple[int, int]]:
    """Ranges of prefixes with about `_BLOCK_ROWS` rows: hashes are evenly spread."""
    step = max(1, _PREFIXES * _BLOCK_ROWS // max(rows, 1))
    for first in range(0, _PREFIXES, step):
        yield first, min(first + step, _PREFIXES)


def _rows_of(part: Copies | Run, first: int, last: int) -> Copies:
    if isinstance(part, Run):
        return part.rows(first, last)
    begin, end = np.searchsorted(part.hi >> np.uint64(48), [first, last]).tolist()
    return part.take(slice(begin, end))


def _mapped(path: Path, head: _Head, mode: Any) -> dict[str, Any]:
    return {
        name: np.memmap(path, kind, mode, at, (length,)).view(np.ndarray) if length else np.empty(0, kind)
        for name, kind, length, at in _layout(head)
    }


def _packed(hi: Words, lo: Words) -> tuple[Rows, Words, Words]:
    """A hash as its 16-bit prefix, the 64 bits behind, and the last 48."""
    prefix = (hi >> np.uint64(48)).astype(np.intp)
    return prefix, (hi << np.uint64(16)) | (lo >> np.uint64(48)), lo & _LOW_48


def _word(hi: Words, words: int) -> Rows:
    return (((hi >> np.uint64(32)) * np.uint64(words)) >> np.uint64(32)).astype(np.intp)


def filter_bits(lo: Words) -> Words:
    """The four bits, some perhaps equal, that a hash sets in its word of a filter."""
    one, six_bits = np.uint64(1), np.uint64(63)
    bits = one << (lo & six_bits)
    for shift in (6, 12, 18):
        bits |= one << ((lo >> np.uint64(shift)) & six_bits)
    return bits
