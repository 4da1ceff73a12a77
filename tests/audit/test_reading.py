"""Rules 13 to 17, 20, 22; S10 to S15, S29 to S31: paths, conditions, values, money, lookups."""

from typing import Any

import pytest

from audit.shop import NOON, Shop, number, of, time
from hundredfold.errors import DefinitionError
from hundredfold.words.value import Moment

DAY = "2026-03-01T00:00Z"


def one(
    attribute: dict[str, Any], properties: dict[str, Any], message: dict[str, Any] | None = None, **workspace: Any
) -> Any:
    """The value of an attribute after a single order."""
    shop = Shop({"a": attribute}, **workspace)
    shop.order(DAY, **{"userId": "c1", **(message or {})})
    shop.messages[-1].payload["properties"] = properties
    return shop.value("a")


def holds(condition: str, properties: dict[str, Any], message: dict[str, Any] | None = None, **workspace: Any) -> bool:
    return one(of("count", value=None, where=condition), properties, message, **workspace) == number(1)


P: dict[str, Any] = {
    "n": 10, "big": 2e9, "text": "shoes", "seven": "7", "yes": True, "no": False, "null": None,
    "list": [1], "object": {"in": 5, "nan": float("nan")}, "upper": "Z",
}  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("properties.n = 10", True),
        ("properties.n != 10", False),
        ("properties.n >= 10 and properties.n < 10.000001", True),
        ("properties.seven = 7", False),  # no comparison coerces
        ("not properties.seven = 7", False),  # ... and unknown is not false
        ("properties.seven = '7'", True),
        ("properties.text < 'shoez'", True),
        ("properties.upper < 'a'", True),  # bytes
        ("properties.yes = true", True),
        ("properties.yes > properties.no", False),
        ("not properties.yes > properties.no", False),
        ("properties.yes", True),
        ("properties.n", False),
        ("not properties.n", False),
        ("not properties.no", True),
        ("properties.missing is null", True),
        ("properties.null is null", True),
        ("properties.big is null", True),
        ("properties.object.nan is null", True),
        ("properties.list is null", False),
        ("properties.list.x is null", True),
        ("properties.text.x is null", True),
        ("properties.object.in = 5", True),
        ("properties.list = properties.list", False),
        ("properties.null = null", False),
        ("properties.missing = 1 or properties.n = 10", True),
        ("not (properties.missing = 1 and properties.n = 11)", True),
        ("not (properties.missing = 1 and properties.n = 10)", False),
        ("properties.text in ('hats', 'shoes')", True),
        ("properties.text in (1, 'shoes')", True),
        ("properties.text not in ('hats')", True),
        ("properties.text not in ('hats', 1)", False),  # hats: false, 1: unknown
        ("properties.text like 'sh%'", True),
        ("properties.text like '_hoe_'", True),
        ("properties.text like 'SH%'", False),
        ("properties.n like '1%'", False),
        ("properties.n + properties.missing is null", True),
        ("properties.n / 0 is null", True),
        ("properties.n * 100000001 is null", True),
        ("properties.n / 3 = 3.333333", True),
        ("-properties.n = -10", True),
        ("timestamp = time('2026-03-01')", True),
        ("timestamp >= '2026-03-01'", False),
        ("sentAt is null and receivedAt < timestamp", True),
    ],
)
def test_conditions_have_three_values(condition, expected):
    assert holds(condition, P) is expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (10.0000005, 10.0),  # half-even: 10000000.5 is not quite reached by the double
        (0.0000015, 0.000002),
        (0.0000005, 0),
        (1e9, 1e9),
        (-1e9, -1e9),
        (1000000000.000002, 0),
        ("12.30", 12.3),
        ("1e3", 1000),
        ("-0.5", -0.5),
        (" 5", 0),
        ("007", 0),
        (".5", 0),
        ("", 0),
        ("1e999", 0),
        (True, 0),
        (None, 0),
        ([1], 0),
        ({}, 0),
        (float("nan"), 0),
        (float("inf"), 0),
    ],
)
def test_a_value_is_a_number_or_a_text_that_is_one(raw, expected):
    assert one(of("sum"), {"total": raw}) == number(expected)


