"""Cells to values: every attribute of many persons at one instant of the clock."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from hundredfold.attribute.aggregate import Lists, View
from hundredfold.attribute.aggregates.ends import Last
from hundredfold.attribute.block import NEVER
from hundredfold.attribute.cells import Cells, united
from hundredfold.attribute.column import (
    BEYOND,
    BOOLEAN,
    MISSING,
    NULL,
    NUMBER,
    OTHER,
    TEXT,
    Column,
    Ints,
    Mask,
)
from hundredfold.attribute.evaluate import evaluate
from hundredfold.attribute.functions import with_numbers
from hundredfold.attribute.order import Ids
from hundredfold.attribute.plan import ZONES, Family, Plan, Reading
from hundredfold.attribute.rows import Surroundings
from hundredfold.attribute.scope import Scope
from hundredfold.attribute.score import Scoring, inputs_of, scored
from hundredfold.attribute.zones import local_days
from hundredfold.definition import model
from hundredfold.words.calendar import MINUTE, QUARTER, Window, window_days, window_minutes, zone_named
from hundredfold.words.model import UNFITTED, Fitted

FamilyCells = Callable[[Family], Cells]
"""The cells of a family, of all persons that are asked for: their `sid` is the number of the person."""

TOO_LARGE: Final = "the sum leaves the range of exact numbers; narrow its window or its events"


def owned(cells: Cells, owner: Ints) -> Cells:
    """Cells of sent ids as cells of persons; `owner` gives each sent id's person, -1 for nobody's."""
    persons = owner[cells.sid]
    mine = Cells(persons, cells.bucket, cells.key, cells.arrays)
    return mine if (persons >= 0).all() else mine.take(np.flatnonzero(persons >= 0))


def last_of(owner: Ints, persons: int, times: Ints) -> Ints:
    """The latest of the times of each person's sent ids; `owner` gives each sent id's person, -1 for nobody's."""
    found, mine = np.full(persons, NEVER), owner >= 0
    np.maximum.at(found, owner[mine], times[mine])
    return found


@dataclass(slots=True)
class Profiles:
    """The values of some persons: a column, or lists, for every attribute."""

    persons: int
    values: dict[str, Column | Lists] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        """An attribute's values; lists cannot be calculated with."""
        found = self.values.get(name)
        if isinstance(found, Lists):
            return Column.where(np.diff(found.offsets) > 0, OTHER, np.zeros(self.persons, np.int64))
        return Column.full(self.persons, MISSING) if found is None else found

    def entry(self, name: str, place: int) -> Column:
        """The entries at a place, from 1, of an attribute's lists; null where they are shorter."""
        found, result = self.values.get(name), Column.full(self.persons, NULL)
        if isinstance(found, Lists):
            rows = np.flatnonzero(np.diff(found.offsets) >= place)
            some = found.items.take(found.offsets[rows] + place - 1)
            result.kind[rows], result.data[rows] = some.kind, some.data
        return result

    def errors(self, person: int) -> dict[str, str]:
        """The attributes of a person that have no value because it would be too large (semantics 13, S13)."""
        columns = {name: found for name, found in self.values.items() if isinstance(found, Column)}
        return {name: TOO_LARGE for name, found in columns.items() if found.kind[person] == BEYOND}


@dataclass(frozen=True)
class Clock:
    """The instant at which profiles are read, with the cut points and the models of the runs that count then."""

    at: int
    cuts: Mapping[str, Sequence[int]] = field(default_factory=dict)
    models: Mapping[str, Fitted] = field(default_factory=dict)
    """By `model_key`."""

    @property
    def reads_from(self) -> int:
        """The earliest clock with which anything is read."""
        return min([self.at, *(one.cut for one in self.models.values())])


