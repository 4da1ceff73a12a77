"""Follows the topic: one thread that consumes what comes and writes it into the mirror."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from hundredfold.errors import LogError, LogUnavailable
from hundredfold.log.base import Vector, positions_of, vector
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.kafka.client import EVENTS, Client
from hundredfold.log.kafka.mirror import Mirror
from hundredfold.log.kafka.record import HEADER, Poison, Raws, rows_of
from hundredfold.log.kafka.topics import Topics

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Message

DEFAULTS: Final = {
    "fetch.message.max.bytes": 4 << 20,
    "fetch.queue.backoff.ms": 10,
    "queued.max.messages.kbytes": 64 << 10,
    "queued.min.messages": 100_000,
}
CHUNK: Final = 8_192
_POLL_SECONDS: Final = 0.25
_TRY_AGAIN_SECONDS: Final = 0.5


class TopicReader:
    """Keeps the mirror at the topic's end. `poisoned` is told of records that are no messages.

    `trouble` says what is in the way just now; it goes on by itself, except where `lost` says why it cannot.
    """

    def __init__(
        self, client: Client, topics: Topics, mirror: Mirror, partitions: int, poisoned: Callable[[Poison], None]
    ) -> None:
        self._client, self._topics, self._mirror, self._partitions = client, topics, mirror, partitions
        self._poisoned = poisoned
        self.trouble = ""
        self.lost: LogError | None = None
        self.high: Vector = np.zeros(partitions, np.int64)
        """The ends that the broker told last, with what it sent."""
        self._damaged: EmbeddedLog | None = None
        self._doubt, self._stop = False, threading.Event()
        self._consumer = self._made()
        self._assign()
        self._thread = threading.Thread(target=self._run, name="kafka-reader", daemon=True)
        self._thread.start()

    def _made(self) -> Consumer:
        from confluent_kafka import Consumer, KafkaException

        try:
            return Consumer(
                self._client.conf(
                    DEFAULTS,
                    group_id="hundredfold",  # never joined: partitions are assigned, positions are our own
                    enable_auto_commit=False,
                    auto_offset_reset="error",
                    enable_partition_eof=True,
                    isolation_level="read_committed",
                )
            )
        except KafkaException as error:
            raise LogError(f"`kafka:` in the workspace's file: {self._client.said(error.args[0].str())}.") from None

    def make_anew(self, damaged: EmbeddedLog) -> None:
        """Asks for a new mirror in place of one that was found damaged."""
        self._damaged = damaged

    def close(self) -> None:
        """Ends; a second call does nothing."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join()
            self._consumer.close()

    def _run(self) -> None:
        while not self._stop.is_set() and self.lost is None:
            try:
                self._turn()
            except LogError as error:
                self.trouble, self._doubt = str(error), True
                self._stop.wait(_TRY_AGAIN_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody may wait for it in vain
                self.lost = LogError(f"following the topic failed unexpectedly: {error!r}. Start again; report it.")

    def _turn(self) -> None:
        if self._damaged is not None and self._damaged is self._mirror.log:
            self._mirror.anew(self._topics.start(EVENTS, self._partitions))
            self._assign()
        self._damaged = None
        if self._doubt:
            self._verify()
            self._doubt, self.trouble = False, ""
        first = self._consumer.poll(_POLL_SECONDS)
        if first is None:
            return
        self._take_in([first, *self._consumer.consume(CHUNK, 0)])

    def _take_in(self, messages: Sequence[Message]) -> None:
        from confluent_kafka import KafkaError, Message

        reached: list[tuple[int, int]] = []
        if any(map(Message.error, messages)):
            for message in messages:
                error = message.error()
                if error is None:
                    continue
                if error.code() != KafkaError._PARTITION_EOF:
                    raise self._client.failed("reading messages", error)
                reached.append((message.partition() or 0, message.offset() or 0))
            messages = [message for message in messages if message.error() is None]
        if messages:
            self._mirror.append(rows_of(_raws(messages), self._poisoned))
        for partition, end in reached:  # an end behind the last record: what lies between is not for us
            self._mirror.fill(partition, end)
        self._look_ahead()

    def _look_ahead(self) -> None:
        from confluent_kafka import TopicPartition

        full, high = self._client.topic(EVENTS), self.high.copy()
        for partition in range(self._partitions):
            told = self._consumer.get_watermark_offsets(TopicPartition(full, partition), cached=True)
            if told is not None:
                high[partition] = max(high[partition], told[1])
        self.high = high

    def _verify(self) -> None:
        """After trouble: is it still the same topic, and does it still have what comes next?"""
        found = self._topics.found(EVENTS)
        if found is None:
            raise LogUnavailable(f"Kafka at {self._client.servers} has no topic {self._client.topic(EVENTS)} any more.")
        try:
            self._mirror.identify(found.name, found.id)
            must_not_end_before(self._mirror, self._topics, self._partitions)
        except LogUnavailable:
            raise
        except LogError as error:
            self.lost = error
            return
        start = self._topics.start(EVENTS, self._partitions)
        log = self._mirror.log
        assert log is not None
        if (vector(log.end(), self._partitions) < vector(start, self._partitions)).any():
            self._mirror.anew(start)
        self._assign()

    def _assign(self) -> None:
        from confluent_kafka import TopicPartition

        log = self._mirror.log
        assert log is not None
        full = self._client.topic(EVENTS)
        self._consumer.assign([TopicPartition(full, partition, offset) for partition, offset in log.end().items()])


def must_not_end_before(mirror: Mirror, topics: Topics, partitions: int) -> None:
    """Raises LogError when the topic ends before what this workspace has read of it."""
    assert mirror.log is not None
    read, end = vector(mirror.log.end(), partitions), vector(topics.end(EVENTS, partitions), partitions)
    if (end < read).any():
        raise LogError(
            f"the topic {topics.client.topic(EVENTS)} ends at {positions_of(end)}, and this workspace has read it up "
            f"to {positions_of(read)}: it was deleted and made anew, or restored from before. Restore it whole."
        )


def _raws(messages: Sequence[Message]) -> Raws:
    from confluent_kafka import Message

    # Column by column, so that the interpreter's loops do the work: this is the dearest part of reading.
    headers: Iterator[Any] = map(Message.headers, messages)
    return Raws(
        cast(list[int], list(map(Message.partition, messages))),
        cast(list[int], list(map(Message.offset, messages))),
        cast(list[bytes | None], list(map(Message.key, messages))),
        cast(list[bytes | None], list(map(Message.value, messages))),
        [dict(found).get(HEADER) if found else None for found in headers],
    )
