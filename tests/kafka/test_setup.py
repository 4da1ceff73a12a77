"""Topics: made with the right settings, checked, and refused when they are wrong; addresses and client settings."""

from __future__ import annotations

import pytest
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)
from tests.app.shop import hf
from tests.kafka.making import made

from hundredfold.app.settings import parse_settings, with_setting
from hundredfold.app.workspace import Workspace
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.errors import LogError
from hundredfold.log.kafka.client import EVENTS, Client, client_of
from hundredfold.log.kafka.log import KafkaLog
from hundredfold.log.kafka.topics import Topics


def changed(client, **settings):
    """Changes settings of the topic `events`; in their names `_` is a dot."""
    resource = ConfigResource(
        ResourceType.TOPIC,
        client.topic(EVENTS),
        incremental_configs=[
            ConfigEntry(name.replace("_", "."), value, incremental_operation=AlterConfigOpType.SET)
            for name, value in settings.items()
        ],
    )
    admin = AdminClient({"bootstrap.servers": client.servers})
    admin.incremental_alter_configs([resource])[resource].result(30)
    wanted = {name.replace("_", "."): value for name, value in settings.items()}
    while not wanted.items() <= Topics(client).found(EVENTS, configured=True).settings.items():
        continue  # the broker has taken it, and does not tell it yet


WRONG = {
    "compacted": ({"cleanup_policy": "compact"}, "cleanup.policy is compact, not delete"),
    "forgetful": ({"retention_ms": "604800000"}, "retention.ms is 604800000, not -1"),
    "small": ({"max_message_bytes": "1000000"}, "max.message.bytes is 1000000"),
    "never acknowledged": ({"min_insync_replicas": "2"}, "nothing could be stored"),
}


@pytest.mark.parametrize(("settings", "told"), WRONG.values(), ids=WRONG)
def test_a_topic_with_wrong_settings_is_refused_by_name(broker, tmp_path, settings, told):
    client = made(broker)
    changed(client, **settings)

    with pytest.raises(LogError, match=told):
        KafkaLog(client, tmp_path / "mirror", partitions=3)


def test_other_partitions_than_the_workspaces_are_refused(broker, tmp_path):
    client = made(broker)
    full = client.topic(EVENTS)
    admin = AdminClient({"bootstrap.servers": broker.address})
    admin.create_partitions([NewPartitions(full, 5)])[full].result(30)

    with pytest.raises(LogError, match="5 partitions, not 3"):
        KafkaLog(client, tmp_path / "mirror", partitions=3)


def test_a_topic_that_is_not_there_is_told_with_what_makes_it(broker, tmp_path):
    with pytest.raises(LogError, match="hf kafka setup"):
        KafkaLog(Client(broker.address, broker.prefix()), tmp_path / "mirror", partitions=3)


def on_kafka(broker, folder, prefix=None):
    """A new workspace whose log is on Kafka."""
    assert hf("init", folder).code == 0
    file = folder / "hundredfold.yaml"
    address = f"kafka://{broker.address}/{prefix or broker.prefix()}"
    file.write_text(with_setting(file.read_text(), "log", address))
    return folder


def test_setting_up_makes_the_topics_once_and_then_checks_them(broker, tmp_path):
    shop = on_kafka(broker, tmp_path / "shop", "twice.")

    first = hf("kafka", "setup", "--json", folder=shop)
    second = hf("kafka", "setup", "--json", folder=shop)

    assert (first.code, second.code) == (0, 0)
    names = ["twice.events", "twice.profiles.batch", "twice.profiles"]
    expected = [{"name": name, "partitions": 4, "replication": 1, "made": True, "differs": []} for name in names]
    assert first.json == {"topics": expected}
    assert second.json == {"topics": [topic | {"made": False} for topic in expected]}
    topics = Topics(Client(broker.address, "twice."))
    policies = [topics.found(n, configured=True).settings["cleanup.policy"] for n in (EVENTS, "profiles.batch")]
    assert policies == ["delete", "compact"]
    assert "fits   twice.events" in hf("kafka", "setup", folder=shop).out


def test_setting_up_tells_what_is_wrong_with_a_topic_that_is_there_and_leaves_it(broker, tmp_path):
    shop = on_kafka(broker, tmp_path / "shop", "wrong.")
    admin = AdminClient({"bootstrap.servers": broker.address})
    admin.create_topics([NewTopic("wrong.profiles", 2, 1)])["wrong.profiles"].result(30)

    said = hf("kafka", "setup", "--json", folder=shop)

    assert said.code == 1
    assert [topic["differs"] != [] for topic in said.json["topics"]] == [False, False, True]
    assert said.json["topics"][2]["differs"][:2] == [
        "it has 2 partitions, not 4",
        "cleanup.policy is delete, not compact",
    ]
    assert "WRONG  wrong.profiles" in hf("kafka", "setup", folder=shop).out


def test_an_embedded_workspace_has_no_topics(tmp_path):
    hf("init", tmp_path / "shop")

    said = hf("kafka", "setup", folder=tmp_path / "shop")

    assert said.code == 2
    assert "embedded" in said.err


@pytest.mark.parametrize(
    "address", ["kafka://", "kafka://host", "kafka://u:secret@host:1", "kafka:host:1", "files", "kafka://h:1/a b"]
)
def test_an_address_that_is_none_is_told_with_its_place_and_without_what_it_says(address):
    with pytest.raises(DefinitionErrors) as told:
        parse_settings(f"log: {address!r}\n")

    assert "line" not in str(told.value)
    assert "hundredfold.yaml:1" in str(told.value)
    assert "secret" not in str(told.value)


def test_settings_on_which_exactness_rests_are_nobody_elses():
    with pytest.raises(DefinitionErrors, match=r"`acks` is set by hundredfold"):
        parse_settings("log: kafka://h:1\nkafka: {acks: 1}\n")


def test_settings_take_secrets_from_the_environment_and_never_show_them():
    settings = parse_settings("log: kafka://a:1,b:2/shop.\nkafka: {sasl.password: '${SECRET}x', linger.ms: 7}\n")

    client = client_of(settings.log, settings.kafka, {"SECRET": "horse"})

    assert (client.servers, client.topic(EVENTS)) == ("a:1,b:2", "shop.events")
    assert client.conf({})["sasl.password"] == "horsex"
    assert client.conf({"linger.ms": 1})["linger.ms"] == 7
    assert "horse" not in repr(client)
    assert client.said("no horsex here") == "no *** here"
    with pytest.raises(LogError, match="SECRET"):
        client_of(settings.log, settings.kafka, {})


def test_a_setting_that_the_client_library_does_not_know_is_told_by_name(broker, tmp_path):
    with pytest.raises(LogError, match=r"no\.such\.setting"):
        KafkaLog(Client(broker.address, "", {"no.such.setting": 1}), tmp_path / "mirror", partitions=3)


def test_the_mirror_is_where_processes_beside_look(tmp_path):
    shop = Workspace.create(tmp_path / "shop")
    file = shop.folder / "hundredfold.yaml"
    file.write_text(with_setting(file.read_text(), "log", "kafka://127.0.0.1:1"))

    assert Workspace.open(shop.folder).log_folder == shop.data / "log-mirror"
    assert shop.log_folder == shop.data / "log"
