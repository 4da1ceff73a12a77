"""Some customers by column, as the steps of a program ask for them: each value is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from hundredfold.attribute.column import Column, Mask
from hundredfold.attribute.evaluate import evaluate
from hundredfold.attribute.read import proper
from hundredfold.attribute.scope import Scope
from hundredfold.definition.syntax import Expression, Name
from hundredfold.words.calendar import DAY, EARLIEST, LATEST, day_start, local_day

Words: TypeAlias = npt.NDArray[np.uint64]
"""One bit a customer, 64 a word, the first in the lowest bit; behind the last customer there are zeros."""
WORD: Final = 64
_FIRST_DAY: Final = EARLIEST // DAY + 2
_LAST_DAY: Final = LATEST // DAY - 2
"""No time of a customer lies before or behind these."""


def packed(marks: npt.NDArray[np.bool_] | npt.NDArray[np.uint8]) -> Words:
    """Marks of customers, along the last axis, as bits.

    >>> packed(np.array([True, False, True]))
    array([5], dtype=uint64)
    """
    bits = np.packbits(marks, axis=-1, bitorder="little")
    if marks.shape[-1] % WORD == 0:
        return bits.view(np.uint64)
    words = np.zeros((*bits.shape[:-1], -(-marks.shape[-1] // WORD) * WORD // 8), np.uint8)
    words[..., : bits.shape[-1]] = bits
    return words.view(np.uint64)


class Table:
    """`rows` customers. `read` gives an attribute's values; `computed` formulas are evaluated here instead.

    `around` is the pool, the clock, the zone and the cut points; its own rows and columns are not asked.
    """

    def __init__(
        self, rows: int, read: Callable[[str], Column], around: Scope, computed: Mapping[str, Expression]
    ) -> None:
        self.rows, self._read, self._computed = rows, read, computed
        self.words = -(-rows // WORD)
        self.scope = Scope(rows, self.named, around.pool, around.now, around.zone, around.cuts)
        self.marks: Mask = np.zeros(rows, np.bool_)
        """Room for marks as truth values, which `pack` then takes."""
        self._today = local_day(around.now, around.zone)
        self._midnights: dict[int, int] = {}
        self._named: dict[str, Column] = {}
        self._columns: dict[int, Column] = {}

    def pack(self, out: Words) -> None:
        """Writes `marks` as bits."""
        out[:] = packed(self.marks)

    def named(self, name: str) -> Column:
        """The values of an attribute."""
        found = self._named.get(name)
        if found is None:
            formula = self._computed.get(name)
            found = self._read(name) if formula is None else proper(evaluate(formula, self.scope))
            self._named[name] = found
        return found

    def column(self, place: int, value: Expression) -> Column:
        """A value, under its number in the program."""
        found = self._columns.get(place)
        if found is None:
            found = self.named(value.path) if isinstance(value, Name) else evaluate(value, self.scope)
            self._columns[place] = found
        return found

    def midnight(self, days: int) -> int:
        """When the local day began that is so many days ago."""
        found = self._midnights.get(days)
        if found is None:
            day = min(max(self._today - days, _FIRST_DAY), _LAST_DAY)
            found = self._midnights[days] = day_start(day, self.scope.zone)
        return found
