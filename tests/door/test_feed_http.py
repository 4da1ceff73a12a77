"""The feed over HTTP: server-sent events and the WebSocket, through a real server."""

from __future__ import annotations

import json

import httpx
import pytest
from tests.door.shop import Shop as DoorShop
from tests.door.shop import bearer
from tests.live.shop import Shop, order, view
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from hundredfold.app import feeding
from hundredfold.app.door.server import running
from hundredfold.app.feeding import feeding as feeding_routes


class Open:
    """A door with a feed behind it, on a real server."""

    def __init__(self, folder):
        self.live = Shop(folder / "live")
        self.live.settle()
        self.live.live.start()
        counter = iter(range(10_000))
        routes = feeding_routes(
            self.live.feed,
            now=lambda: self.live.now,
            random=lambda n: next(counter).to_bytes(n, "big"),
            origins=["https://crm.example"],
        )
        self.door = DoorShop(folder / "door", routers=[routes])
        self.token = self.door.token(personal_data=True)

    def events(self, count, path="/api/v1/feed", headers=None, then=lambda: None):
        """The first so many events of the stream; `then` is done when it has begun."""
        found, fields = [], {}
        with httpx.stream("GET", self.url + path, headers={**bearer(self.token), **(headers or {})}, timeout=30) as r:
            r.raise_for_status()
            for line in r.iter_lines():
                if line.startswith("retry:"):
                    then()
                if not line and "data" in fields:
                    found.append({**fields, "data": json.loads(fields["data"])})
                    fields = {}
                elif ":" in line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                if len(found) == count:
                    return found
        return found

    def socket(self, path="/api/v1/ws", headers=None, **further):
        return connect(self.url.replace("http", "ws") + path, additional_headers=headers, **further)

    def close(self):
        self.live.close()
        self.door.close()


@pytest.fixture
def site(tmp_path):
    opened = Open(tmp_path)
    with running(opened.door.door.site, leaving=opened.live.feed.close) as opened.url:
        yield opened
    opened.close()


def say(socket, **message):
    socket.send(json.dumps(message))


def hear(socket):
    return json.loads(socket.recv(timeout=30))


def test_a_change_is_an_event_and_its_id_goes_on_behind_it(site):
    first = site.events(1, then=lambda: site.live.send(order("c1", 12.5)))
    site.live.send(order("c2"))

    second = site.events(1, headers={"Last-Event-ID": first[0]["id"]})

    assert first[0]["event"] == "change"
    assert first[0]["data"]["changes"]["spent"] == {"old": None, "new": 12.5}
    assert second[0]["data"]["customer_id"] == "c2"
    assert second[0]["id"] == f"boot-1:{second[0]['data']['sequence']}"


def test_an_id_of_another_run_gets_a_reset(site):
    (event,) = site.events(1, headers={"Last-Event-ID": "boot-0:1"})

    assert (event["event"], event["data"]["reset"]) == ("reset", True)


def test_positions_go_on_behind_what_they_cover(site):
    start = json.dumps({str(p): offset for p, offset in site.live.log.end().items()})
    site.live.send(order("c1"))

    (event,) = site.events(1, path=f"/api/v1/feed?position={start}")

    assert event["data"]["customer_id"] == "c1"


def test_only_some_customers_and_attributes(site):
    def send():
        site.live.send(order("c1"), view("c2"), order("c2", 7))

    (event,) = site.events(1, path="/api/v1/feed?customer=c2&attributes=spent,country", then=send)

    assert event["data"]["customer_id"] == "c2"
    assert {name: change["new"] for name, change in event["data"]["changes"].items()} == {"spent": 7.0}


