"""Messages of made-up worlds: a few people, many misunderstandings, times where calendars break."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from random import Random
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from hundredfold.audit.messages import event_time
from hundredfold.words.calendar import DAY, HOUR, MINUTE, QUARTER, SECOND, iso, parse_time
from hundredfold.words.message import Message

USERS: tuple[Any, ...] = ("c1", "c2", "c3", "c4", 17)
ANONYMOUS = ("x1", "x2", "x3", "c1")
"""The last one is a user's id, too: two name spaces."""
PREFIXES = ("m", "order-message-", "order-message-é", "")

CHANGES = {
    "UTC": (),
    "Europe/Lisbon": ("2024-03-31T01:00Z", "2024-10-27T01:00Z"),
    "America/New_York": ("2024-03-10T07:00Z", "2024-11-03T06:00Z"),
    "Asia/Kathmandu": ("1985-12-31T18:30Z",),
    "America/Sao_Paulo": ("2018-11-04T03:00Z", "2018-02-18T02:00Z"),
    "Australia/Lord_Howe": ("2024-10-05T15:30Z", "2024-04-06T15:00Z"),
}
"""The zones in use, each with instants at which its clocks change: by an hour, by half of one, at midnight."""
TURNS = ("2024-02-29T12:00", "2024-12-31T23:59:59", "2025-03-01T00:00", "2024-07-01T00:00", "2024-05-12T18:15")
"""Local times where calendars turn: leap days, ends of months, quarters and years, a Sunday."""
MOMENTS = tuple(
    (name, time)
    for name, changes in CHANGES.items()
    for text in (*changes, *changes, *TURNS)
    if (time := parse_time(text, ZoneInfo(name))) is not None
)
"""Zones, each with an instant around which a world happens."""
AWAY = (
    *(0, 0, 0, 0, 0, 1, -1, -1, -SECOND, -MINUTE, -HOUR, -3 * HOUR, -5 * HOUR, -DAY),
    *(SECOND, -SECOND, MINUTE, -MINUTE, -QUARTER, QUARTER - 1, HOUR, -HOUR, -2 * HOUR, -5 * HOUR),
    *(-DAY, -DAY, DAY, -DAY + 1, -2 * DAY, -3 * DAY, -6 * DAY, -7 * DAY, -8 * DAY, -13 * DAY, -20 * DAY, -29 * DAY),
    *(-30 * DAY, -31 * DAY, -59 * DAY, -60 * DAY, -200 * DAY, -365 * DAY, -366 * DAY, -367 * DAY, -372 * DAY),
    *(20 * DAY, -730 * DAY),
)
STEPS = (0, 0, 1, SECOND, SECOND, MINUTE, HOUR, 6 * HOUR, DAY)

TOTALS: tuple[Any, ...] = (
    *(10, 10, 20, 10.5, 0.1, 0.2, 0.3, 37.0, -5, 0, 99.99, 1234.5678915, 0.0000005, 0.0000015, 2.5, 3.5, 33333.333333),
    *("12.30", "1e3", "abc", " 5", "007", "", None, True, {}, [1], 1e9, 1000000000.0000015, 1e12, -0.0, 123456789.123),
)
QUANTITIES: tuple[Any, ...] = (1, 1, 2, 3, 7, 0, "2", -1, 0.5, None, "x")
SKUS: tuple[Any, ...] = ("A", "B", "A", 17, 17.0, "17", "zz", None, True)
CATEGORIES: tuple[Any, ...] = ("shoes", "shoes", "hats", "Hats", "größe", 17, None, "", {})
COUPONS: tuple[Any, ...] = (
    "SALE",
    "sale",
    "Zed",
    "17",
    17,
    17.5,
    None,
    "",
    "a" * 9 + "1",
    "a" * 9 + "2",
    "\U0001f45f",
    "é",
)
NOTES: tuple[Any, ...] = (True, False, "true", 1, "12.5", None, "late", "4006381333931", 1e-7)
CURRENCIES: tuple[Any, ...] = ("EUR", "USD", "usd", "GBP", "XXX", None, 5)
KEYS: tuple[Any, ...] = ("k1", "k2", "k3", 17, 17.0, "17", None, "", True)
REVISIONS: tuple[Any, ...] = (1, 2, 2.5, 1.7e12, "2024-03-01", "2024-03-01T00:00Z", "v1", "v2", "", None, False)
ZONE_NAMES: tuple[Any, ...] = ("Asia/Kathmandu", "America/New_York", "Pacific/Apia", "Nowhere/Land", None, 7)


