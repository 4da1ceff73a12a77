"""`restart`: the server is killed with SIGKILL, years of history behind it; seconds until it is ready again.

Then random customers' profiles are compared with the audit of their raw messages: nothing was lost, nothing doubled.
"""

from __future__ import annotations

import signal
from typing import Any, Final

import numpy as np

from benchmarks.files import write_lines
from benchmarks.harness import Bar, result
from benchmarks.judged import judged
from benchmarks.past import copied, later
from benchmarks.workload import Workload

BARS: Final = (Bar("restart_seconds", "s", most=20), Bar("mismatches", "customers", most=0))


def run(quick: bool) -> dict[str, Any]:
    """Batch, serve, send, kill, start, and audit."""
    events, customers, sent, checked = (20_000, 1_000, 2_000, 100) if quick else (50_000_000, 1_000_000, 5_000, 10_000)
    patience = 240 if quick else 3600  # a start that misses its bar is measured, too
    picked = np.random.default_rng(1).choice(Workload(events, customers).active, checked, replace=False)
    with copied(events, customers) as one:
        batch = one.workspace("batch")
        first = one.serve(patience)
        write_lines([later(sent, customers)], one.folder / "later.ndjson")
        one.send(one.folder / "later.ndjson")
        one.stop(signal.SIGKILL)
        again = one.serve(patience)
        verdict = judged(one, [f"c{number:07d}" for number in picked.tolist()])
    figures = {
        "restart_seconds": again,
        "first_start_seconds": first,
        "batch_seconds": batch["seconds"],
        "mismatches": verdict["mismatches"],
    }
    return result("restart", figures, {}, BARS, quick, events=events, sent=sent, audited=verdict)
