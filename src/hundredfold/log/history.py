"""The history: the log compacted below a position, as Parquet by customer; no message counts in both."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.errors import LogError
from hundredfold.log.ahead import ahead
from hundredfold.log.base import vector
from hundredfold.log.disk import Disk, replace_file
from hundredfold.log.part import GROUP_ROWS, Asked, Came, in_order, write_part
from hundredfold.log.partition import partition_of, partitions_of
from hundredfold.log.published import MANIFEST, REPLACED, Manifest, PartNote, Published
from hundredfold.log.stored import STORED, Positions
from hundredfold.log.undone import WHERE, withdrawn, without_withdrawn
from hundredfold.words.span import Span

BUCKETS: Final = 16
ERASED: Final = b"{}"
"""The payload of an erased message."""


class History:
    """Messages below `positions`, in each bucket sorted by key, time, message id (as bytes), partition and offset.

    Any number of threads may read while one writes; one process writes. `buckets`, a power of two, is chosen when the
    folder is first used; a bucket should fit in memory. Tables have the columns `STORED` and any that came with them.
    """

    def __init__(self, folder: Path, *, buckets: int = BUCKETS, group_rows: int = GROUP_ROWS) -> None:
        if buckets < 1 or buckets & (buckets - 1):
            raise ValueError(f"{buckets} buckets: the number must be a power of two")
        self.folder, self._group_rows = folder, group_rows
        self._writing, self._swept = threading.Lock(), False
        known = (folder / MANIFEST).exists()
        self._published = Published(folder, Manifest.read(folder / MANIFEST) if known else Manifest(buckets, {}))

    @property
    def positions(self) -> Positions:
        """Every message that counts below this position is in the history: read the log from here."""
        return dict(self._published.manifest.positions)

    @property
    def rows(self) -> int:
        """How many rows the files hold; a replaced copy is one of them until its bucket is compacted."""
        return sum(part.rows for part in self._published.manifest.parts)

    @property
    def buckets(self) -> int:
        """How many buckets the keys are spread over."""
        return self._published.manifest.buckets

    def bucket_of(self, key: str) -> int:
        """The bucket of a key, from 0."""
        return partition_of(key, self.buckets)

    def parts_in(self, bucket: int) -> int:
        """How many files a bucket has; many make reading slow, and `compact` makes one of them."""
        return len(self._published.parts_of(bucket))

    def refresh(self) -> None:
        """Goes on with what another process, the one that writes, has published since: for a reader all at once."""
        with self._writing:
            if (self.folder / MANIFEST).exists():
                self._published = Published(self.folder, Manifest.read(self.folder / MANIFEST), self._published)

    # Reading.

    def scan(self, bucket: int, columns: Sequence[str] | None = None) -> pa.Table:
        """All rows of a bucket in order. A column of `columns` (default: all) is null where a part lacks it."""
        published = self._published
        return published.table(published.parts_of(bucket), columns)

    def pieces(self, bucket: int, columns: Sequence[str], rows: int, asked: Asked | None = None) -> Iterator[pa.Table]:
        """All rows of a bucket in order, in tables of about so many rows, for whoever reads everything.

        A column of `columns` is null where a part lacks it, and left out where all parts do. Payloads may be null in a
        table for which `asked`, who is shown it without them, says that they are not needed.
        """
        return ahead(self._published.pieces(bucket, columns, rows, asked))

    def backwards(self) -> Backwards:
        """All rows of the present state, for whoever wants the newest ones and stops when there are enough."""
        return Backwards(self._published)

    def known(self, columns: Sequence[str]) -> list[str]:
        """Those of some columns that any message has."""
        found = self._published.known(columns)
        return [name for name in columns if name in found]

    def rows_of(self, keys: Iterable[str], columns: Sequence[str] | None = None) -> pa.Table:
        """All rows of these keys, in order within each bucket; reads only the row groups that may hold them."""
        published = self._published
        split: dict[int, list[str]] = {}
        for key in sorted(set(keys), key=str.encode):
            split.setdefault(self.bucket_of(key), []).append(key)
        parts = {bucket: published.parts_of(bucket) for bucket in sorted(split)}
        found = [published.table(notes, columns, split[bucket]) for bucket, notes in parts.items() if notes]
        return pa.concat_tables(found, promote_options="default") if found else published.table([], columns)

    # Writing.

    def append(
        self, tables: pa.Table | Iterable[pa.Table], upto: Positions, *, replaced: pa.Table | None = None
    ) -> None:
        """Adds the messages between `positions` and `upto`, in one table or, to save memory, in several, as one step.

        Give it every copy that counts at `upto`; losers may be left out. `replaced` (columns `REPLACED`) are copies,
        stored earlier or among these, that no longer count: they are read no more, and leave with `compact`.
        Raises LogError, and changes nothing, for a message that does not lie between the two positions.
        """
        with self._writing, _Draft(self) as draft:
            before = self.positions
            if any(upto.get(partition, 0) < offset for partition, offset in before.items()):
                raise LogError(f"the history already reaches {before}; it cannot go back to {dict(upto)}.")
            for table in [tables] if isinstance(tables, pa.Table) else tables:
                fitting = _fitting(table)
                _must_lie_between(fitting, before, upto)
                for bucket, rows in self._by_bucket(fitting):
                    draft.add(bucket, in_order(rows))
            if replaced is not None and replaced.num_rows:
                draft.forget(replaced)
            draft.publish(upto)

    def compact(self, bucket: int) -> None:
        """Makes one part of a bucket's parts, without replaced copies and with the columns that any of them has."""
        with self._writing, _Draft(self) as draft:
            notes = self._published.parts_of(bucket)
            settled = all(note.applied == self._published.replaced.num_rows for note in notes)
            if len(notes) < 2 and settled:
                return
            draft.replace(notes, bucket, self._published.table(notes))
            draft.publish()

    def erase(self, erased: Mapping[str, Positions], keep: Callable[[bytes], bytes] = lambda _: ERASED) -> None:
        """Takes the payloads of each key below its positions away, for good; those files are written anew.

        `keep` says what stays of a payload, and gives the same for what it gave. Ids and hashes stay, so that a copy is
        still a duplicate; columns beside `STORED` become null.
        """
        with self._writing, _Draft(self) as draft:
            for bucket in sorted({self.bucket_of(key) for key in erased}):
                own = sorted((key for key in erased if self.bucket_of(key) == bucket), key=str.encode)
                for note in self._published.parts_of(bucket):
                    rows = self._published.table([note], ["key", "partition", "offset", "payload"], own)
                    if _changes(rows, erased, keep):
                        draft.replace([note], bucket, _emptied(self._published.table([note]), erased, keep))
            draft.publish()

    def drop(self, undone: Sequence[Span]) -> int:
        """Takes the rows of undone imports away, for good; those files are written anew. Returns how many."""
        gone = 0
        with self._writing, _Draft(self) as draft:
            for bucket in range(self.buckets):
                for note in self._published.parts_of(bucket):
                    if rows := int(withdrawn(self._published.table([note], WHERE), undone).sum()):
                        gone += rows
                        draft.replace([note], bucket, without_withdrawn(self._published.table([note]), undone))
            if gone:
                draft.publish()
        return gone

    def _by_bucket(self, table: pa.Table) -> Iterator[tuple[int, pa.Table]]:
        buckets = partitions_of(table["key"], self.buckets)
        order = np.argsort(buckets, kind="stable")
        bounds = np.searchsorted(buckets[order], np.arange(self.buckets + 1))
        for bucket in np.flatnonzero(np.diff(bounds)).tolist():
            yield bucket, table.take(pa.array(order[bounds[bucket] : bounds[bucket + 1]]))


