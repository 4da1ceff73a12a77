"""The rows that families look at: events whole or line by line, and the columns behind the paths of an expression."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Final

import numpy as np

from hundredfold.attribute.block import message_column
from hundredfold.attribute.column import MISSING, Bytes, Column, Ints, Mask, Pool
from hundredfold.attribute.decode import Mode
from hundredfold.attribute.facts import Events
from hundredfold.attribute.functions import FUNCTIONS, as_texts, with_numbers
from hundredfold.attribute.lookup import LookupTable
from hundredfold.attribute.money import Rates, money_paths
from hundredfold.attribute.order import LINE_BITS
from hundredfold.attribute.scope import Scope
from hundredfold.attribute.zones import Bucket, local_days
from hundredfold.definition.model import Definitions, Selector
from hundredfold.definition.times import TIMES, part_of
from hundredfold.words.calendar import MINUTE, QUARTER
from hundredfold.words.message import KINDS

_SHARED: Final = 16
"""Which part of the rows is worth fetching something of all rows."""


@dataclass(frozen=True)
class Surroundings:
    """What events are read with: definitions, the workspace's zone, lookup tables, rates."""

    definitions: Definitions
    pool: Pool
    zone: tzinfo = UTC
    lookups: Mapping[str, LookupTable] = field(default_factory=dict)
    rates: Rates = field(default_factory=lambda: Rates({}, "EUR"))


