"""How fresh profiles are while the server's machine is at work: during a batch over 5 M events, and during a back-fill.

As in `freshness`, single messages are posted, each for a new customer, until their change is on the feed, and ten
batches of 100 messages a second come in meanwhile. 10 attributes are served.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, Final

from benchmarks.backfill import NEW, buyer, filled
from benchmarks.client import EVERY, Connection, batches, paced, percentiles, post
from benchmarks.feed import Feed
from benchmarks.files import lines
from benchmarks.harness import BenchmarkFailed, Figures
from benchmarks.past import copied, later
from benchmarks.shop import READY, Shop, define
from benchmarks.workload import Workload

REST: Final = 0.02
"""Seconds between two probes."""
QUIET: Final = 15
"""Seconds of probes while nothing else is at work."""
LEAST: Final = 20
"""Probes that are made even when the work ends sooner."""


def figures(quick: bool) -> Figures:
    """Percentiles of the probes, how many there were, how long it took: with history, in a batch, in a back-fill."""
    events, customers = (20_000, 1_000) if quick else (5_000_000, 100_000)
    patience = 240 if quick else 3600
    with copied(events, customers, attributes=10) as one:
        one.workspace("batch")
        one.serve(patience)
        known, _ = buyer(one, [f"c{number:07d}" for number in Workload(events, customers).active[:100].tolist()])

        def back_fill() -> None:
            define(one.folder, "new", NEW)
            one.workspace("apply")
            filled(one, known, patience)  # what it must be, the background changes

        works: dict[str, Callable[[], Any]] = {
            "history": lambda: time.sleep(QUIET if not quick else 0),
            "batch": lambda: one.workspace("batch", "--full"),
            "backfill": back_fill,
        }
        with background(one, customers):
            parts = {name: _probed(one, name, work) for name, work in works.items()}
    return {f"{part}_{name}": figure for part, found in parts.items() for name, figure in found.items()}


def _probed(one: Shop, name: str, work: Callable[[], Any]) -> Figures:
    """Probe after probe as long as some work goes on."""
    feed, door = Reader(one), Connection("127.0.0.1", one.port)
    seconds: list[float] = []
    with ThreadPoolExecutor(1) as beside:
        began, done = time.perf_counter(), beside.submit(work)
        while not done.done() or len(seconds) < LEAST:
            who = f"{name}{len(seconds):06d}"
            message = {"type": "track", "userId": who, "messageId": f"probe-{who}", "event": "Product Viewed"}
            body = json.dumps({**message, "properties": {"channel": "web", "amount": 12.5}}).encode()
            asked = time.perf_counter()
            status, answer, _ = door.ask(post("/v1/track", body, one.write_key))
            if status != READY:
                raise BenchmarkFailed(f"a probe was answered {status}: {answer[:200]!r}")
            feed.wait_for(who)
            seconds.append(time.perf_counter() - asked)
            time.sleep(REST)
        done.result()
    feed.close()
    door.close()
    return {**percentiles(seconds), "probes": len(seconds), "seconds": time.perf_counter() - began}


class Reader(Feed):
    """A reader of the feed who, when it begins anew, looks into the profile whether he has missed what he waits for."""

    def __init__(self, one: Shop) -> None:
        super().__init__(one)
        self._shop = one

    def wait_for(self, customer: str) -> None:
        """Return when a record that names the customer has arrived, or the feed began anew behind it."""
        name, reset = f'"{customer}"'.encode(), b"event: reset"
        while name not in self._got:
            if reset in self._got and self._shop.value(customer, "events_count"):
                break
            del self._got[: -len(name)]
            self._more()
        self._got.clear()

    def close(self) -> None:
        """Let go of the feed."""
        self._socket.close()


def background(one: Shop, customers: int) -> AbstractContextManager[None]:
    """Batches of messages, at a steady pace, as long as the block runs."""

    def requests() -> Iterator[bytes]:
        for first in itertools.count(step=100_000):
            yield from batches(lines(later(100_000, customers, first)), 100, one.write_key)

    return paced(one.port, requests(), EVERY)
