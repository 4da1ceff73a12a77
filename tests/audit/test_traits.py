"""Rule 21; S19, S36."""

import pytest

from audit.shop import Shop, number, time
from hundredfold.words.value import Moment


def said(path: str, *traits: object, **typed: str) -> object:
    """The value at a path after these `traits`, one identify a day."""
    shop = Shop({"a": {"trait": path, **typed}})
    for day, stated in enumerate(traits):
        shop.say("identify", f"2026-01-{day + 1:02}T00:00Z", userId="c1", traits=stated)
    return shop.value("a")


@pytest.mark.parametrize(
    ("path", "traits", "expected"),
    [
        ("country", ({"country": "PT"}, {"country": "GB"}), "GB"),
        ("country", ({"country": "PT"}, {"other": 1}), "PT"),
        ("country", ({"country": "PT"}, {"country": None}), None),
        ("country", ({"country": None}, {"country": "PT"}), "PT"),
        ("country", ({"country": "PT"}, {"country": []}), None),
        ("country", ({"country": "PT"}, {"country": {"code": "x"}}), None),
        ("a.b", ({"a": {"b": "x"}}, {"a": {}}), "x"),
        ("a.b", ({"a": {"b": "x"}}, {"a": None}), None),
        ("a.b", ({"a": {"b": "x"}}, {"a": "flat"}), None),
        ("a.b", ({"a": {"b": "x"}}, {"a": []}), None),
        ("a.b", ({"a": {"b": "x"}}, None), "x"),
        ("a.b", ({"a": {"b": "x"}}, "traits"), "x"),
        ("n", ({"n": 7.5},), number(7.5)),
        ("n", ({"n": 7}, {"n": 2e9}), None),
        ("yes", ({"yes": True},), True),
    ],
)
def test_the_newest_message_that_speaks_about_a_path_decides(path, traits, expected):
    assert said(path, *traits) == expected


@pytest.mark.parametrize(
    ("wanted", "raw", "expected"),
    [
        ("number", "7.5", number(7.5)),
        ("number", "x", None),
        ("number", True, None),
        ("text", 17.0, "17"),
        ("text", 2e9, "2000000000"),
        ("text", True, "true"),
        ("text", "", None),
        ("boolean", True, True),
        ("boolean", "true", None),
        ("time", "2026-01-01", Moment(time("2026-01-01T00:00Z"))),
        ("time", 1_600_000_000, Moment(1_600_000_000_000_000)),
        ("time", "soon", None),
        ("time", True, None),
    ],
)
def test_a_type_converts_or_gives_none(wanted, raw, expected):
    assert said("x", {"x": raw}, type=wanted) == expected


def test_the_newest_goes_by_time_then_message_id_over_all_ids_of_the_person():
    shop = Shop({"a": {"trait": "x"}})

    shop.say("identify", "2026-01-02T00:00Z", userId="c1", anonymousId="v", traits={"x": "new"}, id="a")
    shop.say("identify", "2026-01-01T00:00Z", userId="c1", traits={"x": "old"})
    assert shop.value("a") == "new"

    shop.say("identify", "2026-01-02T00:00Z", anonymousId="v", traits={"x": "newer"}, id="b")
    assert shop.value("a") == "newer"


def test_traits_of_the_context_count_where_there_are_no_others():
    shop = Shop({"a": {"trait": "x"}})

    shop.say("identify", "2026-01-01T00:00Z", userId="c1", context={"traits": {"x": "context"}})
    assert shop.value("a") == "context"

    shop.say("identify", "2026-01-02T00:00Z", userId="c1", traits={}, context={"traits": {"x": "hidden"}})
    shop.say("identify", "2026-01-03T00:00Z", userId="c1", traits=None, context={"traits": {"x": "hidden"}})
    shop.say("track", "2026-01-04T00:00Z", userId="c1", event="e", context={"traits": {"x": "hidden"}})
    assert shop.value("a") == "context"
