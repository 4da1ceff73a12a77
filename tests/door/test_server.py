"""The server listens where only this machine reaches it, unless somebody says otherwise."""

from __future__ import annotations

import pytest

from hundredfold.app.door.server import ListenError, is_loopback, listen


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.1.5", False),
        ("example.com", False),
        ("localhost.example.com", False),
        ("::ffff:10.0.0.1", False),
    ],
)
def test_what_is_a_loopback_address(host, ours):
    assert is_loopback(host) is ours


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "example.com"])
def test_a_public_address_is_refused_without_the_flag(host):
    with pytest.raises(ListenError, match="--public"):
        listen(host, 0)


def test_a_public_address_is_taken_with_the_flag():
    with listen("0.0.0.0", 0, public=True) as listening:
        assert listening.getsockname()[1] > 0


def test_an_address_in_use_is_told():
    with listen("127.0.0.1", 0) as first, pytest.raises(ListenError, match="another port"):
        listen("127.0.0.1", first.getsockname()[1])
