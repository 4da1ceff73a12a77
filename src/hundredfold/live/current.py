"""The current values of all attributes of everybody, as they were when each customer was last read, and what changes.

A customer's row is the number of the sent id that names him. Rows are kept in blocks, so that growing never copies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, cast

import numpy as np

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.block import NEVER
from hundredfold.attribute.column import BEYOND, NULL, NUMBER, OTHER, TEXT, Bytes, Column, Ints, Mask, Pool
from hundredfold.attribute.plan import Plan
from hundredfold.attribute.read import TOO_LARGE, Profiles
from hundredfold.attribute.values import profile_values, scalar
from hundredfold.definition import model
from hundredfold.definition.spelling import walk
from hundredfold.definition.syntax import Call, Name
from hundredfold.live.grown import grown
from hundredfold.live.lists import ListPool
from hundredfold.words.value import Value

BLOCK: Final = 4096
"""Rows of a block."""
LIST: Final = OTHER
"""The kind of a list; its value is a code of the pool of lists."""
COMPACT_ABOVE: Final = 1_000_000
"""Items of lists that are held in vain before those in use are put together anew."""

_CLOCKED_CALLS: Final = frozenset({"now", "days_since", "hours_since"})
_CLOCKED_AGGREGATES: Final = frozenset({"time_since_first", "time_since_last"})


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
class Told:
    """A profile: the values by attribute, and why some have none."""

    values: dict[str, Value]
    errors: dict[str, str]


class Current:
    """The table: the kind (uint8) and the value (int64) of every attribute of every customer."""

    def __init__(self, plan: Plan, sids: Pool, texts: Pool) -> None:
        self.plan, self.sids, self.texts = plan, sids, texts
        self.names = (*plan.readings, *plan.traits, *plan.formulas)
        self.lists = ListPool()
        self._clocked = np.isin(self.names, sorted(clocked(plan)))
        self.running = clocked(plan) | ranked(plan)
        """The attributes that change without anybody's row being put anew: they run with the clock, or are ranked."""
        readings = plan.readings.items()
        self._aging = {n: np.empty(0, np.int64) for n, one in readings if one.window is None and n in clocked(plan)}
        """Of those that are nothing but the time since an instant, that instant by customer, `NEVER` without one."""
        self._reread = self.running - self._aging.keys()
        self._named = [name for name in self.names if name in named_in(plan, self._reread) - self.running]
        self._lists = frozenset(n for n, one in plan.readings.items() if one.aggregate.result == "list")
        self._blocks: list[tuple[Bytes, Ints] | None] = []
        self._known = np.empty(0, np.uint8)
        self._items_in_use = 0

    def knows(self, names: Ints) -> Mask:
        """Which customers have a row."""
        self._grow()
        result: Mask = self._known[names] == 1
        return result

    def everybody(self) -> Ints:
        """All customers that have a row."""
        return np.flatnonzero(self._known)

    def update(self, names: Ints, profiles: Profiles, at: int, loud: Mask, gone: Ints, into: Ints) -> Changes:
        """Puts what was read of some customers (ascending) at a clock into their rows, and takes out who is gone.

        Only what changed of the `loud` ones is told; attributes that run with the clock are told beside others, and
        while they would be alone they stay in the table as they were told.
        """
        self._grow()
        self._compact()
        joined = (into >= 0) & (self._known[into] == 1)
        old = self._take(names)
        new = self._matrix(profiles, old)
        changed = (old[0] != new[0]) | (old[1] != new[1])
        told = loud & ((changed & ~self._clocked).any(axis=1) | (self._known[names] == 0))
        kept = told | ~loud
        self._put(names[kept], (new[0][kept], new[1][kept]))
        for name, instants in self._aging.items():
            found = profiles.column(name)
            instants[names] = np.where(found.kind == NUMBER, at - found.data, NEVER)
        self._known[names] = 1
        self._drop(gone)
        person, attribute = np.nonzero(changed & told[:, None])
        tellers = np.flatnonzero(told)
        return Changes(
            self.names,
            names[tellers],
            np.append(np.searchsorted(person, tellers), len(person)),
            attribute,
            Column(old[0][person, attribute], old[1][person, attribute]),
            Column(new[0][person, attribute], new[1][person, attribute]),
            gone,
            into,
            joined,
            self.sids,
            self.texts,
            self.lists,
            self.plan,
        )

    def column(self, name: str, customers: Ints) -> Column:
        """An attribute's values of some customers (ascending); lists have the kind `LIST`."""
        place = self.names.index(name)
        kind, data = self._take(customers)
        return Column(kind[:, place], data[:, place])

    def holders(self, name: str, texts: Ints, most: int) -> Ints:
        """The first so many customers for whom an attribute is one of some texts, given by their codes."""
        place = self.names.index(name)
        wanted = np.zeros(len(self.texts), np.bool_)
        wanted[texts] = True
        found: list[int] = []
        for number, block in enumerate(self._blocks if len(texts) else ()):
            if block is not None and len(found) < most:
                rows = np.flatnonzero(block[0][:, place] == TEXT)
                found += (rows[wanted[block[1][rows, place]]] + number * BLOCK).tolist()
        return np.array(found[:most], np.int64)

    def values(self, customer: int) -> dict[str, Value]:
        """All values of a customer, as they were last told."""
        return self._row(customer)[0]

    def profile(self, customer: int, at: int, read: Callable[[frozenset[str], Profiles], Profiles]) -> Told:
        """A customer's profile at a clock; `read` reads some attributes, added to what they need of others."""
        values, beyond = self._row(customer)
        found = Profiles(1, {name: self._aged(name, customer, at) for name in self._aging})
        if self._reread:
            named = [(name, self.column(name, np.array([customer]))) for name in self._named]
            found.values |= {n: self.lists.lists(c) if n in self._lists else _nulled(c) for n, c in named}
            found = read(self._reread, found)
            found.values = {name: found.values[name] for name in self.names if name in self.running}
        values |= profile_values(found, self.texts)[0]
        beyond = [name for name in beyond if name not in self.running] + list(found.errors(0))
        return Told(values, dict.fromkeys(beyond, TOO_LARGE))

    def profiles(self, customers: Ints, at: int, read: Callable[[frozenset[str], Profiles], Profiles]) -> Profiles:
        """The profiles of many customers (ascending) at a clock, by column; `read` as for one."""
        kind, data = (np.ascontiguousarray(part.T) for part in self._take(customers))
        columns = {name: _nulled(Column(kind[place], data[place])) for place, name in enumerate(self.names)}
        values = {n: self.lists.lists(column) if n in self._lists else column for n, column in columns.items()}
        found = Profiles(len(customers), values)
        for name, instants in self._aging.items():
            since = instants[customers]
            found.values[name] = Column.where(since != NEVER, NUMBER, at - since)
        return read(self._reread, found) if self._reread else found

    def _aged(self, name: str, customer: int, at: int) -> Column:
        instant = int(self._aging[name][customer])
        return Column.full(1, NULL) if instant == NEVER else Column.full(1, NUMBER, at - instant)

    def _row(self, customer: int) -> tuple[dict[str, Value], list[str]]:
        """A row's values, and the attributes whose value would be too large."""
        kind, data = self._take(np.array([customer]))
        rows = zip(self.names, kind[0].tolist(), data[0].tolist(), strict=True)
        values = {name: value_of(k, d, self.texts, self.lists) for name, k, d in rows}
        return values, [self.names[place] for place in np.flatnonzero(kind[0] == BEYOND).tolist()]

    @property
    def nbytes(self) -> int:
        """The bytes of all blocks."""
        return sum(kind.nbytes + data.nbytes for kind, data in filter(None, self._blocks))

    # --- rows --------------------------------------------------------------------------------------------------------

    def _matrix(self, profiles: Profiles, old: tuple[Bytes, Ints]) -> tuple[Bytes, Ints]:
        columns = [self._plain(profiles.values[name], old, place) for place, name in enumerate(self.names)]
        if not columns:
            return old
        kind = np.stack([column.kind for column in columns], axis=1)
        data = np.stack([column.data for column in columns], axis=1)
        nothing = kind <= NULL
        kind[nothing], data[nothing] = 0, 0
        return kind, data

    def _plain(self, found: Column | Lists, old: tuple[Bytes, Ints], place: int) -> Column:
        if isinstance(found, Column):
            return found
        before = np.where(old[0][:, place] == LIST, old[1][:, place], -1)
        codes = self.lists.codes(found, before)
        return Column.where(codes >= 0, LIST, codes)

    def _grow(self) -> None:
        self._known = cast(Bytes, grown(self._known, len(self.sids), 0))
        for name, instants in self._aging.items():
            self._aging[name] = cast(Ints, grown(instants, len(self.sids), NEVER))
        self._blocks += [None] * (-(-len(self.sids) // BLOCK) - len(self._blocks))

    def _take(self, names: Ints) -> tuple[Bytes, Ints]:
        width = len(self.names)
        kind, data = np.zeros((len(names), width), np.uint8), np.zeros((len(names), width), np.int64)
        for number, some in _by_block(names):
            block = self._blocks[number]
            if block is not None:
                rows = names[some] - number * BLOCK
                kind[some], data[some] = block[0][rows], block[1][rows]
        return kind, data

    def _put(self, names: Ints, values: tuple[Bytes, Ints]) -> None:
        for number, some in _by_block(names):
            block = self._blocks[number]
            if block is None:
                width = len(self.names)
                block = self._blocks[number] = np.zeros((BLOCK, width), np.uint8), np.zeros((BLOCK, width), np.int64)
            rows = names[some] - number * BLOCK
            block[0][rows], block[1][rows] = values[0][some], values[1][some]

    def _drop(self, gone: Ints) -> None:
        self._known[gone] = 0
        for number, some in _by_block(gone):
            block = self._blocks[number]
            if block is not None:
                rows = gone[some] - number * BLOCK
                block[0][rows], block[1][rows] = 0, 0

    def _compact(self) -> None:
        """Puts the lists in use into a new pool, when most of the old one is held in vain."""
        if self.lists.items < COMPACT_ABOVE + 2 * self._items_in_use:
            return
        used = [block[1][block[0] == LIST] for block in filter(None, self._blocks)]
        codes = np.concatenate(used) if used else np.empty(0, np.int64)
        self.lists, first = self.lists.kept(codes), 0
        self._items_in_use = self.lists.items
        for kind, data in filter(None, self._blocks):
            mask = kind == LIST
            count = int(mask.sum())
            data[mask] = first + np.arange(count)
            first += count


def value_of(kind: int, data: int, texts: Pool, lists: ListPool) -> Value:
    """A value of the table."""
    return lists.value(data, texts) if kind == LIST else scalar(kind, data, texts)


def clocked(plan: Plan) -> frozenset[str]:
    """The attributes whose values run with the clock, without an event and without a window."""
    found = {name for name, reading in plan.readings.items() if reading.aggregate.name in _CLOCKED_AGGREGATES}
    return _and_what_follows(plan, found, _CLOCKED_CALLS)


def ranked(plan: Plan) -> frozenset[str]:
    """The attributes whose values change with the cut points of a batch run."""
    return _and_what_follows(plan, set(), frozenset({"tier"}))


def named_in(plan: Plan, formulas: frozenset[str]) -> frozenset[str]:
    """The attributes that some formulas name."""
    expressions = (one.expression for n in formulas if isinstance(one := plan.definitions.attributes[n], model.Formula))
    return frozenset(part.path for expression in expressions for part in walk(expression) if isinstance(part, Name))


def _and_what_follows(plan: Plan, found: set[str], calls: frozenset[str]) -> frozenset[str]:
    """Some attributes, the formulas with certain calls, and all formulas that name any of them."""
    for name in plan.formulas:
        formula = plan.definitions.attributes[name]
        assert isinstance(formula, model.Formula)
        if any(
            (isinstance(part, Call) and part.function in calls) or (isinstance(part, Name) and part.path in found)
            for part in walk(formula.expression)
        ):
            found.add(name)
    return frozenset(found)


def _nulled(found: Column) -> Column:
    """A column of the table as one that was read."""
    return Column(np.maximum(found.kind, NULL), found.data)


def _by_block(names: Ints) -> Iterator[tuple[int, slice]]:
    """The blocks of ascending rows, each with which of the rows lie in it."""
    numbers = names // BLOCK
    if len(numbers) == 0:
        return
    if numbers[0] == numbers[-1]:
        yield int(numbers[0]), slice(None)
        return
    found, starts = np.unique(numbers, return_index=True)
    ends = np.append(starts[1:], len(names))
    for number, start, end in zip(found.tolist(), starts.tolist(), ends.tolist(), strict=True):
        yield number, slice(start, end)
