"""After a restore of an older backup the topics of profiles hold exactly the restored workspace's customers."""

from __future__ import annotations

import json

import pytest
from tests.app.shop import hf, order, write_lines
from tests.kafka.consuming import Follower
from tests.kafka.processes import shop_on
from tests.kafka.test_profiles import BATCH, NEWEST, serving

from hundredfold.app import work
from hundredfold.app.logs import kafka_client
from hundredfold.app.workspace import Workspace
from hundredfold.publish.topic import keys_in

DEFINITIONS = """\
attributes:
  orders: {event: Order Completed, aggregate: count}
  spent: {event: Order Completed, value: properties.total, aggregate: sum}
"""
NOW = {"c1": {"orders": 2, "spent": 7}, "c9": {"orders": 2, "spent": 7}}
AT_THE_RUN = {"c1": {"orders": 1, "spent": 1}}


def bought(number, customer):
    return order(number, customer, "2026-03-02T10:00:00Z", number)


def visited(number, visitor):
    found = bought(number, None) | {"anonymousId": visitor}
    del found["userId"]
    return found


@pytest.fixture
def shop(broker, tmp_path):
    """A workspace with two customers."""
    folder = shop_on(broker, tmp_path / "shop", DEFINITIONS, profiles="{form: json, registry: null}")
    brought(folder, bought(1, "c1"), bought(2, "c2"))
    return folder


def brought(folder, *messages):
    said = hf("import", write_lines(folder.parent / "some.ndjson", messages), folder=folder)
    assert said.code == 0, said.err


def lying(folder, name):
    """What lies in a topic at last, as a consumer reads it that begins now."""
    client = kafka_client(Workspace.open(folder))
    follower = Follower(client.servers, client.topic(name), json.loads)
    try:
        return follower.until(lambda _: at_end(follower._consumer))
    finally:
        follower.close()


def at_end(consumer):
    """Whether it has read everything; of a partition without any records it has no position."""
    places = consumer.position(consumer.assignment())
    return all(max(place.offset, 0) >= consumer.get_watermark_offsets(place)[1] for place in places)


def values(profiles):
    return {customer: profile["values"] for customer, profile in profiles.items()}


def sold_since(shop):
    """More customers than the backup knows, one fewer, and two visitors who went when nobody published any more."""
    with serving(shop) as running:
        for message in (bought(3, "c9"), visited(4, "v1"), visited(5, "v2"), bought(6, "c1")):
            running.send(message)
        running.follow(NEWEST, json.loads).until(lambda found: found.keys() == {"c1", "c2", "c9", "v1", "v2"})
    assert hf("batch", folder=shop).code == 0
    assert hf("forget", "c2", folder=shop).code == 0
    with serving(shop) as running:
        for name in (NEWEST, BATCH):
            running.follow(name, json.loads).until(lambda found: found.keys() == {"c1", "c9", "v1", "v2"})
    brought(shop, {"type": "identify", "messageId": "i", "userId": "c9", "anonymousId": "v1"})
    assert hf("forget", "v2", folder=shop).code == 0


def restored(backup, folder):
    assert hf("restore", backup, folder=folder).code == 0
    return folder


def test_the_topics_hold_who_is_in_the_restored_workspace_and_nobody_else(shop, tmp_path):
    assert hf("batch", folder=shop).code == 0
    with serving(shop) as running:
        running.follow(NEWEST, json.loads).until(lambda found: len(found) == 2)
        work.backup(running.opened, to=str(tmp_path / "backup"))
    sold_since(shop)

    folder = restored(tmp_path / "backup", tmp_path / "restored")
    with serving(folder) as running:
        newest, batch = (running.follow(name, json.loads) for name in (NEWEST, BATCH))
        newest.until(lambda found: values(found) == NOW)
        batch.until(lambda found: values(found) == AT_THE_RUN and at_end(batch._consumer))

    assert values(lying(folder, NEWEST)) == NOW
    assert values(lying(folder, BATCH)) == AT_THE_RUN


def test_a_batch_before_anybody_serves_takes_out_who_is_not_there_and_without_a_run_nobody_is(shop, tmp_path):
    assert hf("backup", tmp_path / "backup", folder=shop).code == 0
    sold_since(shop)

    folder = restored(tmp_path / "backup", tmp_path / "with")
    assert hf("batch", "--json", folder=folder).json["kafka"] == {"profiles": 2, "removed": 2, "too_large": 0}
    assert values(lying(folder, BATCH)) == NOW

    folder = restored(tmp_path / "backup", tmp_path / "without")
    with serving(folder) as running:
        batch = running.follow(BATCH, json.loads)
        batch.until(lambda found: not found and at_end(batch._consumer))


def test_the_keys_of_a_topic_are_those_whose_newest_record_is_something(shop):
    client = kafka_client(Workspace.open(shop))
    topic = client.topic(BATCH)
    assert keys_in(client, topic) == set()

    assert hf("batch", folder=shop).code == 0
    assert keys_in(client, topic) == {"c1", "c2"}
    assert hf("forget", "c2", folder=shop).code == 0
    assert hf("batch", folder=shop).code == 0

    assert keys_in(client, topic) == {"c1"}
