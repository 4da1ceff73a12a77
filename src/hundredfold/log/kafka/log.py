"""The log on Kafka: sends to the broker, reads from the mirror."""

from __future__ import annotations

import threading
import time as clock
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa

from hundredfold.errors import LogError, LogUnavailable
from hundredfold.log.base import CHUNK_BYTES, CHUNK_ROWS, Place, Vector, advanced, positions_of, vector
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.kafka.appender import KafkaAppender
from hundredfold.log.kafka.client import EVENTS, Client
from hundredfold.log.kafka.mirror import Mirror
from hundredfold.log.kafka.reader import TopicReader, must_not_end_before
from hundredfold.log.kafka.record import Poison, records_of
from hundredfold.log.kafka.topics import Topics
from hundredfold.log.partition import partitions_of
from hundredfold.log.rows import markers, unplaced
from hundredfold.log.segment import Damaged
from hundredfold.log.stored import Positions
from hundredfold.words.message import Entry

Answer = TypeVar("Answer")

PATIENCE: Final = 10.0
"""Seconds without progress after which a reader is told that the broker does not answer."""
_LOOK_AGAIN: Final = 0.05


def _ignored(_: Poison) -> None:
    """Nobody wants to know."""


class KafkaLog:
    """The log in the topic `events`, with a mirror in a folder of this process's own.

    Places are Kafka's: partitions and offsets. `poisoned` is told, in a thread of the log's, of records that are no
    messages; reading passes over them. `tell` hears, in a sentence, what an operator should know.

    Errors besides a log's: LogUnavailable when the broker does not answer in time. Then nothing is acknowledged;
    everything goes on by itself when it answers again.
    """

    def __init__(
        self,
        client: Client,
        folder: Path,
        *,
        partitions: int,
        holder: str = "",
        poisoned: Callable[[Poison], None] = _ignored,
        tell: Callable[[str], None] = lambda _: None,
        patience: float = PATIENCE,
    ) -> None:
        self.client, self._partitions, self._patience, self._tell = client, partitions, patience, tell
        self._topics = Topics(client, patience)
        self._closed = threading.Event()
        self._appender = KafkaAppender(client, partitions, self._topics)
        self._sender = self._appender.sender
        self._mirror = Mirror(folder, partitions, holder)
        try:
            self._mirror.identify(self._appender.topic.name, self._appender.topic.id)
            self._mirror.open(self._topics.start(EVENTS, partitions))
            must_not_end_before(self._mirror, self._topics, partitions)
            self._reader = TopicReader(client, self._topics, self._mirror, partitions, poisoned)
        except BaseException:
            self._appender.close()
            self._mirror.close()
            raise

    @property
    def partitions(self) -> int:
        """How many partitions the log has."""
        return self._partitions

    @property
    def waiting(self) -> int:
        """How many messages were submitted and are not yet durable; a server refuses more above its limit."""
        return self._appender.waiting

    @property
    def behind(self) -> int:
        """How many messages the topic has, as far as is known without asking, that cannot be read here yet."""
        return int((vector(self.end(), self._partitions) - self._mirrored()).sum())

    @property
    def trouble(self) -> str:
        """What is in the way of following the topic just now; it goes on by itself."""
        return self._reader.trouble

    # Writing.

    def append(self, entries: Sequence[Entry]) -> list[Place]:
        """Stores messages and returns their places once they are durable.

        When it raises, none is acknowledged, and some may be stored: the same messages, sent again, count once.
        """
        return self.submit(entries).result()

    def submit(self, entries: Sequence[Entry]) -> Future[list[Place]]:
        """As `append`, at once; the future has the places, else LogUnavailable or LogError."""
        self._must_follow()
        return self._appender.submit(entries)

    def append_table(self, table: pa.Table) -> Positions:
        """Stores a table of `STORED` columns without `partition` and `offset`; returns the end after it."""
        fitting = unplaced(table)
        self._must_follow()
        if fitting.num_rows:
            self._sender.send(records_of(fitting), partitions_of(fitting["key"], self._partitions).tolist())
        return self.end()

    def mark(self, name: str, payload: Mapping[str, Any], *, time: int = 0) -> Positions:
        """Writes one marker into every partition and returns their places; what lies before can be read then.

        Not atomically: when it raises, some partitions may hold a marker of that name, which means nothing.
        """
        places = self._appender.mark(markers(name, payload, time, self._partitions))
        self._reach(np.array([places[partition] + 1 for partition in range(self._partitions)]))
        return places

    # Reading.

    def start(self) -> Positions:
        """The first positions that can still be read."""
        return self._opened().start()

    def end(self) -> Positions:
        """The offset of the next message of every partition, as far as this process knows without asking."""
        return positions_of(np.maximum(np.maximum(self._mirrored(), self._sender.ends), self._reader.high))

    def durable(self) -> tuple[list[tuple[Path, int]], Positions]:
        """As the embedded log's: the mirror's files, which have what the broker held when it was asked."""
        self._must_follow()
        asked = vector(self._topics.end(EVENTS, self._partitions), self._partitions)
        while True:
            self._reach(asked)
            files, position = self._opened().durable()
            if (vector(position, self._partitions) >= asked).all():  # else the mirror was made anew just now
                return files, position

    def read(
        self, after: Positions, *, limit_rows: int = CHUNK_ROWS, limit_bytes: int = CHUNK_BYTES
    ) -> Iterator[pa.Table]:
        """The messages from `after` to the end as the broker tells it now, in tables of at most `limit_rows` rows."""
        wanted = vector(after, self._partitions)
        self._must_follow()
        asked = vector(self._topics.end(EVENTS, self._partitions), self._partitions)
        end = np.maximum(asked, self._sender.ends)
        self._opened().read(positions_of(wanted), limit_rows=1)  # raises at once for what retention took
        return self._chunks(wanted, end, limit_rows, limit_bytes)

    def _chunks(self, wanted: Vector, end: Vector, limit_rows: int, limit_bytes: int) -> Iterator[pa.Table]:
        position = dict(positions_of(wanted))
        while (vector(position, self._partitions) < end).any():
            self._reach(end, some_behind=vector(position, self._partitions))
            log = self._opened()
            try:
                for table in log.read(position, limit_rows=limit_rows, limit_bytes=limit_bytes):
                    position = advanced(position, table)
                    kept = _before(table, end)
                    if kept.num_rows:
                        yield kept
                    if (vector(position, self._partitions) >= end).all():
                        break
            except LogError as error:
                self._mend(log, error)

    def fetch(self, places: Sequence[Place]) -> pa.Table:
        """The messages at these places, in the order asked for; raises LogError for a place without a message."""
        asked = np.array(places, np.int64).reshape(-1, 2)
        lie = asked[(asked[:, 0] >= 0) & (asked[:, 0] < self._partitions)]
        needed = np.zeros(self._partitions, np.int64)
        np.maximum.at(needed, lie[:, 0], lie[:, 1] + 1)
        self._reach(np.minimum(needed, vector(self.end(), self._partitions)))
        log = self._opened()
        try:
            return log.fetch(places)
        except LogError as error:
            self._mend(log, error)
        return self.fetch(places)

    def wait(self, after: Positions, timeout: float) -> bool:
        """Waits at most `timeout` seconds for a message at or behind `after`; tells whether there is one."""
        wanted, until = vector(after, self._partitions), clock.monotonic() + timeout
        while True:
            self._must_follow()
            if self._opened().wait(after, max(0.0, until - clock.monotonic())):
                return True
            if clock.monotonic() >= until or self._closed.is_set():
                return bool((self._mirrored() > wanted).any())
            clock.sleep(_LOOK_AGAIN)  # the mirror is just being made anew

    def trim(self, before: Positions) -> None:
        """Lets the broker and the mirror forget what lies before; a broker that does not answer is asked next time."""
        covered = np.minimum(vector(before, self._partitions), vector(self.end(), self._partitions))
        try:
            self._topics.forget(EVENTS, positions_of(covered))
        except LogError as error:
            self._tell(str(error))
            return
        self._opened().trim(positions_of(np.minimum(covered, self._mirrored())))

    def close(self) -> None:
        """Sends what was submitted, then lets go of the mirror; a second call does nothing."""
        self._appender.close()
        self._closed.set()
        self._reader.close()
        self._mirror.close()

    def __enter__(self) -> KafkaLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # The mirror.

    def _opened(self) -> EmbeddedLog:
        log = self._mirror.log
        assert log is not None
        return log

    def _must_follow(self) -> None:
        """Raises LogError when the topic is no longer the one that this workspace has followed."""
        if self._reader.lost is not None:
            raise self._reader.lost

    def _mirrored(self) -> Vector:
        return vector(self._opened().end(), self._partitions)

    def _reach(self, end: Vector, some_behind: Vector | None = None) -> None:
        """Waits until the mirror has what lies before `end`; or, with `some_behind`, anything more behind that.

        Raises LogUnavailable when nothing comes for as long as patience lasts.
        """
        last, until = self._mirrored(), clock.monotonic() + self._patience
        while (last < end).any():
            if some_behind is not None and (last > some_behind).any():
                return
            self._must_follow()
            if self._closed.is_set():
                raise LogError(f"the log on {self.client.servers} is closed.")
            if clock.monotonic() >= until:
                raise LogUnavailable(
                    f"Kafka at {self.client.servers} did not send what it holds within {self._patience:g} s. "
                    + (self._reader.trouble or "Try again.")
                )
            # Woken by whatever comes.
            self._opened().wait(positions_of(last), _LOOK_AGAIN)
            found = self._mirrored()
            if (found != last).any():
                last, until = found, clock.monotonic() + self._patience

    def _mend(self, log: EmbeddedLog, error: LogError) -> None:
        """A mirror that is damaged is made anew, and whoever reads goes on; any other error is raised again."""
        if isinstance(error, Damaged):
            self._reader.make_anew(log)
        elif log is self._opened():
            raise error
        until = clock.monotonic() + self._patience
        while log is self._opened():
            if clock.monotonic() >= until or self._closed.is_set():
                raise LogUnavailable(f"the mirror of the log is damaged ({error}), and Kafka does not answer.")
            clock.sleep(_LOOK_AGAIN)


def _before(table: pa.Table, end: Vector) -> pa.Table:
    kept = table["offset"].to_numpy() < end[table["partition"].to_numpy()]
    return table if kept.all() else table.filter(pa.array(kept))
