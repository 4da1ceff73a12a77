"""A stock consumer of profiles: confluent_kafka with its own Avro deserializer, pointed at the product's registry."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

SECONDS = 150


def stock_registry(url: str, token: str) -> SchemaRegistryClient:
    return SchemaRegistryClient({"url": url, "basic.auth.user.info": f"anybody:{token}"})


class Follower:
    """Reads a topic from its beginning; keeps the newest value of every key, as a compacted table would."""

    def __init__(self, servers: str, topic: str, read: Callable[[bytes], Any]) -> None:
        self._consumer = Consumer({"bootstrap.servers": servers, "group.id": "stock", "enable.auto.commit": False})
        partitions = self._consumer.list_topics(topic, timeout=30).topics[topic].partitions
        self._consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
        self._read, self.newest, self.records = read, {}, 0

    def until(self, there: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Reads until the newest profiles are as wanted; tombstones take keys out."""
        ends = time.monotonic() + SECONDS
        while not there(self.newest):
            assert time.monotonic() < ends, f"it did not come; there is {self.newest}"
            for message in self._consumer.consume(1000, 0.1):
                assert message.error() is None, message.error()
                key, value = message.key().decode(), message.value()
                self.records += 1
                self.newest.pop(key, None)
                if value is not None:
                    self.newest[key] = self._read(value)
        return self.newest

    def close(self) -> None:
        self._consumer.close()


def avro(registry: SchemaRegistryClient, topic: str, schema: str | None = None) -> Callable[[bytes], Any]:
    """The stock deserializer of a topic; with `schema` as a reader that knows only that one."""
    found = AvroDeserializer(registry, schema)
    return lambda value: found(value, SerializationContext(topic, MessageField.VALUE))
