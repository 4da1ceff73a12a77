"""Imports: files through the log, counted at once, with what is stored already left out."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Reasons
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.app.documents import Document
from hundredfold.app.import_book import Import, ImportBook
from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.order import before, refs_of
from hundredfold.errors import ImportFailed
from hundredfold.ingest.bulk import ImportReport, Progress, import_path
from hundredfold.ingest.mapping import Mapping, Products
from hundredfold.ingest.source import Rows
from hundredfold.ingest.unpriced import Pricing, Unpriced
from hundredfold.live.engine import Engine
from hundredfold.log.stored import Positions
from hundredfold.said import said
from hundredfold.words.calendar import DAY, iso
from hundredfold.words.message import KINDS, TRUSTS

TOLD: Final = 100
"""How many rejected rows are told one by one."""
_IMPORT: Final = TRUSTS.index("import")
_SILENT: Final = (KINDS.index("delete"), KINDS.index("marker"))


def imported(
    opened: OpenWorkspace,
    path: Path | Rows,
    *,
    run: int,
    mapping: Mapping,
    source: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Imports a file, a folder or rows from elsewhere as a run; what is imported counts when this returns.

    Raises ImportFailed.
    """
    with shelf(opened, run) as place:
        place.keep_tables(table.file for table in mapping.tables if isinstance(table, Products))
        report = import_path(
            path,
            mapping=mapping,
            source=source,
            started=opened.workspace.now(),
            zone=opened.workspace.zone,
            sink=place.store,
            lookups=opened.workspace.folder,
            erased=place.erased,
            progress=progress,
            pricing=pricing_of(opened),
        )
        place.note_tables(report.lookups)
    if report.lookups:
        opened.renew()
    with opened.guard:
        opened.engine()
    opened.keep()
    return place.told(report)


@contextmanager
def shelf(opened: OpenWorkspace, run: int) -> Iterator[Shelf]:
    """Where the messages of an import go, while nobody else imports. Raises ImportFailed.

    When the block raises, what was stored may be undone all the same: it ends where the next import begins.
    """
    with opened.importing:
        place = Shelf(opened, run)
        yield place
        place.end()


class Shelf:
    """Where an import's messages go: the log, but for those of customers who were erased, also while it runs."""

    def __init__(self, opened: OpenWorkspace, run: int) -> None:
        self._opened, self._late = opened, 0
        self._book = ImportBook(opened.workspace.imports)
        with opened.guard:
            engine = opened.engine()
            now = opened.workspace.now()
            self._book.settle(engine.positions, now)
            # One that was cut off goes on with what it has stored already.
            known = {one.run: one for one in self._book.imports()}
            self._import = known.get(run) or Import(run, now)
            if engine.compiled.setup.undone != self._book.undone():
                raise ImportFailed(
                    said("an import was undone, and that does not count yet. Say hf apply, and import again.")
                )
            self._deletions, self.erased = list(engine.state.deletions), erased_ids(engine)

    def store(self, table: pa.Table) -> tuple[int, int]:
        """Puts messages into the log, without copies that could never count: how many are new, how many are copies.

        A copy that was received earlier than the stored one counts in its place, so it goes into the log, too. What is
        left out is kept aside: it counts if the import of the stored one is undone.
        """
        with self._opened.guard:
            engine = self._opened.engine()
            table = self._without_erased(table, engine)
            found = engine.seen.known(table["hash"], table["received"], table["content"])
            kept = table if not found.loses.any() else table.filter(pa.array(~found.loses))
            if kept.num_rows:
                self._begin(engine.positions)
                self._opened.log.append_table(kept)
                self._opened.engine()
        if found.loses.any():
            left_out = table.filter(pa.array(found.loses))
            self._book.leave_out(self._import.run, left_out, pa.array(found.differs[found.loses]))
        new = table.filter(pa.array(~found.known))["hash"] if found.known.any() else table["hash"]
        stored = len(new.unique())
        return stored, table.num_rows - stored

    def keep_tables(self, files: Iterable[str]) -> None:
        """Keeps lookup tables that the import replaces as they are."""
        for file in files:
            before = self._opened.workspace.folder / file
            if before.exists():
                kept = self._book.tables(self._import.run) / file
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(before, kept)

    def note_tables(self, files: Iterable[str]) -> None:
        """Notes the lookup tables that the import has written."""
        tables = {file: checksum_of(self._opened.workspace.folder / file) for file in files}
        self._import = replace(self._import, tables=tables)

    def end(self) -> None:
        """Notes where the import ends."""
        with self._opened.guard:
            self._import = self._import.ended(dict(self._opened.engine().positions))
        self._book.write(self._import)

    def told(self, report: ImportReport) -> ImportReport:
        """The report, with what was refused here."""
        if not self._late:
            return report
        reasons = Counter(report.reasons) + Counter(erased=self._late)
        return replace(report, rejected=report.rejected + self._late, reasons=dict(sorted(reasons.items())))

    def _begin(self, positions: Positions) -> None:
        """Notes where the import begins before it stores anything, so that it can be undone even if it is cut off."""
        if self._import.open is None:
            self._import = replace(self._import, open=dict(positions))
            self._book.write(self._import)

    def _without_erased(self, table: pa.Table, engine: Engine) -> pa.Table:
        """Leaves out messages of customers who were erased since the import began."""
        if engine.state.deletions == self._deletions:
            return table
        kept = without_erased(table, engine)
        self._late += table.num_rows - kept.num_rows
        return kept


