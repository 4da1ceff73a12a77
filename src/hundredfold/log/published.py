"""A published state of the history: what its manifest says, and how its parts are read as one table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from hundredfold.errors import LogError
from hundredfold.log.copies import halves
from hundredfold.log.part import SORTED_BY, Part, in_order
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
            if told.pop("version") != VERSION:
                raise LogError(f"{path} was written by a newer version. Upgrade this one.")
            positions = {int(partition): offset for partition, offset in told.pop("positions").items()}
            parts = tuple(PartNote(**part) for part in told.pop("parts"))
            return cls(positions=positions, parts=parts, **told)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LogError(f"{path} is damaged ({error}). Restore a backup.") from error

    def text(self) -> bytes:
        """The manifest as it is stored."""
        return json.dumps({"version": VERSION, **asdict(self)}, indent=1).encode()


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

    def schema_of(self, notes: Iterable[PartNote]) -> pa.Schema:
        """`STORED` and the further columns that all these parts have in one type."""
        schemas = [self._open[note.name].schema for note in notes]
        extra = [field for field in schemas[0] if field.name not in STORED.names] if schemas else []
        return pa.schema([*STORED, *(field for field in extra if all(_has(schema, field) for schema in schemas))])

    def table(
        self, notes: Sequence[PartNote], columns: Sequence[str] | None = None, keys: Sequence[str] | None = None
    ) -> pa.Table:
        """The rows of parts as one sorted table, replaced copies left out; with sorted `keys` theirs alone.

        Raises LogError for a column that not every part has.
        """
        schema = self.schema_of(notes)
        names = schema.names if columns is None else list(columns)
        lacking = [name for name in names if name not in schema.names]
        if lacking and notes:
            raise LogError(
                f"not every part of the history has the columns {', '.join(lacking)} in one type. "
                "Read them from `payload`, or add them with `compact`."
            )
        order = SORTED_BY if len(notes) > 1 else ()
        found = [self._rows_of(note, list(dict.fromkeys([*names, *order])), keys) for note in notes]
        if not found:
            return pa.schema([schema.field(name) for name in names if name in schema.names]).empty_table()
        return in_order(pa.concat_tables(found)).select(names) if order else found[0].select(names)

    def _rows_of(self, note: PartNote, names: list[str], keys: Sequence[str] | None) -> pa.Table:
        part, pending = self._open[note.name], self.replaced.slice(note.applied)
        wanted = list(dict.fromkeys([*names, *REPLACED.names])) if pending.num_rows else names
        table = part.read(wanted) if keys is None else part.read_keys(keys, wanted)
        return _without(table, pending).select(names) if pending.num_rows else table


def _has(schema: pa.Schema, field: pa.Field) -> bool:
    return field.name in schema.names and schema.field(field.name).type == field.type


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