class Rows:
    """Events, or the lines of their list at `each`; one row each, in the total order of their sent ids."""

    def __init__(self, events: Events, around: Surroundings, each: str | None = None) -> None:
        self._events, self._around, self._each = events, around, each
        block = events.block
        self._cache: dict[tuple[str, str], Column] = {}
        self._taken: dict[tuple[str, Mode], Column] = {}
        self._line: Ints | None = None
        if each is None:
            self._event: Ints | None = None
            self.sid, self.time = events.sid, events.time
            self._message = events.rows
            self._number: Ints | None = None
        else:
            lines = block.decoded.lines[each]
            self._event, self._line = lines.rows_of(events.rows, len(block))
            self.sid, self.time = events.sid[self._event], events.time[self._event]
            self._message = events.rows[self._event]
            self._number = lines.number[self._line]
        self._name = events.name if self._event is None else events.name[self._event]
        self._masks: dict[Hashable, Mask] = {}
        self.conditions = Scope(len(self), self.column, around.pool, zone=around.zone)
        self.amounts = Scope(len(self), self.number, around.pool, zone=around.zone)

    def __len__(self) -> int:
        return len(self.sid)

    def tie(self, rows: Ints) -> Ints:
        """The ties of some rows."""
        return self._ties.take(rows) if self._many(rows) else self._events.block.tie.take(self._message.take(rows))

    def ref(self, rows: Ints) -> Ints:
        """The refs of some rows, line numbers included."""
        ref = self._refs.take(rows) if self._many(rows) else self._events.block.ref.take(self._message.take(rows))
        return ref if self._number is None else ref | np.minimum(self._number[rows], (1 << LINE_BITS) - 1)

    def _many(self, rows: Ints) -> bool:
        """Whether to fetch something for all rows, for other families to share: the block is large, so that is slow."""
        return len(rows) * _SHARED > len(self)

    @cached_property
    def _ties(self) -> Ints:
        return self._events.block.tie.take(self._message)

    @cached_property
    def _refs(self) -> Ints:
        return self._events.block.ref.take(self._message)

    def source(self) -> Ints:
        """The source of each row's message."""
        return self._events.block.source[self._message]

    @cached_property
    def days(self) -> Ints:
        """The local date of each row."""
        return local_days(self.time, self._around.zone)

    @cached_property
    def _minutes(self) -> Ints:
        return self.time // MINUTE

    @cached_property
    def _quarters(self) -> Ints:
        return self.time // QUARTER

    def bucket(self, kind: Bucket) -> Ints:
        """The bucket of each row."""
        match kind:
            case "day":
                return self.days
            case "minute":
                return self._minutes
            case "quarter":
                return self._quarters

    def mask(self, what: Hashable, work: Callable[[], Mask]) -> Mask:
        """A mask that several families need, worked out for the first of them."""
        found = self._masks.get(what)
        if found is None:
            found = self._masks[what] = work()
        return found

    def chosen(self, selectors: frozenset[Selector]) -> Mask:
        """Which rows the selectors mean."""
        return self.mask(selectors, lambda: self._chosen(selectors))

    def _chosen(self, selectors: frozenset[Selector]) -> Mask:
        names = self._around.pool.codes([e.name for e in selectors if e.name is not None])
        chosen = _among(self._name, names)
        kinds = {KINDS.index(e.kind) for e in selectors if e.name is None}
        for kind in kinds:
            chosen |= self._kind == kind
        return chosen

    @cached_property
    def _kind(self) -> Bytes:
        return self._events.block.kind[self._message]

    def trait(self, path: str, mode: Mode) -> Column:
        """What each message states about a trait; missing where it says nothing."""
        return self._decoded(path, mode)

    def column(self, path: str) -> Column:
        """The values at a path, for a condition or a `by`."""
        return self._cached(path, "plain")

    def number(self, path: str) -> Column:
        """The values at a path, for a `value`: texts that are JSON numbers are numbers (semantics 14)."""
        return self._cached(path, "number")

    def text(self, path: str) -> Column:
        """The values at a path as texts."""
        return self._cached(path, "text")

    def _cached(self, path: str, how: str) -> Column:
        found = self._cache.get((path, how))
        if found is None:
            found = self._cache[path, how] = self._read(path, how)
        return found

    def _read(self, path: str, how: str) -> Column:
        head, _, rest = path.partition(".")
        if path == "timestamp":
            return Column.times(self.time)
        if path in TIMES:
            times = message_column(self._events.block, path)
            assert times is not None
            return times.take(self._message)
        if part_of(path) is not None:
            found = FUNCTIONS[rest](self.conditions, self.column(head))
            return as_texts(found, self._around.pool) if how == "text" else found
        if rest and head in self._around.definitions.lookups:
            found = self._looked_up(head, rest, text=how == "text")
            return with_numbers(found, self._around.pool) if how == "number" else found
        if how == "text":
            return self._decoded(path, "text")
        found = self._decoded(path, "value")
        if how == "number":
            found = with_numbers(found, self._around.pool)
        return self._in_own_money(path, found)

    def _decoded(self, path: str, mode: Mode) -> Column:
        found = self._taken.get((path, mode))
        if found is None:
            found = self._taken[path, mode] = self._take(path, mode)
        return found

    def _take(self, path: str, mode: Mode) -> Column:
        decoded = self._events.block.decoded
        whole = decoded.columns[path, mode].take(self._message)
        if self._each is None or (path, mode) not in decoded.lines[self._each].columns:
            return whole
        assert self._line is not None
        line = decoded.lines[self._each].columns[path, mode].take(self._line)
        missing = line.kind == MISSING
        return Column(np.where(missing, whole.kind, line.kind), np.where(missing, whole.data, line.data))

    def _looked_up(self, name: str, field: str, *, text: bool) -> Column:
        table = self._around.lookups[name]
        rule = self._around.definitions.lookups[name]
        return table.field(field, text=text).take(table.rows_of(self._decoded(rule.source, "text"), self.time))

    def _in_own_money(self, path: str, found: Column) -> Column:
        for rule in self._around.definitions.events.values():
            if rule.currency is None:
                continue
            rows = self._priced(path, money_paths(rule.money))
            if rows is None:
                continue
            rows = rows & (self._name == self._around.pool.code(rule.name))
            if rows.any():
                currency = self._events.block.decoded.columns[rule.currency, "value"].take(self._message)
                found = self._around.rates.converted(found, currency, self.days, rows, self._around.pool)
        return found

    def _priced(self, path: str, money: frozenset[str]) -> Mask | None:
        """Where a path resolves to one of the money paths; None for nowhere."""
        in_line = self._each is not None and f"{self._each}.{path}" in money
        in_root = path in money
        if not (in_line or in_root):
            return None
        if self._each is None or (in_line and in_root):
            return np.ones(len(self), np.bool_)
        assert self._line is not None
        of_line = self._events.block.decoded.lines[self._each].columns[path, "value"].kind[self._line] != MISSING
        mask: Mask = of_line if in_line else ~of_line
        return mask


def _among(names: Ints, wanted: Ints) -> Mask:
    """Which names are wanted: looked up in a table of the wanted stretch of codes, with a free place at either end."""
    if len(wanted) == 0:
        return np.zeros(len(names), np.bool_)
    if len(wanted) == 1:
        one: Mask = names == wanted[0]
        return one
    low = int(wanted.min()) - 1
    table = np.zeros(int(wanted.max()) - low + 2, np.bool_)
    table[wanted - low] = True
    return table.take(names - low, mode="clip")
