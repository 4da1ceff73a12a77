"""`memory`: what the state of 10 and 200 attributes weighs: bytes of cells an event, at 10 and 50 events a customer."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.definitions import SMALL, document
from benchmarks.harness import Bar, Figures, alone, result
from benchmarks.history import history

BARS: Final[tuple[Bar, ...]] = ()


def run(quick: bool) -> dict[str, Any]:
    """The cells' arrays, and the process's anonymous memory at its peak while it folds bucket by bucket."""
    customers = 1_000 if quick else 100_000
    figures: Figures = {}
    for attributes, said in ((10, document(SMALL)), (200, document())):
        for each in (10, 50):
            events = each * customers
            done = alone("benchmarks.history:folded", folder=str(history(events, customers)), document=said)
            name = f"{attributes}_attributes_{each}_events_each"
            figures |= {
                f"bytes_an_event_{name}": done["bytes"] / events,
                f"bytes_a_customer_{name}": done["bytes"] / customers,
                f"peak_bytes_{name}": done["measured"]["memory_peak"],
            }
    return result("memory", figures, {}, BARS, quick, customers=customers)
