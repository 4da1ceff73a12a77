"""What follows from the engine's state: the current values of everybody, and what has changed, batch by batch.

Customers are read again for three reasons: a message has touched them, a cell of theirs has left a window of minutes,
or a day has turned. The first two are told customer by customer, a day once, when everybody whom it touches is read.
Only what may have changed is read: what windows change, or what follows from families to which messages added cells.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Protocol, cast

import numpy as np

from hundredfold.attribute.column import Bytes, Ints, Mask
from hundredfold.attribute.plan import Family
from hundredfold.attribute.read import Clock, Profiles
from hundredfold.live.changes import Changes, Rows
from hundredfold.live.current import Current, Told, windowed
from hundredfold.live.engine import Engine
from hundredfold.live.expiry import Days, DayTurn, Minutes
from hundredfold.live.grown import grown
from hundredfold.live.moves import Moved, Moves, Segments
from hundredfold.live.names import Names, Settled
from hundredfold.live.touched import Reached
from hundredfold.words.model import Fitted

AT_ONCE: Final = 4096
"""Customers that are read together: while they are, nobody else can use the engine."""

_MINUTES: Final = 1
_DAYS: Final = 2
_WHOLE: Final = 4
_SOME: Final = 8
_NOBODY: Final = np.empty(0, np.int64)

Cuts = Callable[[], Mapping[str, Sequence[int]]]
"""The cut points of the batch run that counts now."""
Keeping = Callable[[Engine, Current, Cuts], Segments]
"""Makes what keeps the members of segments behind the current values of an engine."""
Models = Callable[[], Mapping[str, Fitted]]
"""The models of the batch run that counts now."""


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

    def moved(self, moved: Moved, at: int, positions: Mapping[int, int]) -> None:
        """Who has come into segments and left them."""

    def restart(self, at: int, positions: Mapping[int, int]) -> None:
        """From here on changes are told without gaps; what readers know already may be outdated."""


class Following:
    """Keeps the current values behind an engine. Its methods are called by whoever has the turn with the engine."""

    def __init__(
        self, engine: Engine, feed: Feed, cuts: Cuts = dict, models: Models = dict, keeping: Keeping | None = None
    ) -> None:
        self._engine, self._feed, self._cuts, self._models = engine, feed, cuts, models
        plan, texts, clock = engine.compiled.plan, engine.compiled.pool, engine.state.clock
        self.current = Current(plan, engine.sids, texts)
        self.segments = None if keeping is None else keeping(engine, self.current, cuts)
        """Who keeps the members, if anybody; they are right as soon as this is `open`."""
        self._beginning: Iterator[Moves] | None = None
        self._moves: list[Moves] = []
        """What will be told when everybody has been asked."""
        self._names = Names(engine.sids)
        self._minutes = Minutes(plan)
        self._days = Days(plan, texts, engine.compiled.around.zone, clock)
        self._loud: deque[Ints] = deque()
        self._due: deque[Ints] = deque()
        self._quiet: deque[Ints | DayTurn] = deque()
        self._reached, self._families = Reached(plan), set[Family]()
        self._changing = {_MINUTES: windowed(plan, calendar=False), _DAYS: windowed(plan, calendar=True)}
        self._begun, self._open, self._filling = False, False, False
        self._stale: Bytes = np.empty(0, np.uint8)
        """For each sent id why its customer is to be read again: for all, what windows of minutes or days change, or
        what follows from the `_families` that messages have touched of any who waits."""
        engine.follower = self

    @property
    def open(self) -> bool:
        """Whether everybody's values have been read since the start, so that changes are told."""
        return self._open

    @property
    def waiting(self) -> bool:
        """Whether anybody is still to be read."""
        self._take_note()
        return bool(self._loud or self._due or self._quiet) or not self._open

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
        waits[owner[self._marks()[members] != 0]] = True
        names, labels = names[~waits], labels[~waits]
        clock = self._clock()
        found = self.current.profiles(
            names, clock.at, lambda only, known: engine.read(labels, clock, only=only, known=known)
        )
        return labels, names, found

    def _clock(self) -> Clock:
        return Clock(self._engine.state.clock, self._cuts(), self._models())

    def fill(self) -> None:
        """Reads everybody and tells nobody, while the engine is nobody else's yet; `begin` then opens the feed."""
        feed, self._feed, self._filling = self._feed, _Nobody(), True
        while self.waiting:
            self.flush()
        self._feed, self._filling = feed, False

    def begin(self) -> None:
        """Tells the feed's readers that changes are told from here on, and then who has moved up to here."""
        self._feed.restart(self._engine.state.clock, dict(self._engine.positions))
        if self.segments is not None:
            self._moves.append(self.segments.open())
        moves, self._moves = Moves.together(self._moves), []
        self._tell_moves(moves)

    def begin_anew(self) -> None:
        """Reads everybody again, when a batch run has changed what no message tells of: cut points or models."""
        self._begun, self._open, self._beginning = False, False, None

    def tick(self) -> None:
        """Looks at what the engine's clock, which has moved, changes by itself."""
        state = self._engine.state
        due = self._minutes.due(state.clock)
        if self._open:
            self._queue(self._due, due, _MINUTES)
        else:
            self._queue(self._loud, due, _WHOLE)
        for turn in self._days.turned(state.clock, state.runs, state.people):
            self._queue(self._quiet, turn.sids, _DAYS if self._open else _WHOLE)
            self._quiet.append(turn)
        if self._open and self.segments is not None:
            self._tell_moves(self.segments.tick(state.clock, self._about_to_be_read))

    def flush(self) -> int:
        """Reads the next customers and tells what has changed; returns how many. Those with messages come first."""
        self._take_note()
        if not self._begun:
            self._begin()
        loud = _first(self._loud, AT_ONCE)
        due = _first(self._due, AT_ONCE - len(loud))
        quiet = _first(self._quiet, max(AT_ONCE - len(loud) - len(due), AT_ONCE // 4))
        done = 0
        if self._open:
            done += self._read(loud, _NOBODY) if len(loud) else 0
            done += self._read_again(due, _MINUTES)
            done += self._read_again(quiet, _DAYS)
        elif len(loud) + len(quiet):
            done += self._read(loud, quiet)
        self._tell_turns()
        return done

    def _begin(self) -> None:
        waiting = np.flatnonzero(self._marks())  # customers who are gone, too, and have still to leave
        for queue in (self._loud, self._due, self._quiet):
            queue.clear()
        self._queue(self._quiet, np.union1d(self._engine.state.people.everybody(), waiting), _WHOLE)
        self._begun = True

    def _read(self, loud: Ints, quiet: Ints) -> int:
        """Reads all attributes of customers; where messages touched but some families, only what follows from these."""
        engine = self._engine
        loud = loud[self._marks()[loud] != 0]  # of the others everything has been read since
        settled = self._names.settle(engine.state.people, np.union1d(loud, quiet))
        told = np.isin(settled.labels, engine.state.people.labels(loud)) & self._open
        members, owner = engine.state.people.members_of(settled.labels)
        why = np.zeros(len(settled.labels), np.uint8)
        np.bitwise_or.at(why, owner, self._marks()[members])
        partly = (why == _SOME) & self.current.knows(settled.names) & self._open
        self._marks()[loud] = self._marks()[quiet] = self._marks()[settled.members] = 0
        theirs = np.sort(members[partly[owner]])
        others = np.setdiff1d(settled.members, theirs, assume_unique=True)
        if len(others) or len(settled.gone):
            self._put(settled.labels[~partly], settled.names[~partly], told[~partly], others, None, settled)
        if partly.any():
            only = self._reached.by(self._families)
            self._put(settled.labels[partly], settled.names[partly], told[partly], theirs, only, None)
        if not self._loud:
            self._families.clear()
        return len(settled.names)

    def _put(
        self, labels: Ints, names: Ints, told: Mask, members: Ints, only: frozenset[str] | None, gone: Settled | None
    ) -> None:
        """Reads some attributes (None: all) of customers, puts them into the table, and tells what has changed."""
        at = self._engine.state.clock
        known = None if only is None else self.current.named_by(only, names, at)
        profiles = self._engine.read(labels, self._clock(), only=only, known=known)
        left, into = (_NOBODY, _NOBODY) if gone is None else (gone.gone, gone.into)
        self._tell(*self.current.update(names, profiles, at, told, left, into, only), members)

    def _read_again(self, sids: Ints, why: int) -> int:
        """Reads what windows change of customers; of those who have been read since, or soon will be, nothing."""
        engine, marks = self._engine, self._marks()
        labels = np.unique(engine.state.people.labels(sids[marks[sids] & why != 0]))
        members, owner = engine.state.people.members_of(labels)
        names = np.full(len(labels), -1)
        names[owner] = self._names.named(members)
        waits = members[marks[members] & (_WHOLE | _SOME) != 0]
        marks[waits] |= _WHOLE
        names[owner[marks[members] & _WHOLE != 0]] = -1
        marks[sids] &= ~np.uint8(why)
        marks[members] &= ~np.uint8(why)
        some = np.flatnonzero(names >= 0)
        some = some[np.argsort(names[some])]
        if len(some) == 0:
            return 0
        theirs = np.sort(members[np.isin(owner, some)])
        self._put(labels[some], names[some], np.full(len(some), why == _MINUTES), theirs, self._changing[why], None)
        return len(some)

    def _tell(self, changes: Changes, rows: Rows, members: Ints) -> None:
        """Tells what was read of customers, who have these sent ids."""
        engine = self._engine
        self._minutes.watch(members, engine.state.runs, engine.state.since, engine.state.clock)
        if self._open and len(changes):
            self._feed.publish(changes, engine.state.clock, dict(engine.positions))
        self._ask(rows, changes)

    def _ask(self, rows: Rows, changes: Changes) -> None:
        """Asks customers who were read about their segments; while everybody is still to be asked, that waits."""
        if self.segments is None:
            return
        renamed = np.flatnonzero((changes.into >= 0) & ~changes.joined)
        if len(renamed):
            self.segments.rename(changes.gone[renamed], changes.into[renamed])
        if self._open or self._beginning is not None:
            self._tell_moves(self.segments.read(rows, changes.gone, self._engine.state.clock))

    def _tell_moves(self, moves: Moves) -> None:
        """Tells who has moved; before it is open that is kept until then."""
        if len(moves) == 0:
            return
        if not self._open:
            self._moves.append(moves)
            return
        assert self.segments is not None
        told = Moved.of(moves, self.segments, self._engine.sids)
        self._feed.moved(told, self._engine.state.clock, dict(self._engine.positions))

    def _about_to_be_read(self) -> Ints:
        self._take_note()
        names = self._names.named(np.flatnonzero(self._marks()))
        return np.unique(names[names >= 0])

    def _tell_turns(self) -> None:
        """Tells of the days behind which everybody has been read, and of the start."""
        at, positions = self._engine.state.clock, dict(self._engine.positions)
        while self._quiet and isinstance(turn := self._quiet[0], DayTurn):
            self._quiet.popleft()
            if self._open:
                self._feed.turn(turn.day, turn.zone, at, positions)
        if not self._open and not self._quiet and self._asked():
            self._open = True
            if not self._filling:
                self.begin()

    def _asked(self) -> bool:
        """Asks the next customers about their segments, everybody having been read; whether that was all of them."""
        if self.segments is None:
            return True
        if self._beginning is None:
            self._beginning = self.segments.begin(lambda: self._engine.state.clock, self._about_to_be_read)
        found = next(self._beginning, None)
        if found is not None:
            self._tell_moves(found)
        return found is None

    def _take_note(self) -> None:
        changed = self._engine.changed
        whole = [one.sids for one in changed if one.families is None]
        some = [one for one in changed if one.families is not None]
        changed.clear()
        self._families.update(*(one.families or () for one in some))
        for sids, why in ((whole, _WHOLE), ([one.sids for one in some], _SOME)):
            self._queue(self._loud, np.unique(np.concatenate([_NOBODY, *sids])), why)

    def _queue(self, queue: deque[Ints] | deque[Ints | DayTurn], sids: Ints, why: int) -> None:
        if len(sids):
            queue.append(sids)
            marks = self._marks()
            marks[sids] |= np.uint8(why)

    def _marks(self) -> Bytes:
        self._stale = cast(Bytes, grown(self._stale, len(self._engine.sids), 0))
        return self._stale


class _Nobody:
    """A feed that nobody reads."""

    readers = resets = 0

    def moved(self, moved: Moved, at: int, positions: Mapping[int, int]) -> None:
        """Nothing is told."""

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
