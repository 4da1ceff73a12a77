"""What an engine knows of everybody at its cut and before, read once for all models of a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import Column, Ints, Pool
from hundredfold.attribute.read import Clock, Profiles
from hundredfold.definition.check import with_what_they_need
from hundredfold.live.engine import Engine
from hundredfold.live.names import Names
from hundredfold.profile.past import Past, joined_ids, joined_profiles
from hundredfold.words.model import Fitted, Version

Values: TypeAlias = Mapping[str, Column | Lists]
"""Attributes by name, an entry a customer."""
AT_ONCE: Final = 1 << 16
"""Persons that are read together."""


class Known:
    """Everybody at instants up to the cut. The engine has applied what the run covers, and nothing more.

    Models that learn from the same horizon ask for the same instants, most of them for the same attributes: what has
    been read of an instant is kept, and only what nobody has asked for yet is read. What goes back to scores is read
    anew, for it depends on the versions that are trained one after the other.
    """

    def __init__(self, engine: Engine, cut: int, cuts: Mapping[str, Sequence[int]]) -> None:
        self.cut = cut
        """In microseconds."""
        self._engine, self._cuts = engine, cuts
        self._kept: dict[int, tuple[Ints, Values]] = {}

    @property
    def pool(self) -> Pool:
        """The texts of all values."""
        return self._engine.compiled.pool

    def at(self, instant: int, wanted: Collection[str], versions: Mapping[str, Version | None]) -> tuple[Ints, Values]:
        """The sent ids that name the customers of that time, and these attributes with the clock at that instant."""
        names, kept = self._kept.get(instant, (None, {}))
        missing = [name for name in wanted if name not in kept]
        if names is None or missing:
            names, found = self._read(instant, missing, versions)
            own = {name: values for name, values in found.items() if not self._goes_back_to_scores(name)}
            self._kept[instant] = names, {**kept, **own}
            kept = {**kept, **found}
        return names, {name: kept[name] for name in wanted}

    def numbers(self, names: Ints) -> Ints:
        """The numbers at the cut of those whom these sent ids name at some time; -1 for who is nobody any more."""
        found: Ints = self._number_of_label[self._engine.state.people.labels(names)]
        return found

    @cached_property
    def named(self) -> Ints:
        """For each sent id that names a customer at the cut the customer's number, -1 for others."""
        names, _ = self._everybody
        found = np.full(len(self._engine.sids), -1)
        texts = np.array(self._engine.sids.texts(names), object)
        found[names[np.argsort(texts, kind="stable")]] = np.arange(len(names))
        return found

    @cached_property
    def _number_of_label(self) -> Ints:
        names, labels = self._everybody
        found = np.full(len(self._engine.sids), -1)
        found[labels] = self.named[names]
        return found

    @cached_property
    def _everybody(self) -> tuple[Ints, Ints]:
        people = self._engine.state.people
        settled = Names(self._engine.sids).settle(people, people.everybody())
        return settled.names, settled.labels

    @cached_property
    def _joined(self) -> Ints:
        return joined_ids(self._engine)

    def _goes_back_to_scores(self, name: str) -> bool:
        compiled = self._engine.compiled
        return not compiled.plan.models.keys().isdisjoint(
            with_what_they_need(compiled.setup.definitions, [name], scores=False)
        )

    def _read(
        self, instant: int, wanted: Collection[str], versions: Mapping[str, Version | None]
    ) -> tuple[Ints, Values]:
        clock = Clock(instant, self._cuts, {key: Fitted(instant, one) for key, one in versions.items()})
        names, found = self._now(clock, wanted) if instant == self.cut else self._then(clock, wanted)
        return names, found.values

    def _now(self, clock: Clock, wanted: Collection[str]) -> tuple[Ints, Profiles]:
        """Everybody at the cut, from the engine's state."""
        names, labels = self._everybody
        needed = with_what_they_need(self._engine.compiled.setup.definitions, wanted)
        parts = [
            _only(self._engine.read(labels[first : first + AT_ONCE], clock, only=needed), wanted)
            for first in range(0, max(len(labels), 1), AT_ONCE)
        ]
        return names, joined_profiles(parts)

    def _then(self, clock: Clock, wanted: Collection[str]) -> tuple[Ints, Profiles]:
        """Everybody at an earlier time, from all raw messages."""
        engine = self._engine
        names, found = Past(engine, clock, None, self._joined, engine.compiled.of(wanted)).everybody()
        return names, _only(found, wanted)


def _only(profiles: Profiles, wanted: Collection[str]) -> Profiles:
    return Profiles(profiles.persons, {name: profiles.values[name] for name in wanted})
