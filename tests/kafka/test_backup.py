"""A backup of a workspace on Kafka has the log in it: restored, it goes on in the same topic, or without any."""

from __future__ import annotations

import shutil
from base64 import b64encode

import httpx
import pytest
from confluent_kafka.admin import AdminClient
from tests.app.serving import opened_for_serving, until
from tests.app.shop import hf, order, write_lines
from tests.kafka.processes import shop_on

from hundredfold.app.logs import kafka_client
from hundredfold.app.serving import in_background
from hundredfold.app.workspace import Workspace
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.kafka.client import EVENTS
from hundredfold.log.kafka.topics import Topics


def orders(numbers):
    return [order(number, f"c{number % 5}", "2026-03-02T10:00:00Z", number) for number in numbers]


@pytest.fixture
def shop(broker, tmp_path):
    """A shop on the broker with two imports, the first of them covered by a batch."""
    folder = shop_on(broker, tmp_path / "shop", foreign_topics=f"\n  crm: {broker.prefix()}crm\n\n  erp: x\n")
    for first, command in ((0, ("batch",)), (20, ("profiles", "--to", tmp_path / "all.parquet"))):
        file = write_lines(tmp_path / f"{first}.ndjson", orders(range(first, first + 20)))
        assert hf("import", file, folder=folder).code == 0
        assert hf(*command, folder=folder).code == 0
    return folder


def spent(folder):
    return hf("profile", "c1", "--json", folder=folder).json["attributes"]["spent"]


def of_c1(*ranges):
    return sum(number for one in ranges for number in one if number % 5 == 1)


def test_a_restored_workspace_goes_on_in_the_same_topic_from_the_position(shop, tmp_path):
    shutil.rmtree(shop / "data" / "log-mirror")  # a mirror that is only being filled is waited for
    taken = hf("backup", tmp_path / "b", "--json", folder=shop)
    assert (taken.code, sum(taken.json["position"].values())) == (0, 40 + 4)
    more = write_lines(tmp_path / "more.ndjson", orders(range(35, 60)))
    assert hf("import", more, "--json", folder=shop).json["duplicates"] == 5

    said = hf("restore", tmp_path / "b", "--json", folder=tmp_path / "r")

    assert (said.code, said.json["position"]) == (0, taken.json["position"])
    assert said.json["topic"].endswith("events")
    assert f"the topic {said.json['topic']} holds behind" in said.err
    with EmbeddedLog(tmp_path / "r" / "data" / "log-mirror", read_only=True) as log:
        assert {str(partition): end for partition, end in log.end().items()} == taken.json["position"]
    assert [spent(folder) for folder in (shop, tmp_path / "r")] == [of_c1(range(60))] * 2
    assert hf("import", more, "--json", folder=tmp_path / "r").json["duplicates"] == 25
    assert hf("batch", folder=tmp_path / "r").code == 0
    assert hf("audit", "--all", "--json", folder=tmp_path / "r").json["mismatches"] == 0

    # Where the topic begins behind the position, messages are missing that no other copy gives.
    topics = Topics(kafka_client(Workspace.open(shop)))
    topics.forget(EVENTS, topics.end(EVENTS, 4))
    assert hf("restore", tmp_path / "b", folder=tmp_path / "late").code == 0
    refused = hf("profile", "c1", folder=tmp_path / "late")
    assert (refused.code, "the log begins at" in refused.err) == (1, True)


def test_when_the_topic_is_gone_the_log_of_the_backup_becomes_an_embedded_one(shop, broker, tmp_path):
    with opened_for_serving(shop) as opened, in_background(opened) as served:
        key = served.tokens.create("server", "test")[0]
        behind = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
        for message in orders(range(40, 60)):
            assert httpx.post(f"{served.url}/v1/track", json=message, headers=behind).status_code == 200
        taken = hf("backup", tmp_path / "b", "--json", folder=shop)  # by the server; what it acknowledged is in it
    assert (taken.code, sum(taken.json["position"].values())) == (0, 60 + 4)
    topic = hf("restore", tmp_path / "b", "--json", folder=tmp_path / "same").json["topic"]
    admin = AdminClient({"bootstrap.servers": broker.address})
    admin.delete_topics([topic])[topic].result(30)
    until(lambda: topic not in admin.list_topics(timeout=30).topics, 30)
    assert hf("kafka", "setup", folder=tmp_path / "same").code == 0

    refused = hf("profile", "c1", folder=tmp_path / "same")
    said = hf("restore", tmp_path / "b", "--embedded", "--json", folder=tmp_path / "r")

    assert refused.code == 1
    assert "hf restore --embedded" in refused.err
    assert (said.code, said.json["position"], said.json["topic"]) == (0, taken.json["position"], None)
    assert "# foreign_topics:" in (tmp_path / "r" / "hundredfold.yaml").read_text()
    assert spent(tmp_path / "r") == of_c1(range(60))
    again = write_lines(tmp_path / "again.ndjson", orders(range(30, 70)))
    told = hf("import", again, "--json", folder=tmp_path / "r").json
    assert (told["stored"], told["duplicates"]) == (10, 30)
    assert hf("batch", folder=tmp_path / "r").code == 0
    assert hf("audit", "--all", "--json", folder=tmp_path / "r").json["mismatches"] == 0
    assert spent(tmp_path / "r") == of_c1(range(70))


def test_a_log_that_is_embedded_already_is_not_turned_into_one(tmp_path):
    assert hf("init", tmp_path / "shop").code == 0
    assert hf("backup", tmp_path / "b", folder=tmp_path / "shop").code == 0

    said = hf("restore", tmp_path / "b", "--embedded", folder=tmp_path / "r")

    assert said.code == 1
    assert "embedded already" in said.err
    assert not (tmp_path / "r").exists()
