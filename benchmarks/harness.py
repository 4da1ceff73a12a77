"""Runs benchmarks: every contestant in a process of its own, measured alike, one result document.

A benchmark is a module `benchmarks/<name>.py`, with `_` for `-`, with `BARS` and `run(quick) -> dict` (usually made by
`result`). A contestant is a function `f(meter, **arguments) -> dict | None` in such a module: it prepares, enters
`with meter:` for the stretch that counts, and returns plain data about what it did. `alone` runs it and adds the
measurement.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from benchmarks.machine import machine

NAMES: Final = (
    *("fold", "live", "ingest", "freshness", "batch", "backfill", "read", "restart", "memory"),
    *("kafka-live", "kafka-freshness", "kafka-ingest", "publish"),
    *("gui-ready", "gui-first-load", "gui-pixel", "gui-buy", "gui-preview"),
    *("segments-full", "segments-live", "segment-expiry", "segment-preview"),
    *("clv", "churn", "complements", "microsegments", "model-rescore"),
)
ROOT: Final = Path(__file__).resolve().parent.parent
RATE: Final = "events_per"
"""What the names of figures begin with that are better when high."""

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must reach: at least `least`, or at most `most`."""

    figure: str
    unit: str
    least: float | None = None
    most: float | None = None

    def reached(self, figures: Mapping[str, float]) -> bool | None:
        """Whether it is; None when it was not measured."""
        found = figures.get(self.figure)
        if found is None:
            return None
        return (self.least is None or found >= self.least) and (self.most is None or found <= self.most)

    def document(self, figures: Mapping[str, float]) -> dict[str, Any]:
        """The bar as plain data, with its verdict."""
        wanted = {name: bar for name, bar in (("least", self.least), ("most", self.most)) if bar is not None}
        return {"figure": self.figure, "unit": self.unit, **wanted, "reached": self.reached(figures)}


class Benchmark(Protocol):
    """What a benchmark's module offers."""

    BARS: Sequence[Bar]

    def run(self, quick: bool) -> dict[str, Any]:
        """Measure, with the peers in the same run; `quick` takes seconds and says little about the full size."""
        ...


class BenchmarkFailed(RuntimeError):
    """A contestant ended with an error; its name and its last words are in the message."""


class Alarm:
    """A logbook whose first error ends the benchmark."""

    def error(self, event: str, **fields: object) -> None:
        raise BenchmarkFailed(f"{event}: {fields}")


def benchmark(name: str) -> Benchmark:
    """The benchmark of a name; LookupError names the known ones."""
    if name not in NAMES:
        raise LookupError(f"no benchmark is called {name!r}; there are: {', '.join(NAMES)}")
    module: Any = importlib.import_module(f"benchmarks.{name.replace('-', '_')}")
    return module  # type: ignore[no-any-return]


def run(name: str, *, quick: bool = False) -> dict[str, Any]:
    """The result document of one benchmark, measured now."""
    return benchmark(name).run(quick)


def alone(contestant: str, timeout: float = 3600, **arguments: Any) -> dict[str, Any]:
    """What `module:function` returns when it runs in a fresh process, with its measurement under `measured`.

    Raises BenchmarkFailed when the process fails or takes longer than `timeout` seconds.
    """
    command = [sys.executable, "-m", "benchmarks.contestant", contestant, json.dumps(arguments)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as late:
        raise BenchmarkFailed(f"{contestant} took longer than {timeout:.0f} s") from late
    if done.returncode:
        raise BenchmarkFailed(f"{contestant} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def result(
    name: str, figures: Figures, peers: Mapping[str, Figures], bars: Sequence[Bar], quick: bool, **more: Any
) -> dict[str, Any]:
    """The document of a benchmark: `ratios` say how many times better ours is than each peer's figure of the same name.

    Rates (with `RATE` in their names) are better when high, everything else (seconds, bytes) when low.
    """
    ratios = {
        peer: {
            figure: _times_better(figure, figures[figure], theirs[figure]) for figure in theirs if figures.get(figure)
        }
        for peer, theirs in peers.items()
    }
    return {
        "name": name,
        "quick": quick,
        "machine": machine(),
        "figures": figures,
        "peers": dict(peers),
        "ratios": {peer: found for peer, found in ratios.items() if found},
        "bars": [bar.document(figures) for bar in bars],
        **more,
    }


def _times_better(figure: str, ours: float, theirs: float) -> float:
    if not (ours and theirs):
        return 0.0
    return round(ours / theirs if RATE in figure else theirs / ours, 3)
