"""A real Kafka broker of a benchmark's own, and the live workload in its topic `events`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import run as command
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import streaming
from benchmarks.harness import ROOT, BenchmarkFailed
from benchmarks.live import CHUNK, stored
from benchmarks.measure import cpu_seconds
from hundredfold.log.kafka.client import EVENTS, Client
from hundredfold.log.kafka.record import records_of
from hundredfold.log.kafka.sender import Sender
from hundredfold.log.kafka.topics import Topics
from hundredfold.log.partition import partitions_of

SCRIPT: Final = ROOT / "deploy" / "dev" / "kafka"
PARTITIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker that runs: host:port, and its process."""

    servers: str
    pid: int

    def cpu(self) -> float:
        """CPU seconds that it has taken until now."""
        return cpu_seconds(self.pid)


@contextmanager
def broker() -> Iterator[Broker]:
    """A broker with its data in a temporary folder. Raises BenchmarkFailed where there can be none."""
    with TemporaryDirectory(prefix="hundredfold-kafka-") as folder:
        done = command([SCRIPT, "start", folder], capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchmarkFailed(f"no broker: {done.stderr.strip()}")
        try:
            yield Broker(done.stdout.strip(), int((Path(folder) / "pid").read_text()))
        finally:
            command([SCRIPT, "stop", folder], check=True, capture_output=True)


def filled(client: Client, columns: streaming.Stream) -> None:
    """Puts a stream into the topic `events`, as an ingest process would, and makes that topic where there is none."""
    topics = Topics(client)
    if topics.found(EVENTS) is None:
        topics.make(EVENTS, PARTITIONS, 1)
    with closing(Sender(client, client.topic(EVENTS), PARTITIONS)) as sender:
        for start in range(0, len(columns["ms"]), CHUNK):
            table = stored(columns, start)
            sender.send(records_of(table), partitions_of(table["key"], PARTITIONS).tolist())
