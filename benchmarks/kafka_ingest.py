"""`kafka-ingest`: HTTP batches of 100 messages to an ingest process until a real broker has acknowledged each."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks import streaming
from benchmarks.broker import broker
from benchmarks.harness import Bar, result
from benchmarks.ingest import BATCH, CONNECTIONS, figures_of
from benchmarks.measure import Meter
from benchmarks.shop import Shop

BARS: Final[tuple[Bar, ...]] = ()


def run(quick: bool) -> dict[str, Any]:
    """Send the head of the live workload to one process; broker and client share the machine with it."""
    events = 5_000 if quick else 300_000
    with (
        broker() as one,
        TemporaryDirectory(prefix="hundredfold-bench-", dir=os.environ.get("HF_BENCH_FOLDER")) as place,
    ):
        file = Path(place) / "load.ndjson"
        streaming.write(streaming.stream(events), file)
        shop = Shop.made(Path(place) / "shop", streaming.DEFINITIONS, f"kafka://{one.servers}/taken.")
        with shop.running() as ingest:
            ingest.serve(only="ingest")
            before = one.cpu()
            with Meter(ingest.pid) as meter:
                sent = ingest.send(file, CONNECTIONS, BATCH)
            broker_cpu = one.cpu() - before
    figures = {**figures_of(events, sent, meter.measured), "broker_cpu_seconds": broker_cpu}
    load = {"before": meter.measured.load[0], "after": meter.measured.load[1]}
    more = {"events": events, "batch": BATCH, "connections": CONNECTIONS}
    return result("kafka-ingest", figures, {}, BARS, quick, **more, statuses=sent["statuses"], load=load)
