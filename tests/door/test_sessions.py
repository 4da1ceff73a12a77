"""Logging in and out, with real cookies, at a real server."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager

import httpx
import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import hf
from tests.door.shop import bearer
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from hundredfold.app import feeding
from hundredfold.app.door.logins import CSRF
from hundredfold.app.gui.administration import open_logins
from hundredfold.app.serving import in_background

API = "/api/v1"


class Served:
    """A served workspace with its users."""

    def __init__(self, url, token, logins, folder):
        self.url, self.token, self.logins, self.folder = url, token, logins, folder
        self.clients = []

    def browser(self, **headers):
        """One of our own pages in a browser of its own."""
        client = httpx.Client(base_url=self.url + API, headers={CSRF: "1", "Origin": self.url} | headers, timeout=20)
        self.clients.append(client)
        return client

    def user(self, name, role="viewer", personal_data=False):
        password, user = self.logins.users.add(name, role, personal_data=personal_data)
        return user, {"name": name, "password": password}

    def logged_in(self, given):
        browser = self.browser()
        assert browser.post("/session", json=given).status_code == 200
        return browser

    def changes(self):
        rows = httpx.get(f"{self.url}{API}/changes", headers=bearer(self.token)).json()
        return [(row["who"], row["way"], row["what"], row["object"]) for row in rows]


@contextmanager
def serving(folder, *, page=False):
    hf("init", folder)
    if page:
        text = (folder / "hundredfold.yaml").read_text().replace("page: false", "page: true")
        (folder / "hundredfold.yaml").write_text(text)
    with (
        opened_for_serving(folder) as opened,
        open_logins(opened.workspace) as logins,
        in_background(opened) as its,
    ):
        served = Served(its.url, its.token, logins, folder)
        yield served
        for client in served.clients:
            client.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("sessions") / "shop") as served:
        served.user("root", "admin", personal_data=True)
        yield served


def code(answer):
    return answer.status_code, answer.json().get("code")


def test_a_login_lets_in_as_far_as_the_role_and_a_logout_ends_it(served):
    _, ana = served.user("ana", "marketer")
    browser = served.browser()
    before = browser.get("/session").json()

    told = browser.post("/session", json=ana)
    known, runs, users = browser.get("/session").json(), browser.get("/runs"), browser.get("/users")
    out = browser.delete("/session")

    assert (before["user"], before["users"], before["ended"], before["workspace"]) == (None, True, False, None)
    assert told.json() == known
    assert known["user"] | {"id": ""} == {
        "id": "", "name": "ana", "role": "marketer", "scope": "write", "personal_data": False,
        "generated_password": True, "demo": False,
    }  # fmt: skip
    assert known["workspace"] == {"name": "shop", "timezone": "UTC", "currency": "EUR", "language": "en"}
    assert (runs.status_code, code(users)) == (200, (403, "not_allowed"))
    assert out.status_code == 204
    assert (code(browser.get("/runs")), browser.get("/session").json()["user"]) == ((401, "no_token"), None)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(served):
    _, given = served.user("cookie")
    port = served.url.rpartition(":")[2]

    plain = served.browser().post("/session", json=given).headers["set-cookie"]
    proxied = served.browser(Origin="https://crm.example", Host="crm.example").post("/session", json=given)

    assert re.fullmatch(
        rf"hundredfold-session-{port}=[\w-]{{43}}; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict", plain
    )
    assert proxied.headers["set-cookie"].endswith("; HttpOnly; SameSite=Strict; Secure")


def test_what_is_wrong_does_not_say_whether_there_is_such_a_user(served):
    _, given = served.user("real")
    disabled, theirs = served.user("asleep")
    served.logins.users.change(disabled.id, disabled=True)

    answers = [
        served.browser().post("/session", json=wrong)
        for wrong in (given | {"password": "wrong"}, {"name": "nobody", "password": "wrong"}, theirs)
    ]

    assert {code(answer) for answer in answers} == {(401, "wrong_login")}
    assert len({answer.text for answer in answers}) == 1


def test_too_many_wrong_passwords_make_wait_and_only_there(served):
    _, given = served.user("target")
    guesser, elsewhere = served.browser(), served.browser(**{"X-Forwarded-For": "198.51.100.7"})
    served.browser(**{"X-Forwarded-For": "198.51.100.7"}).post("/session", json=given)

    wrong = [guesser.post("/session", json=given | {"password": f"no{n}"}) for n in range(6)]
    right_but_late, at_home = guesser.post("/session", json=given), elsewhere.post("/session", json=given)

    assert [answer.status_code for answer in wrong] == [401] * 5 + [429]
    assert code(right_but_late) == (429, "too_many_attempts")
    assert 0 < int(right_but_late.headers["retry-after"]) <= 30
    assert at_home.status_code == 200


def test_a_new_login_ends_the_session_before_it(served):
    _, given = served.user("again")
    browser = served.logged_in(given)
    (first,) = browser.cookies.jar

    browser.post("/session", json=given)

    assert code(httpx.get(f"{served.url}{API}/runs", headers={"Cookie": f"{first.name}={first.value}"})) == (
        401,
        "session_ended",
    )


def test_a_changed_password_ends_the_other_sessions(served):
    _, given = served.user("changer")
    here, there = served.logged_in(given), served.logged_in(given)

    wrong = here.put("/session/password", json={"current": "wrong", "new": "correct horse battery"})
    weak = here.put("/session/password", json={"current": given["password"], "new": "changer1234"})
    done = here.put("/session/password", json={"current": given["password"], "new": "correct horse battery"})

    assert (code(wrong), code(weak), done.status_code) == ((403, "wrong_password"), (422, "weak_password"), 204)
    assert here.get("/session").json()["user"]["generated_password"] is False
    assert code(there.get("/runs")) == (401, "session_ended")
    assert [there.get("/session").json()[what] for what in ("user", "ended")] == [None, True]
    assert served.browser().post("/session", json=given).status_code == 401
    assert served.browser().post("/session", json=given | {"password": "correct horse battery"}).status_code == 200
    assert ("changer", "session", "user.password_changed", "changer") in served.changes()


@pytest.mark.parametrize("how", ["disabled", "removed", "reset"])
def test_who_is_shut_out_is_out_at_once_on_every_open_page(served, how):
    user, given = served.user(f"soon-{how}")
    _, root = served.user(f"root-{how}", "admin")
    browser, admin = served.logged_in(given), served.logged_in(root)

    match how:
        case "disabled":
            admin.patch(f"/users/{user.id}", json={"disabled": True})
        case "removed":
            admin.delete(f"/users/{user.id}")
        case "reset":
            password = admin.post(f"/users/{user.id}/password").json()["password"]

    assert code(browser.get("/runs")) == (401, "session_ended")
    assert served.browser().post("/session", json=given).status_code == 401
    if how == "reset":
        assert served.browser().post("/session", json=given | {"password": password}).status_code == 200


def test_users_are_added_changed_and_listed_without_their_passwords(served):
    _, root = served.user("boss", "admin", personal_data=True)
    admin = served.logged_in(root)

    made = admin.post("/users", json={"name": "Nora", "role": "viewer"}).json()
    changed = admin.patch(f"/users/{made['id']}", json={"role": "marketer", "personal_data": True}).json()
    taken = admin.post("/users", json={"name": "nora", "role": "viewer"})
    listed = {user["name"]: user for user in admin.get("/users").json()}

    assert served.browser().post("/session", json={"name": "nora", "password": made["password"]}).status_code == 200
    assert (changed["role"], changed["personal_data"]) == ("marketer", True)
    assert taken.status_code == 409
    assert listed["nora"] == changed
    assert made["password"] not in json.dumps(listed)
    told = served.changes()
    assert told[:2] == [("boss", "session", "user.changed", "nora"), ("boss", "session", "user.added", "nora")]


def test_nobody_gives_a_right_that_he_has_not(served):
    seeing, _ = served.user("seeing", "viewer", personal_data=True)
    _, blind = served.user("blind", "admin")
    admin = served.logged_in(blind)
    other, _ = served.user("other")

    asked = [
        admin.post("/users", json={"name": "mine", "role": "viewer", "personal_data": True}),
        admin.patch(f"/users/{other.id}", json={"personal_data": True}),
        admin.post(f"/users/{seeing.id}/password"),
        admin.delete(f"/users/{seeing.id}"),
        admin.post("/tokens", json={"kind": "api", "name": "x", "scope": "read", "personal_data": True}),
    ]

    assert {code(answer) for answer in asked} == {(403, "not_allowed")}


def test_a_token_changes_no_password_and_is_told_of_in_the_book(served):
    ask = {"headers": bearer(served.token) | {CSRF: "1"}}

    own = httpx.put(f"{served.url}{API}/session/password", json={"current": "x", "new": "y"}, **ask)
    made = httpx.post(f"{served.url}{API}/tokens", json={"kind": "server", "name": "erp"}, **ask).json()
    httpx.delete(f"{served.url}{API}/tokens/{made['id']}", **ask)

    assert code(own) == (403, "no_login")
    told = f"erp ({made['id']})"
    assert served.changes()[:2] == [
        ("commands on this machine", "token", "key.revoked", told),
        ("commands on this machine", "token", "key.created", told),
    ]


def test_what_commands_have_the_server_do_is_in_the_book_without_a_customer(served, tmp_path):
    (served.folder / "definitions" / "shop.yaml").write_text(
        "events: {Seen: {}}\nattributes: {seen: {event: Seen, aggregate: count}}\n"
    )
    event = {"type": "track", "event": "Seen", "userId": "canary-7", "messageId": "m1", "timestamp": "2026-01-01"}
    (tmp_path / "seen.ndjson").write_text(json.dumps(event))

    done = [
        hf("apply", folder=served.folder),
        hf("import", tmp_path / "seen.ndjson", folder=served.folder),
        hf("forget", "canary-7", folder=served.folder),
    ]

    assert [said.code for said in done] == [0, 0, 0], done
    rows = httpx.get(f"{served.url}{API}/changes?limit=3", headers=bearer(served.token))
    assert [row["what"] for row in rows.json()] == ["customer.erased", "import.done", "definitions.applied"]
    assert "canary" not in rows.text
    assert rows.json()[2]["after"] == "added: attributes.seen, events.Seen"


def test_an_erasure_by_message_is_in_the_book_as_its_source_s(served):
    admin = bearer(served.token)
    key = httpx.post(f"{served.url}{API}/tokens", json={"kind": "server", "name": "consent"}, headers=admin).json()
    send = {"url": f"{served.url}/v1/batch", "auth": (key["token"], "")}

    httpx.post(json={"batch": [{"type": "track", "event": "Hello", "userId": "canary-8"}]}, **send)
    sent = httpx.post(json={"batch": [{"type": "delete", "userId": "canary-8"}]}, **send)

    assert sent.json() == {"success": True}
    assert served.changes()[0] == ("consent", "token", "customer.erased", "by message")


def test_settings_are_shown(served):
    told = httpx.get(f"{served.url}{API}/settings", headers=bearer(served.token)).json()

    assert (told["name"], told["timezone"], told["currency"], told["rates"]) == ("shop", "UTC", "EUR", [])


def test_the_first_event_of_a_source_is_told_and_what_was_refused(served):
    admin = bearer(served.token)
    key = httpx.post(f"{served.url}{API}/tokens", json={"kind": "server", "name": "new shop"}, headers=admin).json()
    send = {"url": f"{served.url}/v1/track", "auth": (key["token"], "")}
    event = {"event": "Hello", "userId": "c1"}

    def waited(place=None):
        asked = {"source": "new shop"} | ({} if place is None else {"place": place})
        return httpx.get(f"{served.url}{API}/arrivals", params=asked, headers=admin).json()

    httpx.post(json=event, **send)
    before = waited()
    none_yet = waited(before["place"])
    httpx.post(json={"userId": "c1"}, **send)
    refused = waited(none_yet["place"])
    httpx.post(json=event, **send)
    there = waited(refused["place"])

    assert (before["first"], none_yet["first"], refused["first"]) == (None, None, None)
    assert (none_yet["refused"], refused["refused"]["reason"]) == (None, "no_event_name")
    assert there["first"]["kind"] == "track"
    assert waited(there["place"])["first"] is None
    for nonsense in ("x", "[]", '[1, {"99": 5, "0": 99999999}]'):
        asked = {"source": "new shop", "place": nonsense}
        answer = httpx.get(f"{served.url}{API}/arrivals", params=asked, headers=admin)
        assert answer.status_code in (200, 422)


def test_a_web_socket_opens_with_the_cookie_of_our_own_page_and_closes_with_the_session(served, monkeypatch):
    monkeypatch.setattr(feeding, "HEARTBEAT_SECONDS", 0.05)
    user, given = served.user("socket")
    browser = served.logged_in(given)
    (cookie,) = browser.cookies.jar
    address = served.url.replace("http", "ws") + API + "/ws"
    sent = {"Cookie": f"{cookie.name}={cookie.value}"}

    with pytest.raises(InvalidStatus), connect(address, additional_headers=sent, origin="https://evil.example"):
        pass
    with connect(address, additional_headers=sent, origin=served.url) as socket:
        socket.send('{"subscribe": "feed"}')
        told = json.loads(socket.recv(10))
        served.logins.users.change(user.id, disabled=True)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(10)

    assert told["subscribed"] == "feed"
    assert closed.value.rcvd.code == 1008


def test_no_password_and_no_secret_is_in_the_workspace(served):
    user, given = served.user("hidden")
    browser = served.logged_in(given)
    (cookie,) = browser.cookies.jar

    for path in served.folder.rglob("*"):
        kept = path.read_bytes() if path.is_file() else b""
        assert cookie.value.encode() not in kept
        assert given["password"].encode() not in kept
    assert user.name.encode() in (served.folder / "data" / "store" / "users.sqlite-wal").read_bytes()


def test_who_works_on_the_machine_of_a_demo_needs_no_login(tmp_path):
    with serving(tmp_path / "demo", page=True) as served:
        here, rebound = served.browser(), served.browser(Host="evil.example", Origin="http://evil.example")
        proxied = served.browser(**{"X-Forwarded-For": "198.51.100.7"})
        strange = served.browser(Origin="https://evil.example")

        told = here.get("/session").json()["user"]
        others = [client.get("/session").json()["user"] for client in (rebound, proxied)]
        (cookie,) = here.cookies.jar
        stolen = proxied.get("/runs", headers={"Cookie": f"{cookie.name}={cookie.value}"})

        assert (told["name"], told["role"], told["personal_data"], told["demo"]) == ("demo", "admin", True, True)
        assert here.get("/users").status_code == 200
        assert others == [None, None]
        assert code(stolen) == (401, "session_ended")
        assert code(strange.get("/session")) == (403, "foreign_origin")
        assert code(here.put("/session/password", json={"current": "a", "new": "b"})) == (403, "no_login")
