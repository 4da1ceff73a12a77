"""Topics and logs on the tests' broker."""

from __future__ import annotations

from confluent_kafka.admin import AdminClient

from hundredfold.errors import LogError, LogUnavailable
from hundredfold.log.kafka.client import EVENTS, Client
from hundredfold.log.kafka.log import PATIENCE, KafkaLog
from hundredfold.log.kafka.topics import Topics


def made(broker, partitions=3, **settings):
    """A client with a topic of its own."""
    found = Client(broker.address, broker.prefix(), settings)
    Topics(found).make(EVENTS, partitions, 1)
    return found


def kafka_log(broker, folder, partitions=3, *, patience=PATIENCE, **settings):
    """A log on a topic of its own, with its mirror in a folder."""
    return KafkaLog(made(broker, partitions, **settings), folder, partitions=partitions, patience=patience)


def made_anew(client, partitions=3):
    """Deletes the topic and makes another one of its name."""
    full = client.topic(EVENTS)
    admin = AdminClient({"bootstrap.servers": client.servers})
    admin.delete_topics([full])[full].result(30)
    while True:
        try:
            Topics(client).make(EVENTS, partitions, 1)
            return
        except LogError:  # it is still being deleted
            continue


def append_when_it_answers(log, entries):
    """Appends to a log whose broker will answer again, however often it has to be tried."""
    while True:
        try:
            return log.append(entries)
        except LogUnavailable:
            continue
