"""What does not belong into the topic, or a topic that is not as it must be: said clearly, and nobody stops for it."""

from __future__ import annotations

import httpx
import pytest
from confluent_kafka import Producer
from tests.app.serving import until
from tests.app.shop import hf
from tests.kafka.processes import Client, Part, audited, parts, shop_on
from tests.kafka.test_setup import changed
from tests.log.messages import entry

from hundredfold.log.kafka.client import Client as Kafka
from hundredfold.log.kafka.record import record_of

NEWER = b"\x02" + record_of(entry(1)).header[1:]
REASONS = {
    "not written by hundredfold": (b"not ours", b"who", None),
    "no key or no value": (b"{}", None, record_of(entry(1)).header),
    "has version 2, and this program knows 1; use a newer one": (b"{}", b"u:c1", NEWER),
    "cannot be read": (b"{}", b"u:c1", b"\x01"),
}


def test_poison_is_kept_aside_with_its_reason_and_the_live_process_goes_on(broker, tmp_path):
    shop = shop_on(broker, tmp_path / "shop")
    client, producer = Client(shop), Producer({"bootstrap.servers": broker.address})
    with parts(Part(shop, "ingest"), Part(shop, "live")) as (ingest, live):
        live.ready()
        for number, (value, key, header) in enumerate(REASONS.values()):
            assert client.send(ingest.url, number, "c1").status_code == 200
            headers = [] if header is None else [("hf", header)]
            producer.produce(f"t{broker.made}.events", value, key, number % 4, headers=headers)
            assert producer.flush(30) == 0
            assert client.send(ingest.url, 100 + number, "c1").status_code == 200

            assert client.counts(live.url, ["c1"]) == {"c1": 2 * (number + 1)}

        asked = {"headers": client.bearer, "timeout": 30}
        told = until(lambda: httpx.get(f"{live.url}/api/v1/ingest/rejected", **asked).json(), 30)
        assert live.process.poll() is None
        assert audited(shop) == (1, 0)

    assert {one["reason"] for one in told} == {"unreadable_record"}
    assert [sum(reason in one["message"] for one in told) for reason in REASONS] == [1] * len(REASONS)


@pytest.mark.parametrize("part", ["ingest", "live"])
def test_a_part_does_not_begin_before_a_topic_with_wrong_settings(broker, tmp_path, part):
    shop = shop_on(broker, tmp_path / "shop")
    changed(Kafka(broker.address, f"t{broker.made}."), retention_ms="604800000")

    said = hf("serve", "--only", part, "--port", 0, folder=shop)

    assert said.code == 1
    assert "retention.ms is 604800000, not -1" in said.err
    assert "hf kafka setup" in said.err
