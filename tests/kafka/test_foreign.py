"""Another system's records, whoever else joins their consumer group meanwhile: none is lost, each counts once."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import UTC
from pathlib import Path
from random import Random, SystemRandom

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from prometheus_client import CollectorRegistry
from tests.app.serving import until
from tests.kafka.making import made
from tests.kafka.taking import Found, it_is_killed, it_is_taken_for_dead, others_come_and_go, taking

from hundredfold.app.foreign import Foreign, Stamps
from hundredfold.log.kafka.log import KafkaLog
from hundredfold.store.rejections import Rejections

PLANTED = Path(__file__).with_name("planted.py")
FAULTS = [others_come_and_go, it_is_taken_for_dead, it_is_killed]


@pytest.mark.timeout(600)
def test_rebalances_lose_nothing_and_double_nothing(broker, tmp_path):
    with taking(broker, tmp_path / "shop") as shop:
        shop.round(others_come_and_go, Random(1), batch=True)
        while not shop.refused():
            shop.round(it_is_taken_for_dead, Random(shop.taken_away))
        shop.round(it_is_killed, Random(2))

        assert shop.found() == Found()
        assert shop.copies.total() > shop.sent


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_many_rebalances_lose_nothing_and_double_nothing(broker, tmp_path):
    with taking(broker, tmp_path / "shop") as shop:
        first = SystemRandom().randrange(1_000_000_000)
        for seed in range(first, first + 60):
            fault = FAULTS[seed % len(FAULTS)]
            shop.round(fault, Random(seed), batch=fault is others_come_and_go)
            print(f"seed {seed}: {shop.sent} records, {shop.taken_away} partitions were taken away")
            assert shop.found() == Found()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_rebalances_find_records_that_are_left_behind_before_they_are_stored(broker, tmp_path):
    hasty = [sys.executable, str(PLANTED), "leaves_records_behind_before_they_are_stored"]
    with taking(broker, tmp_path / "shop", hasty) as shop:
        assert any(lost_by_a_kill(shop, seed) for seed in range(20))


def lost_by_a_kill(shop, seed):
    shop.round(it_is_killed, Random(seed))
    shop.settled()
    shop.live.end()  # in order: what it has in hand it stores
    lost = shop.lost()
    shop.live.start()
    return lost


def test_records_that_come_beside_an_error_are_not_passed_over(broker, tmp_path):
    client, gone = made(broker, **{"topic.metadata.refresh.interval.ms": 300}), f"gone.{broker.made}"
    crm = client.topic("crm")
    admin = AdminClient({"bootstrap.servers": broker.address})
    for topic in (crm, gone):
        admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(30)
    told = Told()
    stamps = Stamps(lambda: 1_770_000_000_000_000, UTC, 32_768)
    sources = {"crm": crm, "erp": gone}
    producer, sent = Producer({"bootstrap.servers": broker.address, "linger.ms": 0}), 0
    with (
        closing(Rejections(tmp_path / "rejections.sqlite")) as rejections,
        KafkaLog(client, tmp_path / "mirror", partitions=3) as log,
    ):
        foreign = Foreign(client, sources, log, rejections, stamps, told, CollectorRegistry())
        foreign.start()
        while not told.lines:
            sent += 1
            record = {"userId": f"c{sent}", "covers_until": 1_770_000_000, "values": {"points": sent}}
            producer.produce(crm, json.dumps(record))
            producer.flush(30)
            if sent == 100:
                admin.delete_topics([gone])[gone].result(30)
        until(lambda: sum(table.num_rows for table in log.read({})) >= sent)
        foreign.stop()
    assert told.lines[0] == {"source": "erp", "reason": "UNKNOWN_TOPIC_OR_PART"}


class Told:
    def __init__(self):
        self.lines = []

    def error(self, event, **fields):
        self.lines.append(fields)
