"""A log in memory: the same laws without a disk, and, for tests, any interleaving of the partitions."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa

from hundredfold.errors import LogError
from hundredfold.log.base import CHUNK_BYTES, CHUNK_ROWS, Place, Vector, positions_of, vector
from hundredfold.log.partition import partitions_of
from hundredfold.log.rows import columns_of, markers, numbered, partitions_for, placed, unplaced
from hundredfold.log.stored import STORED, Positions
from hundredfold.words.message import Entry


class MemoryLog:
    """A log that ends with its process.

    `shuffle`: reading delivers the partitions in an order drawn from it, each partition in its own order. Without it
    messages come as they were stored.
    """

    def __init__(self, partitions: int = 4, *, shuffle: Random | None = None) -> None:
        self._partitions, self._shuffle = partitions, shuffle
        self._batches: list[pa.RecordBatch] = []
        self._start = np.zeros(partitions, np.int64)
        self._end = np.zeros(partitions, np.int64)
        self._stored = threading.Condition()
        self._closed = False

    @property
    def partitions(self) -> int:
        """How many partitions the log has."""
        return self._partitions

    def append(self, entries: Sequence[Entry]) -> list[Place]:
        """Stores messages, all or none, and returns their places."""
        return self._store(columns_of(entries), partitions_for(entries, self._partitions))

    def append_table(self, table: pa.Table) -> Positions:
        """Stores a table of `STORED` columns without `partition` and `offset`; returns the end after it."""
        fitting = unplaced(table)
        for batch in fitting.combine_chunks().to_batches():
            self._store(batch, partitions_of(fitting["key"], self._partitions))
        return self.end()

    def mark(self, name: str, payload: Mapping[str, Any], *, time: int = 0) -> Positions:
        """Writes one marker into every partition and returns the markers' places."""
        entries = markers(name, payload, time, self._partitions)
        return dict(self._store(columns_of(entries), np.arange(self._partitions, dtype=np.int32)))

    def _store(self, batch: pa.RecordBatch, partitions: np.ndarray[Any, np.dtype[np.int32]]) -> list[Place]:
        with self._stored:
            if self._closed:
                raise LogError("the log is closed.")
            offsets, ends = numbered(partitions, self._end)
            self._batches.append(placed(batch, partitions, offsets))
            self._end = ends
            self._stored.notify_all()
        return list(zip(partitions.tolist(), offsets.tolist(), strict=True))

    def read(
        self, after: Positions, *, limit_rows: int = CHUNK_ROWS, limit_bytes: int = CHUNK_BYTES
    ) -> Iterator[pa.Table]:
        """The messages from `after` to the end as it is now, in tables of at most `limit_rows` rows."""
        wanted = vector(after, self._partitions)
        with self._stored:
            if (wanted < self._start).any():
                raise LogError(f"the log begins at {positions_of(self._start)}; it was asked for from {dict(after)}.")
            table = _behind(pa.Table.from_batches(self._batches, STORED), wanted)
        rows = max(1, min(limit_rows, limit_bytes * table.num_rows // max(1, table.nbytes)))
        return self._shuffled(table, rows, self._shuffle) if self._shuffle else _pieces(table, rows)

    def _shuffled(self, table: pa.Table, rows: int, shuffle: Random) -> Iterator[pa.Table]:
        partitions = table["partition"].to_numpy()
        rest = [table.filter(pa.array(partitions == partition)) for partition in range(self._partitions)]
        while left := [partition for partition, messages in enumerate(rest) if messages.num_rows]:
            partition = shuffle.choice(left)
            taken = shuffle.randint(1, min(rows, rest[partition].num_rows))
            yield rest[partition].slice(0, taken)
            rest[partition] = rest[partition].slice(taken)

    def fetch(self, places: Sequence[Place]) -> pa.Table:
        """The messages at these places, in the order asked for; raises LogError for a place without a message."""
        with self._stored:
            table = pa.Table.from_batches(self._batches, STORED).combine_chunks()
        lies = {
            place: row
            for row, place in enumerate(
                zip(table["partition"].to_pylist(), table["offset"].to_pylist(), strict=True),
            )
        }
        for place in places:
            if place not in lies:
                raise LogError(f"the log has no message at partition {place[0]}, offset {place[1]}.")
        return table.take(pa.array([lies[place] for place in places], pa.int64()))

    def start(self) -> Positions:
        """The first positions that can still be read."""
        return positions_of(self._start)

    def end(self) -> Positions:
        """The offset of the next message of every partition."""
        return positions_of(self._end)

    def wait(self, after: Positions, timeout: float) -> bool:
        """Waits at most `timeout` seconds for a message at or behind `after`; tells whether there is one."""
        wanted = vector(after, self._partitions)
        with self._stored:
            self._stored.wait_for(lambda: self._closed or bool((self._end > wanted).any()), timeout)
            return bool((self._end > wanted).any())

    def trim(self, before: Positions) -> None:
        """Forgets the messages before these positions, at once."""
        with self._stored:
            self._start = np.minimum(np.maximum(self._start, vector(before, self._partitions)), self._end)
            self._batches = _behind(pa.Table.from_batches(self._batches, STORED), self._start).to_batches()

    def close(self) -> None:
        """Refuses further messages and wakes who waits."""
        with self._stored:
            self._closed = True
            self._stored.notify_all()


def _behind(table: pa.Table, wanted: Vector) -> pa.Table:
    return table.filter(pa.array(table["offset"].to_numpy() >= wanted[table["partition"].to_numpy()]))


def _pieces(table: pa.Table, rows: int) -> Iterator[pa.Table]:
    for first in range(0, table.num_rows, rows):
        yield table.slice(first, rows)
