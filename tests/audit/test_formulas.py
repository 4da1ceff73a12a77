"""Rules 23 and 24; S12, S13, S24, S25, S32, S33."""

from typing import Any

import pytest

from audit.shop import Shop, number, of, time
from hundredfold.audit import Run, cut_points
from hundredfold.words.value import Moment

AT = "2026-03-29T10:30:00Z"
TRAITS: dict[str, Any] = {
    "n": 10, "third": 0.333333, "zero": 0, "text": "Ab", "yes": True, "seven": "7", "moment": "2026-03-28T23:30:00Z",
}  # fmt: skip


def formula(text: str, at: str = AT, zone: str = "Europe/Berlin") -> Any:
    """The value of a formula over the traits above, `none` (null), `big` (5 billion) and `all` (a list)."""
    attributes: dict[str, Any] = {name: {"trait": name} for name in (*TRAITS, "none")}
    attributes["big"] = of("sum", value="1000000000")
    attributes["all"] = of("list", value="timestamp")
    attributes["t"] = {"trait": "moment", "type": "time"}
    shop = Shop({**attributes, "result": {"formula": text}}, zone=zone)
    shop.say("identify", "2026-01-01T00:00Z", userId="c1", traits=TRAITS)
    for _ in range(5):
        shop.order("2026-01-01T00:00Z")
    return shop.value("result", at=at)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n + third * 3", 10.999999),
        ("n / zero", None),
        ("n / 3", 3.333333),
        ("n + none", None),
        ("n + text", None),
        ("n + seven", None),  # numeric strings count only in `value`
        ("-n", -10),
        ("big", 5e9),
        ("big / 5", 1e9),
        ("big - 1", None),
        ("-big", None),
        ("coalesce(big, 1)", 5e9),
        ("abs(big)", None),
        ("coalesce(none, n)", 10),
        ("coalesce(none, none)", None),
        ("min(n, none, 3)", 3),
        ("max(none, none)", None),
        ("max(n, text)", 10),
        ("round(2.5)", 2),
        ("round(3.5)", 4),
        ("round(1.005, 2)", 1),
        ("round(third, 6)", 0.333333),
        ("floor(-1.5)", -2),
        ("ceil(-1.5)", -1),
        ("abs(-1.5)", 1.5),
        ("length(text)", 2),
        ("days_since(t)", 0),  # in Berlin it was the 29th already
        ("hours_since(t)", 11),
        ("days_between(now(), t)", 0),
        ("hours_between(now(), t)", -11),
        ("days_since(time('2026-03-01'))", 28),
        ("days_since(text)", None),
        ("year(t) * 100 + month(t)", 202603),
        ("day(t)", 29),
        ("weekday(t)", 7),
        ("hour(t)", 0),
        ("case when none > 1 then 1 when n > 5 then 2 else 3 end", 2),
        ("case when n > 50 then 1 end", None),
        ("if(yes, 1, 2)", 1),
    ],
)
def test_a_formula_gives_a_number_or_null(text, expected):
    assert formula(text) == (None if expected is None else number(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n > 5", True),
        ("n = text", None),
        ("none = none", None),
        ("none is null", True),
        ("all is null", False),
        ("all = 1", None),
        ("all", None),
        ("coalesce(all, 'x')", "x"),
        ("n > 5 or none > 1", True),
        ("n > 5 and none > 1", None),
        ("n < 5 and none > 1", False),
        ("not none > 1", None),
        ("n in (1, 10)", True),
        ("text in (1, 'x')", None),
        ("lower(text)", "ab"),
        ("upper(text)", "AB"),
        ("upper(n)", None),
        ("part_of_day(t)", "night"),
        ("part_of_day(time('2026-03-29T06:00'))", "morning"),
        ("part_of_day(time('2026-03-29T12:00'))", "afternoon"),
        ("part_of_day(time('2026-03-29T18:00'))", "evening"),
        ("part_of_day(text)", None),
        ("split_part('a@b@c', '@', 2)", "b"),
        ("split_part('a@b@c', '@', 4)", None),
        ("split_part('a@', '@', 2)", ""),
        ("split_part('aaab', 'aa', 2)", "ab"),
        ("split_part(text, 'x', 1)", "Ab"),
        ("split_part(n, '1', 1)", None),
        ("nth(all, 1)", Moment(time("2026-01-01T00:00Z"))),
        ("nth(all, 5)", Moment(time("2026-01-01T00:00Z"))),
        ("nth(all, 6)", None),
        ("concat(text, 17, 1.5, yes)", "Ab171.5true"),
        ("concat(text, none)", None),
        ("concat(text, t)", None),
        ("min(text, 'Z')", "Ab"),
        ("text like 'A_'", True),
        ("t", Moment(time("2026-03-28T23:30Z"))),
        ("max(t, now())", Moment(time(AT))),
        ("time(text)", None),
    ],
)
def test_a_formula_gives_what_its_parts_are(text, expected):
    assert formula(text) == expected


def test_days_go_by_the_clock_of_the_workspace():
    assert formula("days_since(t)", at="2026-03-29T22:00Z") == number(1)
    assert formula("days_since(t)", zone="UTC") == number(1)


@pytest.fixture
def shop() -> Shop:
    made = Shop({"revenue": of("sum"), "basket_tier": {"formula": "tier(revenue, 3)"}})
    made.order("2026-01-01T00:00Z", 20)
    return made


@pytest.mark.parametrize(
    ("cuts", "expected"), [((10, 30), 2), ((20, 30), 1), ((5, 19.999999), 3), ((20, 20), 1), ((), None)]
)
def test_a_tier_is_one_plus_the_cut_points_below(shop, cuts, expected):
    points = tuple(round(cut * 1_000_000) for cut in cuts)

    shop.runs = [Run(time("2026-02-01T00:00Z"), time("2026-02-01T01:00Z"), {"tier(revenue, 3)": points})]

    assert shop.value("basket_tier") == (None if expected is None else number(expected))


def test_the_newest_run_that_is_cut_by_t_and_published_by_k_counts(shop):
    ten, thirty = 10_000_000, 30_000_000
    runs = {"2026-02-01": (thirty, thirty), "2026-02-02": (ten, thirty), "2026-02-03": (ten, ten)}
    shop.runs = [Run(time(day), time(f"{day}T06:00Z"), {"tier(revenue, 3)": points}) for day, points in runs.items()]

    assert shop.value("basket_tier", at="2026-01-31T00:00Z") is None
    assert shop.value("basket_tier", at="2026-02-02T00:00Z") == number(2)
    assert shop.value("basket_tier") == number(3)
    assert shop.value("basket_tier", known_at="2026-02-03T05:59Z") == number(2)
    assert shop.value("basket_tier", known_at="2026-02-01T05:59Z") is None


def test_a_run_without_this_tier_leaves_the_one_before_in_force(shop):
    shop.runs = [
        Run(time("2026-02-01"), time("2026-02-01"), {"tier(revenue, 3)": (10_000_000,)}),
        Run(time("2026-02-02"), time("2026-02-02"), {"tier(other, 3)": (1, 2)}),
    ]

    assert shop.value("basket_tier") == number(2)


def test_cut_points_stand_at_the_ranks_of_equal_parts():
    assert cut_points([50, 10, 20, 40, 30, 60, 70], 3) == (30, 50)
    assert cut_points([1], 4) == (1, 1, 1)
    assert cut_points([], 3) == ()