def test_a_comment_keeps_the_connection_alive_until_the_token_is_closed(site, monkeypatch):
    monkeypatch.setattr(feeding, "HEARTBEAT_SECONDS", 0.02)
    tokens, lines = site.door.door.tokens, []
    secret, grant = tokens.create("api", "short", scope="read")

    with httpx.stream("GET", f"{site.url}/api/v1/feed", headers=bearer(secret), timeout=30) as response:
        for line in response.iter_lines():
            lines.append(line)
            if line and lines.count(": still here") == 2:
                tokens.revoke(grant.id)

    assert lines.count(": still here") >= 2


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/api/v1/feed", {}, 401),
        ("/api/v1/feed", {"Authorization": "Bearer hfa_wrong"}, 401),
        ("/api/v1/feed?position=[]", None, 422),
    ],
)
def test_what_the_feed_refuses(site, path, headers, status):
    answer = httpx.get(site.url + path, headers=bearer(site.token) if headers is None else headers)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_topics_of_the_socket_are_joined_and_left(site):
    with site.socket(headers=bearer(site.token)) as socket:
        say(socket, subscribe="profile/c1", attributes=["spent"])
        joined = hear(socket)
        site.live.send(order("c2"), order("c1", 4))
        told = hear(socket)
        say(socket, unsubscribe="profile/c1")
        left = hear(socket)
        say(socket, subscribe="feed", after=joined["id"])
        again = [hear(socket) for _ in range(3)]

    assert joined["subscribed"] == "profile/c1"
    assert told["topic"] == "profile/c1"
    assert told["record"]["customer_id"] == "c1"
    assert left == {"unsubscribed": "profile/c1"}
    assert again[0]["subscribed"] == "feed"
    assert {m["record"]["customer_id"] for m in again[1:]} == {"c1", "c2"}


@pytest.mark.parametrize(
    "text", ["nonsense", "[]", '{"subscribe": 1}', '{"subscribe": "profile/"}', '"' + "x" * 9000 + '"']
)
def test_the_socket_says_what_it_understands(site, text):
    with site.socket(headers=bearer(site.token)) as socket:
        socket.send(text)

        assert "subscribe" in hear(socket)["error"]


def test_a_browser_comes_with_a_ticket_once_or_with_a_subprotocol(site):
    ticket = httpx.post(f"{site.url}/api/v1/ws-ticket", headers=bearer(site.token)).json()["ticket"]
    origin = {"Origin": "https://crm.example"}

    with site.socket(f"/api/v1/ws?ticket={ticket}", origin) as one:
        say(one, subscribe="feed")
        first = hear(one)
    with site.socket(headers=origin, subprotocols=["hundredfold", f"bearer.{site.token}"]) as other:
        chosen = other.subprotocol
        say(other, subscribe="feed")
        second = hear(other)
    with pytest.raises(InvalidStatus) as again, site.socket(f"/api/v1/ws?ticket={ticket}", origin):
        pass

    assert first["subscribed"] == second["subscribed"] == "feed"
    assert chosen == "hundredfold"
    assert again.value.response.status_code == 403


def test_an_old_ticket_opens_nothing(site):
    ticket = httpx.post(f"{site.url}/api/v1/ws-ticket", headers=bearer(site.token)).json()["ticket"]
    site.live.now += 31_000_000

    with pytest.raises(InvalidStatus), site.socket(f"/api/v1/ws?ticket={ticket}"):
        pass


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer hfa_wrong"}, {"Origin": "https://evil.example"}])
def test_the_socket_refuses_strangers_and_foreign_pages(site, headers):
    allowed = bearer(site.token) if "Origin" in headers else {}

    with pytest.raises(InvalidStatus) as refused, site.socket(headers={**allowed, **headers}):
        pass

    assert refused.value.response.status_code == 403


def test_the_socket_closes_with_its_token(site, monkeypatch):
    monkeypatch.setattr(feeding, "HEARTBEAT_SECONDS", 0.02)
    tokens = site.door.door.tokens
    secret, grant = tokens.create("api", "short", scope="read")

    with site.socket(headers=bearer(secret)) as socket:
        say(socket, subscribe="feed")
        hear(socket)
        tokens.revoke(grant.id)

        with pytest.raises(ConnectionClosed) as closed:
            hear(socket)

    assert closed.value.rcvd.code == 1008
