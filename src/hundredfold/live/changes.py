"""What a reading of some customers gives: their rows of the table of current values, and what of these has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final

from hundredfold.attribute.column import OTHER, Column, Ints, Mask, Pool
from hundredfold.attribute.plan import Plan
from hundredfold.attribute.values import scalar
from hundredfold.live.lists import ListPool
from hundredfold.words.value import Value

LIST: Final = OTHER
"""The kind of a list; its value is a code of the pool of lists."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a reading of some customers has changed, in columns: `names` are the attributes, in the table's order.

    `customers` (n,) are numbers of sent ids, ascending; what changed of customer i are the rows `starts[i]` to
    `starts[i + 1]` of `attribute`, `old` and `new`. `gone` are customers whose name no longer stands for anybody: the
    name that does is in `into`, -1 where there is none; `joined` says whether that one stood for somebody before.
    """

    names: tuple[str, ...]
    customers: Ints
    starts: Ints
    attribute: Ints
    old: Column
    new: Column
    gone: Ints
    into: Ints
    joined: Mask
    sids: Pool
    texts: Pool
    lists: ListPool
    plan: Plan

    def __len__(self) -> int:
        return len(self.customers) + len(self.gone)

    def of(self, customer: int) -> Iterator[tuple[str, Value, Value]]:
        """Attribute, old and new value of everything that changed of a customer, given by his place."""
        for row in range(int(self.starts[customer]), int(self.starts[customer + 1])):
            yield self.names[int(self.attribute[row])], self._value(self.old, row), self._value(self.new, row)

    def _value(self, column: Column, row: int) -> Value:
        return value_of(int(column.kind[row]), int(column.data[row]), self.texts, self.lists)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some customers (ascending) who have just been put into the table, and what of them may have changed."""

    customers: Ints
    changed: frozenset[str] | None
    """Attributes; None: anything, since some of them are new here. Those that run with the clock are none of them, but
    for those that are nothing but the time since an instant, where that has changed."""
    read: Callable[[str], Column]
    """Gives the values of an attribute, as they are at the clock of the reading."""
    load: Callable[[Collection[str]], None]
    """Tells of attributes that will be read: loading them together is quicker."""


@dataclass(frozen=True, slots=True)
class Told:
    """A profile: the values by attribute, and why some have none."""

    values: dict[str, Value]
    errors: dict[str, str]


def value_of(kind: int, data: int, texts: Pool, lists: ListPool) -> Value:
    """A value of the table."""
    return lists.value(data, texts) if kind == LIST else scalar(kind, data, texts)
