"""Loading sources: what is new in other systems goes through the log, as what files hold does."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from hundredfold.app.documents import Document
from hundredfold.app.import_book import ImportBook
from hundredfold.app.importing import imported, told
from hundredfold.app.load_book import Cursor, Load, LoadBook
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import Runbook, Running
from hundredfold.app.sources.address import written_address
from hundredfold.app.sources.attempts import NOTHING, newest_attempts
from hundredfold.app.sources.database import Database
from hundredfold.app.sources.file import SourceFile, groups_of, mapping_of, read_source_file, read_sources
from hundredfold.app.sources.opening import database, read_query
from hundredfold.app.sources.selection import Selection, of_query, of_table
from hundredfold.app.workspace import Workspace
from hundredfold.errors import DefinitionError, HundredfoldError, ImportFailed
from hundredfold.ingest.bulk import Progress
from hundredfold.ingest.mapping import Mapping
from hundredfold.said import joined
from hundredfold.words.calendar import iso

COUNTS: Final = ("read", "stored", "duplicates", "rejected")
SHOWN: Final = 20
"""So many of its newest loads are told of a source."""


def loaded(
    opened: OpenWorkspace,
    names: Sequence[str],
    running: Running,
    *,
    full: bool = False,
    progress: Progress | None = None,
) -> Document:
    """Loads sources, one after the other, in one run; with none named all of them. With `full` everything is read.

    One that fails keeps none from being loaded. Raises NotFound, DefinitionError, ImportFailed.
    """
    folder = opened.workspace.folder
    chosen = list(names) or list(read_sources(folder))
    done: dict[str, Document] = {}
    failures: list[HundredfoldError] = []
    if not chosen:
        read_source_file(folder, "")

    def tell(read: int, of: int | None) -> None:
        running.tell(read, of)
        if progress is not None:
            progress(read, of)

    for name in chosen:
        running.come_to(name)
        try:
            done[name] = _loaded(opened, name, running, full=full, progress=tell)
        except HundredfoldError as error:
            failures.append(error)
            running.left(name, str(error))
        else:
            running.left(name)
        running.outcome |= {count: sum(one[count] for one in done.values()) for count in COUNTS} | {"sources": chosen}
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ImportFailed(joined([str(error) for error in failures]))
    return {"run": running.number, "sources": done}


def _loaded(opened: OpenWorkspace, name: str, running: Running, *, full: bool, progress: Progress) -> Document:
    workspace, began = opened.workspace, opened.workspace.now()
    one = read_source_file(workspace.folder, name)
    mapping = mapping_of(workspace.folder, name, one)
    book = _book(workspace, name)
    before = book.loads()
    since = before[-1].cursor if before and not full else None

    with _rows(workspace, name, one, mapping, since) as rows:
        report = imported(
            opened, rows, run=running.number, source=mapping.source or name, mapping=mapping, progress=progress
        )
        reached = since if not isinstance(rows, Database) or rows.reached is None else rows.reached
    counts = {"read": report.read, "stored": report.stored, "duplicates": report.duplicates}
    # All is stored: only now does the next load begin behind it.
    book.add(Load(running.number, began, **counts, rejected=report.rejected, cursor=reached))
    return {**told(report), "from": since, "cursor": reached}


@contextmanager
def _rows(
    workspace: Workspace, name: str, one: SourceFile, mapping: Mapping, since: Cursor | None
) -> Iterator[Path | Database]:
    """What a source's rows are read from. Raises ImportFailed, EgressError."""
    if one.kind == "files":
        yield workspace.folder / str(one.path)
        return
    selection = Selection(
        of_query(read_query(workspace.folder, one.query, name)) if one.query else of_table(str(one.table)),
        None if one.incremental is None else one.incremental.column,
        tuple(dict.fromkeys(groups_of(mapping))),
        one.order,
    )
    where = _where(workspace.folder, name, one)
    with database(
        workspace, name, where, selection, since=since, incremental=one.incremental, timeout=one.timeout
    ) as rows:
        yield rows


def _where(folder: Path, name: str, one: SourceFile) -> Path | str:
    if one.connection is None:
        return (folder / str(one.path)).resolve()
    return written_address(folder, name, one.connection, os.environ)


def _book(workspace: Workspace, name: str) -> LoadBook:
    return LoadBook(workspace.loads, name, ImportBook(workspace.imports))


def listed(workspace: Workspace) -> Document:
    """The sources: what each is, where its rows are, its loads, newest first, and what is wrong with its file.

    `going` is the load that goes on, `failed` the newest one where it failed. Nothing of an address is told but where
    it stands.
    """
    found = []
    newest = newest_attempts(Runbook(workspace.runbook, workspace.now).runs())
    for name, one in read_sources(workspace.folder).items():
        document: Document = {
            "name": name, "kind": None, "rows_of": None, "connection": None, "incremental": None, "becomes": [],
            "error": None,
        }  # fmt: skip
        if isinstance(one, SourceFile):
            document |= {
                "kind": one.kind,
                "rows_of": one.table or one.query or one.path,
                "connection": one.connection and (one.connection.env or one.connection.file),
                "incremental": one.incremental and one.incremental.column,
            }
            try:
                tables = mapping_of(workspace.folder, name, one).tables
                document["becomes"] = list(dict.fromkeys(type(table).__name__.lower() for table in tables))
            except HundredfoldError as error:
                document["error"] = str(error)
        else:
            document["error"] = str(one)
        loads = _book(workspace, name).loads()
        history = [
            {
                "run": load.run,
                "at": iso(load.at),
                **{count: getattr(load, count) for count in COUNTS},
                "cursor": load.cursor,
            }
            for load in reversed(loads[-SHOWN:])
        ]
        last = history[0] if history else None
        tried = newest.get(name, NOTHING)
        found.append({**document, **tried, "last": last, "loads": len(loads), "history": history})
    return {"sources": found}


def loads_by_source(workspace: Workspace) -> Iterator[tuple[str, Document]]:
    """What each load that counts has brought, with the source that its messages name."""
    for name, one in read_sources(workspace.folder).items():
        source = name
        if isinstance(one, SourceFile):
            with suppress(DefinitionError):
                source = mapping_of(workspace.folder, name, one).source or name
        for load in _book(workspace, name).loads():
            yield source, {count: getattr(load, count) for count in COUNTS}
