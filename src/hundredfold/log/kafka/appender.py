"""The log on Kafka as those see it who only add to it: no mirror, no place in a folder, any number of them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Event, Thread
from typing import Final

from hundredfold.errors import LogError
from hundredfold.log.base import Place
from hundredfold.log.kafka.client import EVENTS, Client
from hundredfold.log.kafka.record import Record, record_of
from hundredfold.log.kafka.sender import Sender
from hundredfold.log.kafka.topics import Topics, checked
from hundredfold.log.rows import partitions_for
from hundredfold.log.stored import Positions
from hundredfold.words.message import Entry

LOOK_SECONDS: Final = 2.0
"""Between two questions to the broker whether it is there."""


class KafkaAppender:
    """Adds messages to the topic `events`.

    Raises LogError where the topic is not as it must be, LogUnavailable where no broker answers at the beginning; later
    everything goes on by itself when one answers again.
    """

    def __init__(self, client: Client, partitions: int, topics: Topics | None = None) -> None:
        self._partitions, self._topics = partitions, topics or Topics(client)
        self.topic = checked(self._topics, EVENTS, partitions)
        self.sender = Sender(client, self.topic.name, partitions)
        self._trouble: list[str] = []
        self._stop = Event()
        self._looking = Thread(target=self._look, name="kafka-broker", daemon=True)
        self._looking.start()

    @property
    def waiting(self) -> int:
        """How many messages were submitted and are not yet durable."""
        return self.sender.waiting

    def submit(self, entries: Sequence[Entry]) -> Future[list[Place]]:
        """Stores messages; the future has their places when they are durable, else LogUnavailable or LogError.

        When it fails none is acknowledged, and some may be stored: the same messages, sent again, count once.
        """
        records = [_fitting(entry) for entry in entries]
        return self.sender.submit(records, partitions_for(entries, self._partitions).tolist())

    def mark(self, markers: Sequence[Entry]) -> Positions:
        """Writes a marker into every partition, in their order, and returns the places."""
        return dict(self.sender.submit([_fitting(one) for one in markers], range(self._partitions)).result())

    def trouble(self) -> list[str]:
        """What is in the way just now, as sentences; empty while the broker answers."""
        return list(self._trouble)

    def _look(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self._topics.end(EVENTS, self._partitions)
                self._trouble = []
            except LogError as error:
                self._trouble = [str(error)]

    def close(self) -> None:
        """Sends what was submitted, as long as that may take; a second call does nothing."""
        self._stop.set()
        self.sender.close()
        self._looking.join()

    def __enter__(self) -> KafkaAppender:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _fitting(entry: Entry) -> Record:

    try:
        return record_of(entry)
    except (struct.error, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise LogError(f"a message does not fit the log's columns: {error}.") from error
