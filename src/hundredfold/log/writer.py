"""The one thread that writes the embedded log: it takes what waits, writes it, syncs once, and answers everybody."""

from __future__ import annotations

import errno
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hundredfold.errors import LogError, LogFull
from hundredfold.log.base import Vector, positions_of
from hundredfold.log.disk import Disk, write_all
from hundredfold.log.frame import encoded
from hundredfold.log.partition import partitions_of
from hundredfold.log.rows import columns_of, numbered, placed
from hundredfold.log.segment import Segment
from hundredfold.log.stored import Positions
from hundredfold.words.message import Entry

Answer = TypeVar("Answer")

GROUP_ROWS: Final = 32_768
FRAME_ROWS: Final = 4_096
FRAME_BYTES: Final = 4 << 20
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


class Call(Generic[Answer]):
    """Messages that one caller wants stored, all or none.

    `answer` gets their partitions, their offsets and the ends after them.
    """

    def __init__(
        self,
        content: list[Entry] | pa.Table,
        partitions: npt.NDArray[np.int32],
        answer: Callable[[list[int], list[int], Vector], Answer],
    ) -> None:
        self.content, self.partitions, self._answer = content, partitions, answer
        self.future: Future[Answer] = Future()

    @staticmethod
    def of_table(table: pa.Table, partitions: int) -> Call[Positions]:
        """A bulk call: a table of `UNPLACED` columns, answered with the end behind it."""
        return Call(table, partitions_of(table["key"], partitions), lambda _p, _o, ends: positions_of(ends))

    @property
    def is_bulk(self) -> bool:
        """Whether it is a table, which is written as a group of its own."""
        return isinstance(self.content, pa.Table)

    def succeed(self, offsets: Vector, ends: Vector) -> None:
        """Tells the caller where the messages lie."""
        partitions, own = ([], []) if self.is_bulk else (self.partitions.tolist(), offsets.tolist())
        self.future.set_result(self._answer(partitions, own, ends))


