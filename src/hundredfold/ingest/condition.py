"""Which rows fulfil the conditions of a mapping: those a table takes, and those it leaves out on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo

import polars as pl

from hundredfold.ingest import columns
from hundredfold.ingest.cell import settled, text
from hundredfold.ingest.columns import Read
from hundredfold.ingest.mapping import Column, Condition, Table
from hundredfold.words.amount import millionths
from hundredfold.words.calendar import parse_time


def taken(frame: pl.DataFrame, table: Table, zone: tzinfo) -> pl.Series:
    """The rows that a table takes: those that fulfil all of `rows`. `zone` is the table's."""
    mask = columns.same(True, len(frame), pl.Boolean)
    for condition in table.rows:
        mask = mask & fulfilled(frame, condition, table, zone)
    return mask


def without_skipped(frame: pl.DataFrame, table: Table, zone: tzinfo) -> tuple[pl.DataFrame, dict[str, int]]:
    """The rows that none of `skip` leaves out, and how many each leaves out."""
    counted: dict[str, int] = {}
    for skip in table.skip:
        mask = fulfilled(frame, skip, table, zone)
        counted[skip.reason] = counted.get(skip.reason, 0) + int(mask.sum())
        frame = frame.filter(~mask)
    return frame, {reason: count for reason, count in counted.items() if count}


def fulfilled(frame: pl.DataFrame, condition: Condition, table: Table, zone: tzinfo) -> pl.Series:
    """The rows that fulfil a condition; a cell that is empty or cannot be compared fulfils no test but `empty`."""
    mask = columns.same(True, len(frame), pl.Boolean)
    for test in _tests(frame, condition, table, zone):
        mask = mask & test.fill_null(False)
    return ~mask if condition.negated else mask


def _tests(frame: pl.DataFrame, condition: Condition, table: Table, zone: tzinfo) -> Iterator[pl.Series]:
    column = Column(column=condition.column, format=condition.format)
    if condition.starts_with is not None or condition.is_in is not None or condition.empty is not None:
        said = columns.texts(frame, settled(column, table, zone, type="text"))
        if condition.starts_with is not None:
            yield said.values.str.starts_with(condition.starts_with)
        if condition.is_in is not None:
            yield said.values.is_in([text(value) for value in condition.is_in])
        if condition.empty is not None:
            yield (said.values.is_null() & ~said.odd) == condition.empty
    bounds = (condition.below, condition.at_most, condition.at_least, condition.above)
    if any(bound is not None for bound in bounds):
        yield from _within(_known(columns.amounts(frame, settled(column, table, zone, type="number"))), bounds)
    if condition.before is not None or condition.since is not None:
        times = _known(columns.moments(frame, settled(column, table, zone)))
        if condition.before is not None:
            yield times < parse_time(condition.before, zone)
        if condition.since is not None:
            yield times >= parse_time(condition.since, zone)


def _within(amounts: pl.Series, bounds: Iterable[float | None]) -> Iterator[pl.Series]:
    below, at_most, at_least, above = (None if bound is None else millionths(bound) for bound in bounds)
    if below is not None:
        yield amounts < below
    if at_most is not None:
        yield amounts <= at_most
    if at_least is not None:
        yield amounts >= at_least
    if above is not None:
        yield amounts > above


def _known(read: Read) -> pl.Series:
    return read.values.set(read.odd, None)
