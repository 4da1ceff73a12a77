"""The bare engine as a peer: orjson, one object a customer, one `if` a rule; what a good afternoon's program would be.

It keeps days apart for its windows and takes late events where they belong, but it knows nothing of duplicates, facts,
persons, restarts or new definitions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

DAY_SECONDS = 86_400


class Customer:
    """The ten values of one customer, with what their windows need."""

    __slots__ = ("at", "categories", "days", "events", "last", "last_at", "most", "pages", "purchases", "total")

    def __init__(self) -> None:
        self.events = self.purchases = self.total = 0
        self.most: int | None = None
        self.last: int | None = None
        self.at = self.last_at = 0.0
        self.categories: set[str] = set()
        self.days: defaultdict[int, int] = defaultdict(int)
        self.pages: defaultdict[int, int] = defaultdict(int)


def folded(lines: Iterable[str | bytes]) -> dict[str, Customer]:
    """Customer to state, from tracking messages as JSON; money as whole cents."""
    customers: defaultdict[str, Customer] = defaultdict(Customer)
    loads, parse = orjson.loads, datetime.fromisoformat
    for line in lines:
        message = loads(line)
        one = customers[message["userId"]]
        at = parse(message["timestamp"]).timestamp()
        properties = message["properties"]
        one.events += 1
        one.categories.add(properties["category"])
        one.last_at = max(one.last_at, at)
        day = int(at // DAY_SECONDS)
        if message["event"] != "Order Completed":
            one.pages[day] += 1
            continue
        cents = round(properties["value"] * 100)
        one.purchases += 1
        one.total += cents
        one.days[day] += cents
        if one.most is None or cents > one.most:
            one.most = cents
        if at >= one.at:
            one.at, one.last = at, cents
    return customers


def values(customers: dict[str, Customer], today: int) -> dict[str, dict[str, Any]]:
    """The ten attributes of every customer on a day (days since 1970)."""
    return {
        name: {
            "events": one.events,
            "purchases": one.purchases,
            "value_total": one.total,
            "value_max": one.most,
            "value_last": one.last,
            "last_at": one.last_at,
            "categories": len(one.categories),
            "value_today": one.days.get(today, 0),
            "value_7_days": sum(one.days.get(day, 0) for day in range(today - 6, today + 1)),
            "pages_today": one.pages.get(today, 0),
        }
        for name, one in customers.items()
    }


def sums(values: dict[str, dict[str, Any]]) -> dict[str, int]:
    """What adds up, summed over all customers, as `streaming.control_sums` has it."""
    adding = ("events", "purchases", "value_total", "value_today", "value_7_days", "pages_today", "categories")
    return {**{name: sum(one[name] for one in values.values()) for name in adding}, "customers": len(values)}
