"""Passwords and TLS before a real broker: with the right ones everything works, the wrong ones are told, not shown."""

from __future__ import annotations

import logging
import time
from base64 import b64encode

import httpx
import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import hf, order
from tests.kafka.guarded import PASSWORD, Guarded
from tests.kafka.making import append_when_it_answers
from tests.kafka.processes import DEFINITIONS
from tests.log.messages import entries, numbers_in

from hundredfold.app.serving import in_background
from hundredfold.app.settings import with_setting
from hundredfold.errors import LogUnavailable
from hundredfold.log.kafka.client import EVENTS, client_of
from hundredfold.log.kafka.log import KafkaLog
from hundredfold.log.kafka.topics import Topics

WRONG = "wrong-horse-staple"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    broker = Guarded(tmp_path_factory.mktemp("guarded") / "broker")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("KAFKA_PASSWORD", PASSWORD)


def shop_before(broker, folder, address=None, **other):
    """A workspace whose log is on the guarded broker, with settings that may be other than they should be."""
    assert hf("init", folder).code == 0
    file = folder / "hundredfold.yaml"
    text = with_setting(file.read_text(), "log", f"kafka://{address or broker.address}/{broker.prefix()}")
    settings = "".join(f"\n  {name}: {value}" for name, value in broker.settings(**other).items())
    file.write_text(text.replace("kafka: {}", f"kafka:{settings}" if settings else "kafka: {}"))
    (folder / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    return folder


def test_a_workspace_goes_through_everything_with_a_password_over_tls(guarded, tmp_path):
    shop = shop_before(guarded, tmp_path / "shop")
    assert [one["made"] for one in hf("kafka", "setup", "--json", folder=shop).json["topics"]] == [True] * 3
    assert hf("apply", folder=shop).code == 0
    key = hf("token", "create", "--scope", "write", "--json", folder=shop).json["token"]
    behind = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}

    with opened_for_serving(shop) as opened, in_background(opened) as served:
        for number in range(20):
            message = order(number, f"c{number % 3}", "2026-04-02", number)
            assert httpx.post(f"{served.url}/v1/track", json=message, headers=behind).status_code == 200
        profile = hf("profile", "c1", "--json", folder=shop).json
        batch = hf("batch", "--json", folder=shop)

    assert profile["attributes"]["spent"] == sum(n for n in range(20) if n % 3 == 1)
    assert batch.code == 0, batch.err
    assert batch.json["kafka"]["profiles"] == 3


MISTAKES = {
    "another mechanism": ({"sasl_mechanism": "PLAIN"}, "mechanisms: SCRAM-SHA-512. Look at sasl.mechanism"),
    "a public authority": ({"ssl_ca_location": ""}, "ssl.ca.location"),
    "no login at all": (
        dict.fromkeys(("security_protocol", "sasl_mechanism", "sasl_username", "sasl_password", "ssl_ca_location"), ""),
        "Look whether security.protocol",
    ),
    "an authority's file that is not there": ({"ssl_ca_location": "/nowhere/ca.pem"}, "ssl.ca.location failed"),
    "no password": ({"sasl_password": ""}, "sasl.username and sasl.password must be set"),
}


@pytest.mark.parametrize(("other", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_settings_is_told_in_time_with_what_to_look_at(guarded, tmp_path, other, told):
    shop = shop_before(guarded, tmp_path / "shop", **other)

    said = refused_in_time("kafka", "setup", folder=shop)

    assert told in said
    assert "`kafka:`" in said


def test_a_wrong_password_is_told_and_shown_nowhere(guarded, tmp_path, monkeypatch, caplog):
    shop = shop_before(guarded, tmp_path / "shop")
    monkeypatch.setenv("KAFKA_PASSWORD", WRONG)
    caplog.set_level(logging.DEBUG, "hundredfold.kafka")

    outputs = [refused_in_time(*command, folder=shop) for command in (("kafka", "setup"), ("serve",), ("batch",))]

    for said in outputs:
        assert guarded.address in said
        assert "Authentication failed" in said
        assert "Look at sasl.username and sasl.password under `kafka:` in hundredfold.yaml" in said
    assert "Authentication failed" in caplog.text
    assert WRONG not in "".join(outputs) + caplog.text


def test_an_authority_that_does_not_vouch_for_the_broker_is_told(guarded, tmp_path):
    shop = shop_before(guarded, tmp_path / "shop", ssl_ca_location=str(guarded.stranger))

    said = refused_in_time("kafka", "setup", folder=shop)

    assert "certificate verify failed" in said
    assert "ssl.ca.location under `kafka:` in hundredfold.yaml" in said
    assert PASSWORD not in said


def test_tls_before_a_port_without_it_is_told(guarded, tmp_path):
    shop = shop_before(guarded, tmp_path / "shop", address=guarded.plain)

    said = refused_in_time("kafka", "setup", folder=shop)

    assert "Look at security.protocol" in said
    assert PASSWORD not in said


def test_a_variable_that_is_not_set_is_asked_for(guarded, tmp_path, monkeypatch):
    shop = shop_before(guarded, tmp_path / "shop")
    monkeypatch.delenv("KAFKA_PASSWORD")

    assert "KAFKA_PASSWORD, which is not set" in refused_in_time("kafka", "setup", folder=shop)


@pytest.mark.slow
def test_a_password_that_is_no_longer_right_is_waited_for_and_told(guarded, tmp_path):
    settings = guarded.settings() | {"delivery.timeout.ms": 1_000}
    client = client_of(f"kafka://{guarded.address}/{guarded.prefix()}", settings, {"KAFKA_PASSWORD": PASSWORD})
    Topics(client).make(EVENTS, 3, 1)
    with KafkaLog(client, tmp_path / "mirror", partitions=3, patience=1) as log:
        log.append(entries(1))
        guarded.let_in("another-horse")
        guarded.stop()
        guarded.start()
        while True:
            with pytest.raises(LogUnavailable) as told:
                log.append(entries(2))
            if "sasl.password" in str(told.value):
                break
        with pytest.raises(LogUnavailable, match=r"sasl\.password"):
            list(log.read({}))
        guarded.let_in(PASSWORD)
        append_when_it_answers(log, entries(3))
        assert {1, 3} <= set(numbers_in(log.read({}))) <= {1, 2, 3}
    assert PASSWORD not in str(told.value)


def refused_in_time(*command, folder):
    """What a command says that must fail."""
    began = time.monotonic()
    said = hf(*command, folder=folder)
    assert said.code == 1
    assert time.monotonic() - began < 30
    return " ".join((said.out + said.err).split())
