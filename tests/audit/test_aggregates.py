"""Rules 18 and 19; S16 to S18, S38."""

from typing import Any

import pytest

from audit.shop import NOON, Shop, number, of, time
from hundredfold.words.amount import half_even
from hundredfold.words.value import Moment, Number, Value


def over(attribute: dict[str, Any], *totals: Any) -> Value:
    """The value over orders a day apart, the first on the first of January."""
    shop = Shop({"a": attribute})
    for day, total in enumerate(totals):
        shop.order(f"2026-01-{day + 1:02}T00:00Z", total)
    shop.say("page", "2026-01-01T00:00Z", userId="c1")
    return shop.value("a")


def favourites(attribute: dict[str, Any], *pairs: tuple[Any, Any]) -> Value:
    """The value over orders of (category, total), a day apart."""
    shop = Shop({"a": attribute})
    for day, (category, total) in enumerate(pairs):
        shop.track("Order Completed", f"2026-01-{day + 1:02}T00:00Z", {"category": category, "total": total})
    return shop.value("a")


def by(aggregate: str, **fields: Any) -> dict[str, Any]:
    return of(aggregate, by="properties.category", **{"value": None, **fields})


@pytest.mark.parametrize("aggregate", ["count", "sum", "distinct", "visits"])
def test_without_events_counts_and_sums_are_0(aggregate):
    assert over(of(aggregate)) == number(0)


@pytest.mark.parametrize(
    "attribute",
    [
        *(of(name) for name in ("mean", "min", "max", "first", "last", "median", "stddev", "variance", "list")),
        *(
            of(name, value=None)
            for name in ("time_since_first", "time_since_last", "mean_gap", "max_gap", "stddev_gap")
        ),
        *(by(name) for name in ("most_frequent", "least_frequent", "top", "unique_list", "concentration", "last_new")),
        of("first_list"),
        by("share"),
        by("share", of="x"),
        of("quantile", q=0.5),
    ],
)
def test_without_events_everything_else_is_null(attribute):
    assert over(attribute) is None


@pytest.mark.parametrize(
    ("aggregate", "totals", "expected"),
    [
        ("count", (5, "x", 7), 2),  # an event without the value does not count
        ("sum", (0.1, 0.2, 0.3), 0.6),
        ("mean", (1, 1, 2), 1.333333),
        ("mean", (0.000001, 0.000002), 0.000002),  # 1.5 millionths, to even
        ("mean", (0.000001, 0), 0),  # 0.5 millionths, to even
        ("min", (3, -1, 2), -1),
        ("max", (3, -1, 2), 3),
        ("first", ("x", 4, 5), 4),
        ("last", (4, 5, None), 5),
        ("median", (1, 2, 10), 2),
        ("median", (1, 2, 4, 10), 3),
        ("variance", (1, 2, 4), 2.333333),
        ("stddev", (1, 2, 4), 1.527525),
        ("stddev", (2, 2, 2), 0),
        ("variance", (0.001, 0.002, 0.001), 0),
        ("variance", (0, 0.002), 0.000002),
        ("distinct", (1, 1.0, "1", 2), 2),
    ],
)
def test_an_aggregate_over_some_totals(aggregate, totals, expected):
    attribute = of(aggregate) if aggregate != "first" else of(aggregate, where="properties.total > 0")

    assert over(attribute, *totals) == number(expected)


@pytest.mark.parametrize(("q", "expected"), [(0, 1), (0.25, 1.75), (0.333333, 1.999999), (0.5, 3), (0.9, 8.2), (1, 10)])
def test_a_quantile_is_interpolated(q, expected):
    assert over(of("quantile", q=q), 4, 2, 10, 1) == number(expected)


def test_one_value_has_no_spread():
    assert over(of("variance"), 5) is None
    assert over(of("stddev"), 5) is None


def test_the_root_of_the_variance_is_rounded_once():
    # n = 2: the variance is d * d / 2; for d = 3 millionths the root is 2.12, for d = 1 it is 0.707.
    assert over(of("stddev"), 0, 0.000003) == Number(2)
    assert over(of("stddev"), 0, 0.000001) == Number(1)
    assert over(of("stddev"), 0, 1e9) == Number(707_106_781_186_548)


def test_a_result_beyond_int64_is_no_value_and_totals_inside_are_exact():
    assert over(of("variance"), -1e9, 1e9) is None
    assert over(of("stddev"), -1e9, 1e9) == Number(1_414_213_562_373_095)


def test_a_sum_beyond_int64_is_an_error_and_its_mean_is_not():
    shop = Shop({"sum": of("sum"), "mean": of("mean"), "more": {"formula": "sum + 1"}})

    for n in range(9_224):
        shop.order("2026-01-01T00:00Z", 1e9, id=str(n))

    profile = shop.profiles()["u:c1"]
    assert (profile.values["sum"], profile.values["more"], profile.values["mean"]) == (None, None, number(1e9))
    assert list(profile.errors) == ["sum"]


def test_ties_in_time_go_by_the_bytes_of_the_message_id_then_by_the_line():
    shop = Shop({"last": of("last"), "lines": {**of("list", value="x", k=5), "each": "properties.products"}})
    same = "2026-01-01T00:00Z"

    for message_id, total in (("b", 1), ("é", 2), ("bb", 3), ("Z", 4)):
        shop.order(same, total, id=message_id, more={"products": [{"x": total}, {"x": total + 0.5}]})

    assert shop.value("last") == number(2)
    assert shop.value("lines") == tuple(number(x) for x in (2.5, 2, 3.5, 3, 1.5))


