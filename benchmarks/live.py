"""`live`: 2 M messages of the live workload, from the JSON that lies in the log to the current values of all customers.

Every contestant ends with the control sums of `streaming`; one that does not is no contestant. `QUOTED` are figures of
engines too large to run beside us: measured once, on the same stream in its compact form, the best of their runs. Where
it says Kafka they consumed from a broker, which ours does not do here; so they get no ratio.
"""

from __future__ import annotations

from datetime import UTC
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pyarrow as pa

from benchmarks import peers_dict, streaming
from benchmarks.harness import Alarm, Bar, BenchmarkFailed, alone, result
from benchmarks.measure import Meter
from benchmarks.rules import DAY
from hundredfold.definition.load import from_document
from hundredfold.live import snapshot
from hundredfold.live.engine import Engine
from hundredfold.live.loop import WAIT_SECONDS, Live
from hundredfold.live.setup import Setup
from hundredfold.log.base import Log
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.profile.feed import Feed

BARS: Final = (Bar("events_per_cpu_second", "events/CPU s", least=250_000),)
QUOTED: Final = [
    {"engine": "Spark 4.3.0, groupBy", "from": "Kafka", "events": 2_000_000, "events_per_cpu_second": 56_000},
    {
        "engine": "Spark 4.3.0, transformWithState",
        "from": "Kafka",
        "events": 2_000_000,
        "events_per_cpu_second": 18_000,
    },
    {"engine": "Flink SQL 2.3.0", "from": "Kafka", "events": 2_000_000, "events_per_cpu_second": 57_000},
    {"engine": "Quix Streams 3.28.1, RocksDB", "from": "Kafka", "events": 200_000, "events_per_cpu_second": 32_000},
    {"engine": "Bytewax 0.21.1", "from": "memory", "events": 500_000, "events_per_cpu_second": 94_000},
    {"engine": "Pathway 0.33.0", "from": "JSON file", "events": 2_000_000, "events_per_cpu_second": 114_000},
]
SOURCE: Final = "own measurements"
CHUNK: Final = 100_000
"""Messages a block, as the live side takes them in a flood."""


def run(quick: bool) -> dict[str, Any]:
    """Ours and the bare engine on the same bytes; the other engines are quoted."""
    events = 100_000 if quick else streaming.EVENTS
    truth = streaming.control_sums(streaming.stream(events))
    found = {}
    for contestant in ("ours", "bare"):
        done = alone(f"benchmarks.live:{contestant}", events=events)
        if done["sums"] != truth:
            raise BenchmarkFailed(f"{contestant} arrived at {done['sums']}, the workload's sums are {truth}")
        found[contestant] = {
            "events_per_cpu_second": events / done["measured"]["cpu"],
            "events_per_second": events / done["measured"]["wall"],
            "memory_bytes": done["measured"]["memory_peak"] - done["measured"]["memory_before"],
        }
    peers = {"orjson and dicts": found["bare"]}
    quoted = [{**quote, "source": SOURCE} for quote in QUOTED]
    return result("live", found["ours"], peers, BARS, quick, events=events, quoted=quoted)


def bare(meter: Meter, events: int) -> dict[str, Any]:
    """The bare engine, from lines in memory to values."""
    columns = streaming.stream(events)
    lines = streaming.lines(columns).to_list()
    today = int(columns["ms"].max() // streaming.DAY_MS)
    with meter:
        values = peers_dict.values(peers_dict.folded(lines), today)
    return {"sums": peers_dict.sums(values)}


def ours(meter: Meter, events: int) -> dict[str, Any]:
    """The live side whole, from the log's JSON to current values: duplicates, feed and snapshots on, a durable log."""
    columns = streaming.stream(events)
    with TemporaryDirectory(dir=".") as place:
        folder = Path(place)
        log = EmbeddedLog(folder / "log")
        for start in range(0, events, CHUNK):
            log.append_table(stored(columns, start))
        driven = Driven(log, folder, last_day(columns))
        with meter:
            driven.run(events)
        log.close()
        return {"sums": driven.sums(), "snapshots": driven.snapshots}


def last_day(columns: streaming.Stream) -> int:
    """The last microsecond of the stream's last day."""
    return int(columns["ms"].max() // streaming.DAY_MS * DAY) + DAY - 1


class Driven:
    """The live side on a log, as a server has it; `at` is its clock."""

    def __init__(self, log: Log, folder: Path, at: int) -> None:
        self.engine = Engine(Setup(from_document(streaming.DEFINITIONS), UTC), log, None, folder / "seen", lambda: at)
        self.snapshots = 0
        self._folder = folder
        self._live = Live(self.engine, Feed("benchmark"), logbook=Alarm(), fault=lambda error: {}, keep=self._keep)

    def _keep(self, state: Engine) -> None:
        snapshot.write(state, self._folder / f"snapshot-{self.snapshots}", canonical=False)
        self.snapshots += 1

    def run(self, events: int) -> None:
        """Applies so many messages, and tells the feed of everything."""
        while events > 0:
            events -= self._live.turn(WAIT_SECONDS)
        self._live.ask(lambda _: None, fresh=True, told=True)

    def sums(self) -> dict[str, int]:
        """The current values as `streaming.control_sums` has them."""
        sids = np.unique(self.engine.state.people.labels(np.arange(len(self.engine.sids))))
        sums = {}
        for name in ("events", "purchases", "value_total", "value_today", "value_7_days", "pages_today", "categories"):
            total = int(self._live.following.current.column(name, sids).data.sum())
            sums[name] = total // 10_000 if name.startswith("value") else total // 1_000_000
        return {**sums, "customers": len(self.engine.sids)}


def stored(columns: streaming.Stream, start: int) -> pa.Table:
    """A chunk of the stream as the log keeps it: the stamps that `attribute.block` reads, and the JSON."""
    part = {name: column[start : start + CHUNK] for name, column in columns.items()}
    n = len(part["ms"])
    number = np.arange(start, start + n)
    times = pa.array(part["ms"] * 1000)
    payload = streaming.lines(part, first=start).to_arrow()
    zeros = np.zeros(n, np.int64)
    ids = streaming.message_ids(number).to_arrow()
    return pa.table(
        {
            "kind": zeros.astype(np.uint8),
            "key": streaming.sent_ids(part).to_arrow(),
            "message_id": ids,
            "hash": pa.array([blake2b(i.encode(), digest_size=16).digest() for i in ids.to_pylist()], pa.binary(16)),
            "content": pa.array(
                [blake2b(p.encode(), digest_size=16).digest() for p in payload.to_pylist()], pa.binary(16)
            ),
            "time": times,
            "received": times,
            "sent": pa.nulls(n, pa.int64()),
            "trust": pa.array(np.ones(n, np.uint8)),
            "source": pa.array(["shop"] * n),
            "flagged": pa.array(np.zeros(n, np.bool_)),
            "payload": payload.cast(pa.large_binary()),
        }
    )
