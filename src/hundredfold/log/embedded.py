"""The embedded log: a folder of segment files, one writer, any number of readers.

All partitions share one file at a time, so that one sync makes a whole group of messages durable.
"""

from __future__ import annotations

import os
import time as clock
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from hundredfold.errors import LogError, WorkspaceError
from hundredfold.log.base import CHUNK_BYTES, CHUNK_ROWS, Place, Vector, positions_of, vector
from hundredfold.log.disk import Disk, FolderLock
from hundredfold.log.rows import markers, numbered, partitions_for, unplaced
from hundredfold.log.seek import by_frame, by_segment, frames_from, must_lie_in, rows_at
from hundredfold.log.segment import Segment, segment_paths
from hundredfold.log.stored import STORED, Positions
from hundredfold.log.writer import Call, Writer
from hundredfold.words.message import Entry

PARTITIONS: Final = 4
SEGMENT_BYTES: Final = 256 << 20
RESERVE_BYTES: Final = 64 << 20
_LOOK_AGAIN: Final = 0.05
"""Seconds between two looks of a reading process at what the writing process did."""
_COPY_BELOW: Final = 256
"""Rows a frame below which a chunk's frames are copied together: thousands of tiny arrays are slow for everyone."""


class EmbeddedLog:
    """The log in one folder.

    `partitions` is chosen when the folder is first used (default 4) and must fit later. `reserve_bytes` stay free
    on the disk: the log refuses messages with LogFull before it takes them. `holder` says to others who is writing.
    With `read_only` nothing is locked, changed or cut, and `end()` follows what the writing process publishes.
    `gather_seconds`: under load, how long at most the writer lets further calls join a group. `base`: where a log that
    is made here begins (default: at 0 everywhere).
    """

    def __init__(
        self,
        folder: Path,
        *,
        partitions: int | None = None,
        base: Positions | None = None,
        segment_bytes: int = SEGMENT_BYTES,
        reserve_bytes: int = RESERVE_BYTES,
        read_only: bool = False,
        holder: str = "",
        gather_seconds: float = 0.0005,
        disk: Disk | None = None,
    ) -> None:
        self.folder, self._disk, self._writer, self._lock = folder, disk or Disk(), None, None
        if read_only:
            if not (folder.is_dir() and segment_paths(folder)):
                raise WorkspaceError(f"{folder} holds no log. Start the workspace once, or name another folder.")
            self._segments = _opened(folder, recover=None)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(folder, holder)
            try:
                self._segments, file = self._recovered(partitions, base or {})
            except BaseException:
                self._lock.release()
                raise
            self._writer = Writer(
                folder, self._segments, file, self._disk, segment_bytes, reserve_bytes, gather_seconds
            )
        self._partitions = self._segments[-1].partitions
        if partitions not in (None, self._partitions):
            self.close()
            raise LogError(
                f"the log in {folder} has {self._partitions} partitions, not {partitions}; that cannot change."
            )

    def _recovered(self, partitions: int | None, base: Positions) -> tuple[list[Segment], int]:
        segments = _opened(self.folder, recover=self._disk)
        if segments:
            return segments, self._disk.open(segments[-1].path)
        first, file = Segment.create(self.folder, 0, vector(base, partitions or PARTITIONS), self._disk)
        return [first], file

    @property
    def partitions(self) -> int:
        """How many partitions the log has."""
        return self._partitions

    @property
    def fsyncs(self) -> int:
        """How many groups were made durable since the log was opened: one sync each."""
        return self._writing().syncs

    @property
    def waiting(self) -> int:
        """How many messages were submitted and are not yet durable; a server refuses more above its limit."""
        return self._writing().waiting

    # Writing.

    def append(self, entries: Sequence[Entry]) -> list[Place]:
        """Stores messages and returns their places once they are durable: all of one call or none."""
        return self.submit(entries).result()

    def submit(self, entries: Sequence[Entry]) -> Future[list[Place]]:
        """As `append`, at once; the future has the places when the messages are durable, else LogFull or LogError."""
        call: Call[list[Place]] = Call(list(entries), partitions_for(entries, self._partitions), _places)
        return self._writing().submit(call)

    def append_table(self, table: pa.Table) -> Positions:
        """Stores a table of `STORED` columns without `partition` and `offset`, all or none; returns the end after."""
        call: Call[Positions] = Call.of_table(unplaced(table), self._partitions)
        return self._writing().submit(call).result()

    def append_placed(self, table: pa.Table) -> None:
        """Stores a table of `STORED` rows at the places that they name. Raises LogError unless these follow the end.

        For one thread that is the log's only writer.
        """
        partitions, offsets = table["partition"].to_numpy(), table["offset"].to_numpy()
        due, _ = numbered(partitions, self._segments[-1].ends)
        if (due != offsets).any():
            raise LogError(f"rows for the log in {self.folder} do not follow its end {self.end()}.")
        call: Call[None] = Call(unplaced(table), partitions, lambda _p, _o, _e: None)
        self._writing().submit(call).result()

    def mark(self, name: str, payload: Mapping[str, Any], *, time: int = 0) -> Positions:
        """Writes one marker into every partition, in one frame, and returns the markers' places."""
        entries = markers(name, payload, time, self._partitions)
        call: Call[list[Place]] = Call(entries, np.arange(self._partitions, dtype=np.int32), _places)
        return dict(self._writing().submit(call).result())

    def _writing(self) -> Writer:
        if self._writer is None:
            raise LogError(f"the log in {self.folder} was opened for reading only.")
        return self._writer

    # Reading.

    def end(self) -> Positions:
        """The offset of the next message of every partition."""
        self._look()
        return positions_of(self._segments[-1].ends)

    def start(self) -> Positions:
        """The first positions that can still be read."""
        self._look()
        return positions_of(self._segments[0].base)

    def durable(self) -> tuple[list[tuple[Path, int]], Positions]:
        """The files that hold the log, oldest first, each with how many of its bytes count; and where they end.

        Only the last one is still written to. Ask the process that writes: it knows what was synced.
        """
        self._writing()
        segments = list(self._segments)
        last, frames = segments[-1], segments[-1].frames
        files = [(segment.path, segment.path.stat().st_size) for segment in segments[:-1]]
        return [*files, (last.path, int(last.places[frames]))], positions_of(last.vectors[frames])

    def read(
        self, after: Positions, *, limit_rows: int = CHUNK_ROWS, limit_bytes: int = CHUNK_BYTES
    ) -> Iterator[pa.Table]:
        """The messages from `after` to the end as it is now, in tables of at most `limit_rows` rows."""
        self._look()
        segments = list(self._segments)
        wanted = vector(after, self._partitions)
        early = np.flatnonzero(wanted < segments[0].base).tolist()
        if early:
            raise LogError(
                f"the log begins at {positions_of(segments[0].base)}; partition {early[0]} was asked for from "
                f"{wanted[early[0]]}. Rebuild from history, which covers what retention took."
            )
        # What is published now is fixed before the first row goes out, so that a reader beside a writer ends.
        return self._chunks([(segment, segment.frames) for segment in segments], wanted, limit_rows, limit_bytes)

    def _chunks(
        self, seen: list[tuple[Segment, int]], wanted: Vector, limit_rows: int, limit_bytes: int
    ) -> Iterator[pa.Table]:
        gathered: list[pa.RecordBatch] = []
        room, size = limit_rows, 0
        for segment, frames in seen:
            for batch in frames_from(segment, frames, wanted):
                rest = batch
                while rest.num_rows >= room:
                    yield _table([*gathered, rest.slice(0, room)])
                    rest, gathered, room, size = rest.slice(room), [], limit_rows, 0
                if rest.num_rows:
                    gathered.append(rest)
                    room, size = room - rest.num_rows, size + rest.get_total_buffer_size()
                if size >= limit_bytes:
                    yield _table(gathered)
                    gathered, room, size = [], limit_rows, 0
        if gathered:
            yield _table(gathered)

    def fetch(self, places: Sequence[Place]) -> pa.Table:
        """The messages at these places, in the order asked for; raises LogError for a place without a message."""
        self._look()
        segments = list(self._segments)
        asked = np.array(places, np.int64).reshape(-1, 2)
        must_lie_in(asked, segments[0].base, segments[-1].ends)
        found, order = list[pa.RecordBatch](), [np.empty(0, np.int64)]
        for segment, chosen in by_segment(segments, asked):
            for frame, rows in by_frame(segment, asked[chosen]):
                found.append(rows_at(segment.read(frame), asked[chosen[rows]]))
                order.append(chosen[rows])
        return pa.Table.from_batches(found, STORED).combine_chunks().take(pa.array(np.argsort(np.concatenate(order))))

    def wait(self, after: Positions, timeout: float) -> bool:
        """Waits at most `timeout` seconds for a message at or behind `after`; tells whether there is one."""
        wanted = vector(after, self._partitions)
        if self._writer is not None:
            return self._writer.wait(lambda: self._has(wanted), timeout)
        until = clock.monotonic() + timeout
        self._look()
        while not self._has(wanted) and (left := until - clock.monotonic()) > 0:
            clock.sleep(min(_LOOK_AGAIN, left))
            self._look()
        return self._has(wanted)

    def _has(self, wanted: Vector) -> bool:
        return bool((self._segments[-1].ends > wanted).any())

    def trim(self, before: Positions) -> None:
        """Deletes the oldest segments that lie wholly before these positions; the newest one always stays."""
        self._writing()
        covered = vector(before, self._partitions)
        while len(self._segments) > 1 and (self._segments[1].base <= covered).all():
            oldest = self._segments.pop(0)
            oldest.path.unlink()
            oldest.index_path.unlink(missing_ok=True)
            self._disk.sync_folder(self.folder)

    def close(self) -> None:
        """Stores what was submitted, then lets go of the folder; a second call does nothing."""
        if self._writer is not None:
            self._writer.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> EmbeddedLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _look(self) -> None:
        """A reading process sees what the writing one published since."""
        if self._writer is not None:
            return
        paths = segment_paths(self.folder)
        fresh = [path for path in paths if path > self._segments[-1].path]
        self._segments[-1].scan()
        self._segments = [segment for segment in self._segments if segment.path in paths] or self._segments[-1:]
        for path in fresh:
            self._segments.append(Segment.of(path))
            self._segments[-1].scan()


def _opened(folder: Path, recover: Disk | None) -> list[Segment]:
    """The segments of a folder; with a disk the torn end of the last one is cut away."""
    segments = [Segment.of(path) for path in segment_paths(folder)]
    for segment, following in pairwise(segments):
        segment.open_sealed()
        if following.number != segment.number + 1 or (following.base != segment.ends).any():
            raise LogError(
                f"{following.path}: byte 0: this segment does not follow {segment.path.name}. Restore a backup."
            )
    if segments:
        torn = segments[-1].scan()
        if torn and recover is not None:
            _cut(segments[-1], recover)
    return segments


def _cut(segment: Segment, disk: Disk) -> None:
    file = disk.open(segment.path)
    try:
        disk.truncate(file, segment.end)
        disk.sync(file)
    finally:
        os.close(file)


def _table(batches: list[pa.RecordBatch]) -> pa.Table:
    table = pa.Table.from_batches(batches, STORED)
    return table.combine_chunks() if len(batches) > 1 and table.num_rows < _COPY_BELOW * len(batches) else table


def _places(partitions: Sequence[int], offsets: Sequence[int], _: Vector) -> list[Place]:
    return list(zip(partitions, offsets, strict=True))
