"""`kafka-live`: the live workload from a real broker to the current values of all customers.

What counts is the process that reads: ours from the opening of the log, with its mirror on the disk, duplicates, feed
and snapshots on. Every contestant ends with the control sums of `streaming`. Quix Streams reads a topic of 200,000
events, for it is slow; a bare loop over the client library shows how little more there is to be had.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks import peers_dict, peers_quix, streaming
from benchmarks.broker import PARTITIONS, Broker, broker, filled
from benchmarks.harness import Bar, BenchmarkFailed, Figures, alone, result
from benchmarks.live import Driven, last_day
from benchmarks.measure import Meter
from hundredfold.app.door.server import tuned
from hundredfold.log.kafka.client import EVENTS, Client
from hundredfold.log.kafka.log import KafkaLog

BARS: Final = (
    Bar("events_per_cpu_second", "events/CPU s", least=130_000),
    Bar("times_quix", "x", least=4),
)
QUIX_EVENTS: Final = 200_000
PREFIX: Final = "live."
QUIX_PREFIX: Final = "quix."


def run(quick: bool) -> dict[str, Any]:
    """Ours and the peers on one broker. A quick run leaves out Quix Streams, which must be fetched first."""
    events = 50_000 if quick else streaming.EVENTS
    columns = streaming.stream(events)
    truth = streaming.control_sums(columns)
    with broker() as one:
        filled(Client(one.servers, PREFIX), columns)
        own = _measured("ours", one, events, truth)
        bare = _measured("bare", one, events, truth)
        figures = dict(own)
        peers: dict[str, Figures] = {"confluent_kafka, orjson and dicts": bare}
        if not quick:
            peers["Quix Streams, RocksDB"] = _quix(one)
            figures["times_quix"] = (
                own["events_per_cpu_second"] / peers["Quix Streams, RocksDB"]["events_per_cpu_second"]
            )
    return result("kafka-live", figures, peers, BARS[:1] if quick else BARS, quick, events=events)


def _measured(contestant: str, one: Broker, events: int, truth: dict[str, int]) -> Figures:
    before = one.cpu()
    done = alone(f"benchmarks.kafka_live:{contestant}", servers=one.servers, events=events)
    _must_agree(contestant, done["sums"], truth)
    return {
        "events_per_cpu_second": events / done["measured"]["cpu"],
        "events_per_second": events / done["measured"]["wall"],
        "memory_bytes": done["measured"]["memory_peak"] - done["measured"]["memory_before"],
        "broker_cpu_seconds": one.cpu() - before,
    }


def _quix(one: Broker) -> Figures:
    columns = streaming.stream(QUIX_EVENTS)
    client = Client(one.servers, QUIX_PREFIX)
    filled(client, columns)
    today = int(columns["ms"].max() // streaming.DAY_MS)
    done = peers_quix.measured(one.servers, client.topic(EVENTS), QUIX_EVENTS, today)
    _must_agree("Quix Streams", done["sums"], streaming.control_sums(columns))
    return {"events_per_cpu_second": QUIX_EVENTS / done["cpu"], "events_per_second": QUIX_EVENTS / done["wall"]}


def _must_agree(contestant: str, sums: dict[str, int], truth: dict[str, int]) -> None:
    if sums != truth:
        raise BenchmarkFailed(f"{contestant} arrived at {sums}, the workload's sums are {truth}")


def ours(meter: Meter, servers: str, events: int) -> dict[str, Any]:
    """The live side whole on the log on Kafka, into a folder that has nothing yet."""
    at = last_day(streaming.stream(events))
    with TemporaryDirectory(dir=".") as place:
        folder = Path(place)
        tuned()
        with meter:
            log = KafkaLog(Client(servers, PREFIX), folder / "log", partitions=PARTITIONS)
            driven = Driven(log, folder, at)
            driven.run(events)
        log.close()
        return {"sums": driven.sums(), "snapshots": driven.snapshots}


def bare(meter: Meter, servers: str, events: int) -> dict[str, Any]:
    """The client library, orjson, and one object a customer."""
    from confluent_kafka import Consumer, TopicPartition

    columns = streaming.stream(events)
    today = int(columns["ms"].max() // streaming.DAY_MS)
    gc.freeze()  # as our server does
    with meter:
        consumer = Consumer({"bootstrap.servers": servers, "group.id": "bare", "enable.auto.commit": False})
        topic = Client(servers, PREFIX).topic(EVENTS)
        consumer.assign([TopicPartition(topic, partition, 0) for partition in range(PARTITIONS)])

        def lines() -> Iterator[bytes]:
            left = events
            while left:
                found = [message.value() or b"" for message in consumer.consume(min(10_000, left), 1.0)]
                left -= len(found)
                yield from found

        values = peers_dict.values(peers_dict.folded(lines()), today)
    consumer.close()
    return {"sums": peers_dict.sums(values)}
