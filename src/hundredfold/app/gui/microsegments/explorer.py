"""What the explorer of micro-segments is answered from: everybody's groups and inputs as they are now.

Everybody is taken from the current values within the engine's turn, and worked on outside of it. As long as no message
has come and the minute is the same, nothing is worked out again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hundredfold.app.grouped import Learnt, learnt
from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.column import Ints, Pool
from hundredfold.definition.model import Definitions, Score
from hundredfold.live.engine import Engine
from hundredfold.live.loop import Live
from hundredfold.log.stored import Positions
from hundredfold.predict.microsegments.partition import NOWHERE
from hundredfold.predict.microsegments.portrait import Portrait
from hundredfold.segment.crowd import Crowd, crowd
from hundredfold.segment.days import Day, Keyed, day_of
from hundredfold.words.calendar import MINUTE
from hundredfold.words.model import Version

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Explored:
    """The micro-segments of an attribute as of one state of the engine."""

    score: Score
    learnt: Learnt
    definitions: Definitions
    crowd: Crowd
    positions: Positions
    groups: Ints
    """The number of each customer's group in the version; NOWHERE where he is in none."""

    @property
    def version(self) -> Version:
        """The version's partition. Raises AssertionError where there is none."""
        assert self.learnt.training.version is not None
        return self.learnt.training.version

    @cached_property
    def values(self) -> Mapping[str, Floats]:
        """What customers have of the inputs that are numbers or times, by role."""
        roles = {role: name for role, name in self.score.inputs.items() if role != "stage"}
        return {role: self.crowd.numbers(name) for role, name in roles.items()}

    @cached_property
    def portrait(self) -> Portrait:
        """What the groups are like."""
        return Portrait.of(self.version, self.groups, self.values)

    def five(self, group: int) -> Ints:
        """The places of up to five of a group's customers, from those who spent least to those who spent most."""
        rows = np.flatnonzero(self.groups == group)
        rows = rows[np.lexsort((self.crowd.who[rows], np.nan_to_num(self.values["spent"][rows])))]
        return rows if len(rows) <= 5 else rows[(np.linspace(0.1, 0.9, 5) * len(rows)).astype(int)]


class Explorer:
    """Answers for the micro-segments of a workspace. Its methods may be called from any thread."""

    def __init__(self, opened: OpenWorkspace, live: Live, keyed: Keyed) -> None:
        self._opened, self._live, self._keyed = opened, live, keyed
        self._last: tuple[object, Explored] | None = None

    def explored(self, score: Score, definitions: Definitions) -> Explored | None:
        """An attribute's micro-segments now; None until everybody has been read since the start."""
        if not self._live.following.open:
            return None
        found = learnt(score, self._opened.runs())

        def taken(engine: Engine) -> tuple[object, Explored | None]:
            if not self._live.following.open:
                return None, None
            positions = dict(engine.positions)
            state = (score, found.version, found.run, id(engine), positions, engine.state.clock // MINUTE)
            if self._last is not None and self._last[0] == state:
                return state, self._last[1]
            names = list(dict.fromkeys([score.name, *(n for role, n in score.inputs.items() if role != "stage")]))
            people = crowd(engine, self._live.following.current, self._opened.cuts, names)
            groups = _groups(people.codes(score.name), engine, found)
            return state, Explored(score, found, definitions, people, positions, groups)

        state, explored = self._live.ask(taken, fresh=True, told=True)
        if explored is not None:
            self._last = state, explored
        return explored

    def texts(self, who: Ints) -> list[str]:
        """The plain ids of some customers."""
        return [key[2:] for key in self._live.ask(lambda engine: engine.sids.texts(who))]

    def taken(self, names: Sequence[str]) -> tuple[Crowd, Pool, Pool] | None:
        """Everybody's values of some attributes now, the ids and the texts; None until everybody has been read."""
        if not self._live.following.open:
            return None

        def taken(engine: Engine) -> tuple[Crowd, Pool, Pool]:
            people = crowd(engine, self._live.following.current, self._opened.cuts, names)
            return people, engine.sids, engine.compiled.pool

        return self._live.ask(taken, fresh=True, told=True)

    def today(self, name: str) -> Day | None:
        """Everybody's text of an attribute now, as a day to be laid beside others; None until everybody was read."""
        found = self.taken([name])
        if found is None:
            return None
        people, sids, texts = found
        return day_of(people, self._keyed.of(sids, people.who), texts)


def _groups(codes: Ints, engine: Engine, found: Learnt) -> Ints:
    """The number of each customer's group, by the code of its id."""
    version, pool = found.training.version, engine.compiled.pool
    numbers = np.full(len(pool) + 1, NOWHERE, np.int64)  # the last one is for those without any
    for number, group in enumerate(version["groups"] if version is not None else ()):
        code = pool.known(group["id"])
        if code is not None:
            numbers[code] = number
    result: Ints = numbers[codes]
    return result
