"""`kafka-freshness`: an event is produced; how long until its customer's profile has come from the topic `profiles`.

A probe is one event that this process appends to the topic `events`, each for a new customer, so that his record can
only be the answer to it. A stock consumer, with its own settings, follows `profiles`. Meanwhile ten batches of 100
messages a second are posted to an ingest process; the live side is another process. Then the same again while batch
runs publish everybody's profile.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import orjson

from benchmarks import streaming
from benchmarks.broker import broker, filled
from benchmarks.client import EVERY, batches, paced, percentiles
from benchmarks.harness import Bar, BenchmarkFailed, Figures, result
from benchmarks.shop import Shop, counter
from hundredfold.app.logs import kafka_client, open_appender
from hundredfold.app.workspace import Workspace
from hundredfold.ingest.decode import decode
from hundredfold.ingest.message import entry
from hundredfold.log.kafka.appender import KafkaAppender
from hundredfold.log.kafka.client import PROFILES, Client

BARS: Final = (
    Bar("p99_ms", "ms", most=100),
    Bar("publish_p99_ms", "ms", most=100),
)
REST: Final = 0.02
"""Seconds between two probes."""
PATIENCE: Final = 60.0


def run(quick: bool) -> dict[str, Any]:
    """Probe by probe with the background at work, alone and beside batch runs that publish."""
    events, probes = (2_000, 20) if quick else (500_000, 500)
    with broker() as one, _shops(f"kafka://{one.servers}/fresh.") as (live, ingest):
        workspace = Workspace.open(live.folder)
        client = kafka_client(workspace)
        columns = streaming.stream(events)
        filled(client, columns)
        ingest.serve(only="ingest")
        live.serve(600, only="live")
        _everybody_is_published(live, client, len(np.unique(columns["customer"])))
        published: list[int] = []

        def publish() -> None:
            published.append(live.workspace("batch")["kafka"]["profiles"])

        with open_appender(workspace) as appender, _Follower(client) as follower, _background(ingest):
            prober = _Prober(workspace, appender, follower)
            quiet = prober.probed("quiet", probes)
            beside = prober.probed("publish", probes, publish)
    figures: Figures = {**quiet, **{f"publish_{name}": figure for name, figure in beside.items()}}
    figures |= {"publish_runs": len(published), "publish_profiles": sum(published)}
    return result("kafka-freshness", figures, {}, BARS, quick, probes=probes, events=events)


@contextmanager
def _shops(log: str) -> Iterator[tuple[Shop, Shop]]:
    """A workspace on Kafka, as its live process and as its ingest process."""
    with TemporaryDirectory(prefix="hundredfold-bench-", dir=os.environ.get("HF_BENCH_FOLDER")) as place:
        folder = Path(place) / "shop"
        made = Shop.made(folder, streaming.DEFINITIONS, log)
        with made.running() as live, Shop(folder).running() as ingest:
            yield live, ingest


def _everybody_is_published(live: Shop, client: Client, customers: int) -> None:
    """Returns when the start is over, at which everybody's profile is published again."""
    until = time.perf_counter() + 10 * PATIENCE
    name = f'hf_published_total{{topic="{client.topic(PROFILES)}"}}'
    while counter(live.get("/metrics")[1], name) < customers:
        if time.perf_counter() > until:
            raise BenchmarkFailed(f"not all of {customers:,} profiles were published within {10 * PATIENCE:.0f} s")
        time.sleep(0.1)


def _background(ingest: Shop) -> AbstractContextManager[None]:
    """Batches of messages, at a steady pace, as long as the block runs."""
    lines = streaming.lines(streaming.stream(20_000)).to_list()

    def requests() -> Iterator[bytes]:
        for turn in itertools.count():  # message ids of their own each time, or they would be known already
            yield from batches([line.replace('"m', f'"turn{turn}-m', 1) for line in lines], 100, ingest.write_key)

    return paced(ingest.port, requests(), EVERY)


class _Follower:
    """A stock consumer of `profiles` from its end on, that notes when the record of each probe has come."""

    def __init__(self, client: Client) -> None:
        from confluent_kafka import Consumer, TopicPartition

        topic = client.topic(PROFILES)
        self._consumer = Consumer({"bootstrap.servers": client.servers, "group.id": "stock"})
        found = self._consumer.list_topics(topic, PATIENCE).topics[topic].partitions
        ends = [self._consumer.get_watermark_offsets(TopicPartition(topic, number), PATIENCE)[1] for number in found]
        self._consumer.assign([TopicPartition(topic, *place) for place in zip(found, ends, strict=True)])
        self._came: dict[str, float] = {}
        self._news, self._over = threading.Condition(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._over.is_set():
            message = self._consumer.poll(0.1)
            at = time.perf_counter()
            if message is None or message.error() is not None:
                continue
            key = (message.key() or b"").decode()
            if key.startswith("probe") and message.value() is not None:
                with self._news:
                    self._came.setdefault(key, at)
                    self._news.notify()

    def came(self, key: str) -> float:
        """When the first record of a key came. Raises BenchmarkFailed when none does."""
        with self._news:
            if not self._news.wait_for(lambda: key in self._came, PATIENCE):
                raise BenchmarkFailed(f"no record of {key} came to {PROFILES} within {PATIENCE:.0f} s")
            return self._came.pop(key)

    def __enter__(self) -> _Follower:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._consumer.close()


class _Prober:
    """Appends probes, one after the other."""

    def __init__(self, workspace: Workspace, appender: KafkaAppender, follower: _Follower) -> None:
        self._workspace, self._appender, self._follower = workspace, appender, follower

    def probed(self, name: str, probes: int, work: Callable[[], None] | None = None) -> Figures:
        """So many probes; `work` is done again and again meanwhile, once at least, and to its end."""
        seconds: list[float] = []
        began = time.perf_counter()
        with ThreadPoolExecutor(1) as beside:
            working = beside.submit(work) if work else None
            while len(seconds) < probes or (working and not working.done()):
                if work and working and working.done():
                    working.result()
                    working = beside.submit(work)
                seconds.append(self._probe(f"probe-{name}-{len(seconds):06d}"))
                time.sleep(REST)
            if working:
                working.result()
        return {**percentiles(seconds), "probes": len(seconds), "seconds": time.perf_counter() - began}

    def _probe(self, who: str) -> float:
        message = {"type": "track", "userId": who, "messageId": who, "event": "Page Viewed"}
        body = orjson.dumps({**message, "properties": {"category": "cat00"}})
        now = self._workspace.now()
        produced = entry(decode(body), received=now, trust="server", source="server", payload=body)
        began = time.perf_counter()
        self._appender.submit([produced])
        return self._follower.came(who) - began
