"""Parts of the server as processes of their own: each may go and come back, and nothing is lost or counted twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from tests.app.serving import until
from tests.app.shop import hf
from tests.kafka.processes import Client, Part, audited, parts, shop_on, status

EXAMPLE = Path(__file__).parents[2] / "examples" / "kafka" / "foreign_profiles.py"


@pytest.fixture
def shop(broker, tmp_path):
    return shop_on(broker, tmp_path / "shop")


def test_messages_of_several_ingest_processes_are_read_through_the_web_process(shop):
    client = Client(shop)
    with parts(Part(shop, "ingest"), Part(shop, "ingest"), Part(shop, "live"), Part(shop, "web")) as them:
        one, other, live, web = (part.ready() for part in them)
        sent = Counter()
        for number in range(40):
            customer = f"c{number % 7}"
            assert client.send((one, other)[number % 2].url, number, customer).status_code == 200
            sent[customer] += 1

        until(lambda: client.counts(web.url, sent) == sent, 30)
        assert client.counts(live.url, sent) == sent
        assert client.send(live.url, 99, "c1").status_code == 404
        assert client.send(web.url, 99, "c1").status_code == 404
        assert status(f"{one.url}/api/v1/profiles/c1", headers=client.bearer) == 404
        batch = hf("batch", "--json", folder=shop)
        assert (batch.code, batch.json["customers"]) == (0, 7)
        assert audited(shop) == (7, 0)
        profile = hf("profile", "c1", "--json", folder=shop).json
        assert profile["parts"]["orders"] == {"until_batch": sent["c1"], "since": 0}


def test_ingest_goes_on_without_the_live_one_which_then_catches_up(shop):
    client, sent = Client(shop), Counter()
    with parts(Part(shop, "ingest"), Part(shop, "live")) as (ingest, live):
        for number in range(60):
            if number == 10:
                live.ready().end(signal.SIGKILL)
            customer = f"c{number % 5}"
            assert client.send(ingest.url, number, customer).status_code == 200
            sent[customer] += 1

        live.start().ready()
        assert client.counts(live.url, sent) == sent
        assert audited(shop) == (5, 0)


def test_without_the_broker_nothing_is_acknowledged_and_all_goes_on_by_itself(shop, broker):
    client, sent, refused = Client(shop), Counter(), []
    with parts(Part(shop, "ingest"), Part(shop, "live")) as (ingest, live):
        for part in (ingest, live):
            part.ready()
        for number in range(30):
            if number == 10:
                broker.kill()
            if number == 14:
                until(lambda: status(f"{ingest.url}/readyz") == 503, 30)
                broker.start()
                until(lambda: status(f"{ingest.url}/readyz") == 200, 120)
            customer = f"c{number % 5}"
            answer = client.send(ingest.url, number, customer)
            if answer.status_code == 200:
                sent[customer] += 1
            else:
                assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
                refused.append((number, customer))
        for number, customer in refused:  # as every client does
            assert client.send(ingest.url, number, customer).status_code == 200
            sent[customer] += 1

        assert refused
        assert sent.total() == 30
        until(lambda: client.counts(live.url, sent) == sent, 60)
        assert audited(shop) == (5, 0)


def test_a_process_that_stands_still_catches_up(shop):
    client, sent = Client(shop), Counter()
    with parts(Part(shop, "ingest"), Part(shop, "live")) as (ingest, live):
        live.ready().process.send_signal(signal.SIGSTOP)
        for number in range(30):
            assert client.send(ingest.url, number, f"c{number % 5}").status_code == 200
            sent[f"c{number % 5}"] += 1
        time.sleep(2)
        live.process.send_signal(signal.SIGCONT)

        until(lambda: client.counts(live.url, sent) == sent, 30)
        assert audited(shop) == (5, 0)


def test_another_systems_values_come_by_a_topic_of_their_own(broker, tmp_path):
    topic = f"{broker.prefix()}crm.profiles"
    shop = shop_on(broker, tmp_path / "shop", foreign_topics=f"{{crm: {topic}}}", clock_offset=0)
    client = Client(shop)
    made(broker, topic)
    with parts(Part(shop, "ingest"), Part(shop, "live")) as (_, live):
        live.ready()
        subprocess.run([sys.executable, EXAMPLE, broker.address, topic], check=True)
        produce(broker, topic, b"no json", b'{"userId": "c19", "values": {"crm_points": 1}}', None)

        until(lambda: (client.attributes(live.url, "c17") or {}).get("crm_points") == 1200, 30)
        assert client.attributes(live.url, "c18")["crm_points"] == 35.5
        until(lambda: len(refused(client, live)) == 3, 30)
        assert sorted(one["reason"] for one in refused(client, live)) == ["bad_json", "bad_profile", "no_value"]
        live.end(signal.SIGKILL)
        live.start().ready()
        assert client.attributes(live.url, "c17")["crm_points"] == 1200
        assert audited(shop) == (2, 0)


def refused(client, live):
    return httpx.get(f"{live.url}/api/v1/ingest/rejected", headers=client.bearer).json()


def made(broker, topic):
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": broker.address})
    admin.create_topics([NewTopic(topic, 2, 1)])[topic].result(30)


def produce(broker, topic, *values):
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": broker.address})
    for value in values:
        producer.produce(topic, key="c19", value=value)
    assert producer.flush(30) == 0


def test_parts_of_an_embedded_workspace_are_refused(tmp_path):
    assert hf("init", tmp_path / "shop").code == 0

    said = hf("serve", "--only", "ingest", folder=tmp_path / "shop")

    assert said.code == 2
    assert "kafka://" in said.err
    assert not (tmp_path / "shop" / "data" / "log").exists()
