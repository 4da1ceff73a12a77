"""A small shop behind a live loop: a real log, a clock that the test moves, and a few attributes."""

from __future__ import annotations

import io
from itertools import count
from zoneinfo import ZoneInfo

from hundredfold.app.door.logbook import fault, logbook
from hundredfold.definition.load import from_document
from hundredfold.ingest.message import entry
from hundredfold.live.engine import Engine
from hundredfold.live.loop import Live
from hundredfold.live.setup import Setup
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.profile.feed import Feed
from hundredfold.words.calendar import DAY, HOUR, MINUTE, parse_time

ORDER = "Order Completed"
DEFINITIONS = {
    "attributes": {
        "orders": {"event": ORDER, "aggregate": "count"},
        "spent": {"event": ORDER, "value": "properties.total", "aggregate": "sum"},
        "spent_today": {"event": ORDER, "value": "properties.total", "aggregate": "sum", "window": "today"},
        "views_in_5_minutes": {"event": "Product Viewed", "aggregate": "count", "window": "5 minutes"},
        "local_orders": {"event": ORDER, "aggregate": "count", "window": "today", "zone": "customer"},
        "coupons": {"event": ORDER, "value": "properties.coupon", "aggregate": "list", "k": 2},
        "since_order": {"event": ORDER, "aggregate": "time_since_last"},
        "country": {"trait": "country"},
    }
}
NOW = parse_time("2026-11-22T10:00:00Z")
NOTHING_ELSE = {"local_orders", "since_order"}


class Shop:
    """The loop is turned by the test, or started."""

    def __init__(self, folder, *, kept=1_000_000, zone="Europe/Lisbon", segments=None, attributes=None, **further):
        self.now, self.numbers, self.lines = NOW, count(1), io.StringIO()
        self.zone = ZoneInfo(zone)
        self.log = EmbeddedLog(folder / "log", reserve_bytes=0)
        attributes = DEFINITIONS["attributes"] | (attributes or {})
        self.setup = Setup(from_document({"attributes": attributes, "segments": segments or {}}), self.zone)
        self.feed = Feed("boot-1", kept=kept)
        self.engine = self._engine(folder / "seen")
        self._folder = folder
        book = logbook(self.lines, lambda: self.now)
        self.live = Live(self.engine, self.feed, logbook=book, fault=fault, **further)

    def _engine(self, seen):
        return Engine(self.setup, self.log, None, seen, lambda: self.now)

    def with_segments(self, segments):
        """An engine with other segments, which has caught up with the log."""
        self.setup = Setup(from_document({**DEFINITIONS, "segments": segments}), self.zone)
        engine = self._engine(self._folder / "seen-2")
        engine.catch_up()
        return engine

    def settle(self):
        """Turns until nothing is left to do."""
        while self.live.turn() or self.live.ask(lambda _: self.live.following.waiting):
            pass

    def send(self, *messages, trust="server"):
        self.log.append([self.entry(message, trust) for message in messages])

    def entry(self, message, trust="server"):
        text = {"messageId": f"m{next(self.numbers)}", **message}
        return entry(text, received=self.now, trust=trust, source="shop", zone=self.zone)

    def close(self):
        self.live.stop()
        self.feed.close()
        self.log.close()


def order(customer, total=10.0, **properties):
    return {
        "type": "track", "event": ORDER, "userId": customer, "properties": {"total": total, **properties},
    }  # fmt: skip


def view(customer):
    return {"type": "track", "event": "Product Viewed", "userId": customer, "properties": {}}


def identify(customer, anonymous=None, **traits):
    ids = {"userId": customer} | ({} if anonymous is None else {"anonymousId": anonymous})
    return {"type": "identify", **ids, "traits": traits}


def unmerge(customer, anonymous):
    return {"type": "unmerge", "userId": customer, "anonymousId": anonymous}


def live_on(shop, made, *, messages, customers, visitors):
    """One step of a shop's life: some time goes by, then fewer than so many messages come of so many people."""
    shop.now += int(made.choice([1, MINUTE, 6 * MINUTE, HOUR, DAY // 2]))
    for _ in range(made.integers(0, messages)):
        customer = f"c{made.integers(0, customers)}"
        match int(made.integers(0, 5)):
            case 0:
                shop.send(order(customer, float(made.integers(0, 120))))
            case 1:
                shop.send(view(customer))
            case 2:
                shop.send({"type": "track", "event": "Product Viewed", "anonymousId": f"v{made.integers(0, visitors)}"})
            case 3:
                shop.send(identify(customer, anonymous=f"v{made.integers(0, visitors)}"))
            case _:
                shop.send(identify(customer, country=str(made.choice(["PT", "BR"]))))


def everything(reader):
    """The records that are there."""
    found = []
    while (record := reader.take()) is not None:
        found.append(record)
    return found


def new(record):
    """What a record says that the values are now, without what runs with the clock."""
    return {name: change["new"] for name, change in record["changes"].items() if name not in NOTHING_ELSE}
