"""A program of many conditions marks whom the plain evaluation of each marks, and shares what they share."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from tests.segment.conditions import EVERYBODY, START, WORDS, columns, condition

from hundredfold.attribute.column import NUMBER, Column, Pool
from hundredfold.attribute.evaluate import holds
from hundredfold.attribute.scope import Scope
from hundredfold.attribute.zones import days_ascend
from hundredfold.definition import syntax as s
from hundredfold.definition.nested import MOST_LEVELS, conditions
from hundredfold.definition.parser import parse_formula, parse_segment
from hundredfold.definition.spelling import depth
from hundredfold.segment import program, steps
from hundredfold.segment.program import Program
from hundredfold.segment.table import Table
from hundredfold.words.calendar import DAY, HOUR, parse_time, zone_named


def around(pool, now=START):
    return Scope(1, None, pool, now)


def plain(condition, found, rows, pool, now):
    with np.errstate(all="ignore"):
        return holds(condition, Scope(rows, found.__getitem__, pool, now))


def marks(made, table):
    """For whom each condition is true, as truth values."""
    bits = np.unpackbits(made.run(table).view(np.uint8), axis=1, bitorder="little")
    assert not bits[:, table.rows :].any()
    return bits[:, : table.rows].astype(np.bool_)


def differing(seed, conditions=12):
    """The conditions of which a program marks others than the plain evaluation does, for many and for few customers."""
    rows = 40 if seed % 2 else program.FEW + 80
    random, pool = Random(seed), Pool([*WORDS[:-1], *EVERYBODY[:3]])
    asked = {f"s{n}": condition(random) for n in range(conditions)}
    made = Program(asked, around(pool, random.randrange(START)))
    wrong = []
    for _ in range(2):
        found, now = columns(random, rows, pool), START + random.randrange(10) * 1_800_000_000
        with np.errstate(all="ignore"):
            marked = marks(made, Table(rows, found.__getitem__, around(pool, now), {}))
        wrong += [
            name
            for name, mask in zip(made.names, marked, strict=True)
            if (mask != plain(asked[name], found, rows, pool, now)).any()
        ]
    return wrong


def test_segments_that_name_others_in_many_steps_are_still_a_program():
    chain = {f"s{n + 1}": parse_segment(f"not s{n} and spent > {n}") for n in range(52)}
    asked = conditions({"s0": parse_segment("spent > 0"), **chain})
    deepest = depth(asked["s52"])

    made = Program(asked, around(Pool()))

    spent = Column.where(np.array([True, True, False]), NUMBER, np.array([500, 2, 0]) * 1_000_000)
    marked = dict(zip(made.names, marks(made, Table(3, lambda name: spent, around(Pool()), {})), strict=True))
    assert deepest <= MOST_LEVELS < deepest + 6
    assert [marked[name].tolist() for name in ("s1", "s2", "s52")] == [
        [False] * 3,
        [True, True, False],
        [True, False, False],
    ]


@pytest.mark.parametrize("hundred", range(4))
def test_whoever_the_plain_evaluation_marks_is_marked(hundred):
    assert [seed for seed in range(100 * hundred, 100 * (hundred + 1)) if differing(seed)] == []


@pytest.mark.slow
def test_whoever_the_plain_evaluation_marks_is_marked_all_night():
    assert [seed for seed in range(1_000, 100_000) if differing(seed)] == []


def everybody(step, table, out):
    table.marks[:] = True
    table.pack(out)


def nobody(step, table, out):
    out[:] = 0


FAULTS = {
    "nulls are forgotten": (steps.OfKind, "mark", everybody),
    "nobody is at most": (steps.AtMost, "mark", nobody),
    "days begin now": (steps.Before, "mark", lambda step, table, out: steps.AtMost(step.asks, START).mark(table, out)),
    "a table of texts has gaps": (steps.Among, "mark", nobody),
    "a text equals every text": (steps.Exactly, "mark", everybody),
    "what is beyond the limit is a value": (steps.Null, "mark", nobody),
    "patterns fit all": (steps.Matching, "mark", everybody),
    "two values are never alike": (steps.Beside, "mark", nobody),
    "compared: nulls are forgotten": (
        steps.OfKind,
        "compare",
        staticmethod(lambda kinds, data, by, out=None: np.less_equal(0, kinds, out=out)),
    ),
    "compared: a bound is beyond": (
        steps.AtMost,
        "compare",
        staticmethod(lambda kinds, data, by, out=None: np.less(data, by, out=out)),
    ),
    "compared: midnight is a day late": (
        steps.Before,
        "compare",
        staticmethod(lambda kinds, data, by, out=None: np.less(data, by + DAY, out=out)),
    ),
    "compared: texts are alike": (
        steps.Exactly,
        "compare",
        staticmethod(lambda kinds, data, by, out=None: np.greater_equal(data, by, out=out)),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_search_finds_a_fault(monkeypatch, fault):
    monkeypatch.setattr(*FAULTS[fault])

    assert any(differing(seed) for seed in range(100))


def test_what_conditions_share_is_one_step():
    pool = Pool()
    texts = {
        "a": "orders > 2 and country = 'pt' and spent > 5",
        "b": "2 < orders and country = 'pt' and spent > 7",
        "c": "not (orders <= 2 or not country in ('pt'))",
    }
    made = Program({name: parse_segment(text) for name, text in texts.items()}, around(pool))

    # Three looks at numbers, one at texts, what is a number or a text, and how they are joined; c brings nothing new.
    leaves = [type(step).__name__ for step in made._places if not isinstance(step, steps.Joint)]
    assert leaves == ["OfKind", "AtMost", "OfKind", "Exactly", "OfKind", "AtMost", "AtMost"]
    assert len(made) == 14
    assert made.needs == {"orders", "country", "spent"}


def test_formulas_are_worked_out_at_the_clock_and_once():
    pool, asked = Pool(), []
    last = Column(np.array([4, 4, 1], np.uint8), np.array([START, START - 3 * 86_400_000_000, 0]))

    def read(name):
        asked.append(name)
        return last

    computed = {"age": parse_formula("days_since(last_at)"), "old": parse_formula("age > 2")}
    made = Program({"s": parse_segment("old"), "t": parse_segment("age = 0 or age * 2 > 5")}, around(pool))
    found = marks(made, Table(3, read, around(pool), computed)).tolist()

    assert found == [[False, True, False], [True, True, False]]
    assert asked == ["last_at"]


def test_a_text_that_nobody_has_had_yet_counts_from_when_somebody_has():
    pool = Pool(["hats"])
    made = Program({"s": s.Compare("=", s.Name("category"), s.Text("shoes"))}, around(pool))
    hats = Column(np.array([5, 1], np.uint8), np.array([0, 0]))
    assert marks(made, Table(2, lambda _: hats, around(pool), {})).tolist() == [[False, False]]

    shoes = Column(np.array([5, 1], np.uint8), np.array([pool.code("shoes"), 0]))
    assert marks(made, Table(2, lambda _: shoes, around(pool), {})).tolist() == [[True, False]]


def differing_days(name):
    """Whether days of a zone are counted in another way than by the plain evaluation, around midnights and changes."""
    random, pool, zone = Random(name), Pool(), zone_named(name)
    for _ in range(200):
        days, operator = random.randrange(-1, 400), random.choice(("<", "<=", ">", ">=", "=", "!="))
        asked = parse_segment(f"days_since(at) {operator} {random.choice((days, days + 0.5))}")
        # From 2009 on: in Newfoundland clocks were put back from a minute past midnight then.
        now = START - 17 * 365 * DAY + random.randrange(800) * DAY + random.randrange(DAY)
        scope = Scope(1, None, pool, now, zone)
        near = [random.randrange(-2 * DAY, 2 * DAY) // HOUR * HOUR for _ in range(50)]
        found = {"at": Column.times(now - days * DAY + np.array(near))}
        marked = marks(Program({"s": asked}, scope), Table(50, found.__getitem__, scope, {}))
        if (marked[0] != holds(asked, Scope(50, found.__getitem__, pool, now, zone))).any():
            return True
    return False


@pytest.mark.parametrize(
    "zone", ["Europe/Lisbon", "America/St_Johns", "America/Havana", "Pacific/Apia", "Africa/Casablanca"]
)
def test_days_are_those_of_the_calendar_wherever_clocks_are_put_back(zone):
    assert not differing_days(zone)


def test_where_clocks_are_put_back_over_midnight_a_midnight_does_not_part_the_days(monkeypatch):
    zone, pool = zone_named("America/St_Johns"), Pool()
    # On 1 November 2009 at 00:01 the clock was put back to 23:01 of the day before.
    times = Column.times(np.array([parse_time("2009-11-01T02:30:30Z"), parse_time("2009-11-01T02:31:30Z")]))
    asked = {"s": parse_segment("days_since(at) > 9")}
    scope = Scope(1, None, pool, parse_time("2009-11-10T12:00:00Z"), zone)

    assert marks(Program(asked, scope), Table(2, lambda _: times, scope, {})).tolist() == [[False, True]]
    assert days_ascend(zone_named("Europe/Lisbon"))
    assert not days_ascend(zone)

    monkeypatch.setattr(program, "days_ascend", lambda zone: True)
    assert marks(Program(asked, scope), Table(2, lambda _: times, scope, {})).tolist() != [[False, True]]


def test_days_that_lie_before_all_times_are_no_mistake():
    pool = Pool()
    made = Program({"s": parse_segment("days_since(at) > 900000000 or days_since(at) < -900000000")}, around(pool))

    assert not marks(made, Table(1, lambda _: Column.times(np.array([START])), around(pool), {})).any()