@dataclass
class Telling:
    """What was stored so far, and the clock of the one who stores it."""

    centre: int
    zone: tzinfo
    partitions: int
    attributes: Sequence[str]
    clock: int
    messages: list[Message] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)

    def place(self, key: str) -> tuple[int, int]:
        """The next place in the partition of a sent id."""
        partition = crc32(key.encode()) % self.partitions
        self.ends[partition] = self.ends.get(partition, 0) + 1
        return partition, self.ends[partition] - 1


def messages(
    seeds: Sequence[int], centre: int, zone: tzinfo, partitions: int, attributes: Sequence[str]
) -> list[Message]:
    """One message for each seed but 0, in the order in which the log took them."""
    telling = Telling(centre, zone, partitions, attributes, centre - 3 * DAY)
    for seed in filter(None, seeds):
        random = Random(seed)
        telling.clock += random.choice(STEPS)
        if telling.messages and random.random() < 0.1:
            telling.messages.append(copy_of(random, telling))
        else:
            telling.messages.append(message(random, telling))
    return telling.messages


def message(random: Random, telling: Telling) -> Message:
    """A new message of any kind."""
    trust = random.choice(("import", "import", "server", "browser"))
    kind = random.choices(
        ("order", "view", "page", "identify", "alias", "unmerge", "profile", "delete", "other"),
        (49, 6, 3, 18, 2, 13, 5, 2, 2),
    )[0]
    if trust == "browser" and kind in ("unmerge", "profile", "delete"):
        trust = "server"
    payload = MAKERS[kind](random, telling)
    if "timestamp" in payload:
        trust = "import"  # whose times stand as they are
    key = sent_key(payload)
    message_id = f"{random.choice(PREFIXES)}{len(telling.messages)}"
    received, sent = telling.clock, None
    if kind not in ("profile", "delete"):
        time = telling.centre + random.choice(AWAY)
        if "timestamp" not in payload and random.random() < 0.95:
            payload["timestamp"] = written(random, time, telling.zone)
        if trust == "import":
            received = random.choice((received, received, time, received - DAY))
        elif random.random() < 0.5:
            # A client's clock that is right, late, or early; the message may have waited for long.
            sent = random.choice((received, received - HOUR, received + HOUR, time, time + SECOND))
    partition, offset = telling.place(key)
    source = payload["source"] if kind == "profile" else random.choice(("shop", "shop", "erp", "crm"))
    return Message(partition, offset, received, trust, source, message_id, payload, sent)


def copy_of(random: Random, telling: Telling) -> Message:
    """A message that comes again: the same, or with the same id and something else in it."""
    first = random.choice(telling.messages)
    payload = deepcopy(first.payload)
    received = random.choice((first.received, first.received, telling.clock, first.received - 1))
    if random.random() < 0.5 and isinstance(payload.get("properties"), dict):
        payload["properties"]["total"] = random.choice(TOTALS)
    if random.random() < 0.1 and first.payload["type"] == "track":
        payload["userId"] = random.choice(USERS)
    partition, offset = telling.place(sent_key(payload))
    return replace(first, partition=partition, offset=offset, received=received, payload=payload)


def sent_key(payload: dict[str, Any]) -> str:
    """The sent id of a made-up message."""
    user = payload.get("userId")
    return f"a:{payload['anonymousId']}" if user is None else f"u:{user}"


