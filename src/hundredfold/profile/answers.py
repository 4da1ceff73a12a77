"""What is asked of profiles: one customer, or all, now or at any (T, K)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import Column, Ints
from hundredfold.attribute.order import before
from hundredfold.attribute.read import Clock, Profiles
from hundredfold.attribute.values import profile_values
from hundredfold.batch.run import Run
from hundredfold.errors import NotFound
from hundredfold.identity.statements import LINK_KINDS, stated_pairs
from hundredfold.live.engine import Engine
from hundredfold.profile.rebuild import Erasure, Rebuilt, rebuild
from hundredfold.words.value import Number, Value


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
class Everybody:
    """All customers' profiles: plain customer ids, and a column or lists for every attribute."""

    customers: list[str]
    values: dict[str, Column | Lists]


class Answers:
    """Answers from an engine; the engine's thread asks. `runs` are the batch runs so far, in any order."""

    def __init__(self, engine: Engine, runs: Sequence[Run] = ()) -> None:
        self._engine = engine
        self._runs = sorted(runs, key=lambda run: (run.cut, run.published))

    def profile(self, customer: str, *, at: int | None = None, known_at: int | None = None) -> Answer:
        """The profile of a customer, given by any of his ids: a user id, else an anonymous one, else a tagged one.

        Raises NotFound for an id that nobody has sent.
        `at` is the clock (default: now), `known_at` what had been received by then (default: everything stored).
        """
        engine = self._engine
        now = engine.now()
        engine.advance(now)
        sid = self._sid(customer)
        clock = self._clock(now if at is None else at, known_at)
        if at is None and known_at is None:
            label = int(engine.state.people.labels(np.array([sid]))[0])
            (name, ids), profiles, person = self._named(label), engine.read(np.array([label]), clock), 0
        else:
            name, ids, profiles, person = self._at(sid, clock, known_at)
        values = profile_values(profiles, engine.compiled.pool)[person]
        run = self._newest(clock.at, known_at)
        answer = Answer(plain(name), [plain(i) for i in ids], clock.at, known_at or now, dict(engine.positions), values)
        answer.run, answer.errors = run, profiles.errors(person)
        if run is not None and at is None and known_at is None:
            self._add_parts(answer, ids, clock, run)
        return answer

    def everybody(self, *, at: int | None = None, known_at: int | None = None) -> Everybody:
        """The profiles of all customers."""
        engine = self._engine
        now = engine.now()
        engine.advance(now)
        clock = self._clock(now if at is None else at, known_at)
        if at is None and known_at is None:
            labels = engine.state.people.everybody()
            names = [self._named(label)[0] for label in labels.tolist()]
            return Everybody([plain(name) for name in names], engine.read(labels, clock).values)
        found = self._rebuilt(pa.concat_tables(engine.raw.everything()), clock, known_at)
        return Everybody([plain(n) for n in found.sids.texts(found.persons.customer)], found.profiles.values)

    # --- who ---------------------------------------------------------------------------------------------------------

    def _sid(self, customer: str) -> int:
        text = unicodedata.normalize("NFC", customer)
        sids, people = self._engine.sids, self._engine.state.people
        known = [sid for key in (f"u:{text}", f"a:{text}", text) if (sid := sids.known(key)) is not None]
        heard = [sid for sid in known if people.customer(int(people.labels(np.array([sid]))[0])) is not None]
        if not (heard or known):
            raise NotFound("no customer has this id. Look for a misspelling; ids are case-sensitive.")
        return (heard or known)[0]

    def _named(self, label: int) -> tuple[str, list[str]]:
        """The sent id that names a person, and all of the person's, that one first."""
        people, texts = self._engine.state.people, self._engine.sids.text
        customer = people.customer(label)
        name = texts(label if customer is None else customer)
        return name, [name, *sorted(t for sid in people.members(label) if (t := texts(sid)) != name)]

    # --- when --------------------------------------------------------------------------------------------------------

    def _clock(self, at: int, known_at: int | None) -> Clock:
        cuts: dict[str, Sequence[int]] = {}
        for run in self._runs:
            if run.cut <= at and (known_at is None or run.published <= known_at):
                cuts.update(run.tiers)
        return Clock(at, cuts)

    def _newest(self, at: int, known_at: int | None) -> Run | None:
        counting = [r for r in self._runs if r.cut <= at and (known_at is None or r.published <= known_at)]
        return counting[-1] if counting else None

    def _at(self, sid: int, clock: Clock, known_at: int | None) -> tuple[str, list[str], Profiles, int]:
        found = self._rebuilt(self.stored_around(np.array([sid])), clock, known_at)
        key = self._engine.sids.text(sid)
        mine = found.sids.known(key)
        person = -1 if mine is None else int(found.persons.person[mine])
        if person < 0:  # nothing was known of him: an empty profile
            nobody = self._rebuilt(self._engine.stored(np.array([sid])).slice(0, 0), clock, known_at, [key])
            return key, [key], nobody.profiles, 0
        name = found.sids.text(int(found.persons.customer[person]))
        ids = [found.sids.text(s) for s in np.flatnonzero(found.persons.person == person).tolist()]
        return name, [name, *sorted(i for i in ids if i != name)], found.profiles, person

    def stored_around(self, sids: Ints) -> pa.Table:
        """Every message that bears on the persons of some sent ids at any (T, K)."""
        engine = self._engine
        circle = self._circle(sids)
        stored = engine.stored(circle)
        around = engine.sharing_keys(engine.block(stored), circle)
        return stored if len(around) == len(circle) else engine.stored(around)

    def _circle(self, sids: Ints) -> Ints:
        """All sent ids that any statement, pending ones included, ever joined with some."""
        engine, people = self._engine, self._engine.state.people
        circle = people.circle(sids)
        waiting = np.unique(engine.state.pending[1])
        if len(waiting) == 0:
            return circle
        table = engine.stored(waiting)
        table = table.filter(pa.array(np.isin(table["kind"].to_numpy(), LINK_KINDS)))
        _, ones, others, _ = stated_pairs(
            table["payload"].to_pylist(), table["kind"].to_pylist(), table["trust"].to_pylist(), engine.sids.code
        )
        engine.state.grow()
        pairs = np.stack([np.array(ones, np.int64), np.array(others, np.int64)])
        while True:
            touching = np.isin(pairs, circle).any(axis=0)
            wider = people.circle(np.union1d(circle, pairs[:, touching]))
            if len(wider) == len(circle):
                return circle
            circle = wider

    def _rebuilt(
        self, stored: pa.Table, clock: Clock, known_at: int | None, together: Sequence[str] | None = None
    ) -> Rebuilt:
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
            together=together,
        )

    # --- thinking brain, feeling brain -------------------------------------------------------------------------------

    def _add_parts(self, answer: Answer, ids: Sequence[str], clock: Clock, run: Run) -> None:
        """Rule 27: what the batch covers, at T; the difference for count and sum, the later facts alone for others."""
        engine = self._engine
        sids = np.unique(engine.sids.codes(list(ids)))
        stored = engine.stored(engine.sharing_keys(engine.block(engine.stored(sids)), sids))
        covered = before(engine.block(stored).ref, run.covers)
        pool = engine.compiled.pool

        def values(rows: pa.Table) -> dict[str, Value]:
            return profile_values(self._rebuilt(rows, clock, None, ids).profiles, pool)[0]

        until = values(stored.filter(pa.array(covered)))
        later = values(stored.filter(pa.array(~covered)))
        adding = {n for n, r in engine.compiled.plan.readings.items() if r.aggregate.name in ("count", "sum")}
        answer.until_batch = {name: until[name] for name in engine.compiled.plan.readings}
        answer.since = {
            name: difference(answer.values[name], until[name]) if name in adding else later[name]
            for name in engine.compiled.plan.readings
        }


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
