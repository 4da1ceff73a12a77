"""`segments-live`: changed customers a CPU second with 500 segments, from their values to who has come and gone.

Thirty of 300 values have changed of each, the same thirty within a batch. All 300 are read (`changed`), as when it is
not known what a message touches, or those thirty (`touched`).
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.harness import Bar, alone, result

BARS: Final = (Bar("changed_per_cpu_second", "customers/CPU s", least=50_000),)


def run(quick: bool) -> dict[str, Any]:
    """Batches as a flood makes them, and customers one by one."""
    customers, batches = (20_000, 4) if quick else (1_000_000, 40)
    figures = {}
    for read, everything in (("changed", True), ("touched", False)):
        for groups, batch in (("", 4_096), ("small_groups_", 256), ("single_", 1)):
            size = {"customers": customers, "batch": batch, "batches": batches, "everything": everything}
            found = alone("benchmarks.segments:ours_live", **size)
            figures[f"{groups}{read}_per_cpu_second"] = round(batch * batches / found["measured"]["cpu"])
    return result("segments-live", figures, {}, BARS, quick, customers=customers, batches=batches)
