"""Every day, and after every batch, it is kept who is in which micro-segment and stage of life."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from hundredfold.app.grouped import learnt, micro_segments, stage
from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.column import Pool
from hundredfold.definition.model import Definitions
from hundredfold.live.engine import Engine
from hundredfold.live.following import Feed
from hundredfold.live.loop import Live
from hundredfold.live.passing import Passing
from hundredfold.predict.microsegments.naming import STAGES
from hundredfold.segment.crowd import Crowd, crowd
from hundredfold.segment.days import Day, Days, Keyed, day_of, keys_of
from hundredfold.words.calendar import local_day


@dataclass(frozen=True)
class _Taken:
    """Everybody's texts as they were taken from an engine, to be kept by and by."""

    crowd: Crowd
    texts: Pool
    sids: Pool
    definitions: Definitions
    versions: Mapping[str, str]
    deletions: int


class Noting(Passing):
    """Stands before a feed: as a day begins everybody's texts are taken.

    Taking is quick, since the engine waits; `keep`, which somebody else calls now and then, writes.
    """

    def __init__(self, feed: Feed, opened: OpenWorkspace, days: Days, keyed: Keyed, live: Callable[[], Live]) -> None:
        super().__init__(feed)
        self._opened, self._days, self._keyed, self._live = opened, days, keyed, live
        self._waiting: deque[_Taken] = deque()
        self._newest: tuple[int, Mapping[str, str]] | None = None
        self._erased = -1

    def turn(self, day: str, zone: str | None, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed; where the workspace's day has begun, everybody is taken."""
        super().turn(day, zone, at, positions)
        if zone is None:
            self._take()

    def restart(self, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed; everybody is taken, unless nothing is new since they were."""
        super().restart(at, positions)
        self._take()

    def keep(self) -> None:
        """Writes what was taken, and takes out of the entries who has been erased."""
        while self._waiting:
            taken = self._waiting[0]
            day = self._day(taken)
            if day.held:
                self._days.put(day)
            if taken.deletions < self._erased:  # who was erased since is in it
                self._erased = -1
            self._waiting.popleft()
        live = self._live()
        count = live.ask(lambda engine: len(engine.state.deletions))
        if count != self._erased:
            self._days.erase(keys_of(live.ask(_erased)).tolist())
            self._erased = count

    def _take(self) -> None:
        """Takes everybody, within the engine's turn."""
        live = self._live()
        engine, current = live.ask(lambda engine: engine), live.following.current
        definitions, at = engine.compiled.setup.definitions, engine.state.clock
        runs = self._opened.runs()
        versions = {one.name: learnt(one, runs).version for one in micro_segments(definitions)}
        names = [*versions, *filter(None, [stage(definitions)])]
        today = local_day(at, engine.compiled.around.zone)
        if not names or self._newest == (today, versions):
            return
        self._newest = today, versions
        deletions = len(engine.state.deletions)
        found = crowd(engine, current, self._opened.cuts, list(dict.fromkeys(names)))
        self._waiting.append(_Taken(found, engine.compiled.pool, engine.sids, definitions, versions, deletions))

    def _day(self, taken: _Taken) -> Day:
        """What is kept: the attributes that anybody has a text of, with what their groups were called."""
        found = day_of(taken.crowd, self._keyed.of(taken.sids, taken.crowd.who), taken.texts)
        held = {
            name: replace(own, called=self._called(taken, name), version=taken.versions.get(name, ""))
            for name, own in found.held.items()
            if own.texts
        }
        return replace(found, held=held)

    def _called(self, taken: _Taken, name: str) -> Mapping[str, Mapping[str, str]]:
        score = next((one for one in micro_segments(taken.definitions) if one.name == name), None)
        if score is None:
            return {text: {"en": english, "pt": portuguese} for text, (english, portuguese) in STAGES.items()}
        return learnt(score, self._opened.runs()).names


def _erased(engine: Engine) -> list[str]:
    return engine.sids.texts(np.array(sorted({sid for one in engine.state.deletions for sid in one.sids}), np.int64))
