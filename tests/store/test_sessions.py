"""Sessions end by idleness, by age, and whenever we say so."""

from __future__ import annotations

import os

import pytest

from hundredfold.store.sessions import IDLE, LONGEST, Sessions
from hundredfold.words.calendar import HOUR, MINUTE

START = 1_800_000_000_000_000


class Kept:
    """Sessions with a clock of their own."""

    def __init__(self, folder):
        self.now = START
        self.sessions = Sessions(folder / "s.sqlite", now=lambda: self.now, random=os.urandom)


@pytest.fixture
def kept(tmp_path):
    kept = Kept(tmp_path)
    yield kept
    kept.sessions.close()


def test_a_session_is_found_by_its_secret_and_the_secret_is_nowhere(kept, tmp_path):
    secret = kept.sessions.open("u1")

    assert kept.sessions.find(secret).user == "u1"
    assert kept.sessions.find(secret + "x") is kept.sessions.find("") is None
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_an_idle_session_is_over(kept):
    secret = kept.sessions.open("u1")
    kept.now += IDLE - 1
    still = kept.sessions.find(secret)
    kept.now += 1

    assert still is not None
    assert kept.sessions.find(secret, used=True) is None


def test_use_keeps_a_session_and_looking_at_it_does_not(kept):
    used, looked_at = kept.sessions.open("u1"), kept.sessions.open("u1")

    for _ in range(3):
        kept.now += IDLE - HOUR
        kept.sessions.find(used, used=True)
        kept.sessions.find(looked_at)

    assert kept.sessions.find(used) is not None
    assert kept.sessions.find(looked_at) is None


def test_no_session_outlives_its_longest_time(kept):
    secret = kept.sessions.open("u1")
    ends = kept.sessions.find(secret).ends

    while kept.now < START + LONGEST - HOUR:
        kept.now += HOUR
        assert kept.sessions.find(secret, used=True) is not None
    kept.now += HOUR

    assert ends == kept.now
    assert kept.sessions.find(secret, used=True) is None


def test_sessions_of_one_user_end_together_but_the_one_that_asks(kept):
    mine, other, strange = (kept.sessions.open(user) for user in ("u1", "u1", "u2"))

    kept.sessions.end_of("u1", but=mine)
    left = [kept.sessions.find(secret) is not None for secret in (mine, other, strange)]
    kept.sessions.end_of("u1")
    kept.sessions.end(strange)

    assert left == [True, False, True]
    assert kept.sessions.find(mine) is kept.sessions.find(strange) is None


def test_what_is_over_is_forgotten_at_the_next_login(kept):
    for _ in range(3):
        kept.sessions.open("u1")
    kept.now += IDLE + MINUTE

    kept.sessions.open("u1")

    assert kept.sessions.count("u1") == 1
