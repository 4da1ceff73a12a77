"""The description of the server that lies in the repository is what the server says."""

from __future__ import annotations

from web.openapi import FILE, described


def test_the_client_is_made_from_what_the_server_says_now():
    assert FILE.read_text(encoding="utf-8") == described(), "routes have changed: make openapi web"
