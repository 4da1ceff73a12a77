"""Training every model of the definitions at the cut of a batch run, on what customers were before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
import orjson

from hundredfold.attribute.column import Ints
from hundredfold.attribute.read import Clock, Profiles
from hundredfold.attribute.score import Scoring, inputs_of
from hundredfold.batch.run import Run, Training, cuts_of
from hundredfold.definition.check import with_what_they_need
from hundredfold.live.engine import Engine
from hundredfold.live.names import Names
from hundredfold.live.setup import Compiled
from hundredfold.predict.span import only
from hundredfold.profile.past import Past, joined_ids, joined_profiles
from hundredfold.said import said
from hundredfold.words.model import Fitted, Inputs, TooLittle, Version

AT_ONCE: Final = 1 << 16
"""Persons that are read together."""


def with_models(engine: Engine, run: Run, earlier: Sequence[Run]) -> Run:
    """The run with every model trained at its cut; the engine has applied what the run covers, and nothing more.

    `earlier` are the runs before, by cut, then by publication. A model that cannot be trained keeps the version that it
    had, with the reason why: it never fails the run.
    """
    plan = engine.compiled.plan
    cuts = {**cuts_of(one for one in earlier if one.cut <= run.cut), **run.tiers}
    found: dict[str, Training] = {}
    for name in plan.derived:  # a model that takes another's scores comes behind it
        if name in plan.models and plan.models[name].key not in found:
            scoring = plan.models[name]
            versions = {key: one.version for key, one in found.items() if one.on}
            found[scoring.key] = _trained(engine, scoring, run.cut, cuts, versions, _before(scoring, earlier))
    return replace(run, models=found)


def _before(scoring: Scoring, earlier: Sequence[Run]) -> Training:
    return next((run.models[scoring.key] for run in reversed(earlier) if scoring.key in run.models), Training(None))


def _trained(
    engine: Engine,
    scoring: Scoring,
    cut: int,
    cuts: Mapping[str, Sequence[int]],
    versions: Mapping[str, Version | None],
    before: Training,
) -> Training:
    try:
        population = Population(engine, scoring, cut, cuts, versions)
        made = scoring.family.train(population, scoring.options, before.version)
        # As it will be read again: what is applied in this process is what every other one applies.
        version = orjson.loads(orjson.dumps(dict(made.version)))
    except TooLittle as error:
        return replace(before, why=str(error))
    except Exception as error:  # noqa: BLE001 - a family that anybody may write must not fail the run
        kind = type(error).__name__
        return replace(
            before,
            why=said("the training failed with {kind}. Look at its inputs, or leave the attribute out", kind=kind),
        )
    return Training(version, cut, made.report)


class Population:
    """What customers were, as an engine knows it at the cut: the `Past` of one model.

    Customers are numbered by the texts of the ids that name them at the cut, so that no number depends on the order in
    which messages came.
    """

    def __init__(
        self,
        engine: Engine,
        scoring: Scoring,
        cut: int,
        cuts: Mapping[str, Sequence[int]],
        versions: Mapping[str, Version | None],
    ) -> None:
        self._engine, self._scoring, self._cut, self._cuts, self._versions = engine, scoring, cut, cuts, versions

    @property
    def cut(self) -> int:
        """The instant up to which everything is known, in microseconds."""
        return self._cut

    def at(self, instant: int) -> tuple[Ints, Inputs]:
        """The customers of that time, ascending, and their inputs read with the clock at that instant."""
        clock = Clock(instant, self._cuts, {key: Fitted(instant, one) for key, one in self._versions.items()})
        names, profiles = self._now(clock) if instant == self._cut else self._then(clock)
        number = self._numbers[self._engine.state.people.labels(names)]
        # Who are one customer at the cut may have been several: the one who names them stands for all.
        order = np.lexsort((names, self._named[names] != number, number))
        number = number[order]
        first = np.append(True, number[1:] != number[:-1])[: len(number)] & (number >= 0)
        given = inputs_of(
            self._scoring, profiles.persons, profiles.values, np.array([instant]), self._engine.compiled.pool
        )
        return number[first], only(given, order[first])

    def _now(self, clock: Clock) -> tuple[Ints, Profiles]:
        """Everybody at the cut, from the engine's state."""
        names, labels = self._everybody
        parts = [
            _only(self._engine.read(labels[first : first + AT_ONCE], clock, only=self._needed), self._scoring)
            for first in range(0, len(labels), AT_ONCE)
        ]
        return names, joined_profiles(parts or [self._engine.read(labels, clock, only=self._needed)])

    def _then(self, clock: Clock) -> tuple[Ints, Profiles]:
        """Everybody at an earlier time, from all raw messages."""
        names, found = Past(self._engine, clock, None, joined_ids(self._engine), self._part).everybody()
        return names, _only(found, self._scoring)

    @cached_property
    def _needed(self) -> set[str]:
        return with_what_they_need(self._engine.compiled.setup.definitions, self._scoring.inputs.values())

    @cached_property
    def _part(self) -> Compiled:
        return self._engine.compiled.of(self._scoring.inputs.values())

    @cached_property
    def _everybody(self) -> tuple[Ints, Ints]:
        people = self._engine.state.people
        settled = Names(self._engine.sids).settle(people, people.everybody())
        return settled.names, settled.labels

    @cached_property
    def _named(self) -> Ints:
        """For each sent id that names a customer at the cut the customer's number, -1 for others."""
        names, _ = self._everybody
        found = np.full(len(self._engine.sids), -1)
        texts = np.array(self._engine.sids.texts(names), object)
        found[names[np.argsort(texts, kind="stable")]] = np.arange(len(names))
        return found

    @cached_property
    def _numbers(self) -> Ints:
        """The same for each label."""
        names, labels = self._everybody
        found = np.full(len(self._engine.sids), -1)
        found[labels] = self._named[names]
        return found


def _only(profiles: Profiles, scoring: Scoring) -> Profiles:
    """The inputs alone: nothing else of a population is kept."""
    return Profiles(profiles.persons, {name: profiles.values[name] for name in dict.fromkeys(scoring.inputs.values())})
