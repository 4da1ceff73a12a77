"""The unmodified clients of Segment and RudderStack send through a real server, and nothing is lost or doubled."""

from __future__ import annotations

import math
import time
import warnings
from datetime import UTC, datetime

import httpx
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import rudderstack.analytics.client as rudder
    import segment.analytics.client as segment

from tests.door.shop import basic, track

from hundredfold.app.door.asgi import reply
from hundredfold.app.door.problem import Problem
from hundredfold.app.door.server import running
from hundredfold.words.message import KINDS, TRUSTS

CLIENTS = {"segment": segment, "rudder": rudder}


class Scripted:
    """The site, with the first requests for messages answered as the script says."""

    def __init__(self, site, script):
        self.site, self.script, self.answered = site, list(script), []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or not self.script:
            await self.site(scope, receive, send)
            return
        status = self.script.pop(0)
        self.answered.append(status)
        answer = Problem(status, "overload", "send it again", {"Retry-After": "1"}).answer()
        await reply(send, answer)


@pytest.fixture
def sending():
    """Hands the test real clients of a shop's server, with the errors that they report."""
    clients = []

    def prepare(name, url, shop, **further):
        errors = []
        client = CLIENTS[name].Client(
            write_key=shop.server_key,
            host=url,
            on_error=lambda error, items: errors.append(error),
            upload_interval=0.05,
            **further,
        )
        clients.append(client)
        return client, errors

    yield prepare
    for client in clients:
        client.join()


def everything(client):
    """One call of every kind, as an application makes them."""
    client.identify("c1", {"email": "ana@example.com", "name": "José"})
    client.track(
        "c1", "Order Completed", {"order_id": "o1", "total": 37.5}, timestamp=datetime(2026, 11, 1, tzinfo=UTC)
    )
    client.track("c1", "Viewed", {"score": math.nan, "worst": -math.inf})
    client.page("c1", "Docs", "Home", {"url": "https://shop.example"})
    client.screen("c1", "App", "Home")
    client.group("c1", "g1", {"name": "Shop"})
    client.alias("old", "c1")
    client.flush()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", list(CLIENTS))
def test_every_call_of_a_client_arrives_as_it_was_made(shop, sending, name, packed):
    shop.now = time.time_ns() // 1000
    with running(shop.door.site) as url:
        client, errors = sending(name, url, shop, gzip=packed)
        everything(client)

    rows = shop.stored()
    assert errors == []
    assert sorted(KINDS[row["kind"]] for row in rows) == sorted(
        ["identify", "track", "track", "page", "screen", "group", "alias"]
    )
    assert {(row["key"], row["source"], TRUSTS[row["trust"]]) for row in rows} == {("u:c1", "backend", "server")}
    viewed = next(row for row in rows if row["payload"].get("event") == "Viewed")
    assert viewed["payload"]["properties"]["score"] is None
    assert all(row["sent"] is not None for row in rows)
    assert all("writeKey" not in row["payload"] for row in rows)


@pytest.mark.parametrize("name", list(CLIENTS))
def test_a_client_that_is_told_to_wait_sends_the_same_again(shop, sending, name):
    scripted = Scripted(shop.door.site, [429, 503])
    with running(scripted) as url:
        client, errors = sending(name, url, shop)
        for number in range(10):
            client.track("c1", "Order Completed", {"order_id": f"o{number}"})
        while client.queue.unfinished_tasks:
            client.flush()

    assert scripted.answered == [429, 503]
    assert errors == []
    ids = [row["message_id"] for row in shop.stored()]
    assert len(ids) == len(set(ids)) == 10


@pytest.mark.parametrize("name", list(CLIENTS))
def test_a_client_with_a_wrong_key_is_told_at_once(shop, sending, name):
    with running(shop.door.site) as url:
        shop.server_key = "wrong"
        client, errors = sending(name, url, shop)
        client.track("c1", "Order Completed")
        client.flush()

    assert [(error.status, error.code) for error in errors] == [(401, "bad_key")]
    assert shop.stored() == []


def test_a_server_that_stops_answers_first(shop):
    with running(shop.door.site) as url, httpx.Client() as client:
        answer = client.post(f"{url}/v1/batch", json={"batch": [track()]}, headers=basic(shop.server_key))
        assert answer.json() == {"success": True}
        assert client.get(f"{url}/healthz").json() == {"status": "ok"}
        assert client.get(f"{url}/api/v1/tokens").status_code == 401
        assert "server" not in answer.headers

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/healthz")
    assert len(shop.stored()) == 1
