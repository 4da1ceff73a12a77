"""Another system's records while consumers of their group come and go, and what must be right of them at last."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from tests.app.serving import until
from tests.app.shop import HF
from tests.kafka.processes import Client, Part, audited, parts, shop_on

from hundredfold.app.foreign import GROUP
from hundredfold.app.lock import announced
from hundredfold.app.remote import RemoteWorkspace
from hundredfold.app.workspace import Workspace
from hundredfold.log.history import History

PARTITIONS = 4
CUSTOMERS = [f"c{n}" for n in range(40)]
PATIENCE = 120
SETTINGS = {
    "heartbeat.interval.ms": 300,
    "linger.ms": 700,
    "max.poll.interval.ms": 1_500,
    "session.timeout.ms": 1_500,
}
"""Records are stored slowly, and the group soon takes the live process for dead."""


@dataclass
class Found:
    """What is wrong when all has been taken; all of it is empty when nothing is."""

    lost: set[int] = field(default_factory=set)
    """Records that were sent, and are not in the log."""
    differing: dict = field(default_factory=dict)
    """Customers whose value is not that of their last record: served, and expected."""
    mismatches: int = 0
    """Customers that the audit has found wrong."""


class Taking:
    """A live process that takes the records of a topic, their sender, and intruders into the consumer group."""

    def __init__(self, broker, folder, topic, group, live):
        self.folder, self.topic, self.group, self.live = folder, topic, group, live
        self._servers, self._events = broker.address, f"t{broker.made}.events"
        self._client, self._numbers = Client(folder), count(1)
        self.last = {}
        self.sent, self.taken_away, self.copies = 0, 0, Counter()

    def round(self, fault, random, *, batch=False):
        """Has a fault while records come, and perhaps a batch whose markers come between them."""
        over = Event()
        with ThreadPoolExecutor(2) as pool:
            working = [pool.submit(self._send, over)]
            try:
                time.sleep(random.random() / 2)
                if batch:
                    working.append(pool.submit(self._batch))
                fault(self, random)
            finally:
                over.set()
        for one in working:
            one.result()

    def _send(self, over):
        producer = Producer({"bootstrap.servers": self._servers, "linger.ms": 1})
        while not over.is_set():
            number = next(self._numbers)
            customer = CUSTOMERS[number % len(CUSTOMERS)]
            told = {"userId": customer, "covers_until": 1_770_000_000 + number, "values": {"crm_points": number}}
            producer.produce(self.topic, json.dumps(told), str(number))
            self.last[customer], self.sent = number, number
            time.sleep(0.002)
        assert producer.flush(30) == 0

    def _batch(self):
        RemoteWorkspace(announced(self.folder / "data")).work("batch", full=False)

    def refused(self):
        """Whether the live process was told that what it had stored is no longer its own to leave behind."""
        return "foreign records come again" in (self.folder / "live.log").read_text()

    @contextmanager
    def intruder(self):
        """Another consumer of the group, which has taken partitions away and leaves without a word of where it was."""
        own = {"group.id": self.group, "enable.auto.commit": False, "auto.offset.reset": "earliest"}
        consumer = Consumer({"bootstrap.servers": self._servers, "session.timeout.ms": 6_000, **own})
        consumer.subscribe([self.topic])

        def assigned():
            consumer.consume(100, 0.05)
            return consumer.assignment()

        try:
            self.taken_away += len(until(assigned, PATIENCE))
            yield consumer
        finally:
            consumer.close()

    def found(self):
        """What is wrong once the group is behind the last record."""
        found = Found(lost=self.lost())
        self.live.ready(PATIENCE)
        for customer, expected in self.last.items():
            served = (self._client.attributes(self.live.url, customer) or {}).get("crm_points")
            if served != expected:
                found.differing[customer] = served, expected
        found.mismatches = audited(self.folder)[1]
        return found

    def lost(self):
        """The records that are not in the log, when the group is behind the last one."""
        self.settled()
        self.copies = self._stored()
        return set(range(1, self.sent + 1)) - self.copies.keys()

    def settled(self):
        """Waits until the group is behind the last record."""
        asked = Consumer({"bootstrap.servers": self._servers, "group.id": self.group})
        places = [TopicPartition(self.topic, partition) for partition in range(PARTITIONS)]
        ends = [asked.get_watermark_offsets(place, timeout=30)[1] for place in places]
        until(lambda: [place.offset for place in asked.committed(places, timeout=30)] == ends, PATIENCE)
        asked.close()

    def _stored(self):
        """How often each record lies in the log, or in the history, for which a batch has trimmed the log."""
        history = History(Workspace.open(self.folder).history_folder)
        tables = [history.scan(bucket, ["payload"]) for bucket in range(history.buckets)]
        found = Counter(points for table in tables for points in map(_points, table["payload"].to_pylist()))
        own = {"group.id": "looking", "enable.partition.eof": True}
        reading, left = Consumer({"bootstrap.servers": self._servers, **own}), PARTITIONS
        behind = [(partition, history.positions.get(partition, 0)) for partition in range(PARTITIONS)]
        reading.assign([TopicPartition(self._events, *place) for place in behind])
        while left:
            for message in reading.consume(1000, 1):
                if message.error() is not None:
                    assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
                    left -= 1
                else:
                    found[_points(message.value())] += 1
        reading.close()
        del found[None]
        return found


def _points(payload):
    """The number of a stored record; None for other messages."""
    told = json.loads(payload)
    return told["values"]["crm_points"] if told.get("type") == "profile" else None


def others_come_and_go(taking, random):
    for _ in range(random.randint(2, 4)):
        with taking.intruder() as consumer:
            consumer.consume(random.randint(1, 200), random.random() / 2)


def it_is_taken_for_dead(taking, random):
    """What it had in hand it stores when it goes on, and may not commit: everything is another's by then."""
    taking.live.process.send_signal(signal.SIGSTOP)
    with taking.intruder() as consumer:
        until(lambda: consumer.consume(100, 0.05) is not None and len(consumer.assignment()) == PARTITIONS, PATIENCE)
        taking.live.process.send_signal(signal.SIGCONT)
        consumer.consume(1000, random.random())


def it_is_killed(taking, random):
    with taking.intruder() as consumer:
        consumer.consume(10_000, random.random())
        taking.live.end(signal.SIGKILL)
    taking.live.start()


@contextmanager
def taking(broker, folder, live=HF):
    """A live process, by a command, in a new workspace."""
    topic = f"crm.{broker.made}"
    shop = shop_on(broker, folder, foreign_topics=f"{{crm: {topic}}}", kafka=json.dumps(SETTINGS))
    admin = AdminClient({"bootstrap.servers": broker.address})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(30)
    with parts(Part(shop, "live", command=live)) as (process,):
        process.ready(PATIENCE)
        yield Taking(broker, shop, topic, f"t{broker.made}.{GROUP}", process)
