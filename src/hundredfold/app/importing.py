"""Imports: files through the log, counted at once, with what is stored already left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.app.documents import Document
from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.order import before, refs_of
from hundredfold.ingest.bulk import ImportReport, Progress, import_path
from hundredfold.ingest.mapping import WHOLE_MESSAGES, Mapping
from hundredfold.ingest.mapping_file import load_mapping
from hundredfold.live.engine import Engine
from hundredfold.words.message import KINDS, TRUSTS

TOLD: Final = 100
"""How many rejected rows are told one by one."""
_IMPORT: Final = TRUSTS.index("import")
_SILENT: Final = (KINDS.index("delete"), KINDS.index("marker"))


def imported(
    opened: OpenWorkspace,
    path: Path,
    *,
    source: str | None = None,
    mapping: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Imports a file or folder; what is imported counts when this returns.

    `mapping` is a mapping file's path or a preset's name. Raises ImportFailed, and DefinitionError for the mapping.
    """
    chosen: Mapping = WHOLE_MESSAGES if mapping is None else load_mapping(mapping)
    shelf = _Shelf(opened)
    report = import_path(
        path,
        mapping=chosen,
        source=source,
        started=opened.workspace.now(),
        zone=opened.workspace.zone,
        sink=shelf.store,
        lookups=opened.workspace.folder,
        erased=shelf.erased,
        progress=progress,
    )
    if report.lookups:
        opened.renew()
    with opened.guard:
        opened.engine()
    opened.keep()
    return shelf.told(report)


class _Shelf:
    """Where an import's messages go: the log, but for those of customers who were erased, also while it runs."""

    def __init__(self, opened: OpenWorkspace) -> None:
        self._opened, self._late = opened, 0
        with opened.guard:
            engine = opened.engine()
            self._deletions, self.erased = list(engine.state.deletions), erased_ids(engine)

    def store(self, table: pa.Table) -> tuple[int, int]:
        """As `store` below, without messages of customers who were erased since the import began."""
        with self._opened.guard:
            engine = self._opened.engine()
            if engine.state.deletions != self._deletions:
                erased = erased_ids(engine) or (lambda _: False)
                gone = [key for key in table["key"].unique().to_pylist() if erased(key)]
                kept = table.filter(pc.invert(pc.is_in(table["key"], pa.array(gone, pa.string()))))
                self._late += table.num_rows - kept.num_rows
                table = kept
            return store(self._opened, table)

    def told(self, report: ImportReport) -> ImportReport:
        """The report, with what was refused here."""
        if not self._late:
            return report
        reasons = Counter(report.reasons) + Counter(erased=self._late)
        return replace(report, rejected=report.rejected + self._late, reasons=dict(sorted(reasons.items())))


def store(opened: OpenWorkspace, table: pa.Table) -> tuple[int, int]:
    """Puts messages into the log, without copies that could never count: how many are new, how many are copies.

    A copy that was received earlier than the stored one counts in its place, so it goes into the log, too.
    """
    with opened.guard:
        engine = opened.engine()
        known, loses = engine.seen.known(table["hash"], table["received"], table["content"])
        kept = table if not loses.any() else table.filter(pa.array(~loses))
        if kept.num_rows:
            opened.log.append_table(kept)
            opened.engine()
    new = table.filter(pa.array(~known))["hash"] if known.any() else table["hash"]
    stored = len(new.unique())
    return stored, table.num_rows - stored


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
        "rejections": [
            {"file": one.file, "row": one.row, "rows": one.rows, "reason": one.reason, "message": one.text}
            for one in report.rejections[:TOLD]
        ],
    }
