"""A segment as somebody asks for it: its members at a clock, from the same profiles as everybody reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hundredfold.attribute.column import TIME, Column, Mask
from hundredfold.attribute.evaluate import holds
from hundredfold.attribute.read import Profiles
from hundredfold.attribute.scope import Scope
from hundredfold.definition.mistakes import did_you_mean
from hundredfold.definition.model import Definitions
from hundredfold.definition.nested import Moment
from hundredfold.definition.spelling import names_in
from hundredfold.errors import NotFound
from hundredfold.live.engine import Engine
from hundredfold.profile.answers import Answers, Everybody
from hundredfold.said import said
from hundredfold.segment.history import last_moves
from hundredfold.segment.recording import goes_on_from, meaning_of
from hundredfold.store.movements import Movements


@dataclass(frozen=True, slots=True)
class Asked:
    """Everybody there was to choose from, with the values that were asked for, and which of them are in a segment."""

    everybody: Everybody
    inside: Mask

    @property
    def members(self) -> list[str]:
        """The members by their plain ids, in order."""
        return sorted(one for one, fits in zip(self.everybody.customers, self.inside.tolist(), strict=True) if fits)

    @property
    def of(self) -> int:
        """How many customers there were."""
        return len(self.inside)


def asked(
    engine: Engine,
    answers: Answers,
    name: str,
    *,
    recorded: Movements,
    at: int | None = None,
    known_at: int | None = None,
    attributes: Sequence[str] = (),
) -> Asked:
    """The members of a segment at a clock (default: now), from what had been received, and recorded, by `known_at`.

    Of the values at least those of `attributes` are told. Raises NotFound for a segment that there is none of.
    """
    setup = engine.compiled.setup
    definitions, where = setup.definitions, setup.definitions.conditions.get(name)
    if where is None:
        near = did_you_mean(name, definitions.segments, said("Segments"))
        raise NotFound(said("no segment in force is called `{name}`. {near}", name=name, near=near))
    found = answers.everybody(at=at, known_at=known_at, only=[*definitions.asked[name], *attributes])
    moments = [moment for one in names_in(where) if (moment := Moment.named(one)) is not None]
    upto = found.at if known_at is None else min(found.at, known_at)
    when = {one.name: _when(recorded, definitions, one, found.keys, upto) for one in moments}
    profiles = Profiles(len(found.keys), {**found.values, **when})
    scope = Scope(profiles.persons, profiles.column, engine.compiled.pool, found.at, setup.zone)
    return Asked(found, holds(where, scope))


def _when(recorded: Movements, definitions: Definitions, moment: Moment, keys: Sequence[str], upto: int) -> Column:
    """When customers last entered or left a segment, as far as it is recorded as what it means now."""
    meaning = meaning_of(definitions, moment.segment)
    current = {one.segment: one for one in recorded.stretches() if one.ended is None}
    stretch = goes_on_from(current, definitions.segments, moment.segment, meaning)
    times = {} if stretch is None else last_moves(recorded, stretch.number, upto)
    own = [times.get(key, (None, None))[moment.way == "entered"] for key in keys]
    there = np.array([one is not None for one in own], np.bool_)
    return Column.where(there, TIME, np.array([one or 0 for one in own], np.int64))