def written(random: Random, time: int, zone: tzinfo) -> Any:
    """A time as somebody writes it: UTC, local without zone, with an offset, as an epoch."""
    how = random.random()
    if how < 0.55:
        return iso(time)
    moment = datetime.fromtimestamp(time // SECOND, UTC).replace(microsecond=time % SECOND)
    if how < 0.7:
        return moment.astimezone(zone).replace(tzinfo=None).isoformat()
    if how < 0.8:
        return moment.astimezone(zone).isoformat(sep=" ", timespec="microseconds")[:32]
    if how < 0.9:
        return time // 1_000 if time % SECOND else time // SECOND
    return moment.date().isoformat()


def someone(random: Random) -> dict[str, Any]:
    """Who sends: mostly a user, often somebody unknown, at times both."""
    who: dict[str, Any] = {}
    if random.random() < 0.75:
        who["userId"] = a_user(random)
    if not who or random.random() < 0.2:
        who["anonymousId"] = somebody_unknown(random)
    return who


def a_user(random: Random) -> Any:
    return random.choices(USERS, (8, 4, 2, 1, 1))[0]


def somebody_unknown(random: Random) -> str:
    return random.choices(ANONYMOUS, (8, 4, 2, 1))[0]


def some(random: Random, chance: float = 0.8, /, **pools: Sequence[Any]) -> dict[str, Any]:
    """Fields with values from their pools, each there or missing."""
    return {name: deepcopy(random.choice(pool)) for name, pool in pools.items() if random.random() < chance}


def order(random: Random, telling: Telling) -> dict[str, Any]:
    """An order, or what is told of it later."""
    names = ("Order Completed", "Order Updated", "Order Cancelled", "Order Refunded")
    event = random.choices(names, (66, 16, 10, 8))[0]
    properties = some(random, total=TOTALS, currency=CURRENCIES[: random.choice((1, 7))])
    properties |= some(random, 0.7, quantity=QUANTITIES, category=CATEGORIES, coupon=COUPONS, tax=QUANTITIES)
    properties |= some(random, 0.55, note=NOTES, store=("s1", "s2", 1, None), refund_id=KEYS)
    if random.random() < 0.6:
        own = f"k{len(telling.messages)}"
        others = [own] if random.random() < 0.4 else KEYS[: random.choice((2, 9))]
        properties["order_id"] = random.choice(known_orders(telling) or others if random.random() < 0.5 else others)
        properties |= some(random, 0.5, updated_at=REVISIONS)
    if random.random() < 0.6:
        properties["products"] = lines(random)
    return {"type": "track", "event": event, **someone(random), "properties": properties, **context(random)}


def known_orders(telling: Telling) -> list[Any]:
    """The keys of the orders that were told of already."""
    properties = (one.payload.get("properties") for one in telling.messages)
    return [part["order_id"] for part in properties if isinstance(part, dict) and part.get("order_id")]


def lines(random: Random) -> Any:
    """The lines of an order, or what somebody took for them."""
    if random.random() < 0.1:
        return random.choice(({}, None, "A", []))
    line = {"sku": SKUS, "price": TOTALS, "quantity": QUANTITIES, "category": CATEGORIES}
    return [some(random, 0.8, **line) if random.random() < 0.93 else "junk" for _ in range(random.randint(0, 3))]


def context(random: Random) -> dict[str, Any]:
    return {"context": {"vip": random.choice((True, False, "yes", None))}} if random.random() < 0.3 else {}


def view(random: Random, telling: Telling) -> dict[str, Any]:
    properties = some(random, 0.7, category=CATEGORIES, coupon=COUPONS, total=TOTALS, quantity=QUANTITIES)
    return {"type": "track", "event": "Product Viewed", **someone(random), "properties": properties, **context(random)}


def page(random: Random, telling: Telling) -> dict[str, Any]:
    return {"type": "page", "name": "Home", **someone(random), "properties": some(random, total=TOTALS, note=NOTES)}


def other(random: Random, telling: Telling) -> dict[str, Any]:
    kind = random.choice(("screen", "group"))
    return {"type": kind, **someone(random), "properties": some(random, quantity=QUANTITIES, coupon=COUPONS)}


def identify(random: Random, telling: Telling) -> dict[str, Any]:
    """Who somebody is: often both ids, and some traits."""
    who = someone(random)
    if random.random() < 0.6:
        who = {"userId": a_user(random), "anonymousId": somebody_unknown(random)}
        if random.random() < 0.75:  # mostly, a device is one person's
            who["anonymousId"] = ANONYMOUS[USERS.index(who["userId"]) % len(ANONYMOUS)]
    traits: dict[str, Any] = some(random, 0.4, country=("PT", "GB", None, ""), vip=(True, False, "true", None))
    traits |= some(random, 0.4, age=(7, "7", 7.5, "old", None, 2e9), timezone=ZONE_NAMES)
    traits |= some(random, 0.4, since=("2024-02-29", "2020-01-01T00:00Z", 1_600_000_000, "then", 5, None))
    traits |= some(random, 0.5, address=({"country": "PT"}, {"country": None}, {}, None, "Lisboa", {"city": "x"}, [1]))
    where: dict[str, Any] = random.choice(
        ({"traits": traits}, {"traits": traits}, {"context": {"traits": traits}}, {"traits": None}, {})
    )
    return {"type": "identify", **who, **where}


def alias(random: Random, telling: Telling) -> dict[str, Any]:
    previous = random.choice((*USERS, *ANONYMOUS))
    stated: dict[str, Any] = {"type": "alias", "userId": random.choice(USERS), "previousId": previous}
    return stated | ({"anonymousId": random.choice((previous, *ANONYMOUS))} if random.random() < 0.4 else {})


def unmerge(random: Random, telling: Telling) -> dict[str, Any]:
    """What takes a link back: mostly one that was made, from a while after it on."""
    made: dict[tuple[Any, Any], int] = {}
    for one in telling.messages:
        if one.payload["type"] == "identify" and {"userId", "anonymousId"} <= one.payload.keys():
            pair, time = (one.payload["userId"], one.payload["anonymousId"]), event_time(one, telling.zone) or 0
            made[pair] = max(time, made.get(pair, time))
    if made and random.random() < 0.8:
        (user, anonymous), time = random.choice(sorted(made.items(), key=lambda link: link[1])[:2])
        after = iso(time + random.choice((0, 1, SECOND, SECOND, MINUTE, HOUR)))
        return {"type": "unmerge", "userId": user, "anonymousId": anonymous, "timestamp": after}
    named = random.choice(({"anonymousId": random.choice(ANONYMOUS)}, {"previousId": random.choice(USERS)}))
    both = {"anonymousId": random.choice(ANONYMOUS)} if random.random() < 0.15 else {}
    return {"type": "unmerge", "userId": random.choice(USERS), **both, **named}


def profile(random: Random, telling: Telling) -> dict[str, Any]:
    """What another system's batch says."""
    values: dict[str, Any] = {}
    for name in telling.attributes:
        value = random.choice((5, 12.5, "7", None, "text", True, -3, 2e9, "2024-02-29T00:00Z"))
        if random.random() < 0.5:
            at = iso(telling.centre + random.choice(AWAY))
            values[name] = {"value": value, "at": at}
        elif random.random() < 0.8:
            values[name] = value
    covers = iso(telling.centre + random.choice(AWAY))
    source = random.choice(("crm", "crm", "erp"))
    return {"type": "profile", "source": source, **someone(random), "covers_until": covers, "values": values}


def delete(random: Random, telling: Telling) -> dict[str, Any]:
    """An erasure of one customer's ids, at the ends of the log as they are now."""
    user = random.choice(USERS)
    ids = [f"u:{user}", *(f"a:{name}" for name in ANONYMOUS if random.random() < 0.3)]
    positions = {str(partition): end for partition, end in telling.ends.items()}
    return {"type": "delete", "userId": user, "ids": ids, "positions": positions}


MAKERS = {
    "order": order,
    "view": view,
    "page": page,
    "identify": identify,
    "alias": alias,
    "unmerge": unmerge,
    "profile": profile,
    "delete": delete,
    "other": other,
}
