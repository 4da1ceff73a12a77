"""Cells to values: every attribute of many persons at one instant of the clock."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from hundredfold.attribute.aggregate import Lists, View
from hundredfold.attribute.aggregates.ends import Last
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
from hundredfold.attribute.zones import local_days
from hundredfold.definition import model
from hundredfold.words.calendar import QUARTER, Window, window_days, window_minutes, zone_named

FamilyCells = Callable[[Family], Cells]
"""The cells of a family, of all persons that are asked for: their `sid` is the number of the person."""

TOO_LARGE: Final = "the sum leaves the range of exact numbers; narrow its window or its events"


def owned(cells: Cells, owner: Ints) -> Cells:
    """Cells of sent ids as cells of persons; `owner` gives each sent id's person, -1 for nobody's."""
    persons = owner[cells.sid]
    mine = Cells(persons, cells.bucket, cells.key, cells.arrays)
    return mine if (persons >= 0).all() else mine.take(np.flatnonzero(persons >= 0))


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

    def errors(self, person: int) -> dict[str, str]:
        """The attributes of a person that have no value because it would be too large (semantics 13, S13)."""
        columns = {name: found for name, found in self.values.items() if isinstance(found, Column)}
        return {name: TOO_LARGE for name, found in columns.items() if found.kind[person] == BEYOND}


@dataclass(frozen=True)
class Clock:
    """The instant at which profiles are read, and the cut points of the run that counts then."""

    at: int
    cuts: Mapping[str, Sequence[int]] = field(default_factory=dict)


class Reader:
    """Reads the attributes of persons from their cells."""

    def __init__(self, plan: Plan, around: Surroundings, cells: FamilyCells, ids: Ids) -> None:
        self._plan, self._around, self._cells, self._ids = plan, around, cells, ids

    def read(
        self, persons: int, clock: Clock, *, only: Container[str] | None = None, known: Profiles | None = None
    ) -> Profiles:
        """The values of persons 0 to `persons` - 1, of all attributes.

        Of `only` some, when they are given: added to `known`, which holds what their formulas name beside them.
        """
        profiles = known or Profiles(persons)
        views: dict[tuple[Family, Window | None], View] = {}
        readings = {name: one for name, one in self._plan.readings.items() if only is None or name in only}
        zones = self._zones(persons) if any(one.customer_zone for one in readings.values()) else None
        for name, reading in readings.items():
            key = (reading.family, reading.window)
            if key not in views:
                views[key] = self._view(reading, persons, clock, zones)
            profiles.values[name] = reading.aggregate.read(views[key])
        for name, family in self._plan.traits.items():
            if only is not None and name not in only:
                continue
            trait = self._plan.definitions.attributes[name]
            assert isinstance(trait, model.Trait)
            profiles.values[name] = self._typed(self._trait(family, persons), trait)
        self._formulas([name for name in self._plan.formulas if only is None or name in only], profiles, clock)
        return profiles

    def _formulas(self, names: Sequence[str], profiles: Profiles, clock: Clock) -> None:
        scope = Scope(
            profiles.persons, profiles.column, self._around.pool, clock.at, self._around.zone, cuts=clock.cuts
        )
        for name in names:
            formula = self._plan.definitions.attributes[name]
            assert isinstance(formula, model.Formula)
            profiles.values[name] = proper(evaluate(formula.expression, scope))

    def _view(self, reading: Reading, persons: int, clock: Clock, zones: list[tuple[Mask, str]] | None) -> View:
        cells = self._cells(reading.family)
        some = cells
        if reading.window is not None:
            assert cells.bucket is not None
            some = cells.take(np.flatnonzero(self._inside(reading, cells.bucket, cells.sid, clock, zones)))
        found = united(Cells(some.sid, None, some.key, some.arrays), self._plan.merges(reading.family), self._ids)
        return View(
            persons,
            found.sid,
            found.key,
            found.arrays,
            clock.at,
            self._ids,
            self._around.pool.ranks,
            timed=reading.family.accepts == "time",
        )

    def _inside(
        self, reading: Reading, bucket: Ints, owner: Ints, clock: Clock, zones: list[tuple[Mask, str]] | None
    ) -> Mask:
        window = reading.window
        assert window is not None
        if not window.calendar:
            first, end = window_minutes(window, clock.at)
            mask: Mask = (bucket >= first) & (bucket < end)
            return mask
        now = np.array([clock.at])
        if reading.family.bucket == "day":
            return _within(bucket, window, int(local_days(now, self._around.zone)[0]))
        assert zones is not None
        inside = np.zeros(len(bucket), np.bool_)
        for theirs, name in zones:
            zone = (zone_named(name) if name else None) or self._around.zone
            rows = np.flatnonzero(theirs[owner])
            days = local_days(bucket[rows] * QUARTER, zone)
            inside[rows] = _within(days, window, int(local_days(now, zone)[0]))
        return inside

    def _zones(self, persons: int) -> list[tuple[Mask, str]]:
        """The customers of each zone; the empty name stands for the workspace's."""
        zone = self._trait(ZONES, persons)
        codes = np.where(zone.kind == TEXT, zone.data, -1)
        return [(codes == c, self._around.pool.text(c) if c >= 0 else "") for c in np.unique(codes).tolist()]

    def _trait(self, family: Family, persons: int) -> Column:
        view = self._view(Reading(family.name, family, Last()), persons, Clock(0), None)
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


def _within(days: Ints, window: Window, today: int) -> Mask:
    inside = np.zeros(len(days), np.bool_)
    for first, end in window_days(window, today):
        inside |= (days >= first) & (days < end)
    return inside
