"""Rows of product tables become lookup tables: Parquet files beside the definitions."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final

import polars as pl

from hundredfold.errors import MessageRejected
from hundredfold.ingest import cell as cells
from hundredfold.ingest.cell import Cell, read, settled
from hundredfold.ingest.draft import ROW, Rejection
from hundredfold.ingest.mapping import Products
from hundredfold.said import said
from hundredfold.words.calendar import iso, parse_time

VALID_FROM: Final = "valid_from"


class LookupTable:
    """A lookup table on its way: collects rows, then replaces its file at once.

    Equal rows count once. A row with the key and `valid_from` of an earlier one, but other fields, is rejected: the
    table would have two truths.
    """

    def __init__(self, table: Products, zone: tzinfo) -> None:
        self._table, self._zone = table, zone
        self._cells = {name: settled(column, table, zone) for name, column in table.columns.items()}
        self._valid_from = None if table.valid_from is None else settled(table.valid_from, table, zone)
        self._rows: dict[tuple[str, str | None], dict[str, Any]] = {}

    @property
    def columns(self) -> frozenset[str]:
        """The columns of the file that it reads."""
        parts: list[Cell | None] = [*self._cells.values(), self._valid_from]
        return frozenset(column for cell in parts if cell is not None for column in cell.columns)

    def add(self, frame: pl.DataFrame) -> tuple[int, int, list[Rejection]]:
        """Take in rows: how many are new, how many were there already, and which are rejected."""
        new = known = 0
        rejected = []
        for row in frame.iter_rows(named=True):
            number = row.pop(ROW)
            try:
                if self._take(row):
                    new += 1
                else:
                    known += 1
            except MessageRejected as error:
                rejected.append(Rejection(number, error.reason, str(error)))
        return new, known, rejected

    def write(self, folder: Path) -> Path:
        """Replace the file in the folder by the rows, sorted by key and time. Returns its path."""
        path = folder / self._table.file
        path.parent.mkdir(parents=True, exist_ok=True)
        ordered = [row for _, row in sorted(self._rows.items(), key=lambda item: (item[0][0], item[0][1] or ""))]
        names = [*self._cells, *([VALID_FROM] if self._valid_from is not None else [])]
        frame = pl.DataFrame({name: _uniform([row[name] for row in ordered]) for name in names})
        draft = path.with_suffix(".parquet.new")
        frame.write_parquet(draft)
        draft.replace(path)
        return path

    def _take(self, row: dict[str, Any]) -> bool:
        made = {name: read(cell, row) for name, cell in self._cells.items()}
        key = cells.text(made[self._table.key])
        if key is None:
            raise MessageRejected(
                "no_key", said("the row has no {key}; fill it, or leave such rows out", key=self._table.key)
            )
        made[self._table.key] = key
        since = None
        if self._valid_from is not None:
            since = made[VALID_FROM] = _since(self._valid_from, row)
        before = self._rows.setdefault((key, since), made)
        if before is made:
            return True
        if before == made:
            return False
        raise MessageRejected(
            "two_truths",
            said("an earlier row has this key (and `valid_from`) with other fields; keep one, or date them"),
        )


def _since(cell: Cell, row: dict[str, Any]) -> str | None:
    """The start of validity as text (semantics S1, 22): a date stays one, everything else is an instant."""
    raw = read(cell, row) if cell.joined or cell.constant is not None else row[cell.columns[0]]
    if cells.is_empty(cell, raw):
        return None
    if isinstance(raw, str) and cell.format is None:
        day = raw.strip(cells.BLANK)
        if len(day) == len("2026-01-31") and parse_time(day) is not None:
            return day
    if hasattr(raw, "isoformat") and not isinstance(raw, datetime):
        return str(raw.isoformat())
    return iso(cells.time(cell, raw))


def _uniform(values: list[Any]) -> pl.Series:
    """A column of one type: as the values are, or as text where they differ."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float}:
        return pl.Series(values, dtype=pl.Float64 if float in kinds or not kinds else pl.Int64, strict=False)
    if len(kinds) == 1 and kinds <= {str, bool}:
        return pl.Series(values)
    return pl.Series([cells.text(value) for value in values], dtype=pl.String)
