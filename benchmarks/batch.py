"""`batch`: history as typed Parquet becomes 200 attributes of 1 M customers; 50 M events, and 5 M for linearity.

Both SQL peers read the same files, with both cores and all the memory they like. `encoding_cpu_seconds` is the part of
ours that reads the files and turns texts and numbers into the engine's columns.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.definitions import document
from benchmarks.harness import Bar, BenchmarkFailed, Figures, alone, result
from benchmarks.history import history

CONTESTANTS: Final = {
    "ours": "folded",
    "duckdb, a filtered aggregate each": "sql_filtered",
    "duckdb, a group by per family": "sql_by_family",
}
SHARES: Final = {
    "share_of_filtered_aggregates": "duckdb, a filtered aggregate each",
    "share_of_groups_by_family": "duckdb, a group by per family",
}
"""Our CPU time over a peer's."""
BARS: Final = (
    Bar("share_of_filtered_aggregates", "of the peer's CPU", most=0.3),
    Bar("share_of_groups_by_family", "of the peer's CPU", most=1.0),
    Bar("memory_bytes", "bytes", most=6e9),
    Bar("growth", "x for 10 x the events", most=11),
)


def run(quick: bool) -> dict[str, Any]:
    """Everybody on both sizes; figures are of the larger one, `growth` is its CPU time over the other's."""
    large, small = ((200_000, 5_000), (20_000, 500)) if quick else ((50_000_000, 1_000_000), (5_000_000, 100_000))
    found: dict[str, Figures] = {}
    customers = set()
    for name, function in CONTESTANTS.items():
        tenth, _ = _figures(function, *small)
        found[name], seen = _figures(function, *large)
        customers.add(seen)
        found[name]["growth"] = found[name]["cpu_seconds"] / tenth["cpu_seconds"]
    if len(customers) != 1:
        raise BenchmarkFailed(f"the contestants disagree on how many customers there are: {sorted(customers)}")
    ours = found.pop("ours")
    ours |= {share: ours["cpu_seconds"] / found[peer]["cpu_seconds"] for share, peer in SHARES.items()}
    return result("batch", ours, found, BARS, quick, events=large[0])


def _figures(function: str, events: int, customers: int) -> tuple[Figures, int]:
    done = alone(f"benchmarks.history:{function}", folder=str(history(events, customers)), document=document())
    measured = done["measured"]
    figures = {
        "cpu_seconds": measured["cpu"],
        "wall_seconds": measured["wall"],
        "events_per_cpu_second": events / measured["cpu"],
        "memory_bytes": measured["memory_peak"],
    }
    if "encoding" in done:
        figures["encoding_cpu_seconds"] = done["encoding"]
    return figures, done["customers"]
