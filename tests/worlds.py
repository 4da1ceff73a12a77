"""Made-up worlds for property tests: small, nasty, cheap to draw, and shrinkable.

Every message and every attribute grows from one integer, and none from 0, so that Hypothesis can take them away one by
one from lists that are long to begin with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from hypothesis import strategies as st

from hundredfold.audit import Run, Setting, Tables
from hundredfold.audit.messages import event_time
from hundredfold.definition.check import model_key
from hundredfold.definition.load import from_document
from hundredfold.definition.model import Aggregate, Definitions, Formula, Score
from hundredfold.definition.parser import text_of
from hundredfold.definition.spelling import walk
from hundredfold.definition.syntax import Call
from hundredfold.words.calendar import DAY, HOUR, MINUTE, iso, local_day
from hundredfold.words.message import FUTURE_TOLERANCE, Message
from hundredfold.words.span import Span
from making.definitions import document
from making.messages import AWAY, MOMENTS, messages
from making.models import scores, version
from stored import stored

SOON = (0, 0, 1, MINUTE - 1, MINUTE, 15 * MINUTE, HOUR, 3 * HOUR)
LATER = (*SOON, 3 * HOUR, DAY - 1, DAY, 2 * DAY, 7 * DAY, 25 * DAY, 366 * DAY)
"""How long after the centre of all events most worlds are read."""


@dataclass(frozen=True)
class World:
    """A workspace with everything in it, and an instant (T, K) to read it at."""

    document: dict[str, Any]
    setting: Setting
    tables: Tables
    messages: tuple[Message, ...]
    """In the order in which the log took them."""
    at: int
    known_at: int | None
    runs: tuple[Run, ...]
    partitions: int

    @cached_property
    def table(self) -> pa.Table:
        """The messages as the log holds them."""
        return stored(self.messages, self.setting.zone)

    @cached_property
    def definitions(self) -> Definitions:
        """The document, loaded."""
        return from_document(self.document)


NUMBERS = st.integers(0, 2**24 - 1)
"""What things grow from. Hypothesis draws wider numbers mostly from the small ones."""


def worlds(*, most_messages: int = 60, most_attributes: int = 12) -> st.SearchStrategy[World]:
    """Small worlds of every kind."""
    return st.builds(
        world,
        place=st.sampled_from(MOMENTS),
        setup=NUMBERS,
        attributes=st.lists(NUMBERS, min_size=most_attributes // 3, max_size=most_attributes),
        said=st.lists(NUMBERS, min_size=most_messages // 4, max_size=most_messages),
    )


def many_worlds() -> st.SearchStrategy[World]:
    """Worlds of some four attributes and twenty messages that cost little to draw, for very many of them."""
    bits = st.integers(0, 255)
    return st.builds(
        sown, place=st.sampled_from(MOMENTS), setup=NUMBERS, attributes=bits, said=st.tuples(*(6 * [bits]))
    )


def sown(place: tuple[str, int], setup: int, attributes: int, said: tuple[int, ...]) -> World:
    """A world from one number, as far as bits say which of its attributes and messages are there."""
    random = Random(1 << 24 | setup)  # not the one that the world itself draws from
    grown = [[random.getrandbits(32) * (bits >> n & 1) for n in range(8)] for bits in (attributes, *said)]
    return world(place, setup, grown[0], [number for eight in grown[1:] for number in eight])


def world(place: tuple[str, int], setup: int, attributes: list[int], said: list[int]) -> World:
    """The world that grows from these numbers, at a zone and around an instant."""
    random = Random(setup)
    zone, centre = place
    local = ZoneInfo(zone)
    partitions = random.choice((1, 2, 3, 3, 4, 4))
    written = document(attributes, keyed=random.random() < 0.9)
    predicting = Random(setup + 1)  # what is drawn for models moves nothing else
    if predicting.random() < 0.4:
        written["attributes"] |= scores(predicting, written)
    foreign = [name for name, part in written["attributes"].items() if "foreign" in part]
    told = messages(said, centre, local, partitions, foreign)
    later = sorted(one.received for one in told)[len(told) // 3 :]
    known = random.choice(later) + random.choice((0, 0, -1)) if later and random.random() < 0.3 else None
    at = instant(random, centre, sorted(filter(None, (event_time(one, local) for one in told))))
    setting = Setting(local, random.choice(("EUR", "EUR", "usd")), random.choice((*(8 * [50]), 1, 2, 3)))
    setting = replace(setting, undone=undone(random, told, partitions))
    definitions = from_document(written)
    made = World(
        written, setting, tables(random, centre, local), tuple(told), at, known,
        tuple(run(random, predicting, centre + n, definitions) for n in range(random.randint(0, 3))), partitions,
    )  # fmt: skip
    made.__dict__["definitions"] = definitions
    return made


def instant(random: Random, centre: int, times: list[int]) -> int:
    """When a world is read: mostly behind most of its events, and often not long behind one of them."""
    if times and random.random() < 0.5:
        return random.choice(times[-3:]) + random.choice(SOON)
    return centre + random.choice(AWAY if random.random() < 0.15 else LATER)


def undone(random: Random, told: Sequence[Message], partitions: int) -> tuple[Span, ...]:
    """Now and then an import that was undone: what lies between two places of the log, as far as it was imported."""
    if not told or random.random() >= 0.2:
        return ()
    start = random.randrange(len(told))
    rows = start, start + 1 + random.randrange((len(told) + 1) // 2)
    counts = [Counter(one.partition for one in told[:row]) for row in rows]
    first, end = ({p: count[p] for p in range(partitions)} for count in counts)
    return (Span(first, end),)


def tables(random: Random, centre: int, zone: ZoneInfo) -> Tables:
    """Products and stores that change with time, and rates with gaps."""
    starts: list[str | None] = [None, iso(centre), iso(centre - DAY), "2024-03-01", iso(centre - 31 * DAY)]
    products = [
        {"sku": sku, "category": category, "brand": brand, "price": price, "valid_from": start}
        for sku, category, brand, price in (
            ("A", "shoes", "x", 10),
            ("B", "hats", None, 0.1),
            (17, "shoes", "y", "9.5"),
        )
        for start in random.sample(starts, random.randint(1, 2))
    ]
    if random.random() < 0.3:
        products = [{**row, "category": row["brand"], "price": None} if row["valid_from"] else row for row in products]
    stores = [
        {"store": "s1", "city": "Lisboa", "rank": 1},
        {"store": 1, "city": "Évora", "rank": random.choice((2, 2e9))},
    ]
    today = local_day(centre, zone)
    rates = {
        currency: {today - day: random.choice((10**9, 900_000_001, 1_123_456_789, 333_333_333)) for day in days}
        for currency, days in (("USD", (0, 1, 7, 400)), ("gbp", (1, 30)), ("EUR", (2, 3)))
    }
    return Tables({"product": products, "store": stores}, rates)


def run(random: Random, predicting: Random, centre: int, definitions: Definitions) -> Run:
    """A batch run with cut points for some of the tiers and versions of some of the models."""
    cut = centre + random.choice((-DAY, -2 * DAY, 0, DAY))
    points = [sorted(random.choice((0, 1, 10, 20, 37)) * 1_000_000 for _ in range(size)) for size in (1, 2, 3, 0)]
    named = {name: tuple(random.choice(points)) for name in tier_names(definitions) if random.random() < 0.8}
    keys = [model_key(one) for one in definitions.attributes.values() if isinstance(one, Score)]
    models = {
        key: version(predicting) if predicting.random() < 0.9 else None for key in keys if predicting.random() < 0.9
    }
    return Run(cut, cut + random.choice((HOUR, DAY)), named, models)


def tier_names(definitions: Definitions) -> list[str]:
    """The texts of all `tier` expressions."""
    formulas = [one.expression for one in definitions.attributes.values() if isinstance(one, Formula)]
    found = (part for expression in formulas for part in walk(expression))
    return [text_of(part) for part in found if isinstance(part, Call) and part.function == "tier"]


def features(world: World) -> set[str]:
    """The interesting situations that a world contains, for counters of what the tests have met."""
    return _of_messages(world) | _of_definitions(world)


def _of_messages(world: World) -> set[str]:
    found = {f"type {one.payload['type']}" for one in world.messages} | {f"trust {one.trust}" for one in world.messages}
    copies = Counter(one.message_id for one in world.messages)
    if max(copies.values(), default=0) > 1:
        found.add("duplicate")
        different = {(one.message_id, repr(one.payload)) for one in world.messages}
        found |= {"duplicate with other content"} if len(different) > len(copies) else set()
    keys: dict[str, set[tuple[str, int]]] = {}
    for one in world.messages:
        properties = one.payload.get("properties") or {}
        key = properties.get("order_id")
        if one.payload["type"] == "track" and key not in (None, ""):
            sender = str(one.payload.get("userId", one.payload.get("anonymousId")))
            keys.setdefault(str(key), set()).add((sender, one.partition))
    found |= {"fact across senders"} if any(len({s for s, _ in who}) > 1 for who in keys.values()) else set()
    found |= {"fact across partitions"} if any(len({p for _, p in who}) > 1 for who in keys.values()) else set()
    if any(one.trust != "import" and isinstance(one.payload.get("timestamp"), str) for one in world.messages):
        found.add("tracked")
    found |= (
        {"late to K"}
        if world.known_at is not None and any(m.received > world.known_at for m in world.messages)
        else set()
    )
    found |= (
        {"skewed clock"}
        if any(m.sent is not None and m.sent > m.received + FUTURE_TOLERANCE for m in world.messages)
        else set()
    )
    return found


def _of_definitions(world: World) -> set[str]:
    found = set()
    for one in world.definitions.attributes.values():
        if isinstance(one, Aggregate):
            found.add(f"aggregate {one.aggregate}" if one.foreign is None else "foreign")
            found |= {f"window {one.window.kind}"} if one.window is not None else set()
            found |= {"zone customer"} if one.zone == "customer" else set()
            found |= {"each"} if one.each is not None else set()
        else:
            found.add(type(one).__name__.lower())
    offsets = {_offset(world, world.at + shift) for shift in (-DAY, 0, DAY)}
    found |= {"clock change near T"} if len(offsets) > 1 else set()
    found |= {"models known"} if any(run.models for run in world.runs) else set()
    found |= {"tiers known"} if any(run.tiers for run in world.runs) else set()
    return found


def _offset(world: World, at: int) -> timedelta | None:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(world.setting.zone).utcoffset()
