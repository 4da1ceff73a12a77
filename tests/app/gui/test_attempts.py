"""Guessing is slow, whoever guesses from wherever; and nobody is locked out by it for long."""

from __future__ import annotations

import pytest

from hundredfold.app.gui import attempts as rules
from hundredfold.app.gui.attempts import ADDRESS, USER, USER_HERE, Attempts


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def attempts(clock):
    return Attempts(clock)


def tried(attempts, count, user="ana", address="198.51.100.7"):
    """How many of so many wrong attempts, made at once, were let through."""
    return sum(attempts.begin(user, address) == 0 for _ in range(count))


def test_a_user_is_tried_a_few_times_from_one_address_and_then_slowly(attempts, clock):
    first = tried(attempts, 50)
    wait = attempts.begin("ana", "198.51.100.7")
    clock.now += wait

    assert first == USER_HERE.at_once
    assert wait == USER_HERE.seconds
    assert tried(attempts, 50) == 1


def test_an_address_that_tries_many_users_waits(attempts):
    assert sum(tried(attempts, 1, user=f"u{n}") for n in range(100)) == ADDRESS.at_once


def test_a_user_who_is_tried_from_everywhere_is_tried_slowly(attempts, clock):
    first = sum(tried(attempts, 1, address=f"198.51.100.{n}") for n in range(100))
    clock.now += 3600
    later = sum(tried(attempts, 1, address=f"203.0.113.{n}") for n in range(100))

    assert first == later == USER.at_once


def test_who_guesses_from_everywhere_keeps_out_nobody_from_where_he_works(attempts):
    assert attempts.begin("ana", "192.0.2.1") == 0
    attempts.succeeded("ana", "192.0.2.1")
    for n in range(100):
        attempts.begin("ana", f"198.51.100.{n}")

    assert attempts.begin("ana", "198.51.100.200") > 0
    assert attempts.begin("ana", "192.0.2.1") == 0


def test_nobody_waits_longer_than_half_a_minute_however_much_was_tried(attempts):
    waits = [attempts.begin("ana", f"198.51.100.{n % 3}") for n in range(1000)]

    assert 0 < max(waits) <= 30


def test_right_passwords_count_for_nothing(attempts):
    for _ in range(100):
        assert attempts.begin("ana", "198.51.100.7") == 0
        attempts.succeeded("ana", "198.51.100.7")


def test_addresses_of_one_ipv6_network_are_one(attempts):
    assert sum(tried(attempts, 1, address=f"2001:db8::{n:x}") for n in range(20)) == USER_HERE.at_once
    assert tried(attempts, 1, address="2001:db8:0:1::1") == 1


def test_what_is_kept_in_mind_is_bounded(attempts, monkeypatch):
    monkeypatch.setattr(rules, "MOST", 30)

    for n in range(500):
        attempts.begin(f"u{n}", f"198.51.{n // 250}.{n % 250}")
        attempts.succeeded(f"u{n}", f"198.51.{n // 250}.{n % 250}")

    assert len(attempts._over) <= 33
    assert len(attempts._known) == 30
