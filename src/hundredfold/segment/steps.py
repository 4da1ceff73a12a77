"""The steps of a program: each marks the customers for whom one part of a condition is true, a bit a customer.

Leaves look at values, and joints join the bits of earlier steps. Of the leaves there are usually many: those of a kind
that only compare can do so together, when the customers are few.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

import numpy as np

from hundredfold.attribute.column import BEYOND, NULL, Bytes, Column, Ints, Mask
from hundredfold.attribute.evaluate import compared, like
from hundredfold.definition.syntax import Comparison, Expression
from hundredfold.segment.table import Table, Words

_NOBODYS: Final = -1
"""Stands for the code of a text that no customer has."""


How = Literal["both", "either", "without"]
"""Both are true, one is, or the one is and the other is not."""


class Leaf(Protocol):
    """A part of a condition that looks at a value; equal parts are one step."""

    @property
    def asks(self) -> Value:
        """The value; those who look at one are done one after the other."""

    def mark(self, table: Table, out: Words) -> None:
        """Writes for whom it is true."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that steps look at, with its number in the program."""

    place: int
    expression: Expression = field(compare=False)

    def of(self, table: Table) -> Column:
        """Its column."""
        return table.column(self.place, self.expression)


@dataclass(frozen=True, slots=True)
class Comparing(ABC):
    """A leaf that only compares what arrays hold with a number: one for all customers, or many leaves for a few."""

    asks: Value

    def mark(self, table: Table, out: Words) -> None:
        """Writes for whom the comparison is true."""
        column = self.asks.of(table)
        self.compare(column.kind, column.data, self.against(table), table.marks)
        table.pack(out)

    @abstractmethod
    def against(self, table: Table) -> int:
        """The number."""

    @staticmethod
    @abstractmethod
    def compare(kinds: Bytes, data: Ints, numbers: int | Ints, out: Mask | None = None) -> Mask:
        """The comparison of kinds or data, (customers,) or (n, customers), with a number, or with some, (n, 1)."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for everybody."""

    asks: Value
    true: bool

    def mark(self, table: Table, out: Words) -> None:
        """Marks everybody or nobody."""
        table.marks[:] = self.true
        table.pack(out)


@dataclass(frozen=True, slots=True)
class OfKind(Comparing):
    """A value of a kind."""

    kind: int

    def against(self, table: Table) -> int:
        """The kind."""
        return self.kind

    @staticmethod
    def compare(kinds: Bytes, data: Ints, numbers: int | Ints, out: Mask | None = None) -> Mask:
        """Who has one."""
        found: Mask = np.equal(kinds, numbers, out=out)
        return found


@dataclass(frozen=True, slots=True)
class Null:
    """No value."""

    asks: Value

    def mark(self, table: Table, out: Words) -> None:
        """Marks where there is none, or one beyond the limit."""
        kind = self.asks.of(table).kind
        np.less_equal(kind, NULL, out=table.marks)
        np.bitwise_or(table.marks, kind == BEYOND, out=table.marks)
        table.pack(out)


@dataclass(frozen=True, slots=True)
class AtMost(Comparing):
    """What an array holds of a value, up to a bound; whatever its kind is."""

    bound: int

    def against(self, table: Table) -> int:
        """The bound."""
        return self.bound

    @staticmethod
    def compare(kinds: Bytes, data: Ints, numbers: int | Ints, out: Mask | None = None) -> Mask:
        """Who is not above it."""
        found: Mask = np.less_equal(data, numbers, out=out)
        return found


@dataclass(frozen=True, slots=True)
class Before(Comparing):
    """What an array holds of a value, before the midnight with which the day began that is so many days ago."""

    days: int

    def against(self, table: Table) -> int:
        """That midnight."""
        return table.midnight(self.days)

    @staticmethod
    def compare(kinds: Bytes, data: Ints, numbers: int | Ints, out: Mask | None = None) -> Mask:
        """Who is earlier."""
        found: Mask = np.less(data, numbers, out=out)
        return found


@dataclass(frozen=True, slots=True)
class Exactly(Comparing):
    """What an array holds of a value, or a text by itself; whatever its kind is."""

    constant: int | str

    def against(self, table: Table) -> int:
        """The number, or the text's code."""
        if not isinstance(self.constant, str):
            return self.constant
        code = table.scope.pool.known(self.constant)
        return _NOBODYS if code is None else code

    @staticmethod
    def compare(kinds: Bytes, data: Ints, numbers: int | Ints, out: Mask | None = None) -> Mask:
        """Who is equal."""
        found: Mask = np.equal(data, numbers, out=out)
        return found


@dataclass(frozen=True, slots=True)
class Among:
    """One of many texts, by the codes that an array holds; whatever its kind is."""

    asks: Value
    texts: frozenset[str]

    def mark(self, table: Table, out: Words) -> None:
        """Marks by asking once a text that there is."""
        pool, data = table.scope.pool, self.asks.of(table).data
        chosen = np.zeros(len(pool) + 1, np.bool_)
        chosen[[code for text in self.texts if (code := pool.known(text)) is not None]] = True
        np.take(chosen, data, out=table.marks, mode="clip")
        table.pack(out)


@dataclass(frozen=True, slots=True)
class Matching:
    """A text that fits a pattern."""

    asks: Value
    pattern: str

    def mark(self, table: Table, out: Words) -> None:
        """Marks by asking once a distinct text."""
        table.marks[:] = like(self.asks.of(table), self.pattern, table.scope.pool).true
        table.pack(out)


@dataclass(frozen=True, slots=True)
class Beside:
    """Two values of one kind against each other."""

    asks: Value
    operator: Comparison
    other: Value

    def mark(self, table: Table, out: Words) -> None:
        """Marks where the comparison is true."""
        table.marks[:] = compared(self.operator, self.asks.of(table), self.other.of(table), table.scope.pool).true
        table.pack(out)


@dataclass(frozen=True, slots=True)
class Joint:
    """Two earlier steps, joined."""

    how: How
    one: int
    other: int


def join(how: How, one: Words, other: Words, out: Words) -> None:
    """Joins the marks of some steps with those of others, all (n, words)."""
    match how:
        case "both":
            np.bitwise_and(one, other, out=out)
        case "either":
            np.bitwise_or(one, other, out=out)
        case _:
            np.bitwise_not(other, out=out)
            np.bitwise_and(out, one, out=out)
