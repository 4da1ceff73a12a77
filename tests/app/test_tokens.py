"""Tokens are made on the command line, shown once, and can be taken back."""

from __future__ import annotations

import os

import pytest
from tests.app.shop import hf

from hundredfold.app.workspace import Workspace, real_clock
from hundredfold.store.tokens import Tokens


@pytest.fixture
def grants(empty):
    opened = []

    def verify(secret):
        tokens = Tokens(Workspace.open(empty).store / "tokens.sqlite", now=real_clock, random=os.urandom)
        opened.append(tokens)
        return tokens.verify(secret)

    yield verify
    for tokens in opened:
        tokens.close()


def test_the_write_scope_is_a_key_that_may_only_append(empty, grants):
    made = hf("token", "create", "--scope", "write", "--name", "shop backend", "--json", folder=empty)

    grant = grants(made.json["token"])
    assert made.code == 0
    assert (grant.kind, grant.name, grant.scope) == ("server", "shop backend", None)


@pytest.mark.parametrize("scope", ["read", "admin"])
def test_other_scopes_are_access_tokens(empty, grants, scope):
    made = hf("token", "create", "--scope", scope, "--personal-data", "--json", folder=empty)

    grant = grants(made.json["token"])
    assert grant.allows(scope, personal_data=True)
    assert grant.kind == "api"


def test_a_secret_is_shown_once_and_a_revoked_token_opens_nothing(empty, grants):
    made = hf("token", "create", "--scope", "read", "--json", folder=empty).json

    listed = hf("token", "list", "--json", folder=empty)
    hf("token", "revoke", made["id"], folder=empty)

    assert [one["id"] for one in listed.json["tokens"]] == [made["id"]]
    assert made["token"] not in listed.out
    assert grants(made["token"]) is None


@pytest.mark.parametrize(
    "arguments",
    [("--scope", "read", "--kind", "browser"), ("--scope", "write", "--personal-data"), ("--scope", "all"), ()],
)
def test_tokens_that_cannot_mean_anything_are_wrong_use(empty, arguments):
    assert hf("token", "create", *arguments, folder=empty).code == 2
