"""Whoever is a member after every message and at every instant is who the condition holds for: thousands of lives."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from tests.segment.conditions import START, WORDS

from hundredfold.attribute.column import NULL, NUMBER, TEXT, TIME, Column, Pool
from hundredfold.attribute.evaluate import evaluate, holds
from hundredfold.attribute.plan import plan
from hundredfold.attribute.read import Profiles, proper
from hundredfold.attribute.scope import Scope
from hundredfold.definition import model
from hundredfold.definition.load import from_document
from hundredfold.definition.nested import conditions
from hundredfold.definition.parser import parse_segment
from hundredfold.live.current import Current
from hundredfold.segment import clock, members
from hundredfold.segment.members import Members
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import DAY, HOUR, SECOND, zone_named

ORDER = {"event": "Order Completed"}
DEFINITIONS = from_document(
    {
        "attributes": {
            "spent": {**ORDER, "value": "properties.total", "aggregate": "sum"},
            "orders": {**ORDER, "aggregate": "count"},
            "last_at": {**ORDER, "value": "timestamp", "aggregate": "max"},
            "cart_at": {"event": "Cart Viewed", "value": "timestamp", "aggregate": "max"},
            "quiet_for": {"event": "Cart Viewed", "aggregate": "time_since_last"},
            "quiet_today": {"event": "Cart Viewed", "aggregate": "time_since_last", "window": "2 days"},
            "country": {"trait": "country"},
            "days_gone": {"formula": "days_since(last_at)"},
            "hours_gone": {"formula": "hours_since(cart_at)"},
            "stale": {"formula": "days_gone > 2 or quiet_for > 7200"},
            "rate": {"formula": "spent / max(days_gone, 1)"},
        }
    }
)
ATOMS = (
    "spent > {n}", "spent <= {n}", "orders = {n}", "country = 'a'", "country in ('shoes', 'b')", "country is null",
    "days_since(last_at) > {n}", "days_gone <= {n}", "days_gone = {n}", "hours_since(cart_at) >= {h}",
    "hours_gone < {h}", "{h} = hours_gone", "quiet_for > {s}", "quiet_for <= {s}", "quiet_for = {s}", "stale",
    "quiet_today >= {s}", "rate > {n}", "hours_gone * 2 > {h}", "now() > cart_at",
    "hours_since(coalesce(last_at, cart_at)) > {h}",
)  # fmt: skip


def written(random, depth=2):
    """A condition over these attributes."""
    if depth == 0 or random.random() < 0.3:
        atom = random.choice(ATOMS)
        return atom.format(
            n=random.randrange(5), h=random.choice((0, 1, 2, 5, 1.5)), s=random.choice((0, 1, 3600, 7200))
        )
    parts = [written(random, depth - 1) for _ in range(random.randrange(2, 4))]
    joined = f" {random.choice(('and', 'or'))} ".join(f"({part})" for part in parts)
    return f"not ({joined})" if random.random() < 0.2 else joined


def nested(random, number):
    """A condition, now and then over the segments before it."""
    if number == 0 or random.random() < 0.7:
        return written(random)
    other = f"s{random.randrange(number)}"
    return random.choice(
        (f"({written(random, 1)}) and not {other}", f"{other} or {written(random, 1)}", f"not {other}")
    )


def nobody():
    """Who is about to be read, as a rule."""
    return np.empty(0, np.int64)


class Lives:
    """Many customers, each with a life of his own: what is known of them, and who must be in which segment."""

    def __init__(self, seed, customers, segments=10, zone="Europe/Lisbon"):
        self.random, self.made = Random(seed), np.random.default_rng(seed)
        self.zone, self.pool = zone_named(zone), Pool(WORDS[:-1])
        self.n, self.at = customers, START + self.random.randrange(30) * DAY
        self.conditions = conditions({f"s{n}": parse_segment(nested(self.random, n)) for n in range(segments)})
        sids = Pool(f"u:{n}" for n in range(customers))
        self.current = Current(plan(DEFINITIONS, self.pool), sids, self.pool)
        self.members = Members(self.conditions, self.current, self.pool, self.zone)
        self.truth = {
            name: Column.full(customers, NULL) for name in ("spent", "orders", "last_at", "cart_at", "country")
        }
        self.there = np.zeros(customers, np.bool_)
        computed, aging = self.current.formulas, self.current.aging
        self.polled = {name for name, one in self.conditions.items() if clock.pace(one, computed, aging) == "second"}
        self.calm = False
        assert sum(len(moves) for moves in self.members.begin(lambda: self.at, nobody)) == 0
        self.state = np.zeros((segments, customers), np.bool_)

    def step(self):
        """Something happens to some of them, or nothing to anybody; the clock moves."""
        before = self.at
        steps = (1, SECOND, HOUR, HOUR, 2 * HOUR, HOUR - 1, DAY // 3, DAY, self.random.randrange(DAY))
        self.at += self.random.choice(steps)
        some = np.flatnonzero(self.made.random(self.n) < self.random.choice((0, 0.001, 0.05, 0.5)))
        self.calm = before // SECOND == self.at // SECOND
        self.told(self.members.tick(self.at, lambda: some))
        for name in self.truth:
            moved = some[self.made.random(len(some)) < 0.5]
            self._set(name, moved)
        going = some[(self.made.random(len(some)) < 0.1) & self.there[some]]
        coming = np.setdiff1d(some, going)
        self.there[coming], self.there[going] = True, False
        profiles = self.profiles(coming)
        none = np.full(len(going), -1)
        loud = np.ones(len(coming), np.bool_)
        _, rows = self.current.update(coming, profiles, self.at, loud, going, none)
        self.told(self.members.read(rows, going, self.at))

    def _set(self, name, some):
        n = len(some)
        kind, data = {
            "spent": lambda: (NUMBER, self.made.integers(0, 6, n) * MILLION + self.made.choice([0, 1, -1], n)),
            "orders": lambda: (NUMBER, self.made.integers(0, 5, n) * MILLION),
            "last_at": lambda: (TIME, self.at - self.made.choice([0, HOUR, DAY, 3 * DAY, 17 * HOUR + 5], n)),
            "cart_at": lambda: (TIME, self.at - self.made.choice([0, 1, HOUR, 2 * HOUR, HOUR // 2 + 7], n)),
            "country": lambda: (TEXT, self.made.integers(0, len(self.pool), n)),
        }[name]()
        null = self.made.random(n) < 0.2
        column = self.truth[name]
        column.kind[some], column.data[some] = np.where(null, NULL, kind), np.where(null, 0, data)

    def profiles(self, some):
        """What the engine would read of some customers now."""
        values = {name: column.take(some) for name, column in self.truth.items()}
        cart = values["cart_at"]
        values["quiet_for"] = Column.where(cart.kind == TIME, NUMBER, self.at - cart.data)
        values["quiet_today"] = values["quiet_for"]
        scope = Scope(len(some), values.__getitem__, self.pool, self.at, self.zone)
        for name in self.current.plan.formulas:
            formula = DEFINITIONS.attributes[name]
            assert isinstance(formula, model.Formula)
            values[name] = proper(evaluate(formula.expression, scope))
        return Profiles(len(some), values)

    def told(self, moves):
        """Everybody moves from where he was, to where he is told to be."""
        assert (self.state[moves.segment, moves.customer] != moves.entered).all()
        self.state[moves.segment, moves.customer] = moves.entered == 1

    def wrong(self):
        """How many memberships are not what the conditions say, in the table, as told, or counted."""
        everybody = np.arange(self.n)
        values = self.profiles(everybody).values
        scope = Scope(self.n, values.__getitem__, self.pool, self.at, self.zone)
        found = 0
        for place, (name, condition) in enumerate(self.conditions.items()):
            if self.calm and name in self.polled:
                continue  # what cannot be told is asked once a second
            plain = holds(condition, scope) & self.there
            kept = np.isin(everybody, self.members.membership.members(place))
            found += int((plain != kept).sum() + (plain != self.state[place]).sum())
            found += int(plain.sum() != self.members.membership.counts[place])
        return found


def wrong_in(seed, customers=2_500, steps=25, zone="Europe/Lisbon"):
    """How many memberships are wrong at any step of as many random lives as there are customers."""
    lives = Lives(seed, customers, zone=zone)
    found = 0
    for _ in range(steps):
        lives.step()
        found += lives.wrong()
        if found:
            return found
    return found


@pytest.mark.parametrize("seed", range(6))
def test_members_are_right_at_every_step_and_instant(seed):
    zone = ("Europe/Lisbon", "America/Sao_Paulo", "Asia/Kolkata")[seed % 3]

    assert wrong_in(seed, zone=zone) == 0


def test_few_members_are_right_too():
    """With few customers nobody is asked by chance because somebody else is due."""
    assert [seed for seed in range(20) if wrong_in(seed, customers=2)] == []


@pytest.mark.slow
def test_members_are_right_at_every_step_and_instant_all_night():
    for seed in range(1_000, 1_400):
        assert wrong_in(seed) == 0, seed
        assert wrong_in(seed, customers=2) == 0, seed


FAULTS = {
    "nobody is ever due": (members, "next_turn", lambda some, table: np.full(table.rows, np.iinfo(np.int64).max)),
    "days never turn": (members, "local_day", lambda at, zone: 0),
    "what runs by the second stands still": (clock, "_ORDER", ("second", "still", "day", "instant")),
    "who waited is not asked what others were": (Members, "_miss", lambda self, waiting, what: None),
    "due a microsecond late": (
        clock,
        "_instants",
        lambda flip, table, plain=clock._instants: (instants + 1 for instants in plain(flip, table)),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(monkeypatch, fault):
    monkeypatch.setattr(*FAULTS[fault])

    assert any(wrong_in(seed, customers=2) for seed in range(100))


def test_overlaps_are_what_two_segments_share():
    lives = Lives(3, 3_000)
    for _ in range(8):
        lives.step()

    shared = (lives.state[:, None, :] & lives.state[None, :, :]).sum(axis=2)
    assert (lives.members.membership.overlaps(np.arange(10)) == shared).all()
    assert (np.diagonal(shared) == lives.members.membership.counts).all()


def test_what_a_customer_is_in_and_who_is_in_a_segment_agree():
    lives = Lives(4, 300)
    for _ in range(5):
        lives.step()

    kept = lives.members.membership
    for customer in range(300):
        assert kept.of(customer).tolist() == np.flatnonzero(lives.state[:, customer]).tolist()
        assert [kept.has(segment, customer) for segment in range(10)] == lives.state[:, customer].tolist()
