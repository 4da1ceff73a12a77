"""`freshness`: one message is posted; how long until its change is on the server-sent feed.

Meanwhile ten batches of 100 messages a second come in. A probe's customer is new each time, so that its record on the
feed can only be the answer to this probe.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any, Final

from benchmarks import beside, streaming
from benchmarks.client import EVERY, Connection, batches, percentiles, post
from benchmarks.feed import Feed
from benchmarks.harness import Bar, BenchmarkFailed, result
from benchmarks.shop import Shop, shop

BARS: Final = (
    Bar("p50_ms", "ms", most=10),
    Bar("p99_ms", "ms", most=50),
    Bar("batch_p99_ms", "ms", most=100),
    Bar("backfill_p99_ms", "ms", most=100),
)


def run(quick: bool) -> dict[str, Any]:
    """Probe by probe, with the background at work; then again beside a batch and a back-fill."""
    probes = 20 if quick else 500
    with shop(streaming.DEFINITIONS) as one:
        one.serve()
        over = threading.Event()
        behind = threading.Thread(target=_background, args=(one, probes, over))
        behind.start()
        try:
            seconds = list(_probed(one, probes))
        finally:
            over.set()
            behind.join()
    figures = percentiles(seconds) | beside.figures(quick)
    return result("freshness", figures, {}, BARS, quick, probes=probes)


def _probed(one: Shop, probes: int) -> Iterator[float]:
    feed, door = Feed(one), Connection("127.0.0.1", one.port)
    for number in range(probes):
        who = f"probe{number:06d}"
        message = {"type": "track", "userId": who, "messageId": f"probe-{number}", "event": "Page Viewed"}
        body = json.dumps({**message, "properties": {"category": "cat00"}}).encode()
        began = time.perf_counter()
        status, answer, _ = door.ask(post("/v1/track", body, one.write_key))
        if status != 200:
            raise BenchmarkFailed(f"a probe was answered {status}: {answer[:200]!r}")
        feed.wait_for(who)
        yield time.perf_counter() - began
        time.sleep(0.02)


def _background(one: Shop, probes: int, over: threading.Event) -> None:
    lines = streaming.lines(streaming.stream(100 * min(10 * probes, 10_000))).to_list()
    door = Connection("127.0.0.1", one.port)
    due = time.perf_counter()
    for request in batches(lines, 100, one.write_key):
        if over.wait(max(0.0, due - time.perf_counter())):
            return
        door.ask(request)
        due += EVERY
