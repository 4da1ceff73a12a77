"""Undoing an import: what it stored is withdrawn, and values are as if it had never been (semantics S42).

The undo is no message but a fact about the workspace, like a lookup table: spans of the log that do not count. So
everything is folded anew without them, beside the server where one serves.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import polars as pl
import pyarrow as pa

from hundredfold.app.documents import Document
from hundredfold.app.import_book import Import, ImportBook
from hundredfold.app.importing import checksum_of, without_erased
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import Runbook
from hundredfold.errors import WorkspaceError
from hundredfold.log.rows import UNPLACED
from hundredfold.log.stored import STORED
from hundredfold.log.undone import WHERE, withdrawn
from hundredfold.said import said
from hundredfold.words.calendar import iso

_SAID: Final = ("kind", "key", "message_id", "payload")
"""What a left-out copy takes from the withdrawn one that says the same."""
_ONE: Final = ("hash", "content", "received")


def undone(opened: OpenWorkspace, run: int) -> Document:
    """Undoes the import of a run; when this returns, values are without it. It is noted as a run of its own.

    Raises NotFound for no import, WorkspaceError for one that was undone before or cannot be.
    """
    workspace, book = opened.workspace, ImportBook(opened.workspace.imports)
    with opened.importing:
        with opened.guard:
            book.settle(opened.engine().positions, workspace.now())
        found = book.to_undo(run, workspace.now())
        with Runbook(workspace.runbook, workspace.now).run("undo", of=run) as running:
            copies, returned = _Return(opened, book, found).all()
            book.write(replace(found, undone=workspace.now()))
            restored, kept = _restore_tables(opened, book, found)
            running.outcome |= {"withdrawn": copies, "returned": returned}
            opened.renew()
            while (filling := opened.filling) is not None and filling.is_alive():
                filling.join()  # definitions that are applied meanwhile begin another one
            with opened.guard:
                in_force = opened.engine().compiled.setup.undone == book.undone()
        if not in_force:
            raise WorkspaceError(
                said(
                    "run {run} is undone, and that does not count yet: making everything anew failed. Say hf apply.",
                    run=run,
                )
            )
        opened.keep()
    return {
        "undone": run,
        "run": running.number,
        "started": iso(found.started),
        "withdrawn": copies,
        "returned": returned,
        "lookups": restored,
        "lookups_kept": kept,
    }


class _Return:
    """What other imports left out because of copies that are withdrawn now: it is stored for them."""

    def __init__(self, opened: OpenWorkspace, book: ImportBook, found: Import) -> None:
        self._opened, self._book, self._found = opened, book, found

    def all(self) -> tuple[int, int]:
        """How many copies are withdrawn, and how many were stored in their place."""
        own = pl.DataFrame(pa.concat_tables(self._withdrawn()))
        stored = 0
        if not own.is_empty():
            for other in self._book.imports():
                if other.undone is None and other.run != self._found.run:
                    stored += self._store(other, own)
        return len(own), stored

    def _withdrawn(self) -> Iterator[pa.Table]:
        """The ids and sent ids of the copies that the import stored."""
        history, columns = self._opened.history, [*WHERE, "hash", "key"]
        yield STORED.empty_table().select(["hash", "key"])
        for bucket in range(history.buckets):
            yield self._own(history.scan(bucket, columns)).select(["hash", "key"])
        for table in self._opened.log.read(history.positions):
            yield self._own(table).select(["hash", "key"])

    def _own(self, table: pa.Table) -> pa.Table:
        return table.filter(pa.array(withdrawn(table, self._found.spans)))

    def _store(self, other: Import, own: pl.DataFrame) -> int:
        """Stores what another import left out; each copy once. What lies there already is of no account."""
        left_out = [
            pl.DataFrame(table).join(own.select("hash").unique(), on="hash", how="semi")
            for table in self._book.left_out(other.run)
        ]
        copies = pl.concat(left_out).unique(_ONE) if left_out else pl.DataFrame()
        if copies.is_empty():
            return 0
        whole = _with_what_they_say(copies, self._messages(own.join(copies, on="hash", how="semi")))
        with self._opened.guard:
            engine = self._opened.engine()
            table = without_erased(whole, engine)
            if not table.num_rows:
                return 0
            opening = replace(other, open=dict(engine.positions))
            self._book.write(opening)
            self._opened.log.append_table(table)
            self._book.write(opening.ended(dict(self._opened.engine().positions)))
        return int(table.num_rows)

    def _messages(self, own: pl.DataFrame) -> pl.DataFrame:
        """The withdrawn copies of some messages, whole."""
        with self._opened.guard:
            raw, sids = self._opened.engine().raw, self._opened.engine().sids
            places = raw.places(sids.codes(own["key"].unique().to_list()))
        found = self._own(raw.fetch(places))
        return pl.DataFrame(found.select(["hash", "content", *_SAID])).unique(["hash", "content"])


def _with_what_they_say(copies: pl.DataFrame, withdrawn: pl.DataFrame) -> pa.Table:
    """Left-out copies as they would have been stored; those that say the same as a withdrawn one take it from there.

    A copy whose words are neither here nor there said the same as a third one, which is stored and counts before it.
    """
    theirs = withdrawn.rename({name: f"{name}_theirs" for name in _SAID})
    whole = copies.join(theirs, on=["hash", "content"], how="left", maintain_order="left")
    said = [pl.coalesce(name, f"{name}_theirs").alias(name) for name in _SAID]
    return whole.with_columns(said).filter(pl.col("payload").is_not_null()).select(UNPLACED.names).to_arrow()


def _restore_tables(opened: OpenWorkspace, book: ImportBook, found: Import) -> tuple[list[str], list[str]]:
    """Puts lookup tables back as they were before the import: which ones, and which were changed since and stay."""
    restored, kept = [], []
    for file, checksum in found.tables.items():
        now, before = opened.workspace.folder / file, book.tables(found.run) / file
        if not now.exists() or checksum_of(now) != checksum:
            kept.append(file)
            continue
        if before.exists():
            draft = now.with_name(f"{now.name}.new")
            shutil.copyfile(before, draft)
            draft.replace(now)
        else:
            now.unlink()
        restored.append(file)
    return restored, kept
