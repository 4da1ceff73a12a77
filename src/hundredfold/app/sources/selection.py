"""The statements by which a database is read. They only read; names are quoted, values are bound."""

# ruff: noqa: S608 - names are quoted, values are bound, and a query is its author's own file
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of a table or of a query; with `cursor` those that are new or changed, and all that belong to them.

    `groups`: columns by which rows belong together: when one line of an order has changed, the whole order is read.
    `order`: the columns by which such lines are sorted.
    """

    origin: str
    cursor: str | None = None
    groups: tuple[tuple[str, ...], ...] = ()
    order: tuple[str, ...] = ()

    def described(self) -> str:
        """A statement that has all columns."""
        return f"SELECT * FROM {self.origin} AS origin"

    def reached(self, count: str, furthest: str, since: str | None) -> str:
        """A statement that says how many rows there are to read, and how far they go."""
        return f"SELECT {count}, {furthest} FROM {self.origin} AS origin{self._where(since)}"

    def rows(self, columns: Sequence[str], since: str | None) -> str:
        """A statement that reads columns (expressions), new and changed rows only where `since` (an expression) is.

        Lines that belong together come in the same order each time, or an order would seem to be another.
        """
        sorting = [*map(quoted, self.order), *map(str, range(1, len(columns) + 1))] if self.groups else []
        behind = f" ORDER BY {', '.join(sorting)}" if sorting else ""
        return f"SELECT {', '.join(columns)} FROM {self.origin} AS origin{self._where(since)}{behind}"

    def _where(self, since: str | None) -> str:
        if since is None or self.cursor is None:
            return ""
        cursor = quoted(self.cursor)
        # A row without the column's value is never behind it: it is read each time.
        changed = f"({cursor} >= {since} OR {cursor} IS NULL)"
        conditions = [changed]
        for group in self.groups:
            key = ", ".join(map(quoted, group))
            conditions.append(f"({key}) IN (SELECT {key} FROM {self.origin} AS changed WHERE {changed})")
        return f" WHERE {' OR '.join(conditions)}"


def of_table(name: str) -> str:
    """A table as the origin of rows; dots are between its schema and its name."""
    return ".".join(map(quoted, name.split(".")))


def of_query(text: str) -> str:
    """A query as the origin of rows; a comment may stand at its end."""
    return f"(\n{text.strip().rstrip(';')}\n)"


def quoted(name: str) -> str:
    """A name as SQL has it: in quotes, those inside doubled."""
    return '"' + name.replace('"', '""') + '"'
