"""What an expression is evaluated over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

import numpy as np

from hundredfold.attribute.column import BOOLEAN, Column, Ints, Mask, Pool
from hundredfold.definition import syntax as s


@dataclass(frozen=True)
class Scope:
    """What an expression is evaluated over: the rows, and what stands behind its names."""

    rows: int
    column: Callable[[str], Column]
    pool: Pool
    now: int = 0
    zone: tzinfo = UTC
    cuts: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """The cut points of each `tier(...)` by its text; none before the first run."""
    known: dict[s.Expression, Truth] = field(default_factory=dict)
    """The conditions that were evaluated: many attributes share them."""
    each: Ints | None = None
    """The clock of each row, where they are not all read at one."""

    @property
    def clocks(self) -> Ints:
        """The clock of each row, or of all."""
        return np.array([self.now]) if self.each is None else self.each


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a condition is true and where it is false; elsewhere it is unknown."""

    true: Mask
    false: Mask

    def column(self) -> Column:
        """The truth as booleans, null where it is unknown."""
        return Column.where(self.true | self.false, BOOLEAN, self.true.astype(np.int64))