class Writer:
    """Commits calls in the order in which they were submitted. `syncs` counts the groups made durable."""

    def __init__(
        self,
        folder: Path,
        segments: list[Segment],
        file: int,
        disk: Disk,
        segment_bytes: int,
        reserve_bytes: int,
        gather_seconds: float,
    ) -> None:
        self.syncs = self.waiting = 0
        self._folder, self._segments, self._file, self._disk = folder, segments, file, disk
        self._segment_bytes, self._reserve_bytes, self._gather_seconds = segment_bytes, reserve_bytes, gather_seconds
        self._queue: deque[Call[Any]] = deque()
        self._submitted, self._published = threading.Condition(), threading.Condition()
        self._closing, self._broken = False, ""
        self._joined = 1
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    def submit(self, call: Call[Answer]) -> Future[Answer]:
        """Queues a call; its future is answered when it is durable. A call without messages is answered at once."""
        with self._submitted:
            if self._closing or self._broken:
                raise LogError(self._broken or f"the log in {self._folder} is closed.")
            self._queue.append(call)
            self.waiting += len(call.partitions)
            self._submitted.notify()
        return call.future

    def wait(self, until: Callable[[], bool], timeout: float) -> bool:
        """Waits for something published; tells what `until` tells at last."""
        with self._published:
            return self._published.wait_for(lambda: until() or self._closing, timeout) and until()

    def close(self) -> None:
        """Commits what is queued and ends; a second call does nothing."""
        with self._submitted:
            if self._closing:
                return
            self._closing = True
            self._submitted.notify()
        self._thread.join()
        os.close(self._file)
        with self._published:
            self._published.notify_all()

    # The writing thread.

    def _run(self) -> None:
        while group := self._next_group():
            taken = [call for call in group if call.future.set_running_or_notify_cancel()]
            try:
                self._commit(taken)
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever
                self._broken = (
                    f"writing the log in {self._folder} failed unexpectedly: {error!r}. Start again; report it."
                )
                for call in taken:
                    if not call.future.done():
                        call.future.set_exception(LogError(self._broken))
            finally:
                with self._submitted:
                    self.waiting -= sum(len(call.partitions) for call in group)

    def _next_group(self) -> list[Call[Any]]:
        with self._submitted:
            self._submitted.wait_for(lambda: self._queue or self._closing)
            if self._joined > 1 and not self._closing:
                # Those who were just answered together are about to call again together; who is alone never waits.
                self._submitted.wait_for(
                    lambda: len(self._queue) >= self._joined or self._closing, self._gather_seconds
                )
            group: list[Call[Any]] = []
            rows = 0
            while self._queue and rows < GROUP_ROWS and not (group and (self._queue[0].is_bulk or group[0].is_bulk)):
                group.append(self._queue.popleft())
                rows += len(group[-1].partitions)
            self._joined = len(group)
            return group

    def _commit(self, calls: list[Call[Any]]) -> None:
        """Makes the calls durable, or none of them; each is answered."""
        try:
            batches = _batches(calls)
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            if len(calls) > 1:  # one caller's mistake is not the others'
                for call in calls:
                    self._commit([call])
            else:
                calls[0].future.set_exception(LogError(f"a message does not fit the log's columns: {error}."))
            return
        try:
            offsets, ends = self._stored(batches, [call.partitions for call in calls])
        except LogError as error:
            for call in calls:
                call.future.set_exception(error)
            return
        bounds = np.cumsum([len(call.partitions) for call in calls])[:-1]
        for call, own in zip(calls, np.split(offsets, bounds), strict=True):
            call.succeed(own, ends)

    def _stored(
        self, batches: Sequence[pa.RecordBatch], partitions: Sequence[npt.NDArray[np.int32]]
    ) -> tuple[Vector, Vector]:
        if self._broken:
            raise LogError(self._broken)
        before = self._segments[-1].ends
        if not sum(batch.num_rows for batch in batches):
            return np.empty(0, np.int64), before
        everybody = np.concatenate(partitions)
        offsets, ends = numbered(everybody, before)
        self._check_room(sum(pa.ipc.get_record_batch_size(batch) + 4_096 for batch in batches))
        self._roll()
        segment, vectors = self._segments[-1], [before]
        for rows in np.split(everybody, np.cumsum([batch.num_rows for batch in batches])[:-1]):
            vectors.append(vectors[-1] + np.bincount(rows, minlength=len(before)))
        places = self._written(segment, _with_places(batches, everybody, offsets), vectors)
        with self._published:
            segment.publish(places, vectors[1:])
            self._published.notify_all()
        return offsets, ends

    def _check_room(self, wanted: int) -> None:
        free = self._disk.free(self._folder)
        if free - wanted < self._reserve_bytes:
            raise LogFull(
                f"the log in {self._folder} needs {wanted} bytes; {free} are free and {self._reserve_bytes} are kept "
                "in reserve. Nothing was written. Make room, then send again."
            )

    def _roll(self) -> None:
        """Begins a new segment when the last one is large enough."""
        last = self._segments[-1]
        if last.end < self._segment_bytes:
            return
        try:
            segment, file = Segment.create(self._folder, last.number + 1, last.ends, self._disk)
        except OSError as error:
            raise self._failure(error) from error
        last.seal()
        os.close(self._file)
        self._file = file
        self._segments.append(segment)

    def _written(self, segment: Segment, batches: Iterable[pa.RecordBatch], vectors: list[Vector]) -> list[int]:
        """Writes a group of frames, one for each batch, and syncs once; returns where each ends."""
        begin, count, places = segment.end, len(vectors) - 1, []
        at = begin
        try:
            for n, batch in enumerate(batches, 1):
                at = write_all(self._disk, self._file, encoded(batch, vectors[n - 1], begin, more=n < count), at)
                places.append(at)
            self._disk.sync(self._file)
        except OSError as error:
            self._undo(begin, error)
            raise self._failure(error) from error
        self.syncs += 1
        return places

    def _undo(self, end: int, cause: OSError) -> None:
        """Cuts away a group that failed. If even that fails, nothing more may be written behind it."""
        try:
            self._disk.truncate(self._file, end)
            self._disk.sync(self._file)
        except OSError as error:
            self._broken = (
                f"the log in {self._folder} could not be written ({cause}) nor mended ({error}). It can still be read. "
                "Check the disk and start again: the last whole group is found at opening."
            )

    def _failure(self, error: OSError) -> LogError:
        if error.errno in _NO_ROOM:
            return LogFull(f"the disk of {self._folder} is full. Nothing was written. Make room, then send again.")
        return LogError(f"the log in {self._folder} could not be written: {error}. Nothing was stored; check the disk.")


def _batches(calls: list[Call[Any]]) -> list[pa.RecordBatch]:
    """The calls' messages as `UNPLACED` batches, one for each frame."""
    content = calls[0].content
    if isinstance(content, pa.Table):
        rows_in_frame = max(1, min(FRAME_ROWS, FRAME_BYTES * content.num_rows // max(1, content.nbytes)))
        pieces: list[pa.RecordBatch] = content.combine_chunks().to_batches(max_chunksize=rows_in_frame)
        return pieces
    return [columns_of([entry for call in calls if not isinstance(call.content, pa.Table) for entry in call.content])]


def _with_places(
    batches: Sequence[pa.RecordBatch], partitions: npt.NDArray[np.int32], offsets: Vector
) -> Iterable[pa.RecordBatch]:
    done = 0
    for batch in batches:
        rows = slice(done, done + batch.num_rows)
        yield placed(batch, partitions[rows], offsets[rows])
        done += batch.num_rows
