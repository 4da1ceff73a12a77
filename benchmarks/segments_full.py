"""`segments-full`: 500 segments over 1 M customers with 300 attributes, all asked anew from the current values.

The peer has the same values as a frame, texts as an enumeration, and both cores. Both must count the same members.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.harness import Bar, BenchmarkFailed, alone, result

BARS: Final = (Bar("cpu_of_polars", "x", most=0.7),)
TIMES: Final = 3


def run(quick: bool) -> dict[str, Any]:
    """Ours and the peer, each in a process of its own."""
    size = {"customers": 20_000 if quick else 1_000_000, "times": TIMES}
    found = {name: alone(f"benchmarks.segments:{name}", **size) for name in ("ours", "polars")}
    if found["ours"]["counts"] != found["polars"]["counts"]:
        raise BenchmarkFailed("the two count different members")
    figures, peer = (
        {f"{kind}_seconds": found[name]["measured"][kind] / TIMES for kind in ("cpu", "wall")} for name in found
    )
    figures["cpu_of_polars"] = round(figures["cpu_seconds"] / peer["cpu_seconds"], 3)
    figures["memory_gb"] = round(found["ours"]["measured"]["memory_peak"] / 1e9, 2)
    return result("segments-full", figures, {"polars": peer}, BARS, quick, **size)
