"""Keeps the members of all segments behind the current values: whoever was read is asked again, and whoever is due.

A segment runs with the clock when its condition does. With the turn of a day, all customers are asked again; for a
comparison that turns at an instant of the customer's own (`hours_since(cart_at) >= 3`), each stretch of customers knows
when the first of them is due. Customers of whom something waits to be read keep what they were until it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Final, cast

import numpy as np

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import Bytes, Column, Ints, Mask, Pool
from hundredfold.attribute.scope import Scope
from hundredfold.definition import syntax as s
from hundredfold.definition.effects import personal
from hundredfold.definition.nested import Moment
from hundredfold.definition.spelling import names_in
from hundredfold.live.blocks import BLOCK
from hundredfold.live.changes import Rows, value_of
from hundredfold.live.current import Current
from hundredfold.live.engine import Engine
from hundredfold.live.following import Cuts
from hundredfold.live.grown import grown
from hundredfold.live.moves import Moves, Waiting
from hundredfold.segment.clock import Flip, Pace, flips, named, next_turn, pace
from hundredfold.segment.membership import Membership
from hundredfold.segment.moments import WAYS, Moments, stages_of
from hundredfold.segment.program import Program
from hundredfold.segment.table import Table, packed
from hundredfold.words.calendar import SECOND, local_day
from hundredfold.words.value import Value

STRETCH: Final = 4_096
"""Customers who are asked again together when one of them is due."""
NOBODY: Final = Moves.together([])
_NEVER: Final = np.iinfo(np.int64).max
_RUNNING: Final[tuple[Pace, ...]] = ("day", "instant", "second")
_WHAT_RUNS: Final = 1
_EVERYTHING: Final = 2


class Members:
    """The members of segments, given by their conditions. `cuts` gives the cut points that count now."""

    def __init__(
        self, conditions: Mapping[str, s.Expression], current: Current, pool: Pool, zone: tzinfo, cuts: Cuts = dict
    ) -> None:
        self.names = tuple(conditions)
        self._places = {name: place for place, name in enumerate(self.names)}
        self.personal = personal(current.plan.definitions) & frozenset(conditions)
        self.membership = Membership(len(self.names))
        self.moments = Moments(conditions)
        self._current, self._pool, self._zone, self._cuts = current, pool, zone, cuts
        self._computed = current.formulas
        around, aging = Scope(1, _nothing, pool, 0, zone), current.aging
        self._all = Program(conditions, around, self._computed)
        paces = {name: pace(one, self._computed, aging) for name, one in conditions.items()}
        self._running = {wanted: self._those(conditions, paces, wanted, around) for wanted in _RUNNING}
        self._flips = frozenset[Flip]().union(
            *(flips(one, self._computed, aging) for name, one in conditions.items() if paces[name] == "instant")
        )
        self._every = np.arange(len(self.names))
        self._of_pace = {
            wanted: np.array([paces[name] == wanted for name in self.names], np.bool_) for wanted in _RUNNING
        }
        asked = [named(one, self._computed) - self.moments.names for one in conditions.values()]
        self._asked = sorted(frozenset[str]().union(*asked) - self._computed.keys())
        """The attributes that segments ask for, by themselves or through a formula that is worked out here."""
        asking = np.array([name in one for name in self._asked for one in asked], np.bool_)
        self._asking: Mask = asking.reshape(len(self._asked), len(asked))
        """Which segments ask for them: (attributes, segments)."""
        self._fresh: Mask = np.ones(len(self.names), np.bool_)
        """The segments whose members are not known yet: nobody comes into them or leaves them."""
        self._due: Ints = np.empty(0, np.int64)
        self._day, self._second = -1, -1
        self._ticked = -1
        self._missed: Bytes = np.empty(0, np.uint8)
        """What customers who waited to be read were not asked when others were: what runs, or everything."""

    def place(self, name: str) -> int:
        """The number of a segment. Raises KeyError for one that is not kept."""
        return self._places[name]

    def tables(self, at: int) -> Iterator[tuple[int, Table, Mask]]:
        """All customers, block by block: the number of the first, their table, which of these numbers are customers.

        For whoever asks of them what no segment does; a table stands for as long as nothing is applied.
        """
        for first, end in self._current.blocks():
            yield first, self._part(first, end, at), self._current.known(first, end)

    def row(self, customer: int, at: int) -> Table:
        """The table of one customer."""
        return self._part(customer, customer + 1, at)

    def customer(self, number: int) -> str:
        """The plain id of a customer."""
        return self._current.sids.text(number)[2:]

    @property
    def texts(self) -> Pool:
        """The texts that columns hold the codes of."""
        return self._pool

    def value(self, column: Column) -> Value:
        """The value of a table's first customer in a column."""
        return value_of(int(column.kind[0]), int(column.data[0]), self._pool, self._current.lists)

    def whole(self, name: str, column: Column) -> Column | Lists:
        """A column of a table as one that was read: of lists, what they hold."""
        return self._current.whole(name, column)

    def program(self, conditions: Mapping[str, s.Expression]) -> Program:
        """Conditions made ready for these tables."""
        return Program(conditions, Scope(1, _nothing, self._pool, 0, self._zone), self._computed)

    def watch(self, conditions: Iterable[s.Expression]) -> bool:
        """Makes tables know when customers entered and left the segments of which conditions ask that; whether any of
        these were not known.
        """
        asked = {name for one in conditions for name in names_in(one)} - self.moments.names
        found = {name: moment for name in asked if (moment := Moment.named(name)) is not None}
        for name, moment in found.items():
            self.moments.add(name, self._places[moment.segment], WAYS.index(moment.way))
        return bool(found)

    def begin(self, clock: Callable[[], int], waiting: Waiting) -> Iterator[Moves]:
        """Asks everybody about everything, block by block; tells moves of segments whose members were known before.

        There customers who are about to be read stay what they were.
        """
        fresh, at = np.flatnonzero(self._fresh), clock()
        self._day, self._second, self._ticked = local_day(at, self._zone), at // SECOND, at
        self._due = np.full(-(-len(self._current.sids) // STRETCH), _NEVER)
        for first, end in list(self._current.blocks()):
            at = clock()
            if len(fresh):
                table, there = self._part(first, end, at), packed(self._current.known(first, end))
                for some in stages_of(self.moments, fresh):
                    chosen = fresh if some is None else fresh[some]
                    self.membership.fill(chosen, first, self._all.run(table, chosen) & there)
                self._look_ahead(first, table)
            if self._fresh.all():
                yield NOBODY
            else:
                apart = waiting()
                self._miss(apart, _EVERYTHING)
                yield self._ask(self._all, self._every, first, end, at, apart)
        self._fresh[:] = False

    def open(self) -> Moves:
        """Whoever has moved was told as he was found."""
        return NOBODY

    def rename(self, gone: Ints, into: Ints) -> None:
        """Customers go on under other names, which nobody had before: they are in what they were in.

        Of several who become one customer, the first is followed.
        """
        new, one = np.unique(into, return_index=True)
        self.membership.rename(gone[one], new)
        self.moments.rename(gone[one], new)

    def read(self, rows: Rows, gone: Ints, at: int) -> Moves:
        """Asks some customers, who were read just now, about whatever may have changed; those who are `gone` leave."""
        parts, customers = [], rows.customers
        segments = self._touched(rows, at)
        if len(customers) and (len(segments) or self._flips):
            needed = np.flatnonzero(self._asking[:, segments].any(axis=1))
            rows.load([self._asked[place] for place in needed.tolist()])
            table = self._table(len(customers), self.moments.reading(rows.read, customers), at)
            for some in stages_of(self.moments, segments):
                chosen = segments if some is None else segments[some]
                parts.append(self.membership.change(chosen, customers, self._all.run(table, chosen)))
                self.moments.note(parts[-1], at)
            self._due_with(customers, table)
        if len(gone):
            nobody = packed(np.zeros((len(self.names), len(gone)), np.bool_))
            parts.append(self.membership.change(self._every, gone, nobody))
            self.moments.note(parts[-1], at)
        return self._told(parts, at)

    def _told(self, parts: Sequence[Moves], at: int) -> Moves:
        """Moves, and those that follow from when they were; only of segments whose members were known before."""
        moves = Moves.together(self._with_what_follows(parts, at) if self.moments else parts)
        if not self._fresh.any():
            return moves
        some = ~self._fresh[moves.segment]
        return Moves(moves.segment[some], moves.customer[some], moves.entered[some])

    def _touched(self, rows: Rows, at: int) -> Ints:
        """The segments that some customers, who were read just now, may have come into or left; they wait no longer.

        Those that ask for what has changed; and those that run, where the clock has moved since it was looked at, or
        where the customers waited then.
        """
        self._grow()
        missed = int(self._missed[rows.customers].max(initial=0))
        self._missed[rows.customers] = 0
        if rows.changed is None or missed == _EVERYTHING:
            return self._every
        touched = self._of_pace["second"].copy()
        if missed or at != self._ticked:
            touched |= self._of_pace["instant"]
        if missed or local_day(at, self._zone) != self._day:
            touched |= self._of_pace["day"]
        changed = np.array([name in rows.changed for name in self._asked], np.bool_)
        return np.flatnonzero(touched | self._asking[changed].any(axis=0))

    def tick(self, at: int, waiting: Waiting) -> Moves:
        """Asks whomever the clock may have moved, but for the `waiting` customers, who are about to be read."""
        day, second = local_day(at, self._zone), at // SECOND
        paces: list[Pace] = [
            *(("day", "instant") if day != self._day else ()),
            *(("second",) if second != self._second else ()),
        ]
        due = np.flatnonzero(self._due <= at).tolist()
        self._day, self._second, self._ticked = day, second, at
        paces = [wanted for wanted in paces if len(self._running[wanted][1])]
        if not paces and not due:
            return NOBODY
        apart = waiting()
        self._miss(apart, _WHAT_RUNS)
        programs = [self._running[wanted] for wanted in paces]
        if self.moments and paces:  # all together: some may ask when somebody entered or left others
            paces += ["instant"] if due else []
            programs, due = [(self._all, np.unique(np.concatenate([self._running[one][1] for one in paces])))], []
        parts = [
            self._ask(program, segments, first, end, at, apart)
            for program, segments in programs
            for first, end in self._current.blocks()
        ]
        return Moves.together([*parts, *self._whoever_is_due(due, at, apart)])

    # --- asking ------------------------------------------------------------------------------------------------------

    def _whoever_is_due(self, stretches: Sequence[int], at: int, waiting: Ints) -> Iterable[Moves]:
        ends = dict(self._current.blocks())
        for stretch in stretches:
            first = stretch * STRETCH
            end = min(first + STRETCH, ends[first // BLOCK * BLOCK])
            yield self._ask(*self._running["instant"], first, end, at, waiting)

    def _ask(self, program: Program, segments: Ints, first: int, end: int, at: int, waiting: Ints) -> Moves:
        """Asks all customers of a part of a block about some segments."""
        table, there = self._part(first, end, at), packed(self._current.known(first, end))
        kept = np.zeros(end - first, np.bool_)
        inside = waiting[(waiting >= first) & (waiting < end)]
        kept[inside - first] = True
        parts = []
        for some in stages_of(self.moments, segments):
            chosen = segments if some is None else segments[some]
            bits = program.run(table, chosen if program is self._all else some)
            parts.append(self.membership.put(chosen, first, bits & there, packed(kept)))
            self.moments.note(parts[-1], at)
        if program in (self._all, self._running["instant"][0]):
            self._look_ahead(first, table)
        return self._told(parts, at)

    def ask_again(self, customers: Ints, at: int) -> Moves:
        """Asks some customers (ascending) about the segments that ask for moments, which have changed besides moves."""
        customers, segments = customers[self._current.knows(customers)], np.flatnonzero(self.moments.levels)
        table = self._table(len(customers), self.moments.reading(self._current.of(customers, at), customers), at)
        parts = []
        for some in self.moments.stages(segments) if len(customers) else ():
            bits = self._all.run(table, segments[some])
            parts.append(self.membership.change(segments[some], customers, bits))
            self.moments.note(parts[-1], at)
        self._due_with(customers, table)
        return self._told(parts, at)

    def _with_what_follows(self, parts: Sequence[Moves], at: int) -> list[Moves]:
        """Some moves, and those of whoever is asked again since he has moved."""
        found = list(parts)
        for level in range(1, int(self.moments.levels.max(initial=0)) + 1):
            customers, segments = self.moments.concerned(Moves.together(found), level)
            customers = customers[self._current.knows(customers)]
            if len(customers):
                reading = self.moments.reading(self._current.of(customers, at), customers)
                table = self._table(len(customers), reading, at)
                found.append(self.membership.change(segments, customers, self._all.run(table, segments)))
                self.moments.note(found[-1], at)
                self._due_with(customers, table)
        return found

    def _due_with(self, customers: Ints, table: Table) -> None:
        """Notes when the first of some customers is due, besides others of his stretch."""
        if self._flips:
            self._grow()
            np.minimum.at(self._due, customers // STRETCH, next_turn(self._flips, table))

    def _look_ahead(self, first: int, table: Table) -> None:
        """Notes when the first of each stretch of a part of a block is due."""
        self._grow()
        if not self._flips:
            return
        turns = next_turn(self._flips, table)
        turns[~self._current.known(first, first + table.rows)] = _NEVER
        starts = np.arange(0, len(turns), STRETCH)
        self._due[first // STRETCH + np.arange(len(starts))] = np.minimum.reduceat(turns, starts)

    def _part(self, first: int, end: int, at: int) -> Table:
        """All customers of a part of a block."""
        reading = self.moments.reading(self._current.within(first, end, at), slice(first, end))
        return self._table(end - first, reading, at)

    def _table(self, rows: int, read: Callable[[str], Column], at: int) -> Table:
        return Table(rows, read, Scope(1, _nothing, self._pool, at, self._zone, self._cuts()), self._computed)

    def _miss(self, waiting: Ints, what: int) -> None:
        self._grow()
        self._missed[waiting] = np.maximum(self._missed[waiting], what)

    def _grow(self) -> None:
        self._missed = cast(Bytes, grown(self._missed, len(self._current.sids), 0))
        self._due = cast(Ints, grown(self._due, -(-len(self._current.sids) // STRETCH), _NEVER))

    def _those(
        self, conditions: Mapping[str, s.Expression], paces: Mapping[str, Pace], wanted: Pace, around: Scope
    ) -> tuple[Program, Ints]:
        """The program of the segments with a pace, and their numbers."""
        some = {name: one for name, one in conditions.items() if paces[name] == wanted}
        numbers = np.array([place for place, name in enumerate(self.names) if name in some], np.int64)
        return Program(some, around, self._computed), numbers


def _nothing(name: str) -> Column:
    raise AssertionError(name)


def members_of(engine: Engine, current: Current, cuts: Cuts) -> Members:
    """Those of the segments that an engine's definitions declare."""
    setup = engine.compiled.setup
    return Members(setup.definitions.conditions, current, engine.compiled.pool, setup.zone, cuts)
