"""`segment-preview`: a condition that somebody types, from its text to count, parts, five customers and a histogram.

1 M customers with 300 attributes, from the table of current values, as a server asks it within the engine's turn; every
try asks something else.
"""

from __future__ import annotations

import time
from random import Random
from typing import Any, Final

from benchmarks.gui_pages import ranked
from benchmarks.harness import Bar, BenchmarkFailed, alone, result
from benchmarks.measure import Meter
from benchmarks.segment_workload import ATTRIBUTES, NOW, NUMBERS, conditions, text_of
from benchmarks.segments import filled
from hundredfold.attribute.fitting import misfits
from hundredfold.attribute.kinds import ANY, Field
from hundredfold.definition.parser import parse_segment
from hundredfold.definition.spelling import names_in
from hundredfold.definition.syntax import And
from hundredfold.segment.tried import Asking, tried

BARS: Final = (Bar("p95_ms", "ms", most=150),)
TRIES: Final = 200


def run(quick: bool) -> dict[str, Any]:
    """Try by try, in a process of its own."""
    size = {"customers": 20_000 if quick else 1_000_000, "tries": 20 if quick else TRIES}
    found = alone("benchmarks.segment_preview:ours", **size)
    figures = ranked(found["milliseconds"], p50=50, p95=95, most=100)
    return result("segment-preview", figures, {}, BARS, quick, attributes=len(ATTRIBUTES), **size)


def ours(meter: Meter, customers: int, tries: int) -> dict[str, Any]:
    """Milliseconds of each try."""
    _, members = filled(customers)
    fields, random, milliseconds = [Field(name, ANY) for name in ATTRIBUTES], Random(3), []
    asked = [text_of(one) for one in conditions(tries).values()]
    with meter:
        for where in asked:
            begun = time.perf_counter()
            if misfits(where, fields):
                raise BenchmarkFailed(f"{where} is not asked")
            whole = parse_segment(where)
            parts = whole.operands if isinstance(whole, And) else (whole,)
            asking = Asking(whole, parts, names_in(whole)[:5], 5, random.choice(NUMBERS))
            found = tried(members, asking, NOW)
            milliseconds.append((time.perf_counter() - begun) * 1_000)
            if found.spread is None or found.spread.members > found.count or min(found.parts) < found.count:
                raise BenchmarkFailed(f"{where} counts {found}")
    return {"milliseconds": milliseconds}
