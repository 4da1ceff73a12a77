"""What follows from the engine's state: the current values of everybody, and what has changed, batch by batch.

Customers are read again for three reasons: a message has touched them, a cell of theirs has left a window of minutes,
or a day has turned. The first two are told customer by customer, a day once, when everybody whom it touches is read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, cast

import numpy as np

from hundredfold.attribute.column import Bytes, Ints
from hundredfold.attribute.read import Clock, Profiles
from hundredfold.live.current import Changes, Current, Told
from hundredfold.live.engine import Engine
from hundredfold.live.expiry import Days, DayTurn, Minutes
from hundredfold.live.grown import grown
from hundredfold.live.names import Names

AT_ONCE: Final = 4096
"""Customers that are read together: while they are, nobody else can use the engine."""

Cuts = Callable[[], Mapping[str, Sequence[int]]]
"""The cut points of the batch run that counts now."""


class Feed(Protocol):
    """Who is told of changes; told quickly, since the engine waits meanwhile."""

    @property
    def readers(self) -> int:
        """How many read."""

    @property
    def resets(self) -> int:
        """How often a reader had fallen too far behind."""

    def publish(self, changes: Changes, at: int, positions: Mapping[int, int]) -> None:
        """What has changed for some customers, as of a time and positions of the log."""

    def turn(self, day: str, zone: str | None, at: int, positions: Mapping[int, int]) -> None:
        """A day has begun, and everything that follows from it is in the current values."""

    def restart(self, at: int, positions: Mapping[int, int]) -> None:
        """From here on changes are told without gaps; what readers know already may be outdated."""


class Following:
    """Keeps the current values behind an engine. Its methods are called by whoever has the turn with the engine."""

    def __init__(self, engine: Engine, feed: Feed, cuts: Cuts = dict) -> None:
        self._engine, self._feed, self._cuts = engine, feed, cuts
        plan, texts, clock = engine.compiled.plan, engine.compiled.pool, engine.state.clock
        self.current = Current(plan, engine.sids, texts)
        self._names = Names(engine.sids)
        self._minutes = Minutes(plan)
        self._days = Days(plan, texts, engine.compiled.around.zone, clock)
        self._loud: deque[Ints] = deque()
        self._quiet: deque[Ints | DayTurn] = deque()
        self._begun, self._open = False, False
        self._stale: Bytes = np.empty(0, np.uint8)
        """1 for each sent id whose customer is to be read again."""
        engine.follower = self

    @property
    def open(self) -> bool:
        """Whether everybody's values have been read since the start, so that changes are told."""
        return self._open

    @property
    def waiting(self) -> bool:
        """Whether anybody is still to be read."""
        self._take_note()
        return bool(self._loud or self._quiet) or not self._open

    def profile(self, sid: int, clock: Clock) -> Told | None:
        """The profile of the customer of a sent id, as the engine would read it; None when it must be read from there.

        That is: before everybody has been read, while anything of his waits, and at another time than the engine's.
        """
        self.tick()
        self._take_note()
        engine, people = self._engine, self._engine.state.people
        label, name = people.label(sid), self._names.of_one(sid)
        told = self._open and clock.at == engine.state.clock
        if not told or name < 0 or self._marks()[people.members(label)].any():
            return None
        return self.current.profile(
            name, clock.at, lambda only, known: engine.read(np.array([label]), clock, only=only, known=known)
        )

    def profiles(self, names: Ints) -> tuple[Ints, Ints, Profiles]:
        """The labels, names and profiles, as of now, of those customers (ascending) who are not about to be read again.

        Who is, or stands for nobody, is left out.
        """
        self.tick()
        self._take_note()
        engine, people = self._engine, self._engine.state.people
        names = names[(self._names.of[names] == names) & self.current.knows(names)]
        labels = people.labels(names)
        members, owner = people.members_of(labels)
        waits = np.zeros(len(names), np.bool_)
        waits[owner[self._marks()[members] == 1]] = True
        names, labels = names[~waits], labels[~waits]
        clock = Clock(engine.state.clock, self._cuts())
        found = self.current.profiles(
            names, clock.at, lambda only, known: engine.read(labels, clock, only=only, known=known)
        )
        return labels, names, found

    def fill(self) -> None:
        """Reads everybody and tells nobody, while the engine is nobody else's yet; `begin` then opens the feed."""
        feed, self._feed = self._feed, _Nobody()
        while self.waiting:
            self.flush()
        self._feed = feed

    def begin(self) -> None:
        """Tells the feed's readers that changes are told from here on."""
        self._feed.restart(self._engine.state.clock, dict(self._engine.positions))

    def begin_anew(self) -> None:
        """Reads everybody again, when something has changed that no message tells of: the cut points of a batch run."""
        self._begun, self._open = False, False

    def tick(self) -> None:
        """Looks at what the engine's clock, which has moved, changes by itself."""
        state = self._engine.state
        self._soon(self._minutes.due(state.clock))
        for turn in self._days.turned(state.clock, state.runs, state.people):
            self._later(turn.sids)
            self._quiet.append(turn)

    def flush(self) -> int:
        """Reads the next customers and tells what has changed; returns how many. Those with messages come first."""
        self._take_note()
        if not self._begun:
            self._begin()
        loud = _first(self._loud, AT_ONCE)
        quiet = _first(self._quiet, max(AT_ONCE - len(loud), AT_ONCE // 4))
        done = self._read(loud, quiet) if len(loud) + len(quiet) else 0
        self._tell_turns()
        return done

    def _begin(self) -> None:
        waiting = np.flatnonzero(self._marks())  # customers who are gone, too, and have still to leave
        self._loud.clear()
        self._quiet.clear()
        self._later(np.union1d(self._engine.state.people.everybody(), waiting))
        self._begun = True

    def _read(self, loud: Ints, quiet: Ints) -> int:
        engine = self._engine
        settled = self._names.settle(engine.state.people, np.union1d(loud, quiet))
        profiles = engine.read(settled.labels, Clock(engine.state.clock, self._cuts()))
        told = np.isin(settled.labels, engine.state.people.labels(loud)) & self._open
        changes = self.current.update(settled.names, profiles, engine.state.clock, told, settled.gone, settled.into)
        self._marks()[loud] = self._marks()[quiet] = self._marks()[settled.members] = 0
        self._minutes.watch(settled.members, engine.state.runs, engine.state.since, engine.state.clock)
        if self._open and len(changes):
            self._feed.publish(changes, engine.state.clock, dict(engine.positions))
        return len(settled.names)

    def _tell_turns(self) -> None:
        """Tells of the days behind which everybody has been read, and of the start."""
        at, positions = self._engine.state.clock, dict(self._engine.positions)
        while self._quiet and isinstance(turn := self._quiet[0], DayTurn):
            self._quiet.popleft()
            if self._open:
                self._feed.turn(turn.day, turn.zone, at, positions)
        if not self._open and not self._quiet:
            self._open = True
            self.begin()

    def _take_note(self) -> None:
        changed = self._engine.changed
        if changed:
            sids = np.unique(np.concatenate(changed))
            changed.clear()
            self._soon(sids)

    def _soon(self, sids: Ints) -> None:
        if len(sids):
            self._loud.append(sids)
            self._marks()[sids] = 1

    def _later(self, sids: Ints) -> None:
        if len(sids):
            self._quiet.append(sids)
            self._marks()[sids] = 1

    def _marks(self) -> Bytes:
        self._stale = cast(Bytes, grown(self._stale, len(self._engine.sids), 0))
        return self._stale


class _Nobody:
    """A feed that nobody reads."""

    readers = resets = 0

    def publish(self, changes: Changes, at: int, positions: Mapping[int, int]) -> None:
        """Nothing is told."""

    def turn(self, day: str, zone: str | None, at: int, positions: Mapping[int, int]) -> None:
        """Nothing is told."""

    def restart(self, at: int, positions: Mapping[int, int]) -> None:
        """Nothing is told."""


def _first(waiting: deque[Ints] | deque[Ints | DayTurn], most: int) -> Ints:
    """Takes out the first sent ids, at most so many, and not beyond a day's turn."""
    found: list[Ints] = [np.empty(0, np.int64)]
    while waiting and most > 0 and not isinstance(head := waiting[0], DayTurn):
        if len(head) > most:
            found.append(head[:most])
            waiting[0] = head[most:]
        else:
            found.append(head)
            waiting.popleft()
        most -= len(found[-1])
    return np.unique(np.concatenate(found))
