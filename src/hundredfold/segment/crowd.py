"""Everybody's current values of some attributes by column, taken at one instant, to be worked on by whoever asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hundredfold.attribute.column import BOOLEAN, NULL, NUMBER, TEXT, TIME, Column, Ints, Mask
from hundredfold.attribute.scope import Scope
from hundredfold.live.current import Current
from hundredfold.live.engine import Engine
from hundredfold.live.following import Cuts
from hundredfold.segment.table import Table
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import DAY

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Crowd:
    """n customers at a clock (microseconds UTC); `who` (n,) are numbers of sent ids, ascending."""

    at: int
    who: Ints
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.who)

    def codes(self, name: str) -> Ints:
        """The codes of an attribute's texts; -1 where the value is none."""
        found = self.columns[name]
        return np.where(found.kind == TEXT, found.data, -1)

    def numbers(self, name: str) -> Floats:
        """Numbers as they are, truth as 0 and 1, times in days before the clock; NaN for anything else."""
        found = self.columns[name]
        numbers = np.where(found.kind == NUMBER, found.data / MILLION, np.nan)
        for kind, values in ((TIME, (self.at - found.data) / DAY), (BOOLEAN, found.data)):
            there = found.kind == kind
            if there.any():
                numbers = np.where(there, values, numbers)
        return numbers

    def instants(self, name: str) -> Ints:
        """Times in microseconds UTC; -1 where there is none."""
        found = self.columns[name]
        return np.where(found.kind == TIME, found.data, -1)


def crowd(engine: Engine, current: Current, cuts: Cuts, names: Sequence[str]) -> Crowd:
    """Everybody as of the engine's clock, formulas that run with it included. Use it within the engine's turn.

    An attribute that the table does not have is nobody's.
    """
    at, zone = engine.state.clock, engine.compiled.around.zone
    formulas = current.formulas
    who: list[Ints] = []
    parts: dict[str, list[Column]] = {name: [Column.full(0, NULL)] for name in names}
    wanted = [name for name in names if name in current.names]
    for first, end in current.blocks():
        there: Mask = current.known(first, end)
        who.append(np.flatnonzero(there) + first)
        around = Scope(1, _nothing, engine.compiled.pool, at, zone, cuts())
        table = Table(end - first, current.within(first, end, at), around, formulas)
        for name in names:
            found = table.named(name) if name in wanted else Column.full(end - first, NULL)
            parts[name].append(Column(found.kind[there], found.data[there]))
    columns = {name: Column.concatenate(some) for name, some in parts.items()}
    return Crowd(at, np.concatenate([np.empty(0, np.int64), *who]), columns)


def _nothing(name: str) -> Column:
    raise AssertionError(name)
