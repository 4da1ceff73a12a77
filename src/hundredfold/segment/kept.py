"""Segments as a serving process keeps them: how many are in each, who they are, and whom two share, as of one state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from hundredfold.live.engine import Engine
from hundredfold.live.loop import Live
from hundredfold.segment.members import Members
from hundredfold.segment.recording import Recording
from hundredfold.store.movements import Movements

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class AsOf:
    """What an answer stands for: the clock in microseconds UTC, the log's positions, how many customers there are."""

    at: int
    positions: Mapping[int, int]
    customers: int


class Kept:
    """The members behind a live loop. Every answer is of one state, in which every message of the log counts.

    Answers are None until everybody has been asked since the start.
    """

    def __init__(self, live: Live, recording: Recording) -> None:
        self._live, self._recording = live, recording

    def counts(self) -> tuple[AsOf, dict[str, int]] | None:
        """How many members each segment has."""
        return self.ask(lambda _, members: dict(zip(members.names, members.membership.counts.tolist(), strict=True)))

    def members(self, name: str) -> tuple[AsOf, list[str]] | None:
        """The members of a segment by their plain ids, in order. Raises KeyError for one that is not kept."""

        def found(engine: Engine, members: Members) -> list[str]:
            inside = members.membership.members(members.place(name))
            return sorted(engine.sids.text(sid)[2:] for sid in inside.tolist())

        return self.ask(found)

    def overlaps(self, names: list[str]) -> tuple[AsOf, list[list[int]]] | None:
        """How many customers each two of some segments share; a segment and itself: how many it has.

        Raises KeyError for one that is not kept.
        """

        def found(_: Engine, members: Members) -> list[list[int]]:
            places = np.array([members.place(name) for name in names], np.int64)
            shared: list[list[int]] = members.membership.overlaps(places).tolist()
            return shared

        return self.ask(found)

    def recorded(self) -> tuple[int, Movements]:
        """What is recorded, with everything up to a clock in microseconds UTC, which may lie behind it."""

        def stood(engine: Engine) -> int:
            self._recording.stands(engine.state.clock, engine.positions)
            return engine.state.clock

        following = self._live.following
        at = self._live.ask(stood, fresh=following.open, told=following.open)
        self._recording.write()
        return at, self._recording.store

    def ask(self, question: Callable[[Engine, Members], Answer]) -> tuple[AsOf, Answer] | None:
        """What a question finds, within the engine's turn; nobody else uses the engine meanwhile."""
        if not self._live.following.open:
            return None

        def asked(engine: Engine) -> tuple[AsOf, Answer] | None:
            following = self._live.following
            if not following.open or not isinstance(following.segments, Members):
                return None
            as_of = AsOf(engine.state.clock, dict(engine.positions), len(following.current.everybody()))
            return as_of, question(engine, following.segments)

        return self._live.ask(asked, fresh=True, told=True)
