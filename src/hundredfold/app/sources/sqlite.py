"""SQLite. Its columns have no types, its cells have: all are read as text, as those of a CSV file are."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import polars as pl

from hundredfold.app.load_book import Cursor
from hundredfold.app.sources.cursor import at_most
from hundredfold.app.sources.database import Database
from hundredfold.app.sources.file import Incremental
from hundredfold.app.sources.selection import Selection, quoted
from hundredfold.errors import ImportFailed
from hundredfold.ingest.cell import text
from hundredfold.said import said

_STEPS: Final = 100_000
"""How many of its steps SQLite takes before it is asked whether time is up."""
_BUSY_SECONDS: Final = 30.0


class Sqlite(Database):
    """A table or query of an SQLite file, which is opened for reading only; `now` is the local time."""

    def __init__(
        self,
        title: str,
        selection: Selection,
        incremental: Incremental | None,
        since: Cursor | None,
        timeout: int,
        *,
        path: Path,
        now: datetime,
    ) -> None:
        super().__init__(title, selection, incremental, since, timeout)
        self._path, self._now = path, now
        self._database: sqlite3.Connection | None = None

    def close(self) -> None:
        """Ends the reading."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def look(self) -> tuple[str, ...]:
        """Opens the file. All is read in one transaction, so that nobody's change is half seen."""
        if not self._path.is_file():
            raise ImportFailed(said("there is no SQLite file {path}; check `path`", path=str(self._path)))
        try:
            found = sqlite3.connect(f"file:{quote(str(self._path))}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
            self._database = found
            found.isolation_level = None
            found.text_factory = partial(str, encoding="utf-8", errors="replace")
            found.execute("PRAGMA query_only = 1")
            found.execute("BEGIN")
        except sqlite3.Error as error:
            raise self._failed(error) from None
        described = self._asked(f"{self.selection.described()} LIMIT 0")
        return tuple(column[0] for column in described.description)

    def measure(self) -> tuple[int, Cursor | None]:
        """Counts; the furthest value is not later than now."""
        name = self.selection.cursor
        furthest = "NULL" if name is None else f"max({quoted(name)})"
        count, reached = self._asked(self.selection.reached("count(*)", furthest, self._place), *self._bound).fetchone()
        if reached is None:
            return count, None
        if not isinstance(reached, int | str):
            raise ImportFailed(
                said("{name}: `incremental` needs a column of times, whole numbers or texts", name=self.title)
            )
        return count, at_most(reached, self._now)

    def frames(self, columns: list[str], size: int) -> Iterator[tuple[pl.DataFrame, list[tuple[int, str]]]]:
        """Cells as text; a row with bytes in it cannot be read."""
        found = self._asked(self.selection.rows([quoted(name) for name in columns], self._place), *self._bound)
        while rows := self._fetched(found, size):
            wrong: list[tuple[int, str]] = [
                (place, said("bytes stand where a text or a number was expected; leave them out in a `query`"))
                for place, row in enumerate(rows)
                if any(isinstance(cell, bytes) for cell in row)
            ]
            series = [
                pl.Series(name, [None if isinstance(cell, bytes) else text(cell) for cell in cells], dtype=pl.String)
                for name, cells in zip(columns, zip(*rows, strict=True), strict=True)
            ]
            yield pl.DataFrame(series), wrong

    @property
    def _place(self) -> str | None:
        return None if self.since is None else "?1"

    @property
    def _bound(self) -> tuple[Cursor, ...]:
        return () if self.since is None else (self.since,)

    def _asked(self, statement: str, *bound: Cursor) -> sqlite3.Cursor:
        assert self._database is not None, "look comes first"
        end = time.monotonic() + self._timeout
        self._database.set_progress_handler(lambda: int(time.monotonic() > end), _STEPS)
        try:
            return self._database.execute(statement, bound)
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def _fetched(self, found: sqlite3.Cursor, size: int) -> list[Any]:
        try:
            return found.fetchmany(size)
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def _failed(self, error: sqlite3.Error) -> ImportFailed:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            return ImportFailed(
                said(
                    "{name}: a statement took more than {seconds} s; give it more with `timeout`, or read less",
                    name=self.title,
                    seconds=self._timeout,
                )
            )
        with suppress(ImportFailed):
            self.close()
        return ImportFailed(said("{name}: SQLite says: {problem}", name=self.title, problem=str(error)))
