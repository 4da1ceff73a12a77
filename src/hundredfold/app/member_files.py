"""The members of a segment as a file: CSV for spreadsheets, Parquet for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from hundredfold.app.acting import note
from hundredfold.app.export import table_of
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.segment_history import must_be_known, recorded_by
from hundredfold.definition.check import must_be_declared
from hundredfold.segment.asked import asked
from hundredfold.segment.kept import Kept
from hundredfold.segment.members_table import listed

AT_ONCE: Final = 20_000
"""Rows that are written together."""
Kind = Literal["csv", "parquet"]


def members_table(
    opened: OpenWorkspace,
    name: str,
    attributes: Sequence[str],
    *,
    at: int | None = None,
    known_at: int | None = None,
    kept: Kept | None = None,
) -> tuple[pa.Table, int]:
    """`customer_id` and some attributes of a segment's members at a clock, in order, and that instant.

    Of now as they are `kept`, if so. It is noted who has taken them out. Raises NotFound.
    """
    compiled = opened.engine().compiled
    definitions = compiled.setup.definitions
    must_be_known(definitions.segments, [name])
    must_be_declared(definitions, attributes)
    present = _kept(kept, opened, name, attributes) if at is None and known_at is None else None
    if present is not None:
        table, now = present
    else:
        with recorded_by(opened, kept) as recorded, opened.clock_held() as clock:
            engine, answers = opened.engine(), opened.answers()
            found = asked(engine, answers, name, recorded=recorded, at=at, known_at=known_at, attributes=attributes)
            values = {one: found.everybody.values[one] for one in attributes}
            table = table_of(found.everybody.customers, values, engine.compiled.plan, engine.compiled.pool)
        table, now = table.filter(pa.array(found.inside)), clock if at is None else at
    note(opened.workspace.store, "profiles.exported", f"{table.num_rows} members of {name}")
    return table.sort_by("customer_id"), now


def _kept(
    kept: Kept | None, opened: OpenWorkspace, name: str, attributes: Sequence[str]
) -> tuple[pa.Table, int] | None:
    """The members as they are kept; None while they are being counted."""
    if kept is None:
        return None
    compiled = opened.engine().compiled
    found = kept.ask(
        lambda engine, members: (
            listed(members, name, attributes, engine.state.clock) if engine.compiled is compiled else None
        )
    )
    as_of, told = (None, None) if found is None else found
    if as_of is None or told is None:
        return None
    return table_of(told.customers, told.values, compiled.plan, compiled.pool), as_of.at


def content_of(table: pa.Table, kind: Kind) -> Iterator[bytes]:
    """A table as the content of a file, part by part."""
    return csv_of(table) if kind == "csv" else parquet_of(table)


def csv_of(table: pa.Table) -> Iterator[bytes]:
    """A table as CSV; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    plain = pa.table({field.name: _cells(table[field.name]) for field in table.schema})
    for first in range(0, max(plain.num_rows, 1), AT_ONCE):
        out = BytesIO()
        csv.write_csv(plain.slice(first, AT_ONCE), out, csv.WriteOptions(include_header=first == 0))
        yield out.getvalue()


def _cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pc.binary_join(column.cast(pa.list_(pa.string())), "; ")
    if not pa.types.is_string(column.type):
        return column
    return pc.replace_substring_regex(column, r"^([=+\-@\t\r])", r"'\1")


def parquet_of(table: pa.Table) -> Iterator[bytes]:
    """A table as Parquet, part by part."""
    out = _Sink()
    with pq.ParquetWriter(out, table.schema, compression="zstd") as writer:
        for first in range(0, table.num_rows, AT_ONCE):
            writer.write_table(table.slice(first, AT_ONCE))
            yield out.taken()
    yield out.taken()


class _Sink:
    """A file that gives away what was written."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, content: Any) -> int:
        """Takes a part."""
        self._parts.append(bytes(content))
        return len(self._parts[-1])

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """What was written stays until it is taken."""

    def taken(self) -> bytes:
        """What was written since."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
