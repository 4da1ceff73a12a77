"""What is asked of profiles: one customer, or all, now or at any (T, K)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import Column, Ints
from hundredfold.attribute.read import Clock
from hundredfold.attribute.values import profile_values
from hundredfold.batch.run import Run, cuts_of, models_of
from hundredfold.definition.check import with_what_they_need
from hundredfold.definition.model import Attribute
from hundredfold.errors import NotFound
from hundredfold.live.engine import Engine
from hundredfold.live.names import Names
from hundredfold.profile.parts import parts
from hundredfold.profile.past import Past, joined_ids
from hundredfold.profile.rebuild import Erasure, Rebuilt, rebuild
from hundredfold.said import said
from hundredfold.words.value import Number, Value

_ADDING: Final = ("count", "sum")
"""The aggregates of which what has come since a batch is a difference."""
Way: TypeAlias = Literal["joined", "parted", "shares"]
Told: TypeAlias = tuple[list[str], dict[str, Value], dict[str, str]]
"""A customer's sent ids, the one that names him first, the values by attribute, and why some have none."""


@dataclass(slots=True)
class Answer:
    """A customer's profile. `ids` are plain texts, the customer id first; times are microseconds UTC.

    `until_batch` and `since` are the parts of count and sum (None with an `at` or `known_at` in the past, or before
    the first batch): what the newest batch covers, and the difference to now; for others the value of what came since.
    """

    customer_id: str
    ids: list[str]
    at: int
    known_at: int
    position: dict[int, int]
    values: dict[str, Value]
    errors: dict[str, str] = field(default_factory=dict)
    until_batch: dict[str, Value] | None = None
    since: dict[str, Value] | None = None
    run: Run | None = None


@dataclass(slots=True)
class Touched:
    """A customer whom a message touches, with the values that he would have without it, and has now.

    `way`: without it he would be a customer of his own (`joined`), or one with the message's customer (`parted`); or he
    `shares` something with that one. `customer_id` is a plain text: the one under which he is, or would be, another.
    """

    customer_id: str
    way: Way
    without: dict[str, Value]
    values: dict[str, Value]


@dataclass(slots=True)
class Everybody:
    """All customers' profiles at a clock: their sent ids, and a column or lists for every attribute asked for."""

    keys: list[str]
    values: dict[str, Column | Lists]
    at: int

    @property
    def customers(self) -> list[str]:
        """The plain customer ids."""
        return [plain(key) for key in self.keys]


