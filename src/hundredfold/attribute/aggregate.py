"""What an aggregate is: the states it keeps, and how its value is read from merged cells.

A new aggregate is one new file in `aggregates/` with one subclass of `Aggregate`. The one fold does the rest.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from hundredfold.attribute.arithmetic import OVERFLOW, divided
from hundredfold.attribute.cells import EVENT_PARTS
from hundredfold.attribute.column import BEYOND, NULL, NUMBER, TIME, Column, Ints
from hundredfold.attribute.order import Ids, in_order
from hundredfold.attribute.states import State
from hundredfold.family import Family

Takes = Literal["nothing", "number", "ordered", "any"]
"""What an aggregate takes as `value`: none is needed; numbers; numbers or times; any scalar."""
Keyed = Literal["by", "by or value", "value", "time", "event"]
"""What cells are keyed by: the `by`, else the `value`; the value; the event's time; each event for itself."""
Result = Literal["count", "number", "time", "same", "list"]
"""What comes out: a whole number; a number; a time; the kind of the value; a list."""


@dataclass(slots=True)
class Lists:
    """A list for every person: items of person i are `items[offsets[i]:offsets[i + 1]]`."""

    offsets: Ints
    items: Column


@dataclass(slots=True)
class View:
    """Merged cells of some persons, ready to be read: sorted by (person, key), each unique.

    `person` counts from 0 to `persons` - 1; persons without cells are left out. `at` is the clock of each row, or
    of all.
    """

    persons: int
    person: Ints
    key: Ints | None
    arrays: dict[str, Ints]
    at: Ints
    ids: Ids
    ranks: Callable[[], Ints]
    """The ranks of the pool's texts by their bytes."""
    timed: bool = False
    """Whether values are times, not numbers."""

    def spread(
        self, values: Ints, kind: int | None = None, rows: Ints | None = None, empty: int | None = None
    ) -> Column:
        """A value for every person: those of the rows' persons, `empty` (else null) for the rest."""
        kind = (TIME if self.timed else NUMBER) if kind is None else kind
        result = Column.full(self.persons, NULL if empty is None else kind, empty or 0)
        persons = self.person if rows is None else self.person[rows]
        result.kind[persons], result.data[persons] = kind, values
        return result

    def spread_tagged(self, tagged: Ints, rows: Ints | None = None) -> Column:
        """A value for every person, given with its kind."""
        found, result = Column.of_tagged(tagged), Column.full(self.persons, NULL)
        persons = self.person if rows is None else self.person[rows]
        result.kind[persons], result.data[persons] = found.kind, found.data
        return result

    def starts(self) -> Ints:
        """The first row of each person that has rows."""
        if len(self.person) == 0:
            return np.empty(0, np.int64)
        return np.flatnonzero(np.concatenate(([True], self.person[1:] != self.person[:-1])))

    def sizes(self, starts: Ints) -> Ints:
        """How many rows each of these persons has."""
        return np.diff(np.append(starts, len(self.person)))

    def by_last(self, *groups: Ints) -> Ints:
        """The permutation by person, then by the groups, then by the last event."""
        time, tie, ref = (self.arrays[f"last.{part}"] for part in EVENT_PARTS[:3])
        return in_order(time, tie, ref, self.ids, self.person, *groups)

    def lists(self, rows: Ints, tagged: Ints) -> Lists:
        """Lists of values; `rows` (ascending by person) says whose they are."""
        sizes = np.bincount(self.person[rows], minlength=self.persons)
        return Lists(np.concatenate(([0], np.cumsum(sizes))), Column.of_tagged(tagged))


class Aggregate(ABC):
    """One aggregate as an attribute declares it: `k`, `q` (millionths) and `of` (a tagged key) where it takes them."""

    name: ClassVar[str]
    takes: ClassVar[Takes] = "number"
    keyed: ClassVar[Keyed | None] = None
    needs: ClassVar[frozenset[str]] = frozenset()
    """Which of `k`, `q`, `of`, `by` must be given."""
    may: ClassVar[frozenset[str]] = frozenset()
    """Which of them may be given, too."""
    result: ClassVar[Result] = "number"

    def __init__(
        self, *, weighted: bool = False, k: int | None = None, q: int | None = None, of: int | None = None
    ) -> None:
        self.weighted, self.k, self.q, self.of = weighted, k, q, of

    @abstractmethod
    def states(self) -> tuple[State, ...]:
        """The states that its cells keep."""

    @abstractmethod
    def read(self, view: View) -> Column | Lists:
        """A value for every person of the view."""


AGGREGATES: Family[Aggregate] = Family(Aggregate, "hundredfold.attribute.aggregates")  # type: ignore[type-abstract]


def quotient(view: View, numerator: Ints, denominator: Ints) -> Column:
    """Exact quotients, rounded half-even to a millionth (the numerator is in millionths)."""
    found = view.spread(divided(numerator, denominator), NUMBER)
    found.kind[view.person[numerator == OVERFLOW]] = BEYOND
    return found
