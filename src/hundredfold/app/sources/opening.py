"""A database made ready to be read: that of a source's file, or one that is given by its address alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from hundredfold.app.egress import Gate
from hundredfold.app.load_book import Cursor
from hundredfold.app.sources.address import checked_address
from hundredfold.app.sources.database import Database
from hundredfold.app.sources.file import TIMEOUT, Incremental, groups_of
from hundredfold.app.sources.selection import Selection, of_query, of_table
from hundredfold.app.workspace import Workspace
from hundredfold.errors import ImportFailed
from hundredfold.ingest.mapping import WHOLE_MESSAGES, Mapping
from hundredfold.ingest.mapping_file import load_mapping
from hundredfold.said import said
from hundredfold.words.calendar import SECOND

SQLITE: Final = "sqlite"
_TABLES_OF_SQLITE: Final = (
    "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
)
_TABLES_OF_POSTGRESQL: Final = (
    "SELECT CAST(CASE table_schema WHEN 'public' THEN table_name ELSE table_schema || '.' || table_name END AS text) "
    "AS name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def database(
    workspace: Workspace,
    name: str,
    where: Path | str,
    selection: Selection,
    *,
    since: Cursor | None = None,
    incremental: Incremental | None = None,
    timeout: int = TIMEOUT,
) -> Database:
    """The rows of an SQLite file, or of the PostgreSQL at an address; nothing is connected yet.

    Raises ImportFailed and EgressError for an address; neither tells it.
    """
    local = (_EPOCH + timedelta(seconds=workspace.now() / SECOND)).astimezone(workspace.zone)
    if isinstance(where, Path):
        from hundredfold.app.sources.sqlite import Sqlite

        return Sqlite(name, selection, incremental, since, timeout, path=where, now=local.replace(tzinfo=None))
    from hundredfold.app.sources.postgresql import Postgresql

    address = checked_address(name, where, Gate(workspace.settings.egress))
    return Postgresql(name, selection, incremental, since, timeout, address=address, now=local.isoformat())


@contextmanager
def rows_at(
    workspace: Workspace, path: str, mapping: str | None, *, table: str | None = None, query: str | None = None
) -> Iterator[tuple[Path | Database, Mapping]]:
    """What is imported from a file, a folder or a database's address, and what it becomes.

    `mapping` is a mapping file's path or a preset's name. Raises ImportFailed, EgressError and DefinitionError.
    """
    chosen = WHOLE_MESSAGES if mapping is None else load_mapping(mapping)
    if "://" in path:
        with _given(workspace, path, chosen, table=table, query=query) as rows:
            yield rows, chosen
    elif table is not None or query is not None:
        raise ImportFailed(said("a table or a query is said of databases only; {path} is none", path=path))
    else:
        yield Path(path), chosen


def read_query(folder: Path, file: str, name: str) -> str:
    """The query that stands in a file. Raises ImportFailed, with the name of what it is of."""
    try:
        return (folder / file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ImportFailed(said("{name}: the query cannot be read from {file}", name=name, file=file)) from None


def sqlite_path(address: str) -> str | None:
    """The file that an address such as sqlite:///till.db names; None for an address of something else.

    >>> sqlite_path("sqlite:///till.db"), sqlite_path("sqlite:////srv/till.db"), sqlite_path("postgresql:///shop")
    ('till.db', '/srv/till.db', None)
    """
    kind, _, rest = address.partition(":///")
    return unquote(rest) if kind == SQLITE and rest else None


def _given(workspace: Workspace, address: str, mapping: Mapping, *, table: str | None, query: str | None) -> Database:
    """All rows of a table, or of the query in a file, of the database at an address; without either its only table.

    Raises ImportFailed and EgressError; neither tells the address, which may have a password in it.
    """
    where = _where(address)
    name = where.name if isinstance(where, Path) else urlsplit(where).path.strip("/") or "postgresql"
    if query is None:
        origin = of_table(table or _only_table(workspace, name, where))
    else:
        origin = of_query(read_query(Path(), query, name))
    return database(workspace, name, where, Selection(origin, groups=tuple(dict.fromkeys(groups_of(mapping)))))


def _where(address: str) -> Path | str:
    path = sqlite_path(address)
    if path is not None:
        return Path(path)
    kind = address.partition("://")[0]
    if kind in ("postgresql", "postgres"):
        return address
    raise ImportFailed(
        said(
            "{kind}:// is no address that can be read; write sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME",
            kind=kind,
        )
    )


def _only_table(workspace: Workspace, name: str, where: Path | str) -> str:
    query = _TABLES_OF_SQLITE if isinstance(where, Path) else _TABLES_OF_POSTGRESQL
    with database(workspace, name, where, Selection(of_query(query))) as tables:
        tables.check()
        found = sorted(one for chunk in tables.chunks(["name"]) for one in chunk.frame["name"].to_list())
    if len(found) == 1:
        return str(found[0])
    if not found:
        raise ImportFailed(said("{name} has no table that can be read", name=name))
    raise ImportFailed(
        said("{name} has several tables; say which one with --table: {tables}", name=name, tables=", ".join(found))
    )
