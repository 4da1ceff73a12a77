"""Sends records and tells, once the broker has them, where they lie."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

import numpy as np

from hundredfold.errors import LogError, LogUnavailable
from hundredfold.log.base import Place, Vector, positions_of
from hundredfold.log.kafka.client import Client
from hundredfold.log.kafka.record import Record
from hundredfold.log.kafka.topics import MESSAGE_BYTES
from hundredfold.log.stored import Positions

if TYPE_CHECKING:
    from confluent_kafka import KafkaError, Message, Producer

Answer = TypeVar("Answer")
Delivered: TypeAlias = "Callable[[KafkaError | None, Message], None]"

DEFAULTS: Final = {
    "compression.type": "lz4",
    "delivery.timeout.ms": 5_000,
    "linger.ms": 2,
    "message.max.bytes": MESSAGE_BYTES,
    "queue.buffering.max.messages": 500_000,
    "queue.buffering.max.kbytes": 512 << 10,
    "retry.backoff.ms": 50,
}
"""Where the user's settings say nothing: a broker that is down is told of within five seconds."""
_ROOM: Final = 1_024
"""Bytes of a record besides key, value and header."""
_POLL_SECONDS: Final = 0.1
_BULK_POLL: Final = 512
"""Records of a table between two looks at what was delivered."""


class _Call(Generic[Answer]):
    """Records of one caller. Answered when the last of them has been delivered, or given up."""

    def __init__(self, count: int) -> None:
        self.future: Future[Answer] = Future()
        self.left = count
        self.error: LogError | None = None


class Sender:
    """An idempotent producer for one topic; records of one thread keep their order in each partition.

    There are no transactions: where a call fails, some of its records may have been stored all the same. It was not
    acknowledged, so its sender repeats it, and what is stored twice counts once by its message id.
    """

    def __init__(self, client: Client, topic: str, partitions: int) -> None:
        self._client, self._topic = client, topic
        self._guard = threading.Lock()
        self._waiting, self._closed, self._broken = 0, False, False
        self._ends = np.zeros(partitions, np.int64)
        self._limit = int(client.conf(DEFAULTS)["message.max.bytes"])
        self._producer = self._made()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kafka-sender", daemon=True)
        self._thread.start()

    def _made(self) -> Producer:
        from confluent_kafka import KafkaException, Producer

        try:
            return Producer(self._client.conf(DEFAULTS, enable_idempotence=True, acks="all"))
        except KafkaException as error:
            raise LogError(f"`kafka:` in the workspace's file: {self._client.said(error.args[0].str())}.") from None

    @property
    def waiting(self) -> int:
        """How many records were taken and are not yet delivered or given up."""
        return self._waiting

    @property
    def ends(self) -> Vector:
        """The offsets behind the last delivered record of every partition; 0 where none was."""
        with self._guard:
            return self._ends.copy()

    def submit(self, records: Sequence[Record], partitions: Sequence[int]) -> Future[list[Place]]:
        """Sends records; the future has their places when all are durable, else LogUnavailable or LogError."""
        places: list[Place] = [(partition, -1) for partition in partitions]
        call: _Call[list[Place]] = _Call(len(records))
        for record in records:
            if len(record.key) + len(record.value) + len(record.header) + _ROOM > self._limit:
                raise LogError(f"a message has {len(record.value)} bytes; Kafka takes {self._limit - _ROOM} here.")
        self._check_open()
        if not records:
            call.future.set_result([])
            return call.future
        with self._guard:
            self._waiting += len(records)

        def delivered(n: int, error: KafkaError | None, message: Message) -> None:
            if error is None:
                places[n] = (partitions[n], message.offset() or 0)
            self._count(call, places, error, message)

        for n, (record, partition) in enumerate(zip(records, partitions, strict=True)):
            try:
                self._produce(record, partition, partial(delivered, n))
            except LogError as error:
                self._give_up(call, places, error, len(records) - n)
                break
        return call.future

    def send(self, records: Iterable[Record], partitions: Sequence[int]) -> Positions:
        """Sends many records and returns, when all are durable, the ends behind them.

        Raises LogUnavailable or LogError when any is not.
        """
        call: _Call[None] = _Call(len(partitions))
        self._check_open()
        if not partitions:
            return positions_of(self.ends)
        with self._guard:
            self._waiting += len(partitions)

        def delivered(error: KafkaError | None, message: Message) -> None:
            self._count(call, None, error, message)

        for n, (record, partition) in enumerate(zip(records, partitions, strict=True)):
            try:
                while not self._took(record, partition, delivered):
                    self._producer.poll(_POLL_SECONDS)  # what waits either gets through or times out
                if n % _BULK_POLL == 0:
                    self._producer.poll(0)
                failed = call.error
            except LogError as error:
                failed = error
            if failed is not None:
                self._give_up(call, None, failed, len(partitions) - n - (failed is call.error))
                break
        call.future.result()
        return positions_of(self.ends)

    def close(self) -> None:
        """Sends what was taken, as long as that may take, and ends; a second call does nothing."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
        self._stop.set()
        self._thread.join()
        self._producer.flush()  # ends: every record is delivered or times out

    def _check_open(self) -> None:
        if self._closed:
            raise LogError(f"the log on {self._client.servers} is closed.")
        if self._broken:
            self._renew()

    def _renew(self) -> None:
        """A producer that has met a fatal error takes nothing more; another one goes on."""
        with self._guard:
            if not self._broken:
                return
            self._broken, old, self._producer = False, self._producer, self._made()
        old.purge()
        old.flush(_POLL_SECONDS)

    def _took(self, record: Record, partition: int, delivered: Delivered) -> bool:
        """Hands a record to the client library, and tells whether it had room for it."""
        from confluent_kafka import KafkaException

        try:
            self._producer.produce(
                self._topic,
                record.value,
                record.key,
                partition,
                on_delivery=delivered,
                headers=[("hf", record.header)],
            )
        except BufferError:
            return False
        except KafkaException as error:
            self._note(error.args[0])
            raise self._client.failed("storing messages", error.args[0]) from None
        return True

    def _produce(self, record: Record, partition: int, delivered: Delivered) -> None:
        if not self._took(record, partition, delivered):
            raise LogUnavailable("storing messages: too many wait to be sent to Kafka. Try again.")

    def _note(self, error: KafkaError) -> None:
        if error.fatal():
            self._broken = True

    def _count(self, call: _Call[Answer], answer: Answer, error: KafkaError | None, message: Message) -> None:
        """Notes that a record was delivered, or was not."""
        with self._guard:
            self._waiting -= 1
            call.left -= 1
            if error is None:
                partition, offset = message.partition() or 0, message.offset() or 0
                if offset >= self._ends[partition]:
                    self._ends[partition] = offset + 1
            elif call.error is None:
                call.error = self._client.failed("storing messages", error)
                self._note(error)
            done = call.left == 0
        if done:
            _answer(call, answer)

    def _give_up(self, call: _Call[Answer], answer: Answer, error: LogError, unsent: int) -> None:
        with self._guard:
            self._waiting -= unsent
            call.left -= unsent
            call.error = call.error or error
            done = call.left == 0 and not call.future.done()
        if done:
            _answer(call, answer)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._producer.poll(_POLL_SECONDS)


def _answer(call: _Call[Answer], answer: Answer) -> None:
    if not call.future.set_running_or_notify_cancel():
        return
    if call.error is not None:
        call.future.set_exception(call.error)
    else:
        call.future.set_result(answer)