def test_every_operator_of_a_value_rounds_and_texts_convert_before():
    attribute = of("sum", value="properties.a / properties.b * 3")

    assert one(attribute, {"a": "10", "b": 3}) == number(9.999999)
    assert one(attribute, {"a": 1, "b": 0}) == number(0)
    assert one(of("sum", value="properties.a * properties.b"), {"a": 0.0005, "b": 0.001}) == number(0)  # 0.5 to even
    assert one(of("sum", value="properties.a * properties.b"), {"a": 0.0015, "b": 0.001}) == number(0.000002)


def test_wrong_types_are_listed_and_missing_ones_are_not():
    shop = Shop({"revenue": of("sum")})

    for total in ("abc", [1], 2e9, 5):
        shop.order(DAY, total)
    shop.track("Order Completed", DAY, {})

    profile = shop.profiles()["u:c1"]
    assert profile.values["revenue"] == number(5)
    assert [problem.message_id for problem in profile.problems] == ["m0", "m1", "m2"]


@pytest.mark.parametrize(
    ("raw", "plain", "as_text"),
    [
        ("SALE", "SALE", "SALE"),
        (17.0, number(17), "17"),
        ("17.50", number(17.5), "17.50"),
        (True, True, "true"),
        (4006381333931, None, "4006381333931"),
        ("4006381333931", None, "4006381333931"),
        ("", "", None),
        ({}, None, None),
    ],
)
def test_first_and_last_take_texts_and_booleans_and_numbers_as_text_on_demand(raw, plain, as_text):
    assert one(of("last"), {"total": raw}) == plain
    assert one(of("last", type="text"), {"total": raw}) == as_text


def test_a_by_converts_nothing():
    shop = Shop({"kinds": of("distinct", value=None, by="properties.total")})

    for key in (17, 17.0, "17", True, "true", None, [], 2e9):
        shop.order(DAY, key)

    assert shop.value("kinds") == number(4)


def test_times_are_the_messages_own():
    shop = Shop({"sent": of("max", value="sentAt"), "got": of("max", value="receivedAt")})

    shop.order(DAY, sent="2026-03-02T00:00Z", received="2026-03-03T00:00Z")

    assert shop.value("sent") == Moment(time("2026-03-02T00:00Z"))
    assert shop.value("got") == Moment(time("2026-03-03T00:00Z"))


LINES = {"products": [{"price": 10, "q": 2, "total": None}, "junk", {"price": 5, "q": 1}], "total": 100, "q": 7}


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (of("count", value=None), 3),
        (of("sum", value="price * q"), 25),
        (of("sum", value="properties.total"), 300),
        (of("count", value=None, where="total is null"), 3),
        (of("count", value=None, where="price >= 10"), 1),
        (of("count", value=None, where="userId = 'c1'"), 3),
        (of("count", value=None, where="event = 'Order Completed' and price is null"), 1),
    ],
)
def test_an_event_unfolds_into_its_lines_and_paths_look_there_first(attribute, expected):
    assert one({**attribute, "each": "properties.products"}, LINES) == number(expected)


def test_a_field_that_is_null_in_the_line_hides_the_messages():
    attribute = {**of("count", value=None, where="userId is null"), "each": "properties.products"}

    assert one(attribute, {"products": [{"userId": None}, {}]}) == number(1)


@pytest.mark.parametrize("odd", [{}, None, "x", 5])
def test_an_each_that_is_no_list_has_no_lines(odd):
    assert one({**of("count", value=None), "each": "properties.products"}, {"products": odd}) == number(0)