class Reader:
    """Reads the attributes of persons from their cells."""

    def __init__(
        self, plan: Plan, around: Surroundings, cells: FamilyCells, ids: Ids, last: Callable[[], Ints] | None = None
    ) -> None:
        """`last` gives the time of each person's last event, `NEVER` without one: models ask for it."""
        self._plan, self._around, self._cells, self._ids = plan, around, cells, ids
        self._last = last or (lambda: np.array([NEVER]))

    def read(
        self, persons: int, clock: Clock, *, only: Container[str] | None = None, known: Profiles | None = None
    ) -> Profiles:
        """The values of persons 0 to `persons` - 1, of all attributes.

        Of `only` some, when they are given: added to `known`, which holds what their formulas name beside them.
        """
        profiles, at = known or Profiles(persons), np.array([clock.at])
        self._folded(profiles, at, only)
        frozen: dict[int, Profiles] = {}
        for name in self._plan.derived:
            if only is not None and name not in only:
                continue
            if name in self._plan.models:
                self._score(self._plan.models[name], profiles, clock, frozen)
            else:
                self._formula(name, profiles, self._scope(profiles, clock))
        return profiles

    def _score(self, scoring: Scoring, profiles: Profiles, clock: Clock, frozen: dict[int, Profiles]) -> None:
        """Rule 28: what the newest run's version says of the inputs, read when the run was or the person moved last."""
        fitted, pool = clock.models.get(scoring.key, UNFITTED), self._around.pool
        if fitted.version is None:
            profiles.values[scoring.name] = scored(scoring, None, {}, profiles.persons, pool)
            return
        at = np.broadcast_to(np.maximum(self._last(), fitted.cut), profiles.persons)
        if fitted.cut not in frozen:
            frozen[fitted.cut] = Profiles(profiles.persons)
        inputs = frozen[fitted.cut]
        self._freeze(scoring.needs - inputs.values.keys(), inputs, profiles, at, clock)
        given = inputs_of(scoring, profiles.persons, inputs.values, at, pool)
        profiles.values[scoring.name] = scored(scoring, fitted.version, given, profiles.persons, pool)

    def _freeze(self, names: Set[str], inputs: Profiles, profiles: Profiles, at: Ints, clock: Clock) -> None:
        """Adds to `inputs` attributes as they are with each person's clock at `at`; `profiles` has those of now."""
        same = {name for name in names if name in profiles.values and name not in self._plan.timed}
        inputs.values |= {name: profiles.values[name] for name in same}
        rest = names - same
        self._folded(inputs, at, rest)
        scope = replace(self._scope(inputs, clock), each=at)
        for name in self._plan.formulas:
            if name in rest:
                self._formula(name, inputs, scope)

    def _folded(self, profiles: Profiles, at: Ints, only: Container[str] | None) -> None:
        """Adds what is read from cells, with the clock of each person, or of all, at `at`."""
        persons = profiles.persons
        views: dict[tuple[Family, Window | None], View] = {}
        readings = {name: one for name, one in self._plan.readings.items() if only is None or name in only}
        zones = self._zones(persons) if any(one.customer_zone for one in readings.values()) else None
        for name, reading in readings.items():
            key = (reading.family, reading.window)
            if key not in views:
                views[key] = self._view(reading, persons, at, zones)
            profiles.values[name] = reading.aggregate.read(views[key])
        for name, family in self._plan.traits.items():
            if only is not None and name not in only:
                continue
            trait = self._plan.definitions.attributes[name]
            assert isinstance(trait, model.Trait)
            profiles.values[name] = self._typed(self._trait(family, persons), trait)

    def _scope(self, profiles: Profiles, clock: Clock) -> Scope:
        return Scope(profiles.persons, profiles.column, self._around.pool, clock.at, self._around.zone, cuts=clock.cuts)

    def _formula(self, name: str, profiles: Profiles, scope: Scope) -> None:
        formula = self._plan.definitions.attributes[name]
        assert isinstance(formula, model.Formula)
        entry = formula.entry
        found = evaluate(formula.expression, scope) if entry is None else profiles.entry(*entry)
        profiles.values[name] = proper(found)

    def _view(self, reading: Reading, persons: int, at: Ints, zones: list[tuple[Mask, str]] | None) -> View:
        cells = self._cells(reading.family)
        some = cells
        if reading.window is not None:
            assert cells.bucket is not None
            some = cells.take(np.flatnonzero(self._inside(reading, cells.bucket, cells.sid, at, zones)))
        found = united(Cells(some.sid, None, some.key, some.arrays), self._plan.merges(reading.family), self._ids)
        return View(
            persons,
            found.sid,
            found.key,
            found.arrays,
            _of(at, found.sid),
            self._ids,
            self._around.pool.ranks,
            timed=reading.family.accepts == "time",
        )

    def _inside(
        self, reading: Reading, bucket: Ints, owner: Ints, at: Ints, zones: list[tuple[Mask, str]] | None
    ) -> Mask:
        window = reading.window
        assert window is not None
        if not window.calendar:
            first, end = window_minutes(window, 0)
            since = bucket - _of(at, owner) // MINUTE
            mask: Mask = (since >= first) & (since < end)
            return mask
        if reading.family.bucket == "day":
            return _within(bucket, window, _of(local_days(at, self._around.zone), owner))
        assert zones is not None
        inside = np.zeros(len(bucket), np.bool_)
        for theirs, name in zones:
            zone = (zone_named(name) if name else None) or self._around.zone
            rows = np.flatnonzero(theirs[owner])
            days = local_days(bucket[rows] * QUARTER, zone)
            inside[rows] = _within(days, window, _of(local_days(at, zone), owner[rows]))
        return inside

    def _zones(self, persons: int) -> list[tuple[Mask, str]]:
        """The customers of each zone; the empty name stands for the workspace's."""
        zone = self._trait(ZONES, persons)
        codes = np.where(zone.kind == TEXT, zone.data, -1)
        return [(codes == c, self._around.pool.text(c) if c >= 0 else "") for c in np.unique(codes).tolist()]

    def _trait(self, family: Family, persons: int) -> Column:
        view = self._view(Reading(family.name, family, Last()), persons, np.zeros(1, np.int64), None)
        return proper(view.spread_tagged(view.arrays["last.value"]))

    def _typed(self, found: Column, trait: model.Trait) -> Column:
        match trait.type:
            case "number":
                found = with_numbers(found, self._around.pool)
                return Column.where(found.kind == NUMBER, NUMBER, found.data)
            case "boolean":
                return Column.where(found.kind == BOOLEAN, BOOLEAN, found.data)
            case _:
                return found


def proper(column: Column) -> Column:
    """The column with null for whatever is no value."""
    odd = np.isin(column.kind, (MISSING, OTHER, BEYOND))
    return Column(np.where(odd, np.uint8(NULL), column.kind), np.where(odd, 0, column.data)) if odd.any() else column


def _of(each: Ints, rows: Ints) -> Ints:
    """What belongs to the persons of some rows, where it is not the same for all."""
    return each if len(each) == 1 else each[rows]


def _within(days: Ints, window: Window, todays: Ints) -> Mask:
    """Which days lie in a window; `todays` is the present day of each, or of all."""
    inside = np.zeros(len(days), np.bool_)
    for today in np.unique(todays).tolist():
        theirs = todays == today
        for first, end in window_days(window, today):
            inside |= theirs & (days >= first) & (days < end)
    return inside
