"""Laws that every aggregate obeys: how events are divided among folds never shows."""

from __future__ import annotations

import math
from datetime import UTC
from fractions import Fraction
from functools import cache
from itertools import pairwise
from random import Random
from statistics import variance
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.attribute.aggregate import AGGREGATES
from hundredfold.attribute.block import Block, block_of
from hundredfold.attribute.cells import Cells, merged
from hundredfold.attribute.column import Pool
from hundredfold.attribute.decode import Decoder
from hundredfold.attribute.facts import counted
from hundredfold.attribute.fold import fold
from hundredfold.attribute.plan import Family, Plan, plan
from hundredfold.attribute.read import Clock, Reader
from hundredfold.attribute.rows import Surroundings
from hundredfold.attribute.values import profile_values
from hundredfold.definition.load import from_document
from hundredfold.definition.model import Definitions
from hundredfold.words.calendar import iso
from hundredfold.words.message import Message
from hundredfold.words.value import Number
from stored import stored

START = 1_750_000_000_000_000
DAY = 86_400_000_000
PARAMETERS: dict[str, dict[str, Any]] = {
    "quantile": {"q": 0.3},
    "share": {"of": "b"},
    "top": {"k": 2},
    "list": {"k": 3},
}


def attribute(name: str, **more: Any) -> dict[str, Any]:
    """An attribute with everything that its aggregate needs."""
    kind = AGGREGATES[name]
    rule = {"event": "Bought", "aggregate": name, **PARAMETERS.get(name, {}), **more}
    if "by" in kind.needs:
        rule["by"] = "properties.kind"
    if kind.takes != "nothing":
        rule["value"] = "properties.amount"
    return rule


@cache
def definitions() -> Definitions:
    """Every aggregate, for ever and in windows, of events and of lines; keys weighted, too."""
    found = {}
    for name in AGGREGATES:
        found[f"{name}_ever"] = attribute(name)
        found[f"{name}_week"] = attribute(name, window="7 days")
        found[f"{name}_hours"] = attribute(name, window="30 hours", where="properties.amount > 0 or not properties.on")
        found[f"{name}_lines"] = attribute(name, each="properties.items") | (
            {"by": "kind"} if "by" in AGGREGATES[name].needs else {}
        )
    found["top_weighted"] = attribute("top") | {"value": "properties.amount"}
    return from_document({"attributes": found})


