"""`fold`: events that lie in memory as columns become attribute values; 10 M events of 1 M customers, one process each.

Ours folds one block, its events in order of time, to cells from which values of any clock can be read:
`events_per_cpu_second_N` is that fold, and `..._N_with_values` goes on to all values of all customers. The peers make
values of one clock and nothing else; the NumPy scatter is the hand-written limit (`peers_numpy` says what it knows that
an engine may not).
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks import peers_duckdb, peers_numpy, peers_polars
from benchmarks.definitions import SMALL, document
from benchmarks.harness import RATE, Bar, Figures, alone, result
from benchmarks.measure import Meter
from benchmarks.rules import rules
from benchmarks.workload import ENDS, Columns, Workload

SIZES: Final = {10: document(SMALL), 200: document()}
BARS: Final = (
    Bar("events_per_cpu_second_10", "events/CPU s", least=4_000_000),
    Bar("events_per_cpu_second_200", "events/CPU s", least=400_000),
)
PEERS: Final = {
    "numpy scatter": ("scatter", 1),
    "duckdb, a filtered aggregate each": ("sql_filtered", 10),
    "duckdb, a group by per family": ("sql_by_family", 4),
    "polars, a filtered expression each": ("frame", 10),
}
"""Peer to its function, and by how much events and customers are divided at 200 attributes.

The figures are rates; a smaller table of groups only helps the peer.
"""


def run(quick: bool) -> dict[str, Any]:
    """All contestants on both sizes."""
    events, customers = (200_000, 20_000) if quick else (10_000_000, 1_000_000)
    peers: dict[str, Figures] = {}
    figures: Figures = {}
    for attributes in SIZES:
        figures |= _figures("ours", attributes, events, customers)
        with_values = _figures("ours_with_values", attributes, events, customers)
        figures |= {f"{name}_with_values": number for name, number in with_values.items() if RATE in name}
        for peer, (function, divisor) in PEERS.items():
            less = 1 if quick or attributes == 10 else divisor
            found = _figures(function, attributes, events // less, customers // less)
            peers[peer] = peers.get(peer, {}) | found
    for theirs in peers.values():  # the peers end with values, so they stand beside both of ours
        theirs |= {f"{name}_with_values": number for name, number in theirs.items() if RATE in name}
    return result("fold", figures, peers, BARS, quick, events=events, customers=customers)


def ours(meter: Meter, events: int, customers: int, attributes: int) -> dict[str, Any]:
    """The engine's fold, columns to cells."""
    from benchmarks.engine import engine

    fold = engine(SIZES[attributes])
    blocks = list(fold.blocks(_prepared(events, customers), events))
    with meter:
        cells = fold.fold(blocks)
    return {"cells": sum(map(len, cells.values())), "bytes": sum(c.nbytes for c in cells.values())}


def ours_with_values(meter: Meter, events: int, customers: int, attributes: int) -> dict[str, Any]:
    """The engine's fold, and all values of all customers from its cells."""
    from benchmarks.engine import engine

    fold = engine(SIZES[attributes])
    blocks = list(fold.blocks(_prepared(events, customers), events))
    with meter:
        profiles = fold.read(fold.fold(blocks), customers, ENDS)
    return {"attributes": len(profiles.values)}


def scatter(meter: Meter, events: int, customers: int, attributes: int) -> dict[str, Any]:
    """The hand-written limit."""
    columns, wanted = _prepared(events, customers), rules(SIZES[attributes], ENDS)
    with meter:
        found = peers_numpy.profiles(columns, wanted, customers, ENDS)
    return {"attributes": len(found)}


def sql_filtered(meter: Meter, events: int, customers: int, attributes: int) -> dict[str, Any]:
    """DuckDB, one filtered aggregate an attribute."""
    return _sql(meter, peers_duckdb.filtered, _prepared(events, customers), attributes)


def sql_by_family(meter: Meter, events: int, customers: int, attributes: int) -> dict[str, Any]:
    """DuckDB, one GROUP BY a family."""
    return _sql(meter, peers_duckdb.by_family, _prepared(events, customers), attributes)


def frame(meter: Meter, events: int, customers: int, attributes: int) -> dict[str, Any]:
    """Polars, one filtered expression an attribute."""
    events_frame, wanted = peers_polars.frame(_prepared(events, customers)), rules(SIZES[attributes], ENDS)
    with meter:
        found = peers_polars.profiles(events_frame.lazy(), wanted, ENDS)
    return {"customers": found.height}


def _sql(meter: Meter, way: Any, columns: Columns, attributes: int) -> dict[str, Any]:
    database = peers_duckdb.in_memory(columns)
    statements = way(rules(SIZES[attributes], ENDS), ENDS)
    with meter:
        for statement in statements:
            database.execute(statement)
    return {"customers": database.sql("SELECT count(*) FROM profiles").fetchall()[0][0]}


def _prepared(events: int, customers: int) -> Columns:
    return Workload(events, customers).in_order_of_time()


def _figures(function: str, attributes: int, events: int, customers: int) -> Figures:
    arguments = {"events": events, "customers": customers, "attributes": attributes}
    measured = alone(f"benchmarks.fold:{function}", **arguments)["measured"]
    return {
        f"events_per_cpu_second_{attributes}": events / measured["cpu"],
        f"wall_seconds_per_million_{attributes}": measured["wall"] / events * 1e6,
        f"memory_bytes_an_event_{attributes}": (measured["memory_peak"] - measured["memory_before"]) / events,
    }
