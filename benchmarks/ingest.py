"""`ingest`: HTTP batches of 100 messages until each is durable; the server's CPU and the client's are told apart.

The server is the door on an embedded log, in one process. Afterwards single messages are posted while ten batches a
second come in. `whole` is the same load on `hf serve`, whose live side folds what comes in beside it.

    python -m benchmarks.ingest FOLDER   serves a door in a folder and prints its port and key; a line each on stdin
                                         prints its syncs so far; the end of stdin ends it
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks import streaming
from benchmarks.client import EVERY, Connection, batches, pace, percentiles, post, send_file
from benchmarks.harness import ROOT, Bar, BenchmarkFailed, Figures, result
from benchmarks.measure import Measured, Meter
from benchmarks.shop import shop
from hundredfold.app.door.assembly import Outside, open_door
from hundredfold.app.door.server import listen, server, tuned
from hundredfold.log.embedded import EmbeddedLog

BARS: Final = (Bar("events_per_second", "events/s", least=30_000),)
BATCH: Final = 100
CONNECTIONS: Final = 8
HOST: Final = "127.0.0.1"


def run(quick: bool) -> dict[str, Any]:
    """Send the head of the live workload to a fresh door, then to a fresh shop."""
    events, singles = (5_000, 20) if quick else (300_000, 500)
    with TemporaryDirectory(prefix="hundredfold-bench-", dir=os.environ.get("HF_BENCH_FOLDER")) as folder:
        file = Path(folder) / "load.ndjson"
        streaming.write(streaming.stream(events), file)
        with Door.open(Path(folder) / "door") as door:
            syncs = door.syncs()
            with Meter(door.pid) as meter:
                sent = send_file(HOST, door.port, door.key, file, CONNECTIONS, BATCH)
            syncs = door.syncs() - syncs
            single = percentiles(list(_singles(door, singles)))
        with shop(streaming.DEFINITIONS) as one:
            one.serve()
            with Meter(one.pid) as live:
                whole = one.send(file, CONNECTIONS, BATCH)
    figures = {**figures_of(events, sent, meter.measured), "syncs": float(syncs)}
    figures |= {f"single_{name}": value for name, value in single.items()}
    figures |= {f"whole_{name}": value for name, value in figures_of(events, whole, live.measured).items()}
    more = {"events": events, "batch": BATCH, "connections": CONNECTIONS, "singles": singles}
    load = {"before": meter.measured.load[0], "after": meter.measured.load[1]}
    return result("ingest", figures, {}, BARS, quick, **more, statuses=sent["statuses"], load=load)


def figures_of(events: int, sent: dict[str, Any], server: Measured) -> Figures:
    """What the client and the meter of a server say of a load."""
    return {
        "events_per_second": events / sent["wall"],
        "events_per_cpu_second": events / server.cpu,
        "client_cpu_seconds": sent["client_cpu"],
        "server_cpu_seconds": server.cpu,
        "batch_p50_ms": sent["p50_ms"],
        "batch_p99_ms": sent["p99_ms"],
        "memory_bytes": server.memory_peak - server.memory_before,
    }


class Door:
    """A door in a process of its own."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.ingest", str(folder)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        told = self._told()
        self.port, self.key, self.pid = told["port"], told["key"], self._process.pid

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Door]:
        """A door on a fresh folder, as long as the block runs."""
        door = cls(folder)
        try:
            yield door
        finally:
            door._process.communicate()

    def syncs(self) -> int:
        """How many groups of messages were made durable so far."""
        assert self._process.stdin is not None
        print(file=self._process.stdin, flush=True)
        return int(self._told()["syncs"])

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise BenchmarkFailed(f"the door ended with {self._process.wait()}")
        told: dict[str, Any] = json.loads(line)
        return told


def _singles(door: Door, count: int) -> Iterator[float]:
    """Seconds from a post to its answer, message by message, beside the background."""
    lines = streaming.lines(streaming.stream(100_000)).to_list()
    over = threading.Event()
    background = itertools.cycle(list(batches(lines, BATCH, door.key)))
    behind = threading.Thread(target=pace, args=(HOST, door.port, background, EVERY, over))
    behind.start()
    connection = Connection(HOST, door.port)
    try:
        for number in range(count):
            message = {"type": "track", "userId": "probe", "messageId": f"probe-{number}", "event": "Page Viewed"}
            status, answer, seconds = connection.ask(post("/v1/track", json.dumps(message).encode(), door.key))
            if status != 200:
                raise BenchmarkFailed(f"a single message was answered {status}: {answer[:200]!r}")
            yield seconds
            time.sleep(0.02)
    finally:
        over.set()
        behind.join()


def _serve(folder: Path) -> None:
    """The server's process: the door and its log until stdin ends."""
    log = EmbeddedLog(folder / "log")
    outside = Outside(lambda: time.time_ns() // 1000, os.urandom, lambda: os.urandom(8).hex(), sys.stderr)
    door = open_door(folder / "stores", log, outside)
    listening = listen(HOST, 0)
    tuned()
    serving = server(door.site)
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listening]})
    thread.start()
    print(json.dumps({"port": listening.getsockname()[1], "key": door.tokens.create("server", "load")[0]}), flush=True)
    for _ in sys.stdin:
        print(json.dumps({"syncs": log.fsyncs}), flush=True)
    serving.should_exit = True
    thread.join()
    door.close()
    log.close()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
