"""`restart`: the server is killed with SIGKILL after a flood; seconds until it is ready again, nothing lost."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import streaming
from benchmarks.harness import Bar, BenchmarkFailed, result
from benchmarks.shop import shop

BARS: Final[tuple[Bar, ...]] = ()


def run(quick: bool) -> dict[str, Any]:
    """Send, kill, start, and compare the busiest customer's count with what was sent."""
    events = 5_000 if quick else 1_000_000
    columns = streaming.stream(events)
    count = np.bincount(columns["customer"])
    busiest, expected = f"c{count.argmax():06d}", int(count.max())
    with shop(streaming.DEFINITIONS) as one:
        file = Path(one.folder) / "load.ndjson"
        streaming.write(columns, file)
        first = one.serve()
        one.send(file)
        one.stop(signal.SIGKILL)
        again = one.serve(patience=600)
        found = one.value(busiest, "events")
    if found != expected:
        raise BenchmarkFailed(f"after the restart {busiest} has {found} events, {expected} were acknowledged")
    figures = {"first_start_seconds": first, "restart_seconds": again, "events_per_second_restarted": events / again}
    return result("restart", figures, {}, BARS, quick, events=events)
