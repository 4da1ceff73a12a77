"""Nothing leaves but to hosts that the settings name, at addresses that were looked at."""

from __future__ import annotations

import socket
from threading import Thread

import pytest
from tests.app.alerting.postbox import listening_hook

from hundredfold.app import egress
from hundredfold.app.egress import Allowed, EgressError, Gate, is_public


def gate(*, hosts=(), internal=(), seconds=5.0):
    return Gate(Allowed.model_validate({"hosts": list(hosts), "internal": list(internal)}), seconds)


@pytest.fixture
def hook():
    with listening_hook() as listening:
        yield listening


def test_an_internal_host_is_reached_and_gets_what_was_sent(hook):
    gate(internal=["localhost"]).post(hook.url, b'{"a":1}', {"Content-Type": "application/json"})

    assert hook.alerts == [{"a": 1}]


@pytest.mark.parametrize(
    ("allowed", "problem"),
    [
        ({}, "localhost is not among egress.hosts"),
        ({"hosts": ["localhost"]}, "without TLS only among egress.internal"),
        ({"internal": ["127.0.0.1"]}, "localhost is not among"),
    ],
)
def test_what_the_settings_do_not_name_is_not_reached(hook, allowed, problem):
    with pytest.raises(EgressError, match=problem):
        gate(**allowed).post(hook.url, b"{}", {})

    assert hook.bodies == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "0.0.0.0"])
def test_a_public_host_may_not_lead_into_the_house(host):
    with pytest.raises(EgressError, match="leads to this machine or a private network"):
        gate(hosts=[host]).connect(host, 443)


def test_a_name_is_asked_once_and_the_address_that_was_looked_at_is_the_one_connected_to(hook, monkeypatch):
    asked = []

    def changing(host, port, **_):
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected = []

    def connect(address, timeout):
        connected.append(address)
        raise OSError("no way out of here")

    monkeypatch.setattr(egress.socket, "getaddrinfo", changing)
    monkeypatch.setattr(egress.socket, "create_connection", connect)
    with pytest.raises(EgressError, match="does not answer at port 443"):
        gate(hosts=["hooks.example"]).connect("hooks.example", 443)

    assert (asked, connected) == (["hooks.example"], [("93.184.215.14", 443)])


def test_a_redirect_is_not_followed(hook):
    with listening_hook() as elsewhere:
        hook.status, hook.location = 307, elsewhere.url
        with pytest.raises(EgressError, match="localhost answered 307"):
            gate(internal=["localhost"]).post(hook.url, b"{}", {})

    assert elsewhere.bodies == []


def test_an_answer_that_comes_byte_by_byte_is_cut_off():
    listening = socket.create_server(("127.0.0.1", 0))

    def drip():
        connection, _ = listening.accept()
        with connection:
            try:
                while True:
                    connection.sendall(b"H")
                    if connection.recv(65536) == b"":
                        return
            except OSError:
                return

    thread = Thread(target=drip)
    thread.start()
    with listening, pytest.raises(EgressError, match="gave no answer"):
        gate(internal=["localhost"], seconds=0.3).post(
            f"http://localhost:{listening.getsockname()[1]}/", b"x" * 5_000_000, {}
        )
    thread.join()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *[(each, False) for each in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.9", "100.64.0.1", "::1")],
        *[(each, False) for each in ("fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "224.0.0.1", "0.0.0.0", "ff02::1")],
        *[(each, True) for each in ("93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14")],
    ],
)
def test_public_addresses_are_those_of_the_internet(address, public):
    assert is_public(address) is public