def test_lists_hold_the_latest_first_ten_by_default():
    assert over(of("list"), *range(12)) == tuple(number(n) for n in range(11, 1, -1))
    assert over(of("list", k=2, type="text"), 1, "x", True, 7) == ("7", "true")
    assert over(of("first_list"), *range(12)) == tuple(number(n) for n in range(10))
    assert over(of("first_list", k=2, type="text"), 1, "x", True, 7) == ("1", "x")


def test_unique_lists_are_sorted_by_kind_then_value():
    values = ("b", 2, True, "a", 10, False, "B", "é", -1, "b")

    assert over(of("unique_list"), *values) == (False, True, number(-1), number(2), number(10), "B", "a", "b", "é")
    assert over(of("unique_list", value="timestamp"), 1, 2)[0] == Moment(time("2026-01-01T00:00Z"))


def test_distinct_goes_by_the_key_and_still_asks_for_the_value():
    assert favourites(by("distinct", value="properties.total"), ("a", 1), ("b", {}), ("a", 3), (None, 4)) == number(1)


@pytest.mark.parametrize(
    ("aggregate", "weighted", "expected"),
    [
        ("most_frequent", False, "b"),  # a and b twice; b was seen later
        ("least_frequent", False, "d"),  # c and d once; d was seen later
        ("top", False, ("b", "a", "d")),
        ("most_frequent", True, "c"),
        ("least_frequent", True, "d"),
        ("top", True, ("c", "b", "a")),
    ],
)
def test_favourites_go_by_value_else_by_count_and_equals_by_the_one_seen_later(aggregate, weighted, expected):
    pairs = (("a", 1), ("b", 2), ("a", 1), ("c", 9), ("d", 0), ("b", 0), (None, 99))

    attribute = by(aggregate, value="properties.total" if weighted else None)

    assert favourites(attribute, *pairs) == expected


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (by("share", of="a"), 0.666667),
        (by("share", of="a", value="properties.total"), 0.25),
        (by("share", of="z"), 0),
        (by("share", of="a", value="properties.missing"), None),
    ],
)
def test_a_share_is_that_of_one_key_in_all(attribute, expected):
    found = favourites(attribute, ("a", 1), ("b", 6), ("a", 1), (None, 50))

    assert found == (None if expected is None else number(expected))


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (by("share"), 0.666667),
        (by("share", value="properties.total"), 0.75),
        (by("concentration"), 0.555556),
        (by("concentration", value="properties.total"), 0.625),
    ],
)
def test_without_a_key_a_share_is_that_of_the_favourite_and_a_concentration_is_of_all(attribute, expected):
    assert favourites(attribute, ("a", 1), ("b", 6), ("a", 1), (None, 50)) == number(expected)


def test_the_last_new_key_is_that_which_came_first_last():
    found = favourites(by("last_new"), ("a", 1), ("b", 1), ("a", 1), (None, 1), ("b", 1))

    assert found == Moment(time("2026-01-02T00:00Z"))


def test_a_share_of_nothing_is_null():
    assert favourites(by("share", value="properties.total"), ("a", 1), ("b", -1)) is None
    assert favourites(by("concentration", value="properties.total"), ("a", 1), ("b", -1)) is None
    assert favourites(by("share", of="a", value="properties.total"), ("a", 1), ("b", -1)) is None


def test_a_share_is_of_a_key_of_the_same_kind():
    assert favourites(by("share", of=1), (1, 0), ("1", 0), (True, 0), (1.0, 0)) == number(0.5)
    assert favourites(by("share", of=True), (1, 0), (True, 0)) == number(0.5)


def test_times_since_and_gaps_are_seconds():
    shop = Shop({name: of(name, value=None) for name in ("time_since_first", "time_since_last", "mean_gap", "max_gap")})
    for at in ("2026-03-10T11:00:00Z", "2026-03-10T11:59:59.5Z", "2026-03-10T11:00:01Z", "2026-03-10T12:00:01Z"):
        shop.order(at)

    found = shop.profiles(at=NOON)["u:c1"].values

    assert found == {
        "time_since_first": number(3600),
        "time_since_last": number(0.5),
        "mean_gap": number(1799.75),
        "max_gap": number(3598.5),
    }


def test_visits_end_where_nothing_happens_for_more_than_so_many_minutes():
    shop = Shop({"visits": of("visits", value=None), "ten": of("visits", value=None, k=10), "spread": of("stddev_gap")})
    for at in ("11:00", "11:30", "11:30:00.000001", "12:00:00.000002", "12:09"):
        shop.order(f"2026-03-09T{at}Z")

    found = shop.profiles(at=NOON)["u:c1"].values

    assert found == {"visits": number(2), "ten": number(3), "spread": Number(910_439_455)}


def test_one_event_has_no_gap():
    assert over(of("stddev_gap", value=None), 1, 2) is None
    assert over(of("mean_gap", value=None), 1) is None
    assert over(of("max_gap", value=None), 1) is None


@pytest.mark.parametrize(
    ("quotient", "expected"), [((5, 2), 2), ((7, 2), 4), ((-5, 2), -2), ((5, -2), -2), ((2, 3), 1)]
)
def test_halves_go_to_the_even_neighbour(quotient, expected):
    assert half_even(*quotient) == expected
