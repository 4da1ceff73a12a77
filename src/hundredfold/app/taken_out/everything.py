"""A full export: profiles, ids and messages at one position, with all that was held back, run and defined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from hundredfold.app.backup.copying import must_be_free, new_folder
from hundredfold.app.documents import Document, json_text, positions
from hundredfold.app.export import table_of, write
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.segment_history import open_movements
from hundredfold.app.taken_out import sheets
from hundredfold.app.taken_out.page import page
from hundredfold.attribute.order import before, refs_of
from hundredfold.batch.erasure import reach, skeleton
from hundredfold.definition.edit import dump
from hundredfold.errors import WorkspaceError
from hundredfold.log.history import History
from hundredfold.log.stored import STORED, Positions
from hundredfold.log.undone import without_withdrawn
from hundredfold.words.calendar import iso
from hundredfold.words.span import Span

FILE_ROWS: Final = 2_000_000
WARNING: Final = "It holds personal data: who may read these files is yours to see to."


def taken_out(opened: OpenWorkspace, target: Path, *, file_rows: int = FILE_ROWS) -> Document:
    """Writes everything into a new folder. Raises WorkspaceError, and leaves nothing there then."""
    target, workspace = target.absolute(), opened.workspace
    if workspace.folder.resolve() in (target.resolve(), *target.resolve().parents):
        raise WorkspaceError(f"{target} lies in the workspace itself. Name a folder outside.")
    must_be_free(target, "the export")
    with opened.clock_held() as now:
        found, engine = opened.answers().everybody(), opened.engine()
        compiled = engine.compiled
        profiles = table_of(found.customers, found.values, compiled.plan, compiled.pool)
        ids, erased, upto = sheets.ids(engine), reach(engine), dict(engine.positions)
    definitions = compiled.setup.definitions
    told = {
        "workspace": str(workspace.folder.resolve().name),
        "program": version("hundredfold"),
        "at": iso(now),
        "position": json_text(positions(upto)),
    }
    with new_folder(target) as fresh:
        write(profiles, fresh / "profiles.parquet")
        write(ids, fresh / "ids.parquet")
        write(sheets.runs(workspace), fresh / "runs.parquet")
        write(sheets.rejected(workspace.store / "rejections.sqlite"), fresh / "rejected.parquet")
        write(sheets.quarantine(workspace.store / "quarantine.sqlite"), fresh / "quarantine.parquet")
        (fresh / "definitions.yaml").write_text(dump(definitions), encoding="utf-8")
        bones = skeleton(definitions.events)
        messages = (sheets.events(table, erased, bones) for table in _messages(opened, upto, compiled.setup.undone))
        count = _written(messages, fresh / "events", sheets.EVENTS, file_rows)
        with closing(open_movements(workspace)) as store:
            write(sheets.stretches(store), fresh / "segments.parquet")
            _written(sheets.moves(store), fresh / "moves", sheets.MOVES, file_rows)
        (fresh / "README.md").write_text(
            page(told, pq.read_schema(fresh / "profiles.parquet"), definitions), encoding="utf-8"
        )
    return {
        "folder": str(target),
        "at": told["at"],
        "position": positions(upto),
        "customers": profiles.num_rows,
        "events": count,
        "warning": WARNING,
    }


def _messages(opened: OpenWorkspace, upto: Positions, undone: Sequence[Span]) -> Iterable[pa.Table]:
    """What is stored before some positions, and not undone.

    History is opened for this alone: a batch may publish another meanwhile.
    """
    history = History(opened.workspace.history_folder)
    log = opened.log.read(history.positions)
    for bucket in range(history.buckets):
        for table in history.pieces(bucket, STORED.names, 1 << 18):
            yield without_withdrawn(table, undone)
    for table in log:
        yield without_withdrawn(table.filter(pa.array(before(refs_of(table), upto))), undone)


def _written(tables: Iterable[pa.Table], folder: Path, columns: sheets.Columns, file_rows: int) -> int:
    """Writes tables into files of about so many rows; there is always one. Returns how many rows there were."""
    folder.mkdir()
    rows = number = 0
    writer = pq.ParquetWriter(folder / "part-00000.parquet", sheets.schema(columns), compression="zstd")
    try:
        for table in tables:
            if rows >= (number + 1) * file_rows:
                writer.close()
                number += 1
                path = folder / f"part-{number:05d}.parquet"
                writer = pq.ParquetWriter(path, sheets.schema(columns), compression="zstd")
            writer.write_table(table)
            rows += table.num_rows
    finally:
        writer.close()
    return rows
