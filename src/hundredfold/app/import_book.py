"""What each import stored and left out, so that it can be undone: a folder a run, below `data/imports`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from hundredfold.errors import NotFound, WorkspaceError, newer
from hundredfold.log.disk import Disk, replace_file
from hundredfold.log.rows import UNPLACED
from hundredfold.log.stored import Positions
from hundredfold.said import said
from hundredfold.words.calendar import DAY, iso
from hundredfold.words.span import Span

FORMAT: Final = 1
FILE: Final = "import.json"
KEPT: Final = 30 * DAY
"""So long an import can be undone, and so long what the ones after it left out is kept."""
_LEFT_OUT: Final = "left-out-*.parquet"
_WITH_PAYLOAD: Final = ("kind", "key", "message_id", "payload")
"""Columns of a left-out copy that are null where it says the same as the copy that it lost to."""
_COPIES: Final = pa.schema(
    [column.with_nullable(column.nullable or column.name in _WITH_PAYLOAD) for column in UNPLACED]
)


@dataclass(frozen=True, slots=True)
class Import:
    """An import by the number of its run.

    `spans`: where what it stored lies in the log. `open`: where the last one begins, while it is unknown where it ends.
    `tables`: the checksum of each lookup table that it wrote. `undone`: when it was undone, in microseconds UTC.
    """

    run: int
    started: int
    """When it began, in microseconds UTC."""
    spans: tuple[Span, ...] = ()
    open: Positions | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    undone: int | None = None

    def ended(self, end: Positions) -> Import:
        """Its last span ends here; all is as it was when none is open."""
        if self.open is None:
            return self
        return replace(self, spans=(*self.spans, Span(self.open, end)), open=None)

    def document(self) -> dict[str, Any]:
        """The import as JSON has it."""
        return {
            "format": FORMAT,
            "run": self.run,
            "started": self.started,
            "spans": [[_texts(span.first), _texts(span.end)] for span in self.spans],
            "open": None if self.open is None else _texts(self.open),
            "tables": dict(self.tables),
            "undone": self.undone,
        }

    @staticmethod
    def of(found: Mapping[str, Any]) -> Import:
        """The inverse of `document`. Raises ValueError, KeyError, TypeError, AttributeError."""
        return Import(
            found["run"],
            found["started"],
            tuple(Span(_numbers(first), _numbers(end)) for first, end in found["spans"]),
            None if found["open"] is None else _numbers(found["open"]),
            found["tables"],
            found["undone"],
        )


class ImportBook:
    """The imports of a workspace. One import or undo is under way at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def imports(self) -> list[Import]:
        """All imports, by run. Raises WorkspaceError for a file that cannot be read."""
        return [_read(path) for path in sorted(self._folder.glob(f"*/{FILE}"))]

    def to_undo(self, run: int, now: int) -> Import:
        """The import of a run, if it can be undone. Raises NotFound, WorkspaceError."""
        path = self.place(run) / FILE
        if not path.exists():
            raise NotFound(
                said("run {run} is no import that can be undone; hf runs lists them. Nothing was changed.", run=run)
            )
        found = _read(path)
        if found.undone is not None:
            raise WorkspaceError(
                said("run {run} was undone at {at} already. Nothing was changed.", run=run, at=iso(found.undone))
            )
        if found.started < now - KEPT:
            raise WorkspaceError(
                said(
                    "run {run} is of {at}; an import can be undone for {days} days. Nothing was changed.",
                    run=run,
                    at=iso(found.started),
                    days=KEPT // DAY,
                )
            )
        return found

    def undone(self) -> tuple[Span, ...]:
        """Where the imports that were undone lie. Raises WorkspaceError."""
        return tuple(span for one in self.imports() if one.undone is not None for span in one.spans)

    def write(self, one: Import) -> None:
        """Notes an import as it is now; what was noted before is replaced."""
        place = self.place(one.run)
        if not place.is_dir():
            place.mkdir(parents=True)
            Disk().sync_folder(self._folder)
        replace_file(place / FILE, orjson.dumps(one.document()))

    def settle(self, end: Positions, now: int) -> None:
        """Ends what an import left open that was cut off, and lets go of what is older than can be undone."""
        for one in self.imports():
            if one.open is not None:
                self.write(one.ended(end))
            if one.started < now - KEPT:
                for path in (*self.place(one.run).glob(_LEFT_OUT), *self.tables(one.run).glob("*")):
                    path.unlink()

    def place(self, run: int) -> Path:
        """The folder of a run."""
        return self._folder / f"{run:06d}"

    def tables(self, run: int) -> Path:
        """The folder of the lookup tables as they were before a run."""
        return self.place(run) / "tables"

    # Copies that an import left out, for they could not count.

    def leave_out(self, run: int, copies: pa.Table, differs: pa.Array) -> None:
        """Keeps copies (columns `UNPLACED`), with what they say only where it differs from the copy that counts."""
        place, kept = self.place(run), copies.select(UNPLACED.names).combine_chunks()
        place.mkdir(parents=True, exist_ok=True)
        for name in _WITH_PAYLOAD:
            column = kept.column_names.index(name)
            nothing = pa.scalar(None, kept.schema.field(name).type)
            kept = kept.set_column(column, _COPIES.field(name), pa.compute.if_else(differs, kept[name], nothing))
        number = len(list(place.glob(_LEFT_OUT))) + 1
        fresh = place / "left-out.new"
        pq.write_table(kept.cast(_COPIES), fresh, compression="zstd")
        fresh.rename(place / f"left-out-{number:06d}.parquet")

    def left_out(self, run: int) -> Iterator[pa.Table]:
        """The copies that an import left out."""
        for path in sorted(self.place(run).glob(_LEFT_OUT)):
            yield pq.read_table(path, schema=_COPIES)


def _read(path: Path) -> Import:
    try:
        found = orjson.loads(path.read_bytes())
        if found["format"] > FORMAT:
            raise WorkspaceError(newer(path, "import", found["format"], FORMAT))
        return Import.of(found)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkspaceError(
            said(
                "{path} does not tell of an import ({reason}). Restore it from a backup: without it values may "
                "be wrong.",
                path=str(path),
                reason=str(error),
            )
        ) from error


def _texts(positions: Positions) -> dict[str, int]:
    return {str(partition): offset for partition, offset in positions.items()}


def _numbers(positions: Mapping[str, int]) -> dict[int, int]:
    return {int(partition): int(offset) for partition, offset in positions.items()}
