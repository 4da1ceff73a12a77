"""Definitions of made-up worlds: documents in the YAML form, put together from a pool of shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

EVENTS: dict[str, Any] = {
    "Order Completed": {
        "key": "properties.order_id",
        "also": ["Order Updated"],
        "removed_by": ["Order Cancelled"],
        "revision": "properties.updated_at",
        "currency": "properties.currency",
        "money": ["properties.total", "products.price"],
    },
    "Order Refunded": {"key": "properties.refund_id", "currency": "properties.currency", "money": "total"},
}
LOOKUPS: dict[str, Any] = {
    "product": {"file": "products.csv", "key": "sku", "from": "sku"},
    "store": {"file": "stores.csv", "key": "store", "from": "properties.store"},
}
LINES = "properties.products"
NAMES = ("Order Completed", "Order Refunded", "Product Viewed", "Order Cancelled", "Order Updated")

COUNTING = ("count", "time_since_first", "time_since_last", "mean_gap", "max_gap", "stddev_gap", "visits")
NUMERIC = ("sum", "mean", "median", "variance", "stddev")
ENDS = ("first", "last", "list", "first_list")
SETS = ("distinct", "unique_list")
FAVOURITES = ("most_frequent", "least_frequent", "top", "concentration", "last_new")
SHAPES = (
    *(*COUNTING, "count", "count", "count", "sum", "sum", *NUMERIC, "quantile", "min", "max"),
    *(*ENDS, *SETS, *FAVOURITES, "share"),
)

VALUES = (
    "properties.total",
    "properties.total",
    "properties.total * 2",
    "properties.total / properties.quantity",
    "-properties.total + properties.tax",
    "properties.total * properties.total",
    "properties.total * 50000000",
    "store.rank",
    "properties.quantity",
    "properties.total + timestamp.day",
)
LINE_VALUES = ("price", "price * quantity", "quantity", "product.price", "price / quantity", "properties.total")
ANY_VALUES = (
    "properties.coupon",
    "properties.total",
    "store.city",
    "properties.note",
    "context.vip",
    "properties.note",
    "timestamp.hour",
)
BYS = (
    "properties.category",
    "properties.coupon",
    "store.city",
    "properties.quantity",
    "context.vip",
    "properties.total",
    "timestamp.weekday",
    "receivedAt.hour",
)
LINE_BYS = (
    *("category", "product.category", "sku", "quantity", "product.brand", "properties.coupon"),
    "timestamp.part_of_day",
)
STAMPS = ("timestamp", "receivedAt", "sentAt")
WINDOWS = (
    *("today", "today", "this week", "this month", "this year"),
    *("1 days", "2 days", "7 days", "7 days", "30 days", "90 days"),
    *("previous 1 days", "previous 7 days", "previous 30 days"),
    *("same 1 days last year", "same 7 days last year", "same 30 days last year"),
    *("1 hours", "24 hours", "24 hours", "48 hours", "1 minutes", "15 minutes", "90 minutes"),
)
CONDITIONS = (
    "properties.total >= 10",
    "properties.total < 0.3",
    "properties.total != 10",
    "properties.total * 2 > properties.quantity",
    "properties.total / properties.quantity <= 5",
    "properties.category = 'shoes'",
    "properties.category in ('shoes', 'hats', 17)",
    "properties.category not in ('shoes')",
    "properties.coupon is null",
    "properties.coupon is not null",
    "properties.coupon like 'S%'",
    "properties.coupon not like '_al%'",
    "properties.coupon > 'M'",
    "properties.coupon = 17",
    "properties.note = true",
    "properties.note",
    "not properties.note",
    "context.vip",
    "timestamp >= time('2024-03-01')",
    "receivedAt > timestamp",
    "sentAt is null",
    "sentAt <= receivedAt",
    "timestamp.weekday >= 6",
    "timestamp.month in (2, 3, 12)",
    "sentAt.hour < 12",
    "receivedAt.part_of_day = 'night'",
    "store.city = 'Lisboa'",
    "store.rank > 1",
    "properties.missing = null",
    "true",
    "userId = 'c1'",
)
LINE_CONDITIONS = (
    "price >= 10",
    "quantity > 1",
    "product.category = 'shoes'",
    "product.category is null",
    "product.price = price",
    "category like '%o_s'",
    "sku = 17",
    "sku in ('17', 'A')",
    "price * quantity > 20",
)
TRAITS = (
    {"trait": "country"},
    {"trait": "address.country"},
    {"trait": "address"},
    {"trait": "age"},
    {"trait": "age", "type": "number"},
    {"trait": "age", "type": "text"},
    {"trait": "vip", "type": "boolean"},
    {"trait": "since", "type": "time"},
    {"trait": "timezone"},
)
FORMULAS = (
    "{0} + {1}",
    "{0} - {1} * 2",
    "{0} / {1}",
    "-{0}",
    "coalesce({0}, {1}, 0)",
    "min({0}, {1})",
    "max({0}, {1}, 3)",
    "round({0} / 3, 2)",
    "round({0})",
    "abs({0})",
    "floor({0})",
    "ceil({0})",
    "case when {0} > {1} then {0} when {1} is null then 'none' else {1} end",
    "if({0} > 1, 'much', 'little')",
    "{0} > {1} or {1} is null",
    "{0} = {1} and not {0} < 5",
    "{0} in (1, 'shoes', true)",
    "{0} is null",
    "days_since({0})",
    "hours_since({0})",
    "days_between({0}, {1})",
    "hours_between({0}, now())",
    "weekday({0})",
    "part_of_day({0})",
    "year({0}) * 100 + month({0})",
    "hour({0}) + day({0})",
    "lower({0})",
    "length({0})",
    "split_part({0}, 'o', 2)",
    "split_part(lower({0}), 's', 1)",
    "concat({0}, '-', {1})",
    "upper(concat({0}))",
    *("tier({0}, 3)", "tier({0}, 3)", "tier({0}, 3)"),
    "tier({0}, 2)",
    "tier(coalesce({0}, 0), 4)",
    "days_since(time({0}))",
)


def document(seeds: Sequence[int], *, keyed: bool = True) -> dict[str, Any]:
    """A document with one attribute for each seed but 0, named a0, a1 ...; formulas name earlier ones."""
    attributes: dict[str, Any] = {}
    for number, seed in enumerate(seeds):
        if seed:
            attributes[f"a{number}"] = attribute(Random(seed), attributes)
    return {"events": EVENTS if keyed else {}, "lookups": LOOKUPS, "attributes": attributes}


def attribute(random: Random, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """One attribute: mostly an aggregate, else a formula over earlier ones, an entry of a list, a trait, a foreign."""
    kind = random.random()
    lists = [name for name in earlier if many(earlier[name])]
    if lists and random.random() < 0.35:
        return {"formula": f"nth({random.choice(lists)}, {random.choice((1, 1, 2, 3))})"}
    if kind < 0.16 and earlier:
        names = [random.choice(list(earlier)), random.choice(list(earlier))]
        return {"formula": random.choice(FORMULAS).format(*names)}
    if kind < 0.24:
        return dict(random.choice(TRAITS))
    if kind < 0.3:
        return foreign(random)
    return lively(random) if kind < 0.5 else aggregate(random)


def many(part: dict[str, Any]) -> bool:
    """Whether an attribute's values are lists."""
    return part.get("aggregate") in ("list", "first_list", "top", "unique_list")


