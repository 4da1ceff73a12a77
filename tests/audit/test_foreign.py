"""Rule 29; S26, S34, S39."""

from typing import Any

import pytest

from audit.shop import Shop, number, time
from hundredfold.words.value import Moment

COVERS = "2026-02-01T00:00Z"


def crm(aggregate: str, **fields: Any) -> dict[str, Any]:
    value = {} if aggregate == "count" else {"value": "properties.points"}
    return {"foreign": "crm", "event": "Points Earned", "aggregate": aggregate, **value, **fields}


def points(shop: Shop, at: str, amount: Any, source: str = "crm", **fields: Any) -> None:
    shop.track("Points Earned", at, {"points": amount}, source=source, **fields)


def batch(shop: Shop, values: dict[str, Any], covers: str = COVERS, source: str = "crm", **fields: Any) -> None:
    shop.say("profile", covers_until=covers, source=source, values=values, **{"userId": "c1", **fields})
    shop.messages[-1].payload["source"] = source


@pytest.mark.parametrize(
    ("aggregate", "value", "expected"),
    [
        ("count", 7, 9),
        ("count", "7", 9),
        ("count", None, 2),
        ("count", 7.5, 2),
        ("sum", 100, 112),
        ("sum", "x", 12),
        ("sum", 2e9, 12),
        ("min", 3, 3),
        ("min", 30, 4),
        ("max", 3, 8),
        ("first", {"value": 1, "at": "2020-01-01"}, 1),
        ("first", {"value": 1}, 4),
        ("last", {"value": 1, "at": "2020-01-01"}, 8),
        ("last", {"value": 1, "at": "2026-02-20T00:00Z"}, 1),
        ("last", 5, 8),
    ],
)
def test_a_batch_value_and_the_events_after_it(aggregate, value, expected):
    shop = Shop({"a": crm(aggregate)})

    points(shop, COVERS, 1_000)  # covered
    points(shop, "2026-02-01T00:00:00.000001Z", 4)
    points(shop, "2026-02-02T00:00Z", 8)
    points(shop, "2026-02-03T00:00Z", 500, source="shop")
    batch(shop, {"a": value})

    assert shop.value("a") == number(expected)


def test_without_a_batch_value_the_events_of_that_source_count_alone():
    shop = Shop({"a": crm("sum")})

    points(shop, "2020-01-01T00:00Z", 4)
    points(shop, "2020-01-01T00:00Z", 8, source="shop")
    batch(shop, {"b": 1})
    batch(shop, {"a": 1}, source="erp")
    batch(shop, {"a": 1}, covers="2027-01-01T00:00Z")

    assert shop.value("a") == number(4)


def test_the_newest_batch_value_by_cover_then_message_id_counts():
    shop = Shop({"a": crm("sum")})

    batch(shop, {"a": 1}, id="b")
    batch(shop, {"a": 2}, id="a")
    batch(shop, {"a": 3}, covers="2026-01-01T00:00Z")
    batch(shop, {"other": 4}, covers="2026-03-01T00:00Z")

    assert shop.value("a") == number(1)
    assert shop.value("a", at="2026-01-31T00:00Z") == number(3)


def test_each_sent_id_has_its_own_batch_value():
    shop = Shop({"a": crm("sum"), "n": crm("count"), "newest": crm("last")})

    shop.say("identify", "2026-01-01T00:00Z", userId="c1", anonymousId="x")
    batch(shop, {"a": 10, "n": 1, "newest": {"value": 1, "at": "2026-01-05"}})
    batch(
        shop, {"a": 20, "n": 2, "newest": {"value": 2, "at": "2026-01-06"}},
        covers="2026-02-10T00:00Z", userId=None, anonymousId="x",
    )  # fmt: skip
    points(shop, "2026-02-05T00:00Z", 5)
    points(shop, "2026-02-05T00:00Z", 7, userId=None, anonymousId="x")

    assert (shop.value("a"), shop.value("n"), shop.value("newest")) == (number(35), number(4), number(5))
    assert shop.value("newest", at="2026-02-04T00:00Z") == number(1)


def test_times_of_the_batch_are_read_as_times():
    shop = Shop({"a": crm("max", value="timestamp")})

    batch(shop, {"a": "2026-01-15T00:00Z"})

    assert shop.value("a") == Moment(time("2026-01-15T00:00Z"))


def test_conditions_hold_for_the_events_only():
    shop = Shop({"a": crm("sum", where="properties.points > 5")})

    points(shop, "2026-02-02T00:00Z", 4)
    points(shop, "2026-02-02T00:00Z", 8)
    batch(shop, {"a": 1})

    assert shop.value("a") == number(9)
