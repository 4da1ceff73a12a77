"""What an import would make of the first rows of a file; nothing is stored."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final

import polars as pl

from hundredfold.errors import ImportFailed
from hundredfold.ingest import cell as cells
from hundredfold.ingest.assemble import assemble, assemble_groups, on_the_calendar, with_keys
from hundredfold.ingest.cell import read, settled
from hundredfold.ingest.condition import taken, without_skipped
from hundredfold.ingest.draft import ROW, Drafts, Reception, Rejection
from hundredfold.ingest.line import assemble_lines
from hundredfold.ingest.lookup import LookupTable
from hundredfold.ingest.mapping import Mapping, Messages, Products, Table
from hundredfold.ingest.plan import plan_of
from hundredfold.ingest.source import Source, Style, source_of
from hundredfold.ingest.unpriced import Pricing, Unpriced, joined
from hundredfold.said import said
from hundredfold.words.calendar import iso, zone_named

LOOKED_AT: Final = 10_000
"""So many rows are tried."""
SHOWN: Final = 20
NOBODY: Final = "no table takes the row"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one or several rows become: a message, or the fields of a lookup table's row."""

    row: int
    rows: int
    time: str | None
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Rows that are rejected for one reason: how many, the first of them, and what to do about it."""

    reason: str
    text: str
    rows: int
    row: int


@dataclass
class Preview:
    """The first messages, and what is wrong with the rows that were tried; `whole`: these are all the file has."""

    read: int = 0
    whole: bool = True
    messages: int = 0
    parsed: list[Parsed] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    unpriced: dict[str, Unpriced] = field(default_factory=dict)


def previewed(
    path: Path, mapping: Mapping, *, zone: tzinfo, now: int, pricing: Pricing | None = None, rows: int = LOOKED_AT
) -> Preview:
    """What the first `rows` rows of a file become; `now` is microseconds UTC; with `pricing` what has no rate.

    Raises ImportFailed where the mapping does not fit the file.
    """
    first = mapping.tables[0]
    source = source_of(path)(path, Style(first.separator, first.encoding))
    columns = source.columns()
    if not source.messages:
        for table in mapping.tables:
            _must_have(path, table, columns)
    frame, refused, whole = _head(source, columns, rows)
    made = Preview(read=len(frame) + len(refused), whole=whole)
    frame, wild = on_the_calendar(frame)
    refused += wild
    skipped: Counter[str] = Counter()
    reception = Reception(now, mapping.source or "import", zone)
    for table in mapping.tables:
        local = (zone_named(table.timezone) or zone) if table.timezone else zone
        mask = taken(frame, table, local)
        mine, left_out = without_skipped(frame.filter(mask), table, local)
        skipped.update(left_out)
        frame = frame.filter(~mask)
        if isinstance(table, Products):
            refused += _looked_up(made, table, mine, local)
        elif not mine.is_empty():
            drafts = _drafts(source, table, mine, columns, replace(reception, zone=local))
            refused += drafts.rejected
            _show(made, drafts)
            if pricing is not None:
                made.unpriced = joined(made.unpriced, pricing.unpriced(drafts.frame))
    if len(frame):
        skipped[NOBODY] += len(frame)
    made.skipped = dict(sorted(skipped.items()))
    made.troubles = _troubles(refused)
    return made


def _head(source: Source, columns: tuple[str, ...], rows: int) -> tuple[pl.DataFrame, list[Rejection], bool]:
    frames: list[pl.DataFrame] = []
    refused: list[Rejection] = []
    seen = 0
    for chunk in source.chunks(columns, rows):
        frames.append(chunk.frame)
        refused += chunk.unreadable
        seen += len(chunk.frame)
        if seen > rows:
            break
    if not frames:
        raise ImportFailed(said("{name} has no rows; export it again", name=source.path.name))
    frame = pl.concat(frames)
    last = int(frame[ROW][rows - 1]) if len(frame) > rows else None
    kept = [one for one in refused if last is None or one.row <= last]
    return frame.head(rows), kept, last is None


def _drafts(
    source: Source, table: Table, frame: pl.DataFrame, columns: tuple[str, ...], reception: Reception
) -> Drafts:
    if source.messages:
        if not isinstance(table, Messages):
            raise ImportFailed(said("a file of messages needs `kind: messages`, not `kind: {kind}`", kind=table.kind))
        return assemble_lines(frame, reception, local=table.timezone is not None, encoding=table.encoding)
    assert not isinstance(table, Products)
    plan = plan_of(table, columns, reception.zone)
    if plan.grouping is None:
        return assemble(plan, frame, reception)
    keyed, keyless = with_keys(plan, frame)
    drafts = assemble_groups(plan, keyed, reception)
    return Drafts(drafts.frame, [*drafts.rejected, *keyless])


def _show(made: Preview, drafts: Drafts) -> None:
    made.messages += len(drafts.frame)
    shown = drafts.frame.sort("row").head(SHOWN - len(made.parsed))
    for row, rows, time, payload in shown.select("row", "rows", "time", "payload").iter_rows():
        made.parsed.append(Parsed(row, rows, iso(time), json.loads(payload)))


def _looked_up(made: Preview, table: Products, frame: pl.DataFrame, zone: tzinfo) -> list[Rejection]:
    """The rows of a lookup table."""
    new, _, rejected = LookupTable(table, zone).add(frame)
    made.messages += new
    wrong = {one.row for one in rejected}
    said = {name: settled(column, table, zone) for name, column in table.columns.items()}
    if table.valid_from is not None:
        said["valid_from"] = settled(table.valid_from, table, zone)
    for row in frame.head(SHOWN + len(wrong)).iter_rows(named=True):
        number = row.pop(ROW)
        if number not in wrong and len(made.parsed) < SHOWN:
            fields = {name: read(cell, row) for name, cell in said.items()}
            made.parsed.append(Parsed(number, 1, None, {**fields, table.key: cells.text(fields[table.key])}))
    return rejected


def _must_have(path: Path, table: Table, columns: tuple[str, ...]) -> None:
    missing = sorted(table.needed - set(columns))
    if missing:
        raise ImportFailed(
            said(
                "{name} has no column {missing!r}; it has: {columns}",
                name=path.name,
                missing=missing[0],
                columns=", ".join(columns),
            )
        )


def _troubles(refused: list[Rejection]) -> list[Trouble]:
    """One for each reason, the most frequent first."""
    found: dict[str, Trouble] = {}
    for one in sorted(refused, key=lambda one: one.row):
        first = found.setdefault(one.reason, Trouble(one.reason, one.text, 0, one.row))
        found[one.reason] = replace(first, rows=first.rows + one.rows)
    return sorted(found.values(), key=lambda trouble: -trouble.rows)
