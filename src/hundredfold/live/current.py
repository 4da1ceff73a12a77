"""The current values of all attributes of everybody, as they were when each customer was last read, and what changes.

A customer's place is the number of the sent id that names him.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.block import NEVER
from hundredfold.attribute.column import BEYOND, NULL, NUMBER, TEXT, Bytes, Column, Ints, Mask, Pool
from hundredfold.attribute.plan import Plan
from hundredfold.attribute.read import TOO_LARGE, Profiles
from hundredfold.attribute.values import profile_values
from hundredfold.definition import model
from hundredfold.definition.spelling import walk
from hundredfold.definition.syntax import Expression, Name
from hundredfold.live.blocks import Blocks
from hundredfold.live.changes import LIST, Changes, Rows, value_of
from hundredfold.live.grown import grown
from hundredfold.live.lists import ListPool
from hundredfold.words.value import Value

COMPACT_ABOVE: Final = 1_000_000
"""Items of lists that are held in vain before those in use are put together anew."""


@dataclass(frozen=True, slots=True)
class Told:
    """A profile: the values by attribute, and why some have none."""

    values: dict[str, Value]
    errors: dict[str, str]


class Current:
    """The table: the kind (uint8) and the value (int64) of every attribute of every customer."""

    def __init__(self, plan: Plan, sids: Pool, texts: Pool) -> None:
        self.plan, self.sids, self.texts = plan, sids, texts
        self.names = (*plan.readings, *plan.traits, *plan.derived)
        self._places = {name: place for place, name in enumerate(self.names)}
        self.lists = ListPool()
        self._clocked = np.isin(self.names, sorted(plan.clocked))
        self.running = plan.clocked | ranked(plan)
        """The attributes that change without anybody's row being put anew: they run with the clock, or are ranked."""
        readings = plan.readings.items()
        self._aging = {name: np.empty(0, np.int64) for name, _ in readings if name in plan.clocked}
        """Of those that are nothing but the time since an instant, that instant by customer, `NEVER` without one.

        Where the instant leaves a window, or comes into one, the customer is read again."""
        self._reread = self.running - self._aging.keys()
        self._named = [name for name in self.names if name in named_in(plan, self._reread) - self.running]
        self._lists = frozenset(plan.lists)
        self._blocks = Blocks(len(self.names))
        self._known = np.empty(0, np.uint8)
        self._items_in_use = 0

    @property
    def aging(self) -> frozenset[str]:
        """The attributes that are nothing but the time since an instant."""
        return frozenset(self._aging)

    @property
    def formulas(self) -> dict[str, Expression]:
        """The formulas that run with the clock or are ranked: they are worked out, not read from the table."""
        attributes = self.plan.definitions.attributes
        return {
            n: one.expression
            for n in self.plan.formulas
            if n in self.running and isinstance(one := attributes[n], model.Formula)
        }

    def knows(self, names: Ints) -> Mask:
        """Which customers have a row."""
        self._grow()
        result: Mask = self._known[names] == 1
        return result

    def everybody(self) -> Ints:
        """All customers that have a row."""
        return np.flatnonzero(self._known)

    def update(
        self,
        names: Ints,
        profiles: Profiles,
        at: int,
        loud: Mask,
        gone: Ints,
        into: Ints,
        only: frozenset[str] | None = None,
    ) -> tuple[Changes, Rows]:
        """Puts what was read of some customers (ascending) at a clock into their rows, and takes out who is gone.

        Only what changed of the `loud` ones is told; attributes that run with the clock are told beside others, and
        while they would be alone they stay in the table as they were told. With `only` some attributes were read, of
        customers who have rows.
        """
        self._grow()
        self._compact()
        places = None if only is None else np.array(sorted(self._places[name] for name in only), np.int64)
        joined = (into >= 0) & (self._known[into] == 1)
        old = self._blocks.take(names, places)
        new = self._matrix(profiles, old, places)
        changed = (old[0] != new[0]) | (old[1] != new[1])
        clocked = self._clocked if places is None else self._clocked[places]
        told = loud & (changed[~clocked].any(axis=0) | (self._known[names] == 0))
        kept = told | ~loud
        self._blocks.put(names, new, changed & kept, places)
        fresh = None
        moved = self._age(names, profiles, at, only)
        if (self._known[names] == 1).all():
            names_read, some = self._named_at(places), np.flatnonzero(changed.any(axis=1))
            fresh = frozenset(names_read[row] for row in some.tolist()) - self.running | moved
        self._known[names] = 1
        self._known[gone] = 0
        self._blocks.drop(gone)
        tellers = np.flatnonzero(told)
        teller, attribute = np.nonzero(np.ascontiguousarray(changed[:, tellers].T))
        person = tellers[teller]
        changes = Changes(
            self.names,
            names[tellers],
            np.searchsorted(teller, np.arange(len(tellers) + 1)),
            attribute if places is None else places[attribute],
            Column(old[0][attribute, person], old[1][attribute, person]),
            Column(new[0][attribute, person], new[1][attribute, person]),
            gone,
            into,
            joined,
            self.sids,
            self.texts,
            self.lists,
            self.plan,
        )
        return changes, Rows(names, fresh, *self._reading(names, new, at, places))

    def _age(self, names: Ints, profiles: Profiles, at: int, only: frozenset[str] | None) -> frozenset[str]:
        """Takes over the instants since which time is told; returns the attributes of which any has moved."""
        moved = set()
        for name, instants in self._aging.items():
            if only is None or name in only:
                found = profiles.column(name)
                new = np.where(found.kind == NUMBER, at - found.data, NEVER)
                if (instants[names] != new).any():
                    moved.add(name)
                instants[names] = new
        return frozenset(moved)

    def named_by(self, only: frozenset[str], customers: Ints, at: int) -> Profiles:
        """What formulas among some attributes name beside these, of customers (ascending) who have rows."""
        read = self.of(customers, at)
        named = named_in(self.plan, only) - only
        return Profiles(len(customers), {name: self.whole(name, read(name)) for name in named})

    def _named_at(self, places: Ints | None) -> Sequence[str]:
        """The attributes at some places; None: all."""
        return self.names if places is None else [self.names[place] for place in places.tolist()]

    def _reading(
        self, customers: Ints, values: tuple[Bytes, Ints], at: int, places: Ints | None
    ) -> tuple[Callable[[str], Column], Callable[[Collection[str]], None]]:
        """What gives and what loads an attribute's values of some customers, of whom these values were just read."""
        known = {name: Column(values[0][row], values[1][row]) for row, name in enumerate(self._named_at(places))}

        def load(wanted: Collection[str]) -> None:
            rest = [name for name in wanted if name not in known and name not in self._aging]
            kind, data = self._blocks.take(customers, np.array([self._places[name] for name in rest], np.int64))
            known.update({name: Column(kind[row], data[row]) for row, name in enumerate(rest)})

        def read(name: str) -> Column:
            if name in self._aging:
                return self._aged(name, customers, at)
            if name not in known:
                load([name])
            return known[name]

        return read, load

    def of(self, customers: Ints, at: int) -> Callable[[str], Column]:
        """What gives the values of some customers (ascending) at a clock, but for formulas that run with the clock."""
        return lambda name: self._aged(name, customers, at) if name in self._aging else self.column(name, customers)

    def whole(self, name: str, column: Column) -> Column | Lists:
        """A column of the table as one that was read: of lists, what they hold."""
        return self.lists.lists(column) if name in self._lists else _nulled(column)

    def column(self, name: str, customers: Ints) -> Column:
        """An attribute's values of some customers (ascending); lists have the kind `LIST`."""
        kind, data = self._blocks.take(customers, np.array([self._places[name]]))
        return Column(kind[0], data[0])

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Where the customers lie: the numbers of the first one of each block that has any, and behind its last one."""
        for first, kind, _ in self._blocks:
            yield first, min(first + kind.shape[1], len(self._known))

    def within(self, first: int, end: int, at: int) -> Callable[[str], Column]:
        """What gives the values at a clock, but for formulas that run with the clock, without copying: of all numbers
        from `first` to `end` within a block, customers or not.
        """

        def read(name: str) -> Column:
            if name in self._aging:
                return _since(self._aging[name][first:end], at)
            return self._blocks.view(self._places[name], first, end)

        return read

    def known(self, first: int, end: int) -> Mask:
        """Which numbers from `first` to `end` are customers that have a row."""
        result: Mask = self._known[first:end] == 1
        return result

    def holders(self, name: str, texts: Ints, most: int) -> Ints:
        """The first so many customers for whom an attribute is one of some texts, given by their codes."""
        place = self._places[name]
        wanted = np.zeros(len(self.texts), np.bool_)
        wanted[texts] = True
        found: list[int] = []
        for first, kind, data in self._blocks if len(texts) else ():
            if len(found) < most:
                rows = np.flatnonzero(kind[place] == TEXT)
                found += (rows[wanted[data[place, rows]]] + first).tolist()
        return np.array(found[:most], np.int64)

    def values(self, customer: int) -> dict[str, Value]:
        """All values of a customer, as they were last told."""
        return self._row(customer)[0]

    def profile(self, customer: int, at: int, read: Callable[[frozenset[str], Profiles], Profiles]) -> Told:
        """A customer's profile at a clock; `read` reads some attributes, added to what they need of others."""
        values, beyond = self._row(customer)
        found, one = Profiles(1, {}), np.array([customer])
        for name in self._aging:
            found.values[name] = self._aged(name, one, at)
        if self._reread:
            found.values |= {name: self.whole(name, self.column(name, one)) for name in self._named}
            found = read(self._reread, found)
            found.values = {name: found.values[name] for name in self.names if name in self.running}
        values |= profile_values(found, self.texts)[0]
        beyond = [name for name in beyond if name not in self.running] + list(found.errors(0))
        return Told(values, dict.fromkeys(beyond, TOO_LARGE))

    def profiles(self, customers: Ints, at: int, read: Callable[[frozenset[str], Profiles], Profiles]) -> Profiles:
        """The profiles of many customers (ascending) at a clock, by column; `read` as for one."""
        kind, data = self._blocks.take(customers)
        columns = zip(self.names, kind, data, strict=True)
        found = Profiles(len(customers), {name: self.whole(name, Column(k, d)) for name, k, d in columns})
        for name in self._aging:
            found.values[name] = self._aged(name, customers, at)
        return read(self._reread, found) if self._reread else found

    def _aged(self, name: str, customers: Ints, at: int) -> Column:
        return _since(self._aging[name][customers], at)

    def _row(self, customer: int) -> tuple[dict[str, Value], list[str]]:
        """A row's values, and the attributes whose value would be too large."""
        kind, data = self._blocks.take(np.array([customer]))
        rows = zip(self.names, kind[:, 0].tolist(), data[:, 0].tolist(), strict=True)
        values = {name: value_of(k, d, self.texts, self.lists) for name, k, d in rows}
        return values, [self.names[place] for place in np.flatnonzero(kind[:, 0] == BEYOND).tolist()]

    @property
    def nbytes(self) -> int:
        """The bytes of all blocks."""
        return sum(kind.nbytes + data.nbytes for _, kind, data in self._blocks)

    # --- rows --------------------------------------------------------------------------------------------------------

    def _matrix(self, profiles: Profiles, old: tuple[Bytes, Ints], places: Ints | None) -> tuple[Bytes, Ints]:
        columns = [self._plain(profiles.values[name], old, row) for row, name in enumerate(self._named_at(places))]
        if not columns:
            return old
        kind = np.stack([column.kind for column in columns])
        data = np.stack([column.data for column in columns])
        nothing = kind <= NULL
        kind[nothing], data[nothing] = 0, 0
        return kind, data

    def _plain(self, found: Column | Lists, old: tuple[Bytes, Ints], row: int) -> Column:
        if isinstance(found, Column):
            return found
        before = np.where(old[0][row] == LIST, old[1][row], -1)
        codes = self.lists.codes(found, before)
        return Column.where(codes >= 0, LIST, codes)

    def _grow(self) -> None:
        self._known = cast(Bytes, grown(self._known, len(self.sids), 0))
        for name, instants in self._aging.items():
            self._aging[name] = cast(Ints, grown(instants, len(self.sids), NEVER))
        self._blocks.reach(len(self.sids))

    def _compact(self) -> None:
        """Puts the lists in use into a new pool, when most of the old one is held in vain."""
        if self.lists.items < COMPACT_ABOVE + 2 * self._items_in_use:
            return
        used = [data[kind == LIST] for _, kind, data in self._blocks]
        codes = np.concatenate(used) if used else np.empty(0, np.int64)
        self.lists, first = self.lists.kept(codes), 0
        self._items_in_use = self.lists.items
        for _, kind, data in self._blocks:
            mask = kind == LIST
            count = int(mask.sum())
            data[mask] = first + np.arange(count)
            first += count


def _since(instants: Ints, at: int) -> Column:
    return Column.where(instants != NEVER, NUMBER, at - instants)


def ranked(plan: Plan) -> frozenset[str]:
    """The attributes whose values change with the cut points of a batch run."""
    return plan.and_what_follows(set(), {"tier"})


def windowed(plan: Plan, *, calendar: bool) -> frozenset[str]:
    """The attributes that change as days turn, or else as minutes go by: those with such windows, and what follows."""
    readings = plan.readings.items()
    found = {name for name, one in readings if one.window is not None and one.window.calendar == calendar}
    return plan.and_what_follows(found, frozenset())


def named_in(plan: Plan, formulas: frozenset[str]) -> frozenset[str]:
    """The attributes that some formulas name."""
    expressions = (one.expression for n in formulas if isinstance(one := plan.definitions.attributes[n], model.Formula))
    return frozenset(part.path for expression in expressions for part in walk(expression) if isinstance(part, Name))


def _nulled(found: Column) -> Column:
    """A column of the table as one that was read."""
    return Column(np.maximum(found.kind, NULL), found.data)
