"""The web process passes on what is asked of the live one, keeps nothing, and outlives it."""

from __future__ import annotations

import asyncio
import io
import json
from base64 import b64encode
from contextlib import ExitStack
from threading import Thread

import httpx
import pytest
from prometheus_client import CollectorRegistry
from tests.app.serving import opened_for_serving
from tests.app.shop import order, shop_in
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from hundredfold.app.apart.web import Web
from hundredfold.app.door.logbook import logbook
from hundredfold.app.door.logins import CSRF
from hundredfold.app.door.server import running
from hundredfold.app.gui.administration import open_logins
from hundredfold.app.serving import in_background
from hundredfold.app.workspace import Workspace


class Front:
    """A web process before a live one that can be somewhere else, or nowhere."""

    def __init__(self):
        self.live, self.lines = None, io.StringIO()
        self.web = Web(
            lambda: self.live, ["https://crm.example"], CollectorRegistry(), logbook(self.lines, lambda: 1_700_000_000)
        )


@pytest.fixture
def front():
    """The web process and its address."""
    front = Front()
    with running(front.web) as front.url:
        yield front


@pytest.fixture
def shop(tmp_path):
    return shop_in(tmp_path / "shop", zone="UTC", page="true")


@pytest.fixture
def live(shop, front):
    """A live process behind the web process, with its token and a key to send with."""
    with opened_for_serving(shop) as opened, in_background(opened) as served:
        front.live, front.token = served.url, served.token
        secret, _ = served.tokens.create("server", "shop")
        front.behind = {"Authorization": "Basic " + b64encode(f"{secret}:".encode()).decode()}
        yield front


def bearer(front):
    return {"Authorization": f"Bearer {front.token}"}


def send(front, number, customer, total):
    sent = httpx.post(f"{front.live}/v1/track", json=order(number, customer, "2026-03-02", total), headers=front.behind)
    assert sent.status_code == 200


def test_what_is_asked_of_it_is_what_the_live_one_says(live):
    send(live, 1, "ana maria/é", 10)

    path = "/api/v1/profiles/ana%20maria%2F%C3%A9?at=2026-03-03"
    there, here = (httpx.get(base + path, headers=bearer(live)) for base in (live.live, live.url))

    assert here.status_code == 200
    assert here.json()["attributes"]["total_purchase_value"] == 10
    assert here.json()["attributes"] == there.json()["attributes"]
    assert here.headers["content-type"] == there.headers["content-type"]
    assert httpx.get(live.url + path).status_code == 401
    assert httpx.get(live.url + "/api/v1/profiles/nobody", headers=bearer(live)).status_code == 404


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_large_answer_comes_as_it_was_asked_for(live, encoding):
    asked = bearer(live) | {"Accept-Encoding": encoding}
    there, here = (httpx.get(f"{base}/openapi.json", headers=asked) for base in (live.live, live.url))

    assert here.headers.get("content-encoding", "identity") == encoding
    assert here.json() == there.json()


def test_a_body_is_passed_on(live):
    send(live, 1, "c1", 10)

    made = httpx.post(live.url + "/api/v1/batch", json={"full": True}, headers=bearer(live), timeout=60)
    wrong = httpx.post(live.url + "/api/v1/batch", json={"ful": True}, headers=bearer(live), timeout=60)

    assert (made.status_code, made.json()["customers"]) == (200, 1)
    assert wrong.status_code == 422


def test_changes_stream_through_as_they_come(live):
    with httpx.stream("GET", live.url + "/api/v1/feed", headers=bearer(live), timeout=20) as events:
        lines = events.iter_lines()
        send(live, 1, "c1", 10)
        changes = told(lines)
        send(live, 2, "c1", 5)
        further = told(lines)

    assert changes["total_purchase_value"]["new"] == 10
    assert (further["total_purchase_value"]["old"], further["total_purchase_value"]["new"]) == (10, 15)


def told(lines):
    for line in lines:
        if line.startswith("data:") and "changes" in (record := json.loads(line.removeprefix("data:"))):
            return record["changes"]
    raise AssertionError("the feed ended")


def test_a_web_socket_goes_through_both_ways(live):
    address = live.url.replace("http", "ws") + "/api/v1/ws"
    ticket = httpx.post(live.url + "/api/v1/ws-ticket", headers=bearer(live)).json()["ticket"]

    with (
        connect(f"{address}?ticket={ticket}", origin=live.url) as by_ticket,
        connect(address, additional_headers=bearer(live), origin="https://crm.example") as by_header,
    ):
        for socket in (by_ticket, by_header):
            socket.send(json.dumps({"subscribe": "profiles"}))
            assert json.loads(socket.recv(10))
    for strange in ({"additional_headers": bearer(live), "origin": "https://evil.example"}, {}):
        with pytest.raises(InvalidStatus), connect(address, **strange):
            pass


