"""Conditions that can be true for nobody are told with their place and what to write; others are let through."""

from __future__ import annotations

from datetime import UTC
from random import Random

import pytest
from tests.app.shop import hf, shop_in
from tests.segment.conditions import NUMBERS, START, TEXTS, TIMES, TRUTHS, columns, condition

from hundredfold.attribute.column import Pool
from hundredfold.attribute.evaluate import holds
from hundredfold.attribute.fitting import misfits
from hundredfold.attribute.kinds import ANY, Field, Kinds
from hundredfold.attribute.scope import Scope
from hundredfold.definition import syntax as s
from hundredfold.definition.parser import parse_segment
from hundredfold.definition.spelling import text_of

KINDS: list[tuple[tuple[str, ...], Kinds]] = [
    (NUMBERS, ("number",)),
    (TEXTS, ("text",)),
    (TIMES, ("time",)),
    (TRUTHS, ("boolean",)),
    (("mixed",), ANY),
]
FIELDS = [Field(name, kinds) for names, kinds in KINDS for name in names] + [
    Field("bought", ("text",), many=True),
    Field("visits", ("count",)),
]


@pytest.mark.parametrize(
    ("where", "place", "told"),
    [
        ("country > 5", (1, 11), "country is a text, and 5 is a number: this is true for nobody. Write a text"),
        ("vip and visits  =  '3'", (9, 14), "Write visits = 3"),
        ("last_at > '2026-01-31'", (1, 22), "Write last_at > time('2026-01-31')"),
        ("last_at > 'soon'", (1, 16), "or days_since(last_at) <= 30"),
        ("not (spent in ('a', 'b'))", (6, 19), "spent is a number, and 'a' is a text"),
        ("days_since(country) < 3", (1, 19), "days_since is of a date and time, and country is a text"),
        ("spent > country + 1", (9, 11), "`+` is of numbers, and country is a text"),
        ("bought = 'shoes'", (1, 16), "bought is a list, and lists are not compared"),
        ("vip > true", (1, 10), "which is neither more nor less than another"),
        ("spent like '5%'", (1, 15), "`like` is of texts, and spent is a number"),
        ("country = null", (1, 14), "Write country is null"),
        ("vip or spent", (8, 5), "this is no condition: spent is a number"),
        ("case when country = 3 then true else false end", (11, 11), "true for nobody"),
    ],
)
def test_what_never_fits_is_told_with_its_place_and_what_to_write(where, place, told):
    (found,) = misfits(where, FIELDS)

    assert told in str(found)
    assert (found.position, found.length) == place


@pytest.mark.parametrize(
    "where",
    [
        "mixed > 5 and mixed = 'x' and mixed",
        "spent in ('a', 3)",
        "visits > spent and last_at >= time('2026-01-31') and days_since(first_at) <= 30",
        "bought is not null and coalesce(country, 3) = 3",
        "lapsing and not lapsing",
        "undeclared > 5",
        "vip = true and consent != vip",
    ],
)
def test_what_can_turn_out_either_way_is_let_through(where):
    assert misfits(where, FIELDS, {"lapsing"}) == []


def test_what_is_refused_is_true_for_nobody_whatever_the_values():
    random, refused = Random(12), 0
    for _ in range(2_000):
        pool = Pool()
        where = condition(random, depth=1)
        joined = isinstance(where, s.And | s.Or | s.Not | s.IsNull)
        if joined or parse_segment(text_of(where)) != where or not misfits(text_of(where), FIELDS):
            continue
        refused += 1
        scope = Scope(200, columns(random, 200, pool).__getitem__, pool, START, UTC)
        assert not holds(where, scope).any(), text_of(where)
        assert not holds(s.Not(where), scope).any(), text_of(where)
    assert refused > 100


def test_definitions_with_such_a_condition_do_not_come_into_force(tmp_path):
    folder = shop_in(tmp_path / "shop")
    file = folder / "definitions" / "segments.yaml"
    file.write_text("segments:\n  odd: {where: orders > 1 and last_order_at = 5}\n  good: {where: not odd}\n")

    refused = hf("apply", folder=folder)

    assert refused.code != 0
    assert "definitions/segments.yaml:2:31" in refused.err
    assert "segment odd, `where`: last_order_at is a date and time, and 5 is a number" in refused.err
    file.write_text("segments:\n  odd: {where: orders > 1}\n  good: {where: not odd}\n")
    assert hf("apply", folder=folder).code == 0
