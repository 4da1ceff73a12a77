"""Rows become drafts: whole columns at once where all is plain, row by row where not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from hundredfold.errors import MessageRejected
from hundredfold.ingest import columns
from hundredfold.ingest.draft import DRAFT, KEY, ROW, Drafts, Reception, Rejection
from hundredfold.ingest.message import canonical, entry
from hundredfold.ingest.plain import plain_groups, plain_messages
from hundredfold.ingest.plan import Plan
from hundredfold.ingest.row import Assembled, Row, RowRejected, group_key, message_of, message_of_group
from hundredfold.words.calendar import LATEST
from hundredfold.words.message import Entry

UNNAMED: Final = "-"
"""Stands for the id of a message that brings none, until its occurrence is known."""


def assemble(plan: Plan, frame: pl.DataFrame, reception: Reception) -> Drafts:
    """The drafts of rows of which each is a message of its own."""
    plain, odd = plain_messages(plan, frame, reception)
    return plain + assemble_rows(plan, frame.filter(odd), reception)


def assemble_groups(plan: Plan, frame: pl.DataFrame, reception: Reception) -> Drafts:
    """The drafts of rows of which those with one key make a message; the frame has all rows of a key, and its keys."""
    plain, odd = plain_groups(plan, frame, reception)
    return plain + assemble_row_groups(plan, frame.filter(odd), reception)


def on_the_calendar(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Rejection]]:
    """The rows without those that hold a time which no calendar of ours has; these are rejected."""
    times = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
    if not times:
        return frame, []
    physical = [pl.col(name).to_physical() for name in times]
    wild = pl.any_horizontal([(time.abs() > LATEST).fill_null(False) for time in physical])
    mask = frame.select(wild).to_series()
    text = "a time was expected from 1900 to 2261"
    return frame.filter(~mask), [Rejection(number, "bad_time", text) for number in frame[ROW].filter(mask).to_list()]


def assemble_rows(plan: Plan, frame: pl.DataFrame, reception: Reception) -> Drafts:
    """Row by row: the truth for `assemble`."""
    drafts, rejected = [], []
    for number, row in _rows(frame):
        try:
            drafts.append(_draft(message_of(plan, row), reception, number, 1))
        except MessageRejected as error:
            rejected.append(Rejection(number, error.reason, str(error)))
    return Drafts(frame_of(drafts), rejected)


def assemble_row_groups(plan: Plan, frame: pl.DataFrame, reception: Reception) -> Drafts:
    """Group by group: the truth for `assemble_groups`. The frame has its keys."""
    groups: dict[str, list[tuple[int, Row]]] = {}
    for number, row in _rows(frame):
        groups.setdefault(row.pop(KEY), []).append((number, row))
    drafts, rejected = [], []
    for members in groups.values():
        first = members[0][0]
        try:
            drafts.append(_draft(message_of_group(plan, members), reception, first, len(members)))
        except MessageRejected as error:
            wrong = error.row if isinstance(error, RowRejected) else first
            rejected.append(Rejection(wrong, error.reason, str(error), len(members)))
    return Drafts(frame_of(drafts), rejected)


def with_keys(plan: Plan, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Rejection]]:
    """The rows with the text of their key; those that have none are rejected."""
    grouping = plan.grouping
    assert grouping is not None
    if grouping.key is None:
        return frame.with_columns(pl.col(ROW).cast(pl.String).alias(KEY)), []
    read = columns.texts(frame, grouping.key)
    keys, rejected = read.values, []
    if read.odd.any():
        found: list[str | None] = []
        for number, row in _rows(frame.filter(read.odd)):
            try:
                found.append(group_key(grouping, row))
            except MessageRejected as error:
                found.append(None)
                rejected.append(Rejection(number, error.reason, str(error)))
        keys = keys.scatter(read.odd.arg_true(), pl.Series(found, dtype=pl.String))
    refused = {rejection.row for rejection in rejected}
    text = f"the row has no {grouping.key_path[-1]}; fill it, or leave such rows out with `skip:`"
    keyless = (number for number in frame[ROW].filter(keys.is_null()).to_list() if number not in refused)
    rejected += [Rejection(number, "no_key", text) for number in keyless]
    return frame.with_columns(keys.alias(KEY)).filter(keys.is_not_null()), rejected


def draft_of(made: Entry, own_id: str | None, row: int, rows: int) -> tuple[Any, ...]:
    """An entry as a row of `DRAFT`."""
    return (
        *(made.kind, made.key, own_id, made.content, made.time, made.received),
        *(made.sent, made.source, made.payload, row, rows),
    )


def frame_of(drafts: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Drafts as a frame."""
    return pl.DataFrame(drafts, schema=DRAFT, orient="row")


def _draft(made: Assembled, reception: Reception, row: int, rows: int) -> tuple[Any, ...]:
    checked = entry(
        made.message,
        received=reception.received(made.received),
        trust="import",
        source=reception.source,
        sent=made.sent,
        payload=canonical(made.message),
        message_id=made.message_id or UNNAMED,
        zone=reception.zone,
        limit=reception.limit,
    )
    return draft_of(checked, made.message_id, row, rows)


def _rows(frame: pl.DataFrame) -> Iterator[tuple[int, Row]]:
    for row in frame.iter_rows(named=True):
        yield row.pop(ROW), row