def test_without_the_live_one_it_says_when_to_come_back_and_then_goes_on(shop, front):
    gone = httpx.get(front.url + "/api/v1/runs")
    with ExitStack() as open_still:
        with opened_for_serving(shop) as opened, in_background(opened) as served:
            front.live, front.token = served.url, served.token
            address = front.url.replace("http", "ws") + "/api/v1/ws"
            socket = open_still.enter_context(connect(address, additional_headers=bearer(front)))
            there = httpx.get(front.url + "/api/v1/runs", headers=bearer(front))
            ready = httpx.get(front.url + "/readyz")
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(10)
    gone_again = httpx.get(front.url + "/api/v1/runs")

    assert [gone.status_code, gone_again.status_code] == [503, 503]
    assert gone.headers["retry-after"] == gone_again.headers["retry-after"] == "1"
    assert (there.status_code, ready.status_code) == (200, 200)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code in (1001, 1012)
    assert httpx.get(front.url + "/healthz").status_code == 200


def test_messages_are_not_taken_in_here(live):
    sent = httpx.post(live.url + "/v1/track", json=order(1, "c1", "2026-03-02", 1), headers=live.behind)

    assert (sent.status_code, sent.json()["code"]) == (404, "no_tracking")


def test_who_works_on_this_machine_is_let_in_through_here_as_well(live):
    session = httpx.get(live.url + "/api/v1/session")
    cookie = {"Cookie": session.headers["set-cookie"].partition(";")[0]}

    page = httpx.get(live.url + "/tour", headers={"Accept": "text/html"})
    here = httpx.get(live.url + "/api/v1/tour", headers=cookie)
    strangers = [
        asked(live.web, path, ("198.51.100.7", 4711), cookie) for path in ("/api/v1/tour", "/api/v1/profiles/c1")
    ]
    rebound = httpx.get(live.url + "/api/v1/tour", headers={**cookie, "Host": "evil.example"})

    assert (page.status_code, here.status_code) == (200, 200)
    assert strangers == [401, 401]
    assert rebound.status_code == 401


def test_a_login_goes_through_here_with_its_cookie_and_what_guards_it(live, shop):
    with open_logins(Workspace.open(shop)) as logins:
        password, _ = logins.users.add("ana", "viewer")
    ours = {CSRF: "1", "Origin": live.url}
    address = live.url.replace("http", "ws") + "/api/v1/ws"

    with httpx.Client(base_url=live.url + "/api/v1", headers={"X-Forwarded-For": "198.51.100.7"}) as browser:
        told = browser.post("/session", json={"name": "ana", "password": password}, headers=ours)
        (cookie,) = browser.cookies.jar
        sent = {"Cookie": f"{cookie.name}={cookie.value}"}
        read, foreign = browser.get("/runs"), browser.get("/runs", headers={"Origin": "https://crm.example"})
        without = browser.post("/ws-ticket")
        with connect(address, additional_headers=sent, origin=live.url) as socket:
            socket.send(json.dumps({"subscribe": "feed"}))
            subscribed = json.loads(socket.recv(10))
        with pytest.raises(InvalidStatus), connect(address, additional_headers=sent, origin="https://crm.example"):
            pass
        out = browser.delete("/session", headers=ours)
        over = httpx.get(live.url + "/api/v1/runs", headers=sent)

    assert told.json()["user"]["name"] == "ana"
    assert cookie.name == f"hundredfold-session-{live.url.rpartition(':')[2]}"
    assert (read.status_code, out.status_code, subscribed["subscribed"]) == (200, 204, "feed")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_origin")
    assert (without.status_code, without.json()["code"]) == (403, "no_csrf_header")
    assert (over.status_code, over.json()["code"]) == (401, "session_ended")


def test_only_this_machine_is_let_in_without_a_login_through_here_as_well(live):
    here = httpx.get(live.url + "/api/v1/session").json()["user"]
    there = httpx.get(live.url + "/api/v1/session", headers={"X-Forwarded-For": "198.51.100.7"}).json()["user"]

    assert (here["name"], here["demo"], there) == ("demo", True, None)


def asked(web, path, client, headers):
    """The status of a request from another address; in a thread, with a client of its own for its own event loop."""
    statuses = []

    async def receive():
        await asyncio.sleep(0 if not statuses else 60)
        return {"type": "http.request", "body": b""}

    async def say(event):
        if event["type"] == "http.response.start":
            statuses.append(event["status"])

    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": b"", "client": client,
        "headers": [(b"host", b"127.0.0.1"), *((k.lower().encode(), v.encode()) for k, v in headers.items())],
    }  # fmt: skip
    its = Web(web._live, [], CollectorRegistry(), web._logbook)

    async def answered():
        await its(scope, receive, say)
        await its.close()

    thread = Thread(target=lambda: asyncio.run(answered()))
    thread.start()
    thread.join(20)
    (status,) = statuses
    return status
