"""`backfill`: one new attribute, an unwindowed sum, made right for all history: 50 M events of 1 M customers."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.harness import Bar, alone, result
from benchmarks.history import history

BARS: Final[tuple[Bar, ...]] = ()
NEW: Final = {
    "attributes": {"order_value": {"event": "Order Completed", "value": "properties.amount", "aggregate": "sum"}}
}


def run(quick: bool) -> dict[str, Any]:
    """Ours beside the one statement that a practitioner would write."""
    events, customers = (200_000, 5_000) if quick else (50_000_000, 1_000_000)
    folder = str(history(events, customers))
    found = {}
    for function in ("folded", "sql_filtered"):
        measured = alone(f"benchmarks.history:{function}", folder=folder, document=NEW)["measured"]
        found[function] = {
            "wall_seconds": measured["wall"],
            "cpu_seconds": measured["cpu"],
            "events_per_cpu_second": events / measured["cpu"],
            "memory_bytes": measured["memory_peak"],
        }
    peers = {"duckdb, one statement": found["sql_filtered"]}
    return result("backfill", found["folded"], peers, BARS, quick, events=events)
