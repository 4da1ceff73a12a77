"""Whole numbers of many customers as bytes, in as few as each needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from hundredfold.attribute.arithmetic import rows_in
from hundredfold.attribute.column import Bytes, Ints
from hundredfold.publish.pieces import zigzag

_MORE: Final = 0x80
"""The bit of a byte that says that a further one follows."""
_MOST_BYTES: Final = 10
"""Of a number of 64 bits, 7 bits a byte."""


class Numbers:
    """Numbers of many customers, section by section: a section has any number of them for each customer."""

    def __init__(self, customers: int) -> None:
        self.customers = customers
        self._sections: list[tuple[Ints, Ints]] = []

    def add(self, counts: Ints, values: Ints) -> None:
        """A section: the values of one customer after the other's."""
        self._sections.append((counts, values))

    def counted(self, counts: Ints, *columns: Ints) -> None:
        """A section that says how many values each customer has, and one for each column."""
        self.add(np.ones(self.customers, np.int64), counts)
        for values in columns:
            self.add(counts, values)

    def content(self) -> tuple[bytes, Ints]:
        """The numbers of one customer after the other's as bytes, and where each customer's end."""
        totals = np.sum([counts for counts, _ in self._sections], axis=0)
        ends = np.cumsum(totals)
        values, at = np.empty(int(ends[-1]), np.int64), ends - totals
        for counts, some in self._sections:
            values[rows_in(at, counts)] = some
            at += counts
        found, upto = varints(values)
        return found.tobytes(), upto[ends - 1]


class Sections:
    """What `Numbers` wrote, read section by section. Raises ValueError where it is damaged."""

    def __init__(self, contents: Sequence[bytes]) -> None:
        joined = np.frombuffer(b"".join(contents), np.uint8)
        ends = np.cumsum([len(content) for content in contents], dtype=np.int64)
        if (joined[ends[np.diff(ends, prepend=0) > 0] - 1] >= _MORE).any():
            raise ValueError("a number is cut short")
        self.customers, self._values = len(contents), numbers_in(joined)
        self._ends = np.append(0, np.cumsum(joined < _MORE))[ends]
        self._at = np.append(0, self._ends)[: len(ends)]

    def take(self, counts: Ints) -> Ints:
        """The values of the next section, given how many each customer has."""
        if (counts > self._ends - self._at).any():
            raise ValueError("it is cut short")
        found = self._values[rows_in(self._at, counts)]
        self._at = self._at + counts
        return found

    def amounts(self, counts: Ints, most: int | None = None) -> Ints:
        """The same, where the values say how many there are of something: at most as many as numbers, unless told."""
        found = self.take(counts)
        if ((found < 0) | (found > (len(self._values) if most is None else most))).any():
            raise ValueError("it says of something how many there are, and that cannot be")
        return found

    def counted(self, columns: int) -> tuple[Ints, list[Ints]]:
        """A section that says how many values each customer has, and its columns."""
        counts = self.amounts(np.ones(self.customers, np.int64))
        return counts, [self.take(counts) for _ in range(columns)]

    def must_be_done(self) -> None:
        """Raises ValueError when there are more numbers."""
        if (self._at < self._ends).any():
            raise ValueError("there is more in it than the definitions ask for")


def varints(values: Ints) -> tuple[Bytes, Ints]:
    """Numbers in as few bytes as they need, 7 bits a byte, the lowest first; and where each ends.

    >>> varints(np.array([1, -65]))
    (array([  2, 129,   1], dtype=uint8), array([1, 3]))
    """
    rest = zigzag(values)
    size = np.ones(len(values), np.int64)
    for k in range(1, 10):
        longer = rest >= np.uint64(1 << 7 * k)
        if not longer.any():
            break
        size += longer
    ends = np.cumsum(size)
    out, at = np.empty(int(ends[-1]) if len(ends) else 0, np.uint8), ends - size
    while len(rest):
        more = np.flatnonzero(rest >= np.uint64(1 << 7))
        out[at] = rest & np.uint64(0x7F)
        out[at[more]] |= np.uint8(_MORE)
        rest, at = rest[more] >> np.uint64(7), at[more] + 1
    return out, ends


def numbers_in(content: Bytes) -> Ints:
    """The numbers that `varints` wrote."""
    ends = np.flatnonzero(content < _MORE)
    if len(content) == 0:
        return np.empty(0, np.int64)
    if len(ends) == 0 or ends[-1] != len(content) - 1:
        raise ValueError("a number is cut short")
    starts = np.append(0, ends[:-1] + 1)
    if (ends - starts >= _MOST_BYTES).any():
        raise ValueError("a number has more bytes than any number needs")
    place = np.arange(len(content)) - np.repeat(starts, ends - starts + 1)
    found = np.bitwise_or.reduceat((content & 0x7F).astype(np.uint64) << (7 * place).astype(np.uint64), starts)
    result: Ints = (found >> np.uint64(1)).view(np.int64) ^ -(found & np.uint64(1)).view(np.int64)
    return result
