"""Values of any kind as two arrays, and the pool that turns texts into codes.

A `Column` holds one value a row: `kind` (uint8) says what it is, `data` (int64) holds it: millionths of a number, a
text's code in the pool, 0 or 1 of a boolean, microseconds of a time. Rows of the other kinds hold 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Mask: TypeAlias = npt.NDArray[np.bool_]

MISSING: Final = 0
NULL: Final = 1
BOOLEAN: Final = 2
NUMBER: Final = 3
TIME: Final = 4
TEXT: Final = 5
OTHER: Final = 6
"""Objects and arrays."""
BEYOND: Final = 7
"""Numbers beyond the limit: null to every operator, but there was something, which is listed."""

_KIND_BITS: Final = 3
_KIND_MASK: Final = (1 << _KIND_BITS) - 1


class Pool:
    """Texts by code. Codes never leave the engine.

    >>> pool = Pool(); pool.code("shoes"), pool.code("hats"), pool.code("shoes"), pool.text(1)
    (0, 1, 0, 'hats')
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts: list[str] = list(dict.fromkeys(texts))
        self._codes: dict[str, int] = dict(zip(self._texts, range(len(self._texts)), strict=True))
        self._ranks: Ints = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._texts)

    def known(self, text: str) -> int | None:
        """The code of a text; None when it has none yet."""
        return self._codes.get(text)

    def code(self, text: str) -> int:
        """The code of a text, a new one if need be."""
        code = self._codes.get(text)
        if code is None:
            code = self._codes[text] = len(self._texts)
            self._texts.append(text)
        return code

    def codes(self, texts: Sequence[str]) -> Ints:
        """The codes of many texts, shape (n,)."""
        known = self._codes
        try:
            return np.fromiter(map(known.__getitem__, texts), np.int64, len(texts))
        except KeyError:
            new = [text for text in dict.fromkeys(texts) if text not in known]
            known.update(zip(new, range(len(known), len(known) + len(new)), strict=True))
            self._texts += new
            return np.fromiter(map(known.__getitem__, texts), np.int64, len(texts))

    def text(self, code: int) -> str:
        """The text of a code."""
        return self._texts[code]

    def texts(self, codes: Ints) -> list[str]:
        """The texts of many codes."""
        texts = self._texts
        return [texts[c] for c in codes.tolist()]

    @property
    def all(self) -> Sequence[str]:
        """Every text, in the order of the codes."""
        return self._texts

    def ranks(self) -> Ints:
        """The rank of each code among all texts by their UTF-8 bytes (which is the order of code points)."""
        if len(self._ranks) != len(self._texts):
            order = sorted(range(len(self._texts)), key=self._texts.__getitem__)
            ranks = np.empty(len(order), np.int64)
            ranks[order] = np.arange(len(order))
            self._ranks = ranks
        return self._ranks


@dataclass(slots=True)
class Column:
    """One value a row: `kind` (n,) uint8 and `data` (n,) int64."""

    kind: Bytes
    data: Ints

    def __len__(self) -> int:
        return len(self.kind)

    def take(self, rows: npt.NDArray[np.intp] | Ints | Mask) -> Column:
        """The values of some rows."""
        if rows.dtype == np.bool_:
            return Column(self.kind[rows], self.data[rows])
        return Column(self.kind.take(rows), self.data.take(rows))  # faster than an index in brackets

    def tagged(self) -> Ints:
        """Kind and value in one int64: equal values have equal codes, and numbers and times keep their order."""
        return (self.data << _KIND_BITS) | self.kind

    @staticmethod
    def of_tagged(tagged: Ints) -> Column:
        """The column of codes made by `tagged`."""
        return Column((tagged & _KIND_MASK).astype(np.uint8), tagged >> _KIND_BITS)

    @staticmethod
    def full(n: int, kind: int, data: int = 0) -> Column:
        """The same value in every row."""
        return Column(np.full(n, kind, np.uint8), np.full(n, data, np.int64))

    @staticmethod
    def numbers(millionths: Ints) -> Column:
        """A column of numbers, given as millionths."""
        return Column(np.full(len(millionths), NUMBER, np.uint8), millionths)

    @staticmethod
    def times(micros: Ints) -> Column:
        """A column of times in microseconds UTC."""
        return Column(np.full(len(micros), TIME, np.uint8), micros)

    @staticmethod
    def where(mask: Mask, kind: int, data: Ints) -> Column:
        """Values of one kind where the mask holds, null elsewhere."""
        return Column(np.where(mask, np.uint8(kind), np.uint8(NULL)), data * mask)

    @staticmethod
    def concatenate(columns: Sequence[Column]) -> Column:
        """One column after the other."""
        return Column(np.concatenate([c.kind for c in columns]), np.concatenate([c.data for c in columns]))


def is_scalar(kind: Bytes) -> Mask:
    """Which kinds are those of values: booleans, numbers, times, texts."""
    result: Mask = (kind >= BOOLEAN) & (kind <= TEXT)
    return result


ABSENT: Final = msgspec.UNSET
"""Stands for a path that is missing, where values are Python objects."""

_KINDS: Final[dict[type, int]] = {
    type(None): NULL, bool: BOOLEAN, int: NUMBER, float: NUMBER, str: TEXT, dict: OTHER, list: OTHER,
    msgspec.UnsetType: MISSING,
}  # fmt: skip


def column_of(values: Sequence[Any], pool: Pool) -> Column:
    """The column of JSON values (None, bool, int, float, str, dict, list, or ABSENT)."""
    n = len(values)
    kind = np.fromiter(map(_KINDS.__getitem__, map(type, values)), np.uint8, n)
    data = np.zeros(n, np.int64)
    present = np.bincount(kind, minlength=BEYOND + 1)
    if present[NUMBER]:
        _fill_numbers(values, kind, data, bool(present[NUMBER] == n))
    if present[TEXT]:
        if present[TEXT] == n:
            data = pool.codes(values)
        else:
            rows = np.flatnonzero(kind == TEXT)
            data[rows] = pool.codes([values[i] for i in rows.tolist()])
    if present[BOOLEAN]:
        rows = np.flatnonzero(kind == BOOLEAN)
        data[rows] = np.fromiter((values[i] for i in rows.tolist()), np.int64, len(rows))
    return Column(kind, data)


def _fill_numbers(values: Sequence[Any], kind: Bytes, data: Ints, every: bool) -> None:
    rows = np.arange(len(values)) if every else np.flatnonzero(kind == NUMBER)
    picked = values if every else [values[i] for i in rows.tolist()]
    try:
        doubles = np.array(picked, np.float64)
    except OverflowError:  # an integer beyond every double
        doubles = np.array([x if abs(x) < 1e300 else np.inf for x in picked], np.float64)
    data[rows], good = millionths_of(doubles)
    kind[rows[~good]] = BEYOND


def millionths_of(doubles: npt.NDArray[np.float64]) -> tuple[Ints, Mask]:
    """Doubles as whole millionths (0 where there is none) and which rows are numbers within the limit."""
    good = np.abs(doubles) <= 1e9  # False for NaN
    if not good.all():
        doubles = np.where(good, doubles, 0.0)
    return np.rint(doubles * 1e6).astype(np.int64), good
