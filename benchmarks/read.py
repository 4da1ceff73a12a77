"""`read`: one profile after the other over HTTP, all 200 attributes, from a shop with history; p50 and p99."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.client import Connection, get, percentiles
from benchmarks.definitions import document
from benchmarks.files import write_lines
from benchmarks.harness import Bar, BenchmarkFailed, result
from benchmarks.shop import shop
from benchmarks.workload import Workload

BARS: Final = (Bar("p99_ms", "ms", most=10),)


def run(quick: bool) -> dict[str, Any]:
    """Import, serve, and read customers at random."""
    workload, reads = (Workload(5_000, 500), 100) if quick else (Workload(1_000_000, 100_000), 5_000)
    with shop(document()) as one:
        file = Path(one.folder) / "history.ndjson"
        write_lines(workload.chunks(), file)
        one.workspace("import", str(file))
        one.workspace("batch")
        one.serve()
        known = np.unique(workload.in_order_of_time().customer)
        picked = np.random.default_rng(1).choice(known, reads)
        door, seconds = Connection("127.0.0.1", one.port), []
        for number in picked.tolist():
            status, body, took = door.ask(get(f"/api/v1/profiles/c{number:07d}", one.token))
            if status != 200:
                raise BenchmarkFailed(f"a profile was answered {status}: {body[:200]!r}")
            seconds.append(took)
    return result("read", percentiles(seconds), {}, BARS, quick, reads=reads, events=workload.events)
