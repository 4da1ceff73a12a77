"""Typed history on the disk, and what folds it: shared by `batch` and `backfill`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any, TypeVar

from benchmarks import peers_duckdb
from benchmarks.files import write_parquet
from benchmarks.measure import Meter
from benchmarks.rules import rules
from benchmarks.workload import ENDS, Workload

Thing = TypeVar("Thing")


def history(events: int, customers: int) -> Path:
    """The folder with the workload's typed Parquet; made once, kept for the next run (`HF_BENCH_FOLDER` says where)."""
    workload = Workload(events, customers)
    above = Path(os.environ.get("HF_BENCH_FOLDER") or gettempdir())
    name = f"hundredfold-history-{events}-{customers}-{workload.seed}"
    folder = above / name
    if not folder.exists():
        unfinished = above / f"{name}.unfinished"
        write_parquet(workload, unfinished)
        unfinished.rename(folder)
    return folder


def folded(meter: Meter, folder: str, document: dict[str, Any]) -> dict[str, Any]:
    """Ours: every bucket's files folded, merged and read to values; no two buckets share a customer.

    `encoding` is the CPU time of reading the files into the engine's columns.
    """
    from benchmarks.engine import engine

    cells = size = customers = 0
    encoding = Stretch()
    with meter:
        for file in sorted(Path(folder).rglob("*.parquet")):
            one = engine(document)
            state = one.fold(encoding.of(one.typed(file)))
            profiles = one.read(state, one.known(), ENDS)
            cells += sum(map(len, state.values()))
            size += sum(part.nbytes for part in state.values())
            customers += profiles.persons
    return {"customers": customers, "cells": cells, "bytes": size, "encoding": encoding.cpu}


class Stretch:
    """The CPU seconds of this process that making some things took."""

    def __init__(self) -> None:
        self.cpu = 0.0

    def of(self, things: Iterator[Thing]) -> Iterator[Thing]:
        """The things; the time until each is there counts."""
        while True:
            began = time.process_time()
            thing = next(things, None)
            self.cpu += time.process_time() - began
            if thing is None:
                return
            yield thing


def sql_filtered(meter: Meter, folder: str, document: dict[str, Any]) -> dict[str, Any]:
    """DuckDB on the files, one filtered aggregate an attribute."""
    return _sql(meter, folder, document, peers_duckdb.filtered)


def sql_by_family(meter: Meter, folder: str, document: dict[str, Any]) -> dict[str, Any]:
    """DuckDB on the files, one GROUP BY a family."""
    return _sql(meter, folder, document, peers_duckdb.by_family)


def _sql(meter: Meter, folder: str, document: dict[str, Any], way: Any) -> dict[str, Any]:
    database = peers_duckdb.on_parquet(Path(folder))
    statements = way(rules(document, ENDS), ENDS)
    with meter:
        for statement in statements:
            database.execute(statement)
    return {"customers": database.sql("SELECT count(*) FROM profiles").fetchall()[0][0]}
