"""Where people look into one customer: evidence is taken in the engine's turn, and judged when others may use it."""

from __future__ import annotations

from typing import Annotated, TypeAlias, cast

from fastapi import Depends, Query

from hundredfold.app.door.access import Requires
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.times import asked_time
from hundredfold.audit.reading import PathReader
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Setup
from hundredfold.profile.answers import Answers
from hundredfold.profile.behind import reader_of
from hundredfold.profile.dossier import Dossier, evidence
from hundredfold.store.tokens import Grant
from hundredfold.words import value as values

Reading: TypeAlias = Annotated[Grant, Depends(Requires("read"))]
Writer: TypeAlias = Annotated[Grant, Depends(Requires("write"))]
Customer: TypeAlias = Annotated[str, Query(description="Any id of the customer.", examples=["c17"])]
Value: TypeAlias = bool | int | float | str | list[bool | int | float | str] | None
"""A value as JSON; times are ISO text."""


def as_json(found: values.Value) -> Value:
    """A value as a part of an answer."""
    return cast(Value, values.to_json(found))


def address_of(engine: Engine, answers: Answers, sid: int) -> str:
    """What leads to a customer: his id, or the tagged one where another has the same text."""
    key, people = engine.sids.text(sid), engine.state.people
    return key[2:] if people.label(answers.sid(key[2:])) == people.label(sid) else key


class Desk:
    """Opens dossiers of the customers of a workspace. Its methods may be called from any thread."""

    def __init__(self, opened: OpenWorkspace) -> None:
        self.opened = opened
        self._reader: tuple[Setup, PathReader] | None = None

    def dossier(self, customer: str, at: str | None = None, known_at: str | None = None) -> Dossier:
        """The dossier of a customer. Raises NotFound, and Problem 422 for a time that is none."""
        when = {"at": self.time("at", at), "known_at": self.time("known_at", known_at)}
        with self.opened.clock_held():
            found = evidence(self.opened.engine(), self.opened.answers(), customer, **when)
        return Dossier(found)

    def reader(self, setup: Setup) -> PathReader:
        """How the paths of a workspace are read; its tables are prepared once for all who ask."""
        held = self._reader
        if held is None or held[0] is not setup:
            held = self._reader = setup, reader_of(setup, self.opened.workspace.now())
        return held[1]

    def time(self, name: str, text: str | None) -> int | None:
        """A time that was asked for, in microseconds UTC. Raises Problem 422."""
        return asked_time(self.opened.workspace, name, text)