class Answers:
    """Answers from an engine; the engine's thread asks. `runs` are the batch runs so far, in any order."""

    def __init__(self, engine: Engine, runs: Sequence[Run] = ()) -> None:
        self._engine = engine
        self._runs = sorted(runs, key=lambda run: (run.cut, run.published))

    @property
    def attributes(self) -> Mapping[str, Attribute]:
        """The attributes in force."""
        return self._engine.compiled.setup.definitions.attributes

    def profile(self, customer: str, *, at: int | None = None, known_at: int | None = None) -> Answer:
        """The profile of a customer, given by any of his ids: a user id, else an anonymous one, else a tagged one.

        Raises NotFound for an id that nobody has sent.
        `at` is the clock (default: now), `known_at` what had been received by then (default: everything stored).
        """
        engine = self._engine
        now = engine.now()
        engine.advance(now)
        sid = self.sid(customer)
        clock = self._clock(now if at is None else at, known_at)
        if at is None and known_at is None:
            ids, values, errors = self._now(sid, clock)
        else:
            ids, values, errors = self._at(sid, clock, known_at)
        run = self.run(clock.at, known_at)
        told = [plain(i) for i in ids]
        answer = Answer(told[0], told, clock.at, known_at or now, dict(engine.positions), values, errors, run=run)
        if run is not None and at is None and known_at is None:
            self._add_parts(answer, ids, clock, run)
        return answer

    def touched(self, sid: int, message: bytes) -> list[Touched]:
        """Whom a message touches: the customer of the sent id first, then those who would be otherwise without it.

        `message` is the hash of its id. The messages of everybody who shares something with him are folded anew, as if
        it had never been stored.
        """
        engine, people = self._engine, self._engine.state.people
        clock = self._clock(engine.now(), None)
        keys = self.stored_around(np.array([sid]))["key"].unique().to_pylist()
        # The others' own messages, and those of whoever shares with them.
        stored = self.stored_around(engine.sids.codes(keys))
        kept = stored.filter(pc.not_equal(stored["hash"], pa.scalar(message, pa.binary(16))))
        found = self._rebuilt(kept, clock, None)
        apart = [*profile_values(found.profiles, engine.compiled.pool), self._nobody(clock)]

        def ends_of(key: str) -> tuple[int, int]:
            """Whose a sent id would be, and whose it is; -1: nobody's."""
            mine, label = found.sids.known(key), people.label(engine.sids.code(key))
            return -1 if mine is None else int(found.persons.person[mine]), label if people.exists(label) else -1

        own = ends_of(engine.sids.text(sid))
        others = sorted(set(map(ends_of, keys)) - {own, (-1, -1)})
        labels = sorted({label for _, label in [own, *others] if label >= 0})
        profiles = profile_values(engine.read(np.array(labels, np.int64), clock), engine.compiled.pool)
        now = dict(zip(labels, profiles, strict=True)) | {-1: self._nobody(clock)}
        told = []
        for person, label in [own, *others]:
            name = None if label < 0 else people.customer(label)
            text = engine.sids.text(label if name is None else name) if label >= 0 else None
            before = found.sids.text(int(found.persons.customer[person])) if person >= 0 else None
            way: Way = "joined" if label == own[1] else "parted" if person == own[0] else "shares"
            one = Touched(
                plain(before or text or "") if way == "joined" else plain(text or before or ""),
                way,
                apart[person],
                now[label],
            )
            if (person, label) == own or way != "shares" or one.without != one.values:
                told.append(one)
        return told

    def _nobody(self, clock: Clock) -> dict[str, Value]:
        """The values of somebody of whom nothing is known."""
        return profile_values(self._engine.read_nobody(clock), self._engine.compiled.pool)[0]

    def everybody(
        self, *, at: int | None = None, known_at: int | None = None, only: Collection[str] | None = None
    ) -> Everybody:
        """The profiles of all customers: of all attributes, or at least of `only` some."""
        engine = self._engine
        now = engine.now()
        engine.advance(now)
        clock = self._clock(now if at is None else at, known_at)
        if at is None and known_at is None:
            everybody = Names(engine.sids).settle(engine.state.people, engine.state.people.everybody())
            names = engine.sids.texts(everybody.names)
            wanted = None if only is None else with_what_they_need(engine.compiled.setup.definitions, only)
            values = engine.read(everybody.labels, clock, only=wanted).values
            return Everybody(names, values, clock.at)
        part = None if only is None else engine.compiled.of(only)
        customers, found = Past(engine, clock, known_at, joined_ids(engine), part).everybody()
        return Everybody(engine.sids.texts(customers), found.values, clock.at)

    # --- who ---------------------------------------------------------------------------------------------------------

    def sid(self, customer: str) -> int:
        """The sent id that a text means: a user's id, else an anonymous one, else a tagged one. Raises NotFound."""
        text = unicodedata.normalize("NFC", customer)
        sids, people = self._engine.sids, self._engine.state.people
        known = [sid for key in (f"u:{text}", f"a:{text}", text) if (sid := sids.known(key)) is not None]
        if not known:
            raise NotFound(said("no customer has this id. Look for a misspelling; ids are case-sensitive."))
        return next((sid for sid in known if people.exists(people.label(sid))), known[0])

    def _now(self, sid: int, clock: Clock) -> Told:
        """A customer now."""
        engine, people = self._engine, self._engine.state.people
        label = people.label(sid)
        customer = people.customer(label)
        text = engine.sids.text
        ids = named_first(text(label if customer is None else customer), [text(m) for m in people.members(label)])
        found = engine.follower.profile(label, clock) if engine.follower is not None else None
        if found is not None:
            return ids, found.values, found.errors
        profiles = engine.read(np.array([label]), clock)
        return ids, profile_values(profiles, engine.compiled.pool)[0], profiles.errors(0)

    # --- when --------------------------------------------------------------------------------------------------------

    def _clock(self, at: int, known_at: int | None) -> Clock:
        counting = self.counting(at, known_at)
        return Clock(at, cuts_of(counting), models_of(counting))

    def run(self, at: int, known_at: int | None = None) -> Run | None:
        """The newest batch run that counts at a clock, as far as it was published by `known_at`."""
        counting = self.counting(at, known_at)
        return counting[-1] if counting else None

    def counting(self, at: int, known_at: int | None = None) -> list[Run]:
        """The batch runs that count at a clock, as far as they were published by `known_at`, oldest first."""
        return [r for r in self._runs if r.cut <= at and (known_at is None or r.published <= known_at)]

    def _at(self, sid: int, clock: Clock, known_at: int | None) -> Told:
        """A customer in the past."""
        return self._read_from(self.stored_around(np.array([sid])), sid, clock, known_at)

    def _read_from(self, stored: pa.Table, sid: int, clock: Clock, known_at: int | None) -> Told:
        """A customer as some messages tell of him."""
        engine = self._engine
        key, pool = engine.sids.text(sid), engine.compiled.pool
        found = self._rebuilt(stored, clock, known_at)
        mine = found.sids.known(key)
        person = -1 if mine is None else int(found.persons.person[mine])
        if person < 0:  # nothing was known of him: an empty profile
            return [key], self._nobody(clock), {}
        members = found.sids.texts(np.flatnonzero(found.persons.person == person))
        ids = named_first(found.sids.text(int(found.persons.customer[person])), members)
        return ids, profile_values(found.profiles, pool)[person], found.profiles.errors(person)

    def stored_around(self, sids: Ints) -> pa.Table:
        """Every message that bears on the persons of some sent ids at any (T, K)."""
        engine = self._engine
        circle = self.circle(sids)
        stored = engine.stored(circle)
        around = engine.sharing_keys(engine.block(stored), circle)
        return stored if len(around) == len(circle) else engine.stored(around)

    def circle(self, sids: Ints) -> Ints:
        """All sent ids that any statement, pending ones included, ever joined with some."""
        people = self._engine.state.people
        circle, pairs = people.circle(sids), self._engine.waiting_pairs()
        while pairs.size:
            touching = np.isin(pairs, circle).any(axis=0)
            wider = people.circle(np.union1d(circle, pairs[:, touching]))
            if len(wider) == len(circle):
                break
            circle = wider
        return circle

    def _rebuilt(self, stored: pa.Table, clock: Clock, known_at: int | None) -> Rebuilt:
        compiled, state = self._engine.compiled, self._engine.state
        erasures = [
            Erasure(frozenset(self._engine.sids.text(s) for s in d.sids), d.positions, frozenset(d.void_keys))
            for d in state.deletions
        ]
        return rebuild(
            stored,
            compiled.plan,
            compiled.around,
            clock,
            known_at=known_at,
            shared_over=compiled.setup.shared_over,
            erasures=erasures,
        )

    # --- thinking brain, feeling brain -------------------------------------------------------------------------------

    def _add_parts(self, answer: Answer, ids: Sequence[str], clock: Clock, run: Run) -> None:
        """Rule 27: what the batch covers, at T; the difference for count and sum, the later facts alone for others."""
        engine = self._engine
        readings = engine.compiled.plan.readings
        until, later = parts(engine, answer.values, np.sort(engine.sids.codes(ids)), clock, run.covers)
        answer.until_batch = {name: until[name] for name in readings}
        answer.since = {
            name: difference(answer.values[name], until[name]) if one.aggregate.name in _ADDING else later[name]
            for name, one in readings.items()
        }


def named_first(name: str, ids: Sequence[str]) -> list[str]:
    """All sent ids of a customer, the one that names him first."""
    return [name, *sorted(key for key in ids if key != name)]


def difference(now: Value, until: Value) -> Value:
    """What has come since a batch: a number, which may be negative."""
    if isinstance(now, Number) and isinstance(until, Number):
        return Number(now.millionths - until.millionths)
    return None


def plain(key: str) -> str:
    """The id that a customer or a system knows, without the mark of its name space.

    >>> plain("u:c17")
    'c17'
    """
    return key[2:]
