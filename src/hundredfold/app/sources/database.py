"""A table or query of a database as rows to import, all of them as of one moment."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator
from typing import Self

import polars as pl

from hundredfold.app.load_book import Cursor
from hundredfold.app.sources.cursor import earlier
from hundredfold.app.sources.file import Incremental
from hundredfold.app.sources.selection import Selection
from hundredfold.errors import ImportFailed
from hundredfold.ingest.draft import ROW, Rejection
from hundredfold.ingest.source import CHUNK, Chunk, Rows
from hundredfold.said import said


class Database(Rows):
    """Rows of a database, to be closed; `since` is how far they were loaded before, None for all.

    `reached` says how far these go, once `check` has been called.
    """

    def __init__(
        self, title: str, selection: Selection, incremental: Incremental | None, since: Cursor | None, timeout: int
    ) -> None:
        self._title, self.selection, self._timeout = title, selection, timeout
        overlap = 0 if incremental is None else incremental.overlap
        self.since = None if since is None else earlier(since, overlap)
        self.reached: Cursor | None = None
        self._columns: tuple[str, ...] = ()
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Lets go of the connection."""

    @abstractmethod
    def look(self) -> tuple[str, ...]:
        """Connects, and gives the names of the columns. Raises ImportFailed."""

    @abstractmethod
    def measure(self) -> tuple[int, Cursor | None]:
        """How many rows there are to read, and how far they go. Raises ImportFailed."""

    @abstractmethod
    def frames(self, columns: list[str], size: int) -> Iterator[tuple[pl.DataFrame, list[tuple[int, str]]]]:
        """The rows in frames of `size`, and of each the places (from 0) of those that cannot be read, with the reason.

        Raises ImportFailed.
        """

    @property
    def title(self) -> str:
        """The source's name."""
        return self._title

    def check(self) -> None:
        """Connect, look at the columns, count."""
        self._columns = self.look()
        twice = sorted({name for name in self._columns if self._columns.count(name) > 1})
        if twice:
            raise ImportFailed(
                said(
                    "{name} has two columns called {column!r}; name one of them `AS`", name=self._title, column=twice[0]
                )
            )
        for name in (self.selection.cursor, *self.selection.order):
            if name is not None and name not in self._columns:
                raise ImportFailed(
                    said(
                        "{name} has no column {missing!r}; it has: {columns}",
                        name=self._title,
                        missing=name,
                        columns=", ".join(self._columns),
                    )
                )
        self._count, self.reached = self.measure()

    def columns(self) -> tuple[str, ...]:
        """As the database names them."""
        return self._columns

    def rows(self) -> int | None:
        """As counted."""
        return self._count

    def rows_about(self) -> int:
        """As counted."""
        return self._count

    def chunks(self, columns: Collection[str], size: int = CHUNK) -> Iterator[Chunk]:
        """Its rows, numbered from 1 as they come."""
        wanted = [name for name in self._columns if name in columns] or list(self._columns[:1])
        done = 0
        for frame, wrong in self.frames(wanted, size):
            numbers = pl.Series(ROW, range(done + 1, done + 1 + len(frame)), dtype=pl.Int64)
            done += len(frame)
            whole = frame.with_columns(numbers)
            if not wrong:
                yield Chunk(whole)
                continue
            unreadable = [Rejection(int(numbers[place]), "bad_row", text) for place, text in wrong]
            yield Chunk(whole.filter(~pl.col(ROW).is_in([one.row for one in unreadable])), unreadable)
