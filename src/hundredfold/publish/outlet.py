"""Where records leave: a producer of Apache Kafka that keeps the order of each key and tells what did not arrive."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hundredfold.errors import HundredfoldError
from hundredfold.log.kafka.client import Client
from hundredfold.log.kafka.topics import MESSAGE_BYTES, Topics

if TYPE_CHECKING:
    from confluent_kafka import KafkaError, Message

_SETTINGS: Final[Mapping[str, Any]] = {
    "compression.type": "lz4",
    "batch.size": 1 << 20,
    "queue.buffering.max.kbytes": 1 << 16,
    "message.max.bytes": MESSAGE_BYTES,
}
_WAIT: Final = 0.1
"""Seconds for which a full queue is waited for at once."""


class NotPublished(HundredfoldError):
    """Records did not reach their topic; the text says why and what to do."""


class GivenUp(NamedTuple):
    """A record that did not arrive, and when it was taken (seconds of the monotonic clock)."""

    topic: str
    key: str
    since: float


class Outlet:
    """Sends records; at least once, in order for each key. Use it from one thread; `since` is for every thread.

    `linger` is how many milliseconds records are gathered for; what `client` says goes before. Nothing is waited for
    any more once somebody is `leaving`.
    """

    def __init__(self, client: Client, *, linger: int, leaving: Callable[[], bool] = lambda: False) -> None:
        from confluent_kafka import KafkaException, Producer

        settings = {**_SETTINGS, "linger.ms": linger}
        try:
            # Without idempotence a retry could put an older profile behind a newer one.
            self._producer = Producer(client.conf(settings, enable_idempotence=True, partitioner="consistent"))
        except KafkaException as error:
            raise NotPublished(f"`kafka:` in the workspace's file: {client.said(error.args[0].str())}.") from None
        self._client, self._leaving = client, leaving
        self.failed: list[GivenUp] = []
        """What was given up; whoever sends it again takes it out."""
        self.fatal = False
        """Whether this outlet sends nothing any more."""
        self._reason = ""
        self._lock, self._numbers = Lock(), count()
        self._under_way: dict[int, float] = {}
        """When each record was taken that has neither arrived nor was given up; in this order."""

    @property
    def since(self) -> float | None:
        """Since when the oldest record is on its way (seconds of the monotonic clock); None when none is."""
        with self._lock:
            return next(iter(self._under_way.values()), None)

    def topic(self, name: str) -> str:
        """The full name of one of our topics. Raises NotPublished when there is none, LogUnavailable."""
        found = Topics(self._client).found(name)
        if found is None:
            full = self._client.topic(name)
            raise NotPublished(f"Kafka at {self._client.servers} has no topic {full}. Make it: hf kafka setup.")
        return found.name

    def send(self, topic: str, key: str, value: bytes | None) -> bool:
        """Takes a record, None for a tombstone; waits while as many are on their way as there is room for.

        False: it is larger than any record may be, and is left out.
        """
        from confluent_kafka import KafkaError, KafkaException

        number = next(self._numbers)
        with self._lock:
            self._under_way[number] = time.monotonic()
        arrived = partial(self._delivered, number)
        while True:
            try:
                self._producer.produce(topic, value, key, on_delivery=arrived)
                return True
            except KafkaException as error:
                self._taken_back(number)
                if error.args[0].code() == KafkaError.MSG_SIZE_TOO_LARGE:
                    return False
                raise NotPublished(f"Kafka's client refuses: {self._client.said(error.args[0].str())}.") from None
            except BufferError:
                if self._leaving():
                    raise NotPublished("the publication was ended. It goes on at the next start.") from None
                self._producer.poll(_WAIT)

    def poll(self) -> int:
        """Looks what has arrived; returns how many are still on their way."""
        self._producer.poll(0)
        return len(self._producer)

    def settle(self, seconds: float | None = None) -> bool:
        """Waits until everything has arrived or was given up, at most so long; whether it has."""
        until = None if seconds is None else time.monotonic() + seconds
        while self._producer.flush(_WAIT):
            if self._leaving() if until is None else time.monotonic() > until:
                return False
        return not self.failed

    def settled(self) -> None:
        """Waits until everything has arrived. Raises NotPublished when something was given up."""
        if not self.settle():
            raise NotPublished(
                f"{len(self.failed):,} profiles did not reach their topic ({self._reason}). "
                "They are sent again at the next start or batch; look whether the broker is up and has room."
            )

    def _taken_back(self, number: int) -> float:
        with self._lock:
            return self._under_way.pop(number)

    def _delivered(self, number: int, error: KafkaError | None, message: Message) -> None:
        since = self._taken_back(number)
        if error is not None:
            self._reason, self.fatal = error.name(), self.fatal or error.fatal()
            key, topic = message.key(), message.topic()
            self.failed.append(GivenUp(topic or "", key.decode() if isinstance(key, bytes) else key or "", since))