class Backwards:
    """The row groups of a state of the history, the one with the newest message first, numbered from 0."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._stretches = published.stretches()
        self.state = published.manifest.made
        """Differs from that of every other state; in the same one the numbers are the same."""

    def __len__(self) -> int:
        return len(self._stretches)

    def newest(self, number: int) -> Came:
        """No message of a row group, and of those with greater numbers, came behind this."""
        return self._stretches[number].newest

    def rows(self, number: int, columns: Sequence[str]) -> pa.Table:
        """The rows of a row group, by columns of `STORED`."""
        return self._published.rows_in(self._stretches[number], columns)


class _Draft:
    """The next state while it is written. Unless it is published, its files go and nothing has changed."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._old = history._published
        self._notes = list(self._old.manifest.parts)
        self._made, self._replaced = self._old.manifest.made, self._old.manifest.replaced
        self._pending = self._old.replaced.num_rows
        self._files: list[Path] = []

    def __enter__(self) -> _Draft:
        if not self._history._swept:
            self._sweep()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        for path in self._files:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise LogError(
                f"the history in {self._history.folder} could not be written: {error}. It is as it was."
            ) from error

    def _sweep(self) -> None:
        """Deletes what a process that was killed while it wrote left behind."""
        folder, manifest = self._history.folder, self._old.manifest
        named = {folder / name for name in (*(note.name for note in manifest.parts), manifest.replaced) if name}
        for path in (*folder.glob("bucket=*/part-*.parquet"), *folder.glob("replaced-*.arrow")):
            if path not in named:
                path.unlink()
        self._history._swept = True

    def add(self, bucket: int, table: pa.Table, applied: int = 0) -> None:
        """One more part, of sorted rows."""
        if table.num_rows:
            path = self._path(f"bucket={bucket:02d}/part-{{:06d}}.parquet")
            write_part(path, table, self._history._group_rows)
            name = path.relative_to(self._history.folder).as_posix()
            self._notes.append(PartNote(bucket, name, table.num_rows, applied))

    def replace(self, notes: Sequence[PartNote], bucket: int, table: pa.Table) -> None:
        """One part, of sorted rows without replaced copies, in the place of others."""
        self._notes = [note for note in self._notes if note not in notes]
        self.add(bucket, table, self._pending)

    def forget(self, replaced: pa.Table) -> None:
        """Further copies that are read no more."""
        together = pa.concat_tables([self._old.replaced, replaced.select(REPLACED.names).cast(REPLACED)])
        path = self._path("replaced-{:06d}.arrow")
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, REPLACED) as file:
            file.write_table(together)
        self._replaced, self._pending = path.name, together.num_rows

    def _path(self, pattern: str) -> Path:
        self._made += 1
        path = self._history.folder / pattern.format(self._made)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._files.append(path)
        return path

    def publish(self, positions: Positions | None = None) -> None:
        """Makes the draft the state, in one step; files that are no longer named go."""
        folder, before = self._history.folder, self._old.manifest
        notes, replaced = self._notes, self._replaced
        if replaced is not None and all(note.applied == self._pending for note in notes):
            replaced, notes = None, [PartNote(note.bucket, note.name, note.rows) for note in notes]
        manifest = Manifest(
            before.buckets,
            dict(before.positions if positions is None else positions),
            tuple(notes),
            replaced,
            self._made,
        )
        folder.mkdir(parents=True, exist_ok=True)
        for made_in in sorted({path.parent for path in self._files} | {folder}):
            Disk().sync_folder(made_in)
        written = {path.relative_to(folder).as_posix() for path in self._files}
        # From here on the manifest may name these files, even if replacing it is reported to have failed.
        self._files = []
        replace_file(folder / MANIFEST, manifest.text())
        self._history._published = Published(folder, manifest, self._old)
        named = {replaced, *(note.name for note in notes)}
        ever = written | {before.replaced, *(note.name for note in before.parts)}
        self._files = [folder / name for name in ever - named if name]