def lively(random: Random) -> dict[str, Any]:
    """An aggregate that hardly any event fails to touch, mostly in a window."""
    name = random.choice(("count", "count", "time_since_last", "last", "max", "max"))
    made: dict[str, Any] = {"event": random.choice(({"type": "track"}, "Order Completed")), "aggregate": name}
    if name in ("last", "max"):
        made["value"] = random.choice(("timestamp", "properties.total", "properties.total"))
    if random.random() < 0.8:
        made["window"] = random.choice(WINDOWS)
    return made


def aggregate(random: Random) -> dict[str, Any]:
    """An aggregate of any kind with everything that it may be given."""
    name = random.choice(SHAPES)
    of_lines = random.random() < 0.3
    made: dict[str, Any] = {"event": events(random), "aggregate": name, **parameters(random, name, of_lines)}
    if of_lines:
        made["each"] = LINES
    if random.random() < 0.25:
        made["where"] = condition(random, of_lines)
    if random.random() < 0.6:
        made["window"] = random.choice(WINDOWS)
        if random.random() < 0.4 and not made["window"].endswith(("hours", "minutes")):
            made["zone"] = "customer"
    return made


def events(random: Random) -> Any:
    """Which events: mostly orders, else others, several, or all of a type."""
    kind = random.random()
    if kind < 0.65:
        return "Order Completed"
    if kind < 0.75:
        return random.choice(NAMES)
    if kind < 0.83:
        return {"type": random.choice(("track", "page", "identify", "screen", "group", "alias"))}
    return random.sample(["Order Completed", "Product Viewed", {"type": "page"}, {"type": "track"}], 2)


