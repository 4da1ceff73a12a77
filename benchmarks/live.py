"""`live`: 2 M messages of the live workload, from the JSON that lies in the log to the current values of all customers.

Every contestant ends with the control sums of `streaming`; one that does not is no contestant. `QUOTED` are figures of
engines too large to run beside us: measured once, on the same stream in its compact form, the best of their runs. Where
it says Kafka they consumed from a broker, which ours does not do here; so they get no ratio.
"""

from __future__ import annotations

import itertools
from datetime import UTC
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pyarrow as pa

from benchmarks import peers_dict, streaming
from benchmarks.harness import Bar, BenchmarkFailed, alone, result
from benchmarks.measure import Meter
from benchmarks.rules import DAY
from hundredfold.definition.load import from_document
from hundredfold.live import snapshot
from hundredfold.live.engine import Engine
from hundredfold.live.loop import Live
from hundredfold.live.setup import Setup
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
    adding = ("events", "purchases", "value_total", "value_today", "value_7_days", "pages_today", "categories")
    sums = {name: sum(one[name] for one in values.values()) for name in adding}
    return {"sums": {**sums, "customers": len(values)}}


def ours(meter: Meter, events: int) -> dict[str, Any]:
    """The live side whole, from the log's JSON to current values: duplicates, feed and snapshots on, a durable log."""
    columns = streaming.stream(events)
    at = int(columns["ms"].max() // streaming.DAY_MS * DAY) + DAY - 1
    with TemporaryDirectory(dir=".") as place:
        folder = Path(place)
        log = EmbeddedLog(folder / "log")
        for start in range(0, events, CHUNK):
            log.append_table(stored(columns, start))
        engine = Engine(Setup(from_document(streaming.DEFINITIONS), UTC), log, None, folder / "seen", lambda: at)
        kept = itertools.count()
        live = Live(
            engine,
            Feed("benchmark"),
            logbook=_Silence(),
            fault=lambda error: {},
            keep=lambda state: void(snapshot.write(state, folder / f"snapshot-{next(kept)}", canonical=False)),
        )
        with meter:
            while live.turn():
                pass
            live.ask(lambda _: None, fresh=True, told=True)
        sids = np.unique(engine.state.people.labels(np.arange(len(engine.sids))))
        sums = {}
        for name in ("events", "purchases", "value_total", "value_today", "value_7_days", "pages_today", "categories"):
            total = int(live.following.current.column(name, sids).data.sum())
            sums[name] = total // 10_000 if name.startswith("value") else total // 1_000_000
        log.close()
    return {"sums": {**sums, "customers": len(engine.sids)}, "snapshots": next(kept)}


class _Silence:
    def error(self, event: str, **fields: object) -> None:
        raise BenchmarkFailed(f"{event}: {fields}")


def void(_: object) -> None:
    """Nothing, whatever it is given."""


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


def _hashes(texts: pa.Array) -> pa.Array:
    return pa.array([blake2b(text.encode(), digest_size=16).digest() for text in texts.to_pylist()], pa.binary(16))