AMOUNTS = st.one_of(st.integers(-3, 3), st.floats(-1e9, 1e9), st.sampled_from([1e9, -1e9, "7.5", "x", None, 2e9]))
LINES = st.lists(st.fixed_dictionaries({}, optional={"kind": st.sampled_from("abc"), "amount": AMOUNTS}), max_size=2)
PROPERTIES = st.fixed_dictionaries(
    {}, optional={"amount": AMOUNTS, "kind": st.sampled_from(["a", "b", True, 3]), "on": st.booleans(), "items": LINES}
)
TIMES = st.one_of(st.integers(0, 3), st.integers(0, 20 * DAY // 1000).map(lambda ms: ms * 1000))
EVENTS = st.lists(st.tuples(st.sampled_from("xyz"), TIMES, PROPERTIES), max_size=12)


class Folding:
    """A world of events, and folds of any of them."""

    def __init__(self, events: list[tuple[str, int, dict[str, Any]]]) -> None:
        self.pool, self.sids = Pool(), Pool()
        self.plan: Plan = plan(definitions(), self.pool)
        self.around = Surroundings(definitions(), self.pool)
        messages = [
            Message(
                0, i, START + 30 * DAY, "server", "shop", f"message-{i % 7}-{i}", said(who, START + time, properties)
            )
            for i, (who, time, properties) in enumerate(events)
        ]
        self.stored = stored(messages, UTC)
        self.whole = self.block(list(range(len(events))))

    def block(self, rows: list[int]) -> Block:
        """Some of the events as a block."""
        return block_of(
            self.stored.take(pa.array(rows, pa.int64())), Decoder(self.plan.wanted, self.pool), self.sids, self.pool
        )

    def fold(self, block: Block) -> dict[Family, Cells]:
        """The cells of a block."""
        return fold(counted(block, {}, self.pool), self.plan, self.around)

    def values(self, cells: dict[Family, Cells], at: int) -> list[dict[str, Any]]:
        """What is read from cells, for each sent id."""
        reader = Reader(self.plan, self.around, cells.__getitem__, self.whole.ids)
        return profile_values(reader.read(len(self.sids), Clock(at)), self.pool)


def said(who: str, time: int, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "track", "event": "Bought", "userId": who, "timestamp": iso(time), "properties": properties}


@given(EVENTS, st.integers(1, 4), st.randoms(use_true_random=False))
def test_cells_of_parts_merge_to_the_cells_of_the_whole_in_any_split_and_order(events, parts, random: Random):
    world = Folding(events)
    split: list[list[int]] = [[] for _ in range(parts)]
    for row in range(len(events)):
        random.choice(split).append(row)
    for rows in split:
        random.shuffle(rows)
    folds = [world.fold(world.block(rows)) for rows in split]

    for family, expected in world.fold(world.whole).items():
        found = merged([one[family] for one in folds], world.plan.merges(family), world.whole.ids)
        assert found.same_as(expected), family.name


@given(EVENTS, st.integers(0, 25))
def test_values_are_those_of_a_plain_computation(events, days):
    clock = START + days * DAY
    events = [event for event in events if START + event[1] <= clock]
    world = Folding(events)

    found = world.values(world.fold(world.whole), clock)

    for sid, key in enumerate(world.sids.all):
        mine = sorted(
            ((START + time, f"message-{i % 7}-{i}", p) for i, (who, time, p) in enumerate(events) if key == f"u:{who}"),
            key=lambda event: event[:2],
        )
        assert {name: found[sid][f"{name}_ever"] for name in plainly([], 0)} == plainly(mine, clock)


def plainly(events: list[tuple[int, str, dict[str, Any]]], clock: int) -> dict[str, Any]:
    """Some lifetime values, from the events of one customer in their order."""
    amounts = [amount for *_, p in events if (amount := millionths_in(p.get("amount"))) is not None]
    times = [time for time, *_ in events]
    weights: dict[Any, tuple[int, int]] = {}
    for place, (_, _, p) in enumerate(events):
        if "kind" in p:
            weights[p["kind"], type(p["kind"])] = (weights.get((p["kind"], type(p["kind"])), (0, 0))[0] + 1, place)
    ranked = sorted(weights, key=weights.__getitem__)
    several = len(amounts) > 1
    spread = variance([Fraction(a, 10**6) for a in amounts]) if several else None
    return {
        "count": Number(len(events) * 10**6),
        "sum": Number(sum(amounts)),
        "mean": Number(round(Fraction(sum(amounts), len(amounts)))) if amounts else None,
        "min": Number(min(amounts)) if amounts else None,
        "max": Number(max(amounts)) if amounts else None,
        "median": Number(round(middle(amounts))) if amounts else None,
        "variance": fitting(round(spread * 10**6)) if spread is not None else None,
        "stddev": Number(root(spread * 10**12)) if spread is not None else None,
        "time_since_last": Number(clock - times[-1]) if times else None,
        "max_gap": Number(max(b - a for a, b in pairwise(times))) if len(times) > 1 else None,
        "mean_gap": Number(round(Fraction(times[-1] - times[0], len(times) - 1))) if len(times) > 1 else None,
        "most_frequent": plain(ranked[-1][0]) if ranked else None,
    }


def plain(key: Any) -> Any:
    return Number(key * 10**6) if type(key) is int else key


def millionths_in(amount: Any) -> int | None:
    number = float(amount) if isinstance(amount, int | float) or amount == "7.5" else None
    return None if number is None or abs(number) > 1e9 else round(number * 1e6)


def middle(amounts: list[int]) -> Fraction:
    ordered = sorted(amounts)
    return Fraction(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2], 2)


def fitting(result: int) -> Number | None:
    return Number(result) if result < 2**63 else None


def root(square: Fraction) -> int:
    """The nearest integer to the root of a fraction."""
    low = math.isqrt(square.numerator // square.denominator)
    return low + (square > Fraction(2 * low + 1, 2) ** 2)