def parameters(random: Random, name: str, of_lines: bool) -> dict[str, Any]:
    """The `value`, `by` and parameters of an aggregate."""
    value, by = random.choice(LINE_VALUES if of_lines else VALUES), random.choice(LINE_BYS if of_lines else BYS)
    some = {"value": value} if random.random() < 0.2 else {}
    if name == "visits":
        return {"k": random.choice((1, 15, 180))} if random.random() < 0.7 else {}
    if name in COUNTING:
        return some
    if name in NUMERIC:
        return {"value": value}
    if name == "quantile":
        return {"value": value, "q": random.choice((0, 0.1, 0.25, 0.333333, 0.5, 0.9, 1))}
    if name in ("min", "max"):
        return {"value": random.choice((value, *STAMPS))}
    if name == "share":
        likely = {"by": "category" if of_lines else "properties.category", "of": "shoes"}
        other = {"by": by, "of": random.choice(("shoes", "A", 17, True, "SALE", 2, 0.5))}
        return {**random.choice((likely, likely, other, {"by": by}, {"by": by})), **some}
    if name in FAVOURITES:
        k = {"k": random.choice((1, 2, 5))} if name == "top" and random.random() < 0.6 else {}
        return {"by": by, **some, **k}
    if name in SETS and random.random() < 0.5:
        return {"by": by, **some}
    return {**anything(random, value), **({"k": random.choice((1, 3))} if name in ("list", "first_list") else {})}


def anything(random: Random, value: str) -> dict[str, Any]:
    """A value that may be text, boolean or time, too."""
    chosen = random.choice((*ANY_VALUES, *STAMPS, value, value))
    as_text = random.random() < 0.3 and chosen.replace(".", "").isalnum() and chosen not in STAMPS
    return {"value": chosen, "type": "text"} if as_text else {"value": chosen}


def condition(random: Random, of_lines: bool) -> str:
    """One or two conditions."""
    pool = (*LINE_CONDITIONS, *LINE_CONDITIONS, *CONDITIONS) if of_lines else CONDITIONS
    one, other = random.choice(pool), random.choice(pool)
    return random.choice((one, one, f"not ({one})", f"{one} and {other}", f"{one} or not ({other})"))


def foreign(random: Random) -> dict[str, Any]:
    """Another system's value."""
    name = random.choice(("count", "sum", "min", "max", "first", "last"))
    made: dict[str, Any] = {"foreign": random.choice(("crm", "erp")), "event": events(random), "aggregate": name}
    if name in ("sum", "min", "max") or (random.random() < 0.2 and name == "count"):
        made["value"] = random.choice(("properties.total", "properties.quantity"))
    elif name != "count":
        made["value"] = random.choice(("properties.total", "properties.coupon", "properties.note"))
    if name in ("min", "max", "last") and random.random() < 0.2:
        made["value"] = "timestamp"
    return made