MONEY = {"Order Completed": {"currency": "properties.currency", "money": ["properties.total", "products.price"]}}
DAYS = 20513  # 2026-03-01
RATES = {"USD": {DAYS - 3: 500_000_000, DAYS + 1: 2_000_000_000}, "gbp": {DAYS: 1_123_456_789}}


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        ({}, 10),
        ({"currency": None}, 10),
        ({"currency": "eur"}, 10),
        ({"currency": "usd"}, 5),  # the latest earlier rate
        ({"currency": "GBP"}, 11.234568),
        ({"currency": "CHF"}, 0),
        ({"currency": 5}, 0),
        ({"currency": ""}, 0),
    ],
)
def test_money_converts_at_the_rate_of_its_day(currency, expected):
    assert one(of("sum"), {"total": 10, **currency}, events=MONEY, rates=RATES) == number(expected)


def test_money_converts_before_any_operator_and_in_conditions_and_only_on_money_paths():
    usd = {"total": "10", "tax": 10, "currency": "USD", "products": [{"price": 4}]}
    workspace: dict[str, Any] = {"events": MONEY, "rates": RATES}

    assert one(of("sum", value="properties.total + properties.tax"), usd, **workspace) == number(15)
    assert holds("properties.tax = 10", usd, **workspace)
    assert one({**of("sum", value="price"), "each": "properties.products"}, usd, **workspace) == number(2)
    assert holds("properties.total = 5", {**usd, "total": 10}, **workspace)
    assert one(of("last", type="text"), usd, **workspace) == "10"


def test_the_rate_is_that_of_the_facts_local_date():
    late = one(of("sum"), {"total": 10, "currency": "USD"}, events=MONEY, rates=RATES, zone="Pacific/Kiritimati")

    assert late == number(5)
    shop = Shop({"a": of("sum")}, events=MONEY, rates=RATES, zone="Pacific/Kiritimati")
    shop.order("2026-03-01T10:00Z", 10, more={"currency": "USD"})
    assert shop.value("a") == number(20)


LOOKUP = {"product": {"file": "p.csv", "key": "sku", "from": "sku"}}
ROWS = {
    "product": [
        {"sku": 17, "kind": "shoes", "price": "9.5", "valid_from": None},
        {"sku": "17", "kind": "boots", "price": 12, "valid_from": "2026-03-01"},
        {"sku": "new", "kind": "hats", "price": None, "valid_from": "2026-04-01"},
        {"sku": None, "kind": "nothing"},
    ]
}


@pytest.mark.parametrize(
    ("sku", "at", "expected"),
    [
        (17, "2026-02-28T22:59Z", "shoes"),
        ("17", "2026-02-28T23:00Z", "boots"),  # a date is local midnight
        (17.0, "2026-03-01T00:00Z", "boots"),
        ("new", "2026-03-01T00:00Z", None),
        ("unknown", "2026-03-01T00:00Z", None),
        (None, "2026-03-01T00:00Z", None),
    ],
)
def test_a_lookup_gives_the_row_that_held_at_the_facts_time(sku, at, expected):
    shop = Shop(
        {"kind": {**of("last", value="product.kind"), "each": "properties.lines"}},
        lookups=LOOKUP, rows=ROWS, zone="Europe/Berlin",
    )  # fmt: skip

    shop.track("Order Completed", at, {"lines": [{"sku": sku}]})

    assert shop.value("kind", at="2026-04-02T00:00Z") == expected


def test_a_lookups_field_is_a_value_like_any_other():
    workspace: dict[str, Any] = {"lookups": LOOKUP, "rows": ROWS}
    message = {"sku": 17}

    assert one(of("sum", value="product.price * 2"), {}, message, **workspace) == number(24)
    assert holds("product.nothing is null and product.kind like 'b%'", {}, message, **workspace)


def test_two_rows_of_one_key_and_time_are_refused():
    shop = Shop({"a": of("last", value="product.kind")}, lookups=LOOKUP)
    shop.tables.lookups["product"] = [{"sku": "1"}, {"sku": 1, "valid_from": ""}]  # type: ignore[index]

    with pytest.raises(DefinitionError, match="product"):
        shop.profiles(at=NOON)
