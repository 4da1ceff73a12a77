"""A published state of the history: what its manifest says, and how its parts are read as one table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from hundredfold.errors import LogError, newer
from hundredfold.log.copies import halves
from hundredfold.log.part import SORTED_BY, Asked, Came, Part, in_order
from hundredfold.log.stored import STORED

MANIFEST: Final = "history.json"
VERSION: Final = 1
REPLACED: Final = pa.schema([STORED.field(name) for name in ("hash", "received", "content")])
"""Copies that a smaller copy replaced: what `Verdicts.replaced` holds."""


@dataclass(frozen=True, slots=True)
class PartNote:
    """What the manifest says about a part. It was written without the first `applied` of the replaced copies."""

    bucket: int
    name: str
    rows: int
    applied: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """One state of the history, as `history.json` says it."""

    buckets: int
    positions: Mapping[int, int]
    parts: tuple[PartNote, ...] = ()
    replaced: str | None = None
    """The file of the replaced copies that some part may still hold."""
    made: int = 0
    """How many files were ever named; no name comes twice."""

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """What a manifest file says. Raises LogError for one that cannot be understood."""
        try:
            told = json.loads(path.read_bytes())
            if (version := told.pop("version")) > VERSION:
                raise LogError(newer(path, "history", version, VERSION))
            positions = {int(partition): offset for partition, offset in told.pop("positions").items()}
            parts = tuple(PartNote(**part) for part in told.pop("parts"))
            return cls(positions=positions, parts=parts, **told)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LogError(f"{path} is damaged ({error}). Restore a backup.") from error

    def text(self) -> bytes:
        """The manifest as it is stored."""
        return json.dumps({"version": VERSION, **asdict(self)}, indent=1).encode()


class Stretch(NamedTuple):
    """A row group of a part; none of its messages came behind `newest`."""

    newest: Came
    note: PartNote
    group: int


class Published:
    """The parts of one state, open: a reader that holds it reads to the end whatever is published meanwhile."""

    def __init__(self, folder: Path, manifest: Manifest, before: Published | None = None) -> None:
        self.folder, self.manifest = folder, manifest
        known: Mapping[str, Part] = before._open if before else {}
        self._open: dict[str, Part] = {
            note.name: known.get(note.name) or Part(folder / note.name) for note in manifest.parts
        }
        self.replaced = _replaced(folder / manifest.replaced) if manifest.replaced else REPLACED.empty_table()
        """The replaced copies that some part may still hold: columns `REPLACED`."""

    def parts_of(self, bucket: int) -> list[PartNote]:
        """The parts of a bucket, oldest first."""
        return [note for note in self.manifest.parts if note.bucket == bucket]

    def columns_of(self, notes: Iterable[PartNote]) -> dict[str, pa.Field]:
        """`STORED` and the further columns that any of these parts has; where another lacks one it is null."""
        fields = {field.name: field for field in STORED}
        for note in notes:
            fields |= {field.name: field for field in self._open[note.name].schema if field.name not in fields}
        return fields

    def known(self, columns: Iterable[str]) -> set[str]:
        """Those of some columns that any part has; opens no more parts than it takes to find them."""
        sought = set(columns) - set(STORED.names)
        found = set(columns) - sought
        for note in self.manifest.parts if sought else ():
            found |= sought & set(self._open[note.name].schema.names)
            if sought <= found:
                break
        return found

    def table(
        self, notes: Sequence[PartNote], columns: Sequence[str] | None = None, keys: Sequence[str] | None = None
    ) -> pa.Table:
        """The rows of parts as one sorted table, replaced copies left out; with sorted `keys` theirs alone.

        Raises LogError for a column that no part has.
        """
        fields = self.columns_of(notes)
        names = list(fields) if columns is None else list(columns)
        lacking = [name for name in names if name not in fields]
        if lacking and notes:
            raise LogError(f"no part of the history has the columns {', '.join(lacking)}. Read them from `payload`.")
        order = SORTED_BY if len(notes) > 1 else ()
        read = [fields[name] for name in dict.fromkeys([*names, *order]) if name in fields]
        found = [self._rows_of(note, read, keys) for note in notes]
        if not found:
            return pa.schema(read).empty_table()
        return in_order(pa.concat_tables(found)).select(names) if order else found[0].select(names)

    def stretches(self) -> list[Stretch]:
        """All row groups, the one with the newest message first."""
        found = [
            Stretch(newest, note, group)
            for note in self.manifest.parts
            for group, newest in enumerate(self._open[note.name].newest)
        ]
        return sorted(found, key=lambda one: one.newest, reverse=True)

    def rows_in(self, stretch: Stretch, columns: Sequence[str]) -> pa.Table:
        """The rows of a row group, replaced copies left out; of columns that every part has."""
        return self._rows_of(stretch.note, [STORED.field(name) for name in columns], None, [stretch.group])

    def pieces(self, bucket: int, columns: Sequence[str], rows: int, asked: Asked | None = None) -> Iterator[pa.Table]:
        """The rows of a bucket in order, about so many at once; columns that no part has are left out."""
        notes = self.parts_of(bucket)
        fields = self.columns_of(notes)
        names = [name for name in columns if name in fields]
        if len(notes) == 1 and self.replaced.num_rows == notes[0].applied:
            yield from self._open[notes[0].name].pieces(names, rows, asked)
        elif notes:
            table = self.table(notes, names)
            for first in range(0, table.num_rows, rows):
                yield table.slice(first, rows)

    def _rows_of(
        self,
        note: PartNote,
        fields: Sequence[pa.Field],
        keys: Sequence[str] | None,
        groups: list[int] | None = None,
    ) -> pa.Table:
        part, pending = self._open[note.name], self.replaced.slice(note.applied)
        own = [field.name for field in fields if field.name in part.schema.names]
        wanted = list(dict.fromkeys([*own, *REPLACED.names])) if pending.num_rows else own
        table = part.read(wanted, groups) if keys is None else part.read_keys(keys, wanted)
        table = _without(table, pending) if pending.num_rows else table
        for field in fields:
            if field.name not in part.schema.names:
                table = table.append_column(field.with_nullable(True), pa.nulls(table.num_rows, field.type))
        return table.select([field.name for field in fields])


def _replaced(path: Path) -> pa.Table:
    try:
        return pa.ipc.open_file(path.read_bytes()).read_all()
    except (OSError, pa.ArrowInvalid) as error:
        raise LogError(
            f"{path} is missing or damaged ({error}), and the history names it. Restore a backup."
        ) from error


def _without(table: pa.Table, replaced: pa.Table) -> pa.Table:
    """The rows that are none of the replaced copies; these are few."""
    suspects = np.flatnonzero(np.isin(halves(table["hash"])[0], halves(replaced["hash"])[0]))
    if not len(suspects):
        return table
    gone = set(_triples(replaced))
    rows = [row for row, copy in zip(suspects, _triples(table.take(pa.array(suspects))), strict=True) if copy in gone]
    keep = np.ones(table.num_rows, bool)
    keep[rows] = False
    return table.filter(pa.array(keep))


def _triples(table: pa.Table) -> Iterable[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in REPLACED.names), strict=True)
