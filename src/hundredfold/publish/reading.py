"""One engine as the thread that publishes reads it, in turn with everybody else who uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from hundredfold.attribute.column import Ints
from hundredfold.attribute.plan import Plan
from hundredfold.definition.check import fingerprint
from hundredfold.live.engine import Engine
from hundredfold.live.following import Following
from hundredfold.publish.batch import alive, vanished
from hundredfold.publish.records import Portion, Stamp, customers_of
from hundredfold.publish.waiting import Waiting

Answer = TypeVar("Answer")


class Side(Protocol):
    """The live side: whoever lets others use the engine."""

    def ask(self, question: Callable[[Engine], Answer]) -> Answer:
        """Answers a question while nobody else uses the engine."""

    @property
    def following(self) -> Following:
        """The current values behind the engine; to be used within `ask`."""


class Over(Exception):
    """Another engine has taken over: numbers of sent ids mean something else now."""


class Reading:
    """What is published, read from one engine; whatever asks it raises Over once another one has taken over.

    `now` is the clock in microseconds UTC, `run` the cut of the newest batch run.
    """

    def __init__(
        self, side: Side, engine: Engine, waiting: Waiting, now: Callable[[], int], run: Callable[[], int | None]
    ) -> None:
        self._side, self._engine, self._waiting, self._now, self._run = side, engine, waiting, now, run
        self._version = fingerprint(engine.compiled.setup.definitions)

    @property
    def plan(self) -> Plan:
        """The plan of the engine's attributes."""
        return self._engine.compiled.plan

    @property
    def size(self) -> int:
        """How many sent ids there are: all their numbers are smaller."""
        return len(self._engine.sids)

    def everybody(self) -> Ints:
        """The names of all customers."""
        return self._ask(lambda _: self._side.following.current.everybody())

    def texts(self, names: Ints) -> list[str]:
        """The tagged sent ids of some numbers."""
        return self._engine.sids.texts(names)

    def numbers(self, keys: Iterable[str]) -> Ints:
        """The numbers of all sent ids, of users and of visitors, with these plain texts."""
        return np.unique(np.array([sid for _, sid in self._twins(keys)], np.int64))

    def newest(self, names: Ints) -> tuple[Ints, Portion, Stamp]:
        """The profiles of some customers (ascending): their names, what is sent of them, and its stamp.

        Who has gone is left out, and so is a visitor whose key a user has; who is about to be read again waits on.
        """
        return self._ask(lambda engine: self._newest(engine, names))

    def successors(self, keys: Iterable[str]) -> dict[str, int]:
        """The names behind those plain ids that still name somebody: the user's where a visitor shares his."""
        return self._ask(lambda _: {key: sid for key, sid in self._twins(keys) if self._knows(sid)})

    def vanished(self, keys: set[str]) -> list[str]:
        """Those of some plain customer ids behind which there is nobody any more."""
        return vanished(keys, self._engine.sids, self._ask(alive))

    def _ask(self, question: Callable[[Engine], Answer]) -> Answer:
        def checked(engine: Engine) -> Answer:
            if self._waiting.over:
                raise Over
            return question(engine)

        return self._side.ask(checked)

    def _newest(self, engine: Engine, names: Ints) -> tuple[Ints, Portion, Stamp]:
        following = self._side.following
        names = names[following.current.knows(names) & self._owns_key(names)]
        labels, read, profiles = following.profiles(names)
        stale = np.setdiff1d(names, read, assume_unique=True)
        if len(stale):
            self._waiting.add(stale)
        at = engine.state.clock
        stamp = Stamp(at, self._run(), self._now(), at, self._version, dict(engine.positions))
        return read, Portion(customers_of(engine, labels, read), profiles.values, engine.compiled.pool), stamp

    def _owns_key(self, names: Ints) -> npt.NDArray[np.bool_]:
        """Of a user and a visitor whose ids have the same text, the user has the key."""
        owns = np.ones(len(names), np.bool_)
        for place, key in enumerate(self.texts(names)):
            if not key.startswith("u:"):
                twin = self._engine.sids.known(f"u:{key[2:]}")
                owns[place] = twin is None or not self._knows(twin)
        return owns

    def _twins(self, keys: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Plain ids with the numbers of the sent ids behind them, a user's after a visitor's."""
        for key in keys:
            for space in "au":
                sid = self._engine.sids.known(f"{space}:{key}")
                if sid is not None:
                    yield key, sid

    def _knows(self, sid: int) -> bool:
        return bool(self._side.following.current.knows(np.array([sid]))[0])
