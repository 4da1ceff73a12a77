"""A shop of several processes before a broker, orders that are sent to it, and what must be right of them at last."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from random import Random
from threading import Event

import httpx
from confluent_kafka import Consumer, KafkaException, TopicPartition
from tests.app.serving import until
from tests.app.shop import HF, order
from tests.kafka.processes import Client, Part, audited, parts, shop_on

from hundredfold.app.lock import announced
from hundredfold.app.remote import RemoteWorkspace
from hundredfold.errors import HundredfoldError

DEFINITIONS = """\
attributes:
  orders: {event: Order Completed, aggregate: count}
  spent: {event: Order Completed, value: properties.total, aggregate: sum}
"""
CUSTOMERS = [f"c{n}" for n in range(7)]
PARTITIONS = 4
SENDERS = 2
PATIENCE = 180


@dataclass
class Found:
    """What is wrong after faults; all of it is empty when nothing is."""

    lost: set[int] = field(default_factory=set)
    """Orders that were acknowledged, and are not in the topic as they were sent."""
    invented: set[int] = field(default_factory=set)
    """Orders that are in the topic, and nobody sent."""
    differing: dict = field(default_factory=dict)
    """Customers whose profile is not what the topic says: served, and expected."""
    mismatches: int = 0
    """Customers that the audit has found wrong."""


class Orders:
    """Sends numbered orders of few customers, each until it is acknowledged, now and then without waiting for it."""

    def __init__(self, behind, urls):
        self._behind, self._urls, self._numbers = behind, urls, count()
        self.acknowledged = {}

    def send(self, seed, over):
        random = Random(seed)
        with httpx.Client(timeout=3) as http:
            while not over.is_set():
                number, customer, total = next(self._numbers), random.choice(CUSTOMERS), random.randint(1, 99)
                if random.random() < 0.15:  # its answer is not waited for: it is sent again at once
                    self._tried(http, random, number, customer, total, timeout=0.004)
                ends = time.monotonic() + PATIENCE
                while not self._tried(http, random, number, customer, total):
                    assert time.monotonic() < ends, "an order was never acknowledged"
                    time.sleep(0.02)
                self.acknowledged[number] = (customer, total)
                if random.random() < 0.15:
                    self._tried(http, random, number, customer, total)

    def _tried(self, http, random, number, customer, total, **how):
        message = {**order(number, customer, "2026-03-02T10:00:00Z", total), "messageId": f"order-{number}"}
        try:
            url = f"{random.choice(self._urls())}/v1/track"
            answer = http.post(url, json=message, headers=self._behind, **how)
        except httpx.TransportError:
            return False
        assert answer.status_code in (200, 429, 503), answer.text
        return answer.status_code == 200


class Topic:
    """The topic `events` as a stock consumer reads it."""

    def __init__(self, servers, topic):
        quiet = {"enable.auto.commit": False, "log_level": 0}  # it is cut off as everybody is
        self._consumer = Consumer({"bootstrap.servers": servers, "group.id": "stock", **quiet})
        self._places = [TopicPartition(topic, partition, 0) for partition in range(PARTITIONS)]
        self._consumer.assign(self._places)
        self._at = [0] * PARTITIONS
        self.orders, self.copies, self.markers = {}, 0, defaultdict(set)

    def read(self):
        """Reads on to the end: orders by their number, each once, and which partitions have which marker."""
        ends = [self._end(place) for place in self._places]
        late = time.monotonic() + PATIENCE
        while any(at < end for at, end in zip(self._at, ends, strict=True)):
            assert time.monotonic() < late, (self._at, ends)
            for message in self._consumer.consume(1000, 0.1):
                if message.error() is None:
                    self._take(message)
        return self.orders

    def _take(self, message):
        told = json.loads(message.value())
        self._at[message.partition()] = message.offset() + 1
        if not message.key():
            self.markers[message.value()].add(message.partition())
            return
        number = int(told["messageId"].removeprefix("order-"))
        self.copies += number in self.orders
        self.orders.setdefault(number, (told["userId"], told["properties"]["total"]))

    def _end(self, place):
        late = time.monotonic() + PATIENCE
        while True:
            try:
                return self._consumer.get_watermark_offsets(place, timeout=10)[1]
            except KafkaException:  # the connection was cut: the consumer makes another one, and asks what there is
                assert time.monotonic() < late, "the broker does not tell where the topic ends"
                with suppress(KafkaException):
                    self._consumer.list_topics(timeout=10)

    def close(self):
        self._consumer.close()


class Cluster:
    """Ingest processes and a live one before a broker, with a proxy between."""

    def __init__(self, broker, proxy, folder, ingests, live):
        self.broker, self.proxy, self.folder, self.ingests, self.live = broker, proxy, folder, ingests, live
        self.client = Client(folder)
        self.orders = Orders(self.client.behind, lambda: [part.url for part in ingests])
        self.topic = Topic(broker.address, f"t{broker.made}.events")

    @property
    def parts(self):
        return [*self.ingests, self.live]

    def round(self, fault, random):
        """Sends orders, has a fault meanwhile, and sends some more."""
        over = Event()
        with ThreadPoolExecutor(SENDERS) as pool:
            sending = [pool.submit(self.orders.send, random.random(), over) for _ in range(SENDERS)]
            try:
                self._some_more(sending, random.randint(1, 15))
                time.sleep(random.random() / 50)
                fault(self, random)
                self._some_more(sending, random.randint(3, 10))
            finally:
                over.set()
        for one in sending:
            one.result()

    def _some_more(self, sending, orders):
        wanted = len(self.orders.acknowledged) + orders
        until(lambda: len(self.orders.acknowledged) >= wanted or any(one.done() for one in sending), PATIENCE)

    def found(self):
        """What is wrong once every part is ready. A profile that is asked for has all that the topic holds by then."""
        for part in self.parts:
            part.ready(PATIENCE)
        orders, acknowledged = self.topic.read(), self.orders.acknowledged
        found = Found()
        found.lost = {number for number, sent in acknowledged.items() if orders.get(number) != sent}
        found.invented = orders.keys() - acknowledged.keys()
        for customer in CUSTOMERS:
            own = [total for who, total in orders.values() if who == customer]
            expected = {"orders": len(own), "spent": sum(own)} if own else None
            served = self.client.attributes(self.live.url, customer)
            if served != expected:
                found.differing[customer] = served, expected
        found.mismatches = audited(self.folder)[1]
        return found

    def batch(self):
        """Has the batch run by the live process, as `hf batch` does; it may fail when something fails meanwhile."""
        server = announced(self.folder / "data")
        if server is not None:
            with suppress(HundredfoldError):
                RemoteWorkspace(server).work("batch", full=False)


@contextmanager
def cluster_of(broker, proxy, folder, *, ingests=2, ingest=HF, live=HF, **settings):
    """A cluster in a new workspace; `ingest` and `live` are the commands of the parts."""
    shop = shop_on(broker, folder, DEFINITIONS, **settings)
    doors = [Part(shop, "ingest", command=ingest) for _ in range(ingests)]
    with parts(*doors, Part(shop, "live", command=live)) as (*doors, behind):
        cluster = Cluster(broker, proxy, shop, doors, behind)
        try:
            for part in cluster.parts:
                part.ready(PATIENCE)
            yield cluster
        finally:
            cluster.topic.close()
