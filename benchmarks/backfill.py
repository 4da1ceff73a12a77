"""`backfill`: one new attribute, an unwindowed sum, over 50 M events of 1 M customers, while the server is live.

The peer only reads its Parquet and adds, with both cores, and serves nobody meanwhile.
"""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any, Final

import numpy as np

from benchmarks.harness import Bar, BenchmarkFailed, alone, result
from benchmarks.history import history
from benchmarks.judged import judged
from benchmarks.past import copied
from benchmarks.shop import Shop, define
from benchmarks.workload import Workload
from hundredfold.app.documents import read_json
from hundredfold.app.workspace import Workspace
from hundredfold.log.history import History

BARS: Final = (
    Bar("filled_seconds", "s", most=60),
    Bar("preview_seconds", "s", most=2),
    Bar("mismatches", "customers", most=0),
)
ATTRIBUTE: Final = "order_value"
NEW: Final = {"attributes": {ATTRIBUTE: {"event": "Order Completed", "value": "properties.amount", "aggregate": "sum"}}}


def run(quick: bool) -> dict[str, Any]:
    """Batch and serve; then preview, apply, and ask for a customer's value until it is there, and right."""
    events, customers, checked = (20_000, 1_000, 50) if quick else (50_000_000, 1_000_000, 500)
    patience = 240 if quick else 3600
    active = Workload(events, customers).active
    picked = [f"c{number:07d}" for number in np.random.default_rng(1).choice(active, checked, replace=False).tolist()]
    with copied(events, customers) as one:
        one.workspace("batch")
        one.serve(patience)
        one.opened(patience)
        known, value = buyer(one, picked)
        define(one.folder, "new", NEW)
        began = time.perf_counter()
        one.workspace("apply", "--preview")
        figures = {"preview_seconds": time.perf_counter() - began}
        began = time.perf_counter()
        one.workspace("apply")
        figures["applied_seconds"] = time.perf_counter() - began
        found = filled(one, known, patience)
        figures["filled_seconds"] = time.perf_counter() - began
        if found != value:
            raise BenchmarkFailed(f"{ATTRIBUTE} of {known} is {found}; the messages say {value}")
        verdict = judged(one, picked)
    figures["mismatches"] = verdict["mismatches"]
    sql = alone("benchmarks.history:sql_filtered", folder=str(history(events, customers)), document=NEW)["measured"]
    peers = {"duckdb, one statement": {"filled_seconds": sql["wall"], "cpu_seconds": sql["cpu"]}}
    return result("backfill", figures, peers, BARS, quick, events=events, audited=verdict)


def filled(one: Shop, customer: str, patience: float) -> Decimal:
    """The new attribute of a customer, as soon as it is served; BenchmarkFailed when it never is."""
    until = time.perf_counter() + patience
    while (found := one.value(customer, ATTRIBUTE)) is None:
        if time.perf_counter() > until:
            raise BenchmarkFailed(f"{ATTRIBUTE} was not served within {patience:.0f} s")
        time.sleep(0.05)
    return round(Decimal(found), 2)


def buyer(one: Shop, customers: list[str]) -> tuple[str, Decimal]:
    """The first customer who has ordered, and what the new attribute must say of him."""
    history = History(Workspace.open(one.folder).history_folder)
    for customer in customers:
        payloads = history.rows_of([f"u:{customer}"], ["payload"])["payload"].to_pylist()
        orders = [said for said in map(read_json, payloads) if said["event"] == "Order Completed"]
        if orders:
            return customer, sum((Decimal(said["properties"]["amount"]) for said in orders), Decimal(0))
    raise BenchmarkFailed("no customer has ordered")