def _fitting(table: pa.Table) -> pa.Table:
    lacking = [name for name in STORED.names if name not in table.column_names]
    if lacking:
        raise LogError(f"a table for the history lacks the columns {', '.join(lacking)}.")
    extra = [field for field in table.schema if field.name not in STORED.names]
    wanted = pa.schema([*STORED, *extra])
    try:
        return table.select(wanted.names).cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise LogError(f"a table for the history has other columns than log/stored.py tells: {error}.") from error


def _must_lie_between(table: pa.Table, first: Positions, upto: Positions) -> None:
    partitions, offsets = table["partition"].to_numpy(), table["offset"].to_numpy()
    count = max([int(partitions.max(initial=-1)), *first, *upto]) + 1
    outside = (offsets < vector(first, count)[partitions]) | (offsets >= vector(upto, count)[partitions])
    for row in np.flatnonzero(outside)[:1].tolist():
        raise LogError(
            f"the message at partition {partitions[row]}, offset {offsets[row]} does not lie between the history's "
            f"{dict(first)} and {dict(upto)}. Read the log from the history's positions."
        )


def _erased_rows(table: pa.Table, erased: Mapping[str, Positions]) -> npt.NDArray[np.bool_]:
    """Which rows an erasure covers whose payload is still there."""
    keys = list(erased)
    partitions, offsets = table["partition"].to_numpy(), table["offset"].to_numpy()
    count = (
        max([int(partitions.max(initial=-1)), *(p for positions in erased.values() for p in positions)], default=-1) + 1
    )
    limits = np.vstack([*(vector(erased[key], count) for key in keys), np.zeros(count, np.int64)])
    which = pc.fill_null(pc.index_in(table["key"], pa.array(keys, pa.string())), len(keys)).to_numpy()
    covered: npt.NDArray[np.bool_] = offsets < limits[which, partitions]
    return covered


def _changes(table: pa.Table, erased: Mapping[str, Positions], keep: Callable[[bytes], bytes]) -> bool:
    payloads = table["payload"].filter(pa.array(_erased_rows(table, erased))).to_pylist()
    return any(payload != keep(payload) for payload in payloads)


def _emptied(table: pa.Table, erased: Mapping[str, Positions], keep: Callable[[bytes], bytes]) -> pa.Table:
    rows = _erased_rows(table, erased)
    covered = pa.array(rows)
    for n, field in enumerate(table.schema):
        if field.name == "payload":
            kept = pa.array([keep(payload) for payload in table["payload"].filter(covered).to_pylist()], field.type)
            table = table.set_column(n, field, pc.replace_with_mask(table["payload"].combine_chunks(), covered, kept))
        elif field.name not in STORED.names:
            nothing = pa.scalar(None, field.type)
            table = table.set_column(n, field.with_nullable(True), pc.if_else(covered, nothing, table[field.name]))
    return table
