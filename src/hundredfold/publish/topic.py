"""What lies in a topic of profiles, read from its beginning: for whoever has lost count of what was sent there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hundredfold.log.kafka.client import Client, passing
from hundredfold.publish.outlet import NotPublished

if TYPE_CHECKING:
    from confluent_kafka import Message

PATIENCE: Final = 30.0
"""Seconds without a record, or the end of a partition, after which the broker does not answer."""
_SETTINGS: Final = {"queued.max.messages.kbytes": 1 << 15}
_AT_ONCE: Final = 10_000
_WAIT: Final = 0.1


def keys_in(client: Client, topic: str, leaving: Callable[[], bool] = lambda: False) -> set[str]:
    """The keys, by a topic's full name, whose newest record is no tombstone.

    Raises LogUnavailable when the broker does not answer, LogError when it refuses, NotPublished once somebody is
    `leaving`.
    """
    from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

    what = f"reading the topic {topic}"
    conf = client.conf(
        _SETTINGS,
        group_id="hundredfold",  # never joined: partitions are assigned
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        enable_partition_eof=True,
        isolation_level="read_committed",
    )
    try:
        consumer = Consumer(conf)
        try:
            partitions = consumer.list_topics(topic, timeout=PATIENCE).topics[topic].partitions
            consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions])
            found, open_ones, heard = _Keys(client, what), set(partitions), time.monotonic()
            while open_ones:
                if leaving():
                    raise NotPublished("the publication was ended. It goes on at the next start.")
                messages = consumer.consume(_AT_ONCE, _WAIT)
                heard = time.monotonic() if messages else heard
                if time.monotonic() - heard > PATIENCE:
                    raise client.unanswered(what, f"did not answer within {PATIENCE:g} s")
                open_ones -= {message.partition() for message in messages if found.ends_with(message)}
        finally:
            consumer.close()
    except KafkaException as error:
        raise client.failed(what, error.args[0]) from None
    return found.there


class _Keys:
    """The keys behind which something is, record by record."""

    def __init__(self, client: Client, what: str) -> None:
        self._client, self._what = client, what
        self.there: set[str] = set()

    def ends_with(self, message: Message) -> bool:
        """Takes what was consumed; whether it says that its partition ends here."""
        from confluent_kafka import KafkaError

        error, key = message.error(), message.key()
        if error is not None:
            if error.code() == KafkaError._PARTITION_EOF:
                return True
            if not passing(error):
                raise self._client.failed(self._what, error)
        elif isinstance(key, bytes):
            (self.there.discard if message.value() is None else self.there.add)(key.decode("utf-8", "replace"))
        return False
