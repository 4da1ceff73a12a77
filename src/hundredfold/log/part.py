"""One Parquet file of the history: rows of one bucket, sorted, found by key through its row groups."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hundredfold.errors import LogError
from hundredfold.log.stored import STORED

GROUP_ROWS: Final = 16_384
"""One key costs one row group: measured 1.9 ms at 4 k rows, 3.6 ms at 8 k, 7.3 ms at 16 k; fewer are read through
faster."""
SORTED_BY: Final = ("key", "time", "message_id", "partition", "offset")
_DICTIONARY: Final = ["partition", "kind", "key", "trust", "source", "flagged"]
_DELTA: Final = ("offset", "time", "received", "sent")


Asked: TypeAlias = Callable[[pa.Table], bool]
"""Whether whoever reads a table needs the payloads of any of its messages."""


class Came(NamedTuple):
    """When a message came: its reception (microseconds UTC), and its place in the log, as one import's agree."""

    received: int
    partition: int
    offset: int


class Part:
    """A part as readers see it. It keeps the file open, so that it can be read to the end even when it is replaced."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._source = pa.memory_map(str(path))
        except FileNotFoundError:
            raise LogError(f"{path} is missing, and the history names it. Restore a backup.") from None

    @cached_property
    def _file(self) -> Any:
        try:
            return pq.ParquetFile(self._source)
        except pa.ArrowInvalid as error:
            raise LogError(f"{self.path} is damaged: {error}. Restore a backup.") from error

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of the part."""
        return self._file.schema_arrow.remove_metadata()

    @cached_property
    def _bounds(self) -> tuple[Any, Any]:
        """The bytes of the first and of the last key of every row group."""
        metadata, column = self._file.metadata, self.schema.get_field_index("key")
        found = [metadata.row_group(n).column(column).statistics for n in range(metadata.num_row_groups)]
        return np.array([one.min.encode() for one in found], object), np.array(
            [one.max.encode() for one in found], object
        )

    @cached_property
    def newest(self) -> tuple[Came, ...]:
        """No message of a row group came behind this, told for every one: by the file, or looked up in an old one."""
        return tuple(self._newest(n) for n in range(self._file.num_row_groups))

    def _newest(self, group: int) -> Came:
        metadata = self._file.metadata.row_group(group)
        told = [metadata.column(self.schema.get_field_index(name)).statistics for name in Came._fields]
        if all(one is not None and one.has_min_max for one in told):
            return Came(*(int(one.max) for one in told))
        table = self._read([group], list(Came._fields))
        return Came(*(pc.max(table[name]).as_py() for name in Came._fields))

    def read(self, columns: Sequence[str], groups: list[int] | None = None) -> pa.Table:
        """All rows of these columns, in order; or those of some row groups."""
        return self._read(groups, list(columns))

    def pieces(self, columns: Sequence[str], rows: int, asked: Asked | None = None) -> Iterator[pa.Table]:
        """All rows of these columns, in order, in tables of about so many rows: whole row groups.

        `asked` is shown each table without its payloads: where it says that they are not needed, they are null.
        """
        for groups in self._groups(rows):
            if asked is None or "payload" not in columns:
                yield self._read(groups, list(columns))
                continue
            table = self._read(groups, [name for name in columns if name != "payload"])
            payloads = self._read(groups, ["payload"])["payload"] if asked(table) else _no_payloads(table.num_rows)
            yield table.append_column(STORED.field("payload").with_nullable(True), payloads).select(list(columns))

    def _groups(self, rows: int) -> Iterator[list[int]]:
        """Row groups that follow each other, with about so many rows."""
        groups: list[int] = []
        held = 0
        for n in range(self._file.num_row_groups):
            size = self._file.metadata.row_group(n).num_rows
            if groups and held + size > rows:
                yield groups
                groups, held = [], 0
            groups.append(n)
            held += size
        if groups:
            yield groups

    def read_keys(self, keys: Sequence[str], columns: Sequence[str]) -> pa.Table:
        """The rows of these sorted keys, in order; reads the row groups that may hold them and no others."""
        firsts, lasts = self._bounds
        wanted = np.array([key.encode() for key in keys], object)
        asked_from, asked_to = np.searchsorted(wanted, firsts), np.searchsorted(wanted, lasts, side="right")
        table = self._read(np.flatnonzero(asked_from < asked_to).tolist(), list(dict.fromkeys([*columns, "key"])))
        return _rows_with(table, keys).select(list(columns))

    def _read(self, groups: list[int] | None, columns: list[str]) -> pa.Table:
        try:
            if groups is None:
                return self._file.read(columns, use_threads=False)
            return self._file.read_row_groups(groups, columns, use_threads=False)
        except (OSError, pa.ArrowInvalid) as error:
            raise LogError(f"{self.path} is damaged: {error}. Restore a backup.") from error


def _no_payloads(rows: int) -> pa.Array:
    return pa.nulls(rows, STORED.field("payload").type)


def _rows_with(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    has = pc.is_in(table["key"], pa.array(keys, pa.string()))
    rows = np.flatnonzero(has.to_numpy())
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1:  # one key's rows lie together: nothing to copy
        return table.slice(rows[0], len(rows))
    return table.filter(has)


def write_part(path: Path, table: pa.Table, group_rows: int = GROUP_ROWS) -> None:
    """Writes sorted rows, durable when it returns (its name is, once its folder is synced)."""
    extra = [name for name in table.column_names if name not in STORED.names]
    with path.open("wb") as file:
        pq.write_table(
            table,
            file,
            row_group_size=group_rows,
            compression="zstd",
            use_dictionary=[*_DICTIONARY, *extra],
            column_encoding=dict.fromkeys(_DELTA, "DELTA_BINARY_PACKED"),
            write_statistics=["key", *Came._fields],
        )
        file.flush()
        os.fsync(file.fileno())


def in_order(table: pa.Table) -> pa.Table:
    """The rows by key, time, message id (both as bytes), partition and offset."""
    if table.num_rows < 2:
        return table
    keys = pl.from_arrow(table.select(list(SORTED_BY)))
    assert isinstance(keys, pl.DataFrame)
    order = keys.select(pl.arg_sort_by(*SORTED_BY)).to_series().to_numpy()
    if (order[1:] > order[:-1]).all():
        return table
    return table.combine_chunks().take(pa.array(order))