def without_erased(table: pa.Table, engine: Engine) -> pa.Table:
    """The messages of a table but for those that an erasure refuses (semantics 12, S41)."""
    erased = erased_ids(engine)
    if erased is None:
        return table
    gone = [key for key in table["key"].unique().to_pylist() if erased(key)]
    return table.filter(pc.invert(pc.is_in(table["key"], pa.array(gone, pa.string()))))


def checksum_of(path: Path) -> str:
    """What tells one state of a small file from another."""
    return blake2b(path.read_bytes(), digest_size=16).hexdigest()


def erased_ids(engine: Engine) -> Callable[[str], bool] | None:
    """Says of a sent id whether it was erased and has not been heard of by the tracking API since (semantics 12)."""
    gone = {engine.sids.text(sid) for deletion in engine.state.deletions for sid in deletion.sids}
    return (lambda key: key in gone and not _came_back(engine, key)) if gone else None


def _came_back(engine: Engine, key: str) -> bool:
    sid = engine.sids.code(key)
    rows = engine.raw.rows_of(np.array([sid], np.int64))
    refs = refs_of(rows)
    later = np.ones(rows.num_rows, np.bool_)
    for deletion in engine.state.deletions:
        if sid in deletion.sids:
            later &= ~before(refs, deletion.positions)
    tracked = rows["trust"].to_numpy() != _IMPORT
    speaking = ~np.isin(rows["kind"].to_numpy(), _SILENT)
    return bool((later & tracked & speaking).any())


def pricing_of(opened: OpenWorkspace) -> Pricing:
    """What makes money of amounts now."""
    with opened.guard:
        setup = opened.engine().compiled.setup
    return Pricing(setup.definitions.events, setup.rates, setup.currency, setup.zone)


def unpriced_told(unpriced: Reasons[str, Unpriced]) -> list[Document]:
    """Money without a rate as documents, one for each currency; an empty one stands for what is no currency."""
    return [{"currency": code, "rows": one.rows, "since": iso(one.since * DAY)[:10]} for code, one in unpriced.items()]


def told(report: ImportReport) -> Document:
    """The report as a document."""
    return {
        "read": report.read,
        "stored": report.stored,
        "duplicates": report.duplicates,
        "rejected": report.rejected,
        "reasons": dict(report.reasons),
        "skipped": dict(report.skipped),
        "lookups": list(report.lookups),
        "unpriced": unpriced_told(report.unpriced),
        "rejections": [
            {"file": one.file, "row": one.row, "rows": one.rows, "reason": one.reason, "message": one.text}
            for one in report.rejections[:TOLD]
        ],
    }
