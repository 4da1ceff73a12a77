"""`segment-expiry`: who comes into segments and leaves them, by messages and by the clock alone, on the feed.

The live loop with its feed, as in a server, without the door before it; 500 segments over 53 attributes. First messages
come one by one (`entered`), from the log to the record on the feed. Then a window of 30 minutes ends at one instant for
many (`expiry`), with no message. At last a day turns (`day_turn`): how many of those whose windows move are read and
asked again each CPU second, and how many memberships change, until the feed has told of the day.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

import numpy as np
from prometheus_client import CollectorRegistry

from benchmarks import streaming
from benchmarks.harness import Alarm, Bar, BenchmarkFailed, alone, result
from benchmarks.live import CHUNK, stored
from benchmarks.measure import Meter
from hundredfold.definition.load import from_document
from hundredfold.live.engine import Engine
from hundredfold.live.loop import Live
from hundredfold.live.setup import Setup
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.profile.feed import Feed, FeedReader
from hundredfold.segment.members import members_of
from hundredfold.words.calendar import DAY, HOUR, MINUTE

BARS: Final = (
    Bar("entered_p99_ms", "ms", most=60),
    Bar("expiry_seconds", "s", most=1),
    Bar("day_turn_memberships_per_cpu_second", "memberships/CPU s", least=50_000),
)
Seen: TypeAlias = dict[str, float]
SEGMENTS: Final = 500
_CATEGORIES: Final = [f"cat{number:02}" for number in range(20)]
_PAGE: Final = {"event": "Page Viewed"}
_ORDER: Final = {"event": "Order Completed", "value": "properties.value"}


def definitions() -> dict[str, Any]:
    """53 attributes, three of them with windows of hours or minutes, 23 with windows of days; 500 segments."""
    attributes: dict[str, Any] = dict(streaming.DEFINITIONS["attributes"])
    attributes["pages_30_minutes"] = {**_PAGE, "aggregate": "count", "window": "30 minutes"}
    attributes["pages_2_hours"] = {**_PAGE, "aggregate": "count", "window": "2 hours"}
    attributes["value_2_hours"] = {**_ORDER, "aggregate": "sum", "window": "2 hours"}
    for name in _CATEGORIES:
        where = f"properties.category = '{name}'"
        attributes[f"pages_{name}"] = {**_PAGE, "where": where, "aggregate": "count"}
        attributes[f"value_{name}"] = {**_ORDER, "where": where, "aggregate": "sum", "window": "30 days"}
    random = Random(5)
    numbers = [name for name in attributes if name != "last_at"]
    conditions = {
        "looking": "pages_30_minutes > 0",
        "buyers": "purchases > 0",
        **{f"segment_{place:03}": _condition(random, numbers) for place in range(SEGMENTS - 2)},
    }
    return {"attributes": attributes, "segments": {name: {"where": one} for name, one in conditions.items()}}


def _condition(random: Random, numbers: list[str]) -> str:
    def part() -> str:
        if random.random() < 0.2:
            return f"days_since(last_at) {random.choice(('<=', '>'))} {random.choice((1, 3, 7, 14))}"
        return f"{random.choice(numbers)} {random.choice(('>', '<='))} {random.choice((0, 1, 2, 10, 50))}"

    joined = f" {random.choice(('and', 'or'))} ".join(part() for _ in range(random.randrange(2, 4)))
    return f"not ({joined})" if random.random() < 0.1 else joined


def run(quick: bool) -> dict[str, Any]:
    """Everything on one shop."""
    customers, due, probes = (5_000, 500, 20) if quick else (1_000_000, 20_000, 500)
    found = alone("benchmarks.segment_expiry:followed", customers=customers, due=due, probes=probes)
    return result("segment-expiry", found["figures"], {}, BARS, quick, customers=customers, due=due, probes=probes)


def events(customers: int, due: int, probes: int, ends: int) -> streaming.Stream:
    """An event of each customer in 30 days; a page of the first `due` ones at last; then orders of others."""
    made = np.random.default_rng(3)
    ms = np.sort(made.integers(ends - 30 * DAY, ends - DAY, customers)) // 1000
    n = customers + due + probes
    last = np.full(due, (ends - MINUTE) // 1000)
    probed = customers - 1 - np.arange(probes)
    return {
        "customer": np.concatenate([made.permutation(customers), np.arange(due), probed]),
        "ms": np.concatenate([ms, last, np.full(probes, ends // 1000)]),
        "bought": np.concatenate([made.random(customers) < 0.2, np.zeros(due, np.bool_), np.ones(probes, np.bool_)]),
        "cents": made.integers(100, 20_000, n),
        "category": made.integers(0, 20, n),
    }


def followed(meter: Meter, customers: int, due: int, probes: int) -> dict[str, Any]:
    """How long messages, the end of a window and the turn of a day take."""
    noon = (streaming.STARTS_MS + 40 * streaming.DAY_MS) * 1000 + 12 * HOUR
    columns = events(customers, due, probes, noon)
    now = [noon]
    with TemporaryDirectory(dir=".") as place:
        log = EmbeddedLog(Path(place) / "log")
        for start in range(0, customers + due, CHUNK):
            log.append_table(stored(columns, start).slice(0, customers + due - start))
        engine = Engine(Setup(from_document(definitions()), UTC), log, None, Path(place) / "seen", lambda: now[0])
        feed = Feed("benchmark", kept=50_000_000)
        registry = CollectorRegistry()
        live = Live(engine, feed, logbook=Alarm(), fault=lambda error: {}, keeping=members_of, registry=registry)
        live.ask(lambda _: None, fresh=True, told=True)
        reader = feed.subscribe()

        def read() -> float:
            return registry.get_sample_value("hf_live_flush_customers_sum") or 0.0

        with meter:
            numbers = range(customers + due, customers + due + probes)
            entered = [_entered(live, reader, log, columns, number) for number in numbers]
            now[0] += 30 * MINUTE
            expiry = _until(live, reader, read, lambda seen: seen["looking"] >= due)
            now[0] += 12 * HOUR
            day = _until(live, reader, read, lambda seen: seen["day"] > 0)
        log.close()
    p50, p99 = (float(np.quantile(entered, share)) * 1000 for share in (0.5, 0.99))
    return {
        "figures": {
            "entered_p50_ms": p50,
            "entered_p99_ms": p99,
            "expiry_seconds": expiry["seconds"],
            "expiry_cpu_seconds": expiry["cpu"],
            "day_turn_seconds": day["seconds"],
            "day_turn_cpu_seconds": day["cpu"],
            "day_turn_customers": day["read"],
            "day_turn_customers_per_cpu_second": day["read"] / day["cpu"],
            "day_turn_memberships": day["moves"],
            "day_turn_memberships_per_cpu_second": day["moves"] / day["cpu"],
        }
    }


def _entered(live: Live, reader: FeedReader, log: EmbeddedLog, columns: streaming.Stream, number: int) -> float:
    """The seconds from the log to the feed's record of an order."""
    log.append_table(stored(columns, number).slice(0, 1))
    began = time.perf_counter()
    live.turn(1.0)
    while (record := reader.take()) is not None:
        if record.get("entered"):
            return time.perf_counter() - began
    raise BenchmarkFailed("an order has brought its customer into no segment")


def _until(live: Live, reader: FeedReader, read: Callable[[], float], over: Callable[[Seen], bool]) -> Seen:
    """Turns the loop until enough is told: what its turns took, and how many customers were read and moved."""
    seen = dict.fromkeys(("looking", "day", "moves", "seconds", "cpu"), 0.0)
    before = read()
    while not over(seen):
        wall, cpu = time.perf_counter(), time.process_time()
        live.turn(0.0)
        seen["seconds"] += time.perf_counter() - wall
        seen["cpu"] += time.process_time() - cpu
        for record in iter(reader.take, None):
            seen["day"] += "day" in record
            seen["looking"] += "looking" in record.get("left", ())
            seen["moves"] += len(record.get("entered", ())) + len(record.get("left", ()))
    return {**seen, "read": read() - before}
