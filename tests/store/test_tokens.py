"""Keys and tokens: shown once, stored as hashes, closed for ever and at once."""

from __future__ import annotations

import itertools

import pytest

from hundredfold.errors import NotFound
from hundredfold.store.tokens import Tokens


@pytest.fixture
def made(tmp_path):
    numbers = itertools.count(1)
    clock = itertools.count(1_000_000)
    opened = []

    def make():
        tokens = Tokens(
            tmp_path / "t.sqlite", now=lambda: next(clock), random=lambda n: next(numbers).to_bytes(n, "big")
        )
        opened.append(tokens)
        return tokens

    yield make
    for tokens in opened:
        tokens.close()


def test_a_secret_opens_what_it_was_made_for_and_its_text_is_nowhere(made, tmp_path):
    tokens = made()

    secret, grant = tokens.create("browser", "web")

    assert tokens.verify(secret) == grant
    assert tokens.verify(secret + "x") is tokens.verify("") is None
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    assert secret not in repr(grant)


@pytest.mark.parametrize(
    ("scope", "personal", "asked", "asked_personal", "allowed"),
    [
        ("read", False, "read", False, True),
        ("read", False, "write", False, False),
        ("write", False, "read", False, True),
        ("write", True, "read", True, True),
        ("admin", False, "write", False, True),
        ("admin", False, "read", True, False),
    ],
)
def test_a_scope_includes_those_before_it_and_personal_data_stands_apart(
    made, scope, personal, asked, asked_personal, allowed
):
    _, grant = made().create("api", "bi", scope=scope, personal_data=personal)

    assert grant.allows(asked, personal_data=asked_personal) is allowed


def test_a_write_key_reaches_no_scope(made):
    _, grant = made().create("server", "backend")

    assert not grant.allows("read")


def test_what_another_process_makes_or_revokes_holds_at_once(made):
    here, there = made(), made()
    secret, grant = there.create("api", "bi", scope="read")
    assert here.verify(secret) == grant

    there.revoke(grant.id)

    assert here.verify(secret) is None
    assert [known.id for known in here.list() if known.revoked] == [grant.id]


def test_revoking_twice_or_nothing_is_told(made):
    tokens = made()
    _, grant = tokens.create("server", "backend")
    tokens.revoke(grant.id)

    for token_id in (grant.id, "unknown"):
        with pytest.raises(NotFound):
            tokens.revoke(token_id)


def test_a_token_needs_a_scope_and_a_write_key_has_none(made):
    for kind, scope in (("api", None), ("server", "read")):
        with pytest.raises(ValueError, match="scope"):
            made().create(kind, "x", scope=scope)


def test_when_a_key_was_last_used_is_told_by_the_process_that_saw_it_and_then_by_all(made):
    here, there = made(), made()
    used, grant = here.create("server", "backend")
    _, unused = here.create("server", "idle")
    here.verify(used)

    first = here.last_used()
    here.verify(used)

    assert unused.id not in first
    assert there.last_used() == first
    assert here.last_used()[grant.id] > first[grant.id]
    assert there.last_used() == here.last_used()
