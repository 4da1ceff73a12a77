"""`batch`: history as typed Parquet becomes 200 attributes of 1 M customers; 50 M events, and 5 M for linearity.

Both SQL peers read the same files, with both cores and all the memory they like.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.definitions import document
from benchmarks.harness import Bar, BenchmarkFailed, Figures, alone, result
from benchmarks.history import history

BARS: Final[tuple[Bar, ...]] = ()
CONTESTANTS: Final = {
    "ours": "folded",
    "duckdb, a filtered aggregate each": "sql_filtered",
    "duckdb, a group by per family": "sql_by_family",
}


def run(quick: bool) -> dict[str, Any]:
    """Everybody on both sizes; figures are of the larger one, `growth` is its CPU time over the other's."""
    large, small = ((200_000, 5_000), (20_000, 500)) if quick else ((50_000_000, 1_000_000), (5_000_000, 100_000))
    found: dict[str, Figures] = {}
    growth = {}
    customers = set()
    for name, function in CONTESTANTS.items():
        tenth, _ = _figures(function, *small)
        found[name], seen = _figures(function, *large)
        customers.add(seen)
        growth[name] = found[name]["cpu_seconds"] / tenth["cpu_seconds"]
    if len(customers) != 1:
        raise BenchmarkFailed(f"the contestants disagree on how many customers there are: {sorted(customers)}")
    return result("batch", found.pop("ours"), found, BARS, quick, events=large[0], growth=growth)


def _figures(function: str, events: int, customers: int) -> tuple[Figures, int]:
    done = alone(f"benchmarks.history:{function}", folder=str(history(events, customers)), document=document())
    measured = done["measured"]
    figures = {
        "cpu_seconds": measured["cpu"],
        "wall_seconds": measured["wall"],
        "events_per_cpu_second": events / measured["cpu"],
        "memory_bytes": measured["memory_peak"],
    }
    return figures, done["customers"]
