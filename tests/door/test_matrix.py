"""Who may do what: every route of the real server, asked by everybody there is.

A route that is not in the table fails; the table is what was decided, and the routes are what there is.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import httpx
import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import hf
from tests.door.shop import basic, bearer
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from hundredfold.app.door.access import Anybody, Requires, api_routes
from hundredfold.app.door.logins import CSRF, Logins
from hundredfold.app.door.server import running
from hundredfold.app.gui.administration import open_logins
from hundredfold.app.serving import _started
from hundredfold.store.tokens import SCOPES, Grant
from hundredfold.store.users import ROLES, SCOPE_OF

OPEN = "everybody"
PERSONAL = " + personal data"

TABLE = {
    "GET /session": OPEN,
    "POST /session": OPEN,
    "DELETE /session": OPEN,
    "PUT /session/password": "read",
    "GET /users": "admin",
    "POST /users": "admin",
    "PATCH /users/{user_id}": "admin",
    "DELETE /users/{user_id}": "admin",
    "POST /users/{user_id}/password": "admin",
    "GET /tokens": "admin",
    "POST /tokens": "admin",
    "DELETE /tokens/{token_id}": "admin",
    "GET /home": "read",
    "GET /segment-overlaps": "read",
    "GET /segment-sizes": "read",
    "GET /segments": "read",
    "POST /segments/preview": "write",
    "GET /segments/{name}/customers": "read" + PERSONAL,
    "GET /segment-words": "read",
    "GET /segment-values": "read",
    "GET /definitions/segments": "read",
    "POST /definitions/segments/check": "read",
    "GET /definitions/segments/{name}": "read",
    "PUT /definitions/segments/{name}/draft": "write",
    "DELETE /definitions/segments/{name}/draft": "write",
    "GET /definitions/segments/{name}/diff": "write",
    "POST /definitions/segments/{name}/publish": "write",
    "POST /definitions/segments/{name}/rename": "write",
    "GET /micro-segments": "read",
    "GET /micro-segments/migration": "read",
    "GET /micro-segments/{micro_segment_id}": "read",
    "GET /movement": "read",
    "GET /cohorts": "read",
    "GET /segments/{name}": "read",
    "GET /segments/{name}/members/file": "read" + PERSONAL,
    "GET /segments/{name}/moves": "read" + PERSONAL,
    "GET /segments/{name}/members": "read" + PERSONAL,
    "GET /tour": "write",
    "GET /settings": "read",
    "POST /settings/clock": "admin",
    "GET /settings/rates": "read",
    "POST /settings/rates": "admin",
    "GET /changes": "admin",
    "GET /arrivals": "read",
    "GET /ingest/held-back": "read",
    "GET /sources": "read",
    "GET /ingest/rejected": "read",
    "GET /ingest/rejected/{rejection_id}/mend": "write" + PERSONAL,
    "POST /ingest/rejected/{rejection_id}/send": "write" + PERSONAL,
    "GET /ingest/quarantine": "read",
    "GET /ingest/quarantine/ids": "read",
    "GET /ingest/quarantine/{held_id}/mend": "write" + PERSONAL,
    "POST /ingest/quarantine/{held_id}/send": "write" + PERSONAL,
    "POST /ingest/quarantine/replay": "write",
    "POST /ingest/quarantine/discard": "write",
    "GET /profiles/{customer:path}": "read",
    "GET /runs": "read",
    "GET /models": "read",
    "POST /apply": "write",
    "POST /preview": "write" + PERSONAL,
    "GET /catalogue": "read",
    "POST /catalogue/look": "write",
    "POST /catalogue/add": "write",
    "POST /catalogue/filled": "write",
    "POST /load": "write",
    "GET /loads": "read",
    "GET /lineage": "read",
    "GET /quality": "read",
    "POST /import": "admin",
    "POST /import/undo": "admin",
    "POST /export": "admin" + PERSONAL,
    "POST /export/everything": "admin" + PERSONAL,
    "POST /audit": "write" + PERSONAL,
    "POST /batch": "write",
    "POST /backup": "admin" + PERSONAL,
    "POST /refold": "write" + PERSONAL,
    "POST /forget": "admin" + PERSONAL,
    "GET /uploads": "write" + PERSONAL,
    "POST /uploads": "write" + PERSONAL,
    "GET /uploads/{upload_id}": "write" + PERSONAL,
    "PUT /uploads/{upload_id}/content": "write" + PERSONAL,
    "DELETE /uploads/{upload_id}": "write" + PERSONAL,
    "POST /uploads/{upload_id}/guess": "write" + PERSONAL,
    "POST /uploads/{upload_id}/preview": "write" + PERSONAL,
    "GET /mappings": "read",
    "PUT /mappings/{name}": "write",
    "DELETE /mappings/{name}": "write",
    "GET /imports": "read",
    "POST /imports": "write" + PERSONAL,
    "GET /imports/{import_id}": "read",
    "DELETE /imports/{import_id}": "write",
    "POST /imports/{run}/go-on": "write" + PERSONAL,
    "POST /imports/{run}/undo": "write",
    "GET /customers/search": "read",
    "GET /customers/profile": "read",
    "GET /customers/behind": "read",
    "GET /customers/timeline": "read",
    "GET /customers/links": "read" + PERSONAL,
    "GET /customers/export": "read" + PERSONAL,
    "POST /customers/unmerge": "write" + PERSONAL,
    "POST /customers/join": "write" + PERSONAL,
    "POST /customers/erase": "admin" + PERSONAL,
    "GET /definitions/language": "read",
    "POST /definitions/check": "read",
    "POST /definitions/preview": "write",
    "GET /definitions/effects": "read",
    "GET /definitions/events": "read",
    "GET /definitions/backfill": "read",
    "GET /definitions/attributes": "read",
    "GET /definitions/attributes/{name}": "read",
    "PUT /definitions/attributes/{name}/draft": "write",
    "DELETE /definitions/attributes/{name}/draft": "write",
    "GET /definitions/attributes/{name}/diff": "write",
    "POST /definitions/attributes/{name}/publish": "write",
    "GET /definitions/attributes/{name}/versions": "read",
    "GET /messages": "read",
    "GET /messages/one": "read",
    "POST /messages/test": "write",
    "GET /seen/events": "read",
    "GET /seen/fields": "read",
    "GET /tracking-plan": "read",
    "GET /tracking-plan/event": "read",
    "POST /tracking-plan/diff": "write",
    "PUT /tracking-plan": "write",
    "GET /feed": "read",
    "POST /ws-ticket": "read",
    "SOCKET /ws": "read",
}
"""Method and path under /api/v1, and what it needs. SOCKET is a WebSocket."""

READING = ("GET", "SOCKET")
PREFIX = "/api/v1"


@dataclass(frozen=True)
class Actor:
    """Somebody who asks: what he sends, and how far he reaches."""

    name: str
    headers: dict = field(repr=False)
    scope: str | None = None
    personal_data: bool = False
    session: bool = False
    ours: bool = False
    """Sends what our own pages send with a request that changes something."""
    foreign: bool = False
    """A page of another origin asks."""

    def reaches(self, needed):
        scope, _, personal = needed.partition(PERSONAL[:2])
        far = self.scope is not None and SCOPES.index(self.scope) >= SCOPES.index(scope.strip())
        return far and (self.personal_data or not personal)


class Answer(NamedTuple):
    status: int
    code: str | None


class World:
    """A served workspace, and everybody who may ask it something."""

    def __init__(self, url, app, tokens, logins):
        self.url, self.app, self.tokens, self.logins = url, app, tokens, logins
        self.client = httpx.Client(base_url=url, timeout=20)
        self.users = {
            (role, personal): logins.users.add(f"{role}-{personal}", role, personal_data=personal)[1]
            for role in ROLES
            for personal in (False, True)
        }
        self.secrets = {
            (scope, personal): tokens.create("api", "matrix", scope=scope, personal_data=personal)[0]
            for scope in SCOPES
            for personal in (False, True)
        }
        self.keys = [tokens.create(kind, "matrix")[0] for kind in ("server", "browser")]

    def everybody(self):
        """Made anew for each route: some routes end the session that asks."""
        ours = {CSRF: "1", "Origin": self.url}
        yield Actor("nobody", {})
        yield Actor("nobody, on our page", ours, ours=True)
        yield Actor("a wrong token", bearer("wrong"))
        yield Actor("a session that is none", {"Cookie": "hundredfold-session-1=x", **ours}, ours=True)
        for key in self.keys:
            yield Actor(f"a write key ({key[:3]})", basic(key))
            yield Actor(f"a write key as a token ({key[:3]})", bearer(key))
        for (scope, personal), secret in self.secrets.items():
            yield Actor(f"token {scope} {personal}", bearer(secret), scope, personal)
        for (role, personal), user in self.users.items():
            scope = SCOPE_OF[role]
            yield Actor(f"{role} {personal}", self.cookie(user) | ours, scope, personal, session=True, ours=True)
        admin = self.users["admin", True]
        without, strange = self.cookie(admin), ours | {"Origin": "https://evil.example"}
        sibling = ours | {"Sec-Fetch-Site": "same-site"}
        yield Actor("admin without the header", without, "admin", True, session=True)
        yield Actor("admin on a foreign page", self.cookie(admin) | strange, "admin", True, True, True, foreign=True)
        yield Actor("admin on a sibling's page", self.cookie(admin) | sibling, "admin", True, True, True, foreign=True)

    def cookie(self, user):
        return {"Cookie": f"hundredfold-session-1={self.logins.sessions.open(user.id)}"}

    def ask(self, route, actor):
        method, path = route.split()
        address = PREFIX + re.sub(r"{[^}]+}", "none", path)
        if method == "SOCKET":
            return self.knock(address, actor)
        # A body that no route takes: what may be done is only tried at its door.
        body = {} if method in READING else {"json": "no such body"}
        with self.client.stream(method, address, headers=actor.headers, **body) as answer:
            problem = answer.headers.get("content-type", "").startswith("application/problem")
            return Answer(answer.status_code, answer.read() and answer.json().get("code") if problem else None)

    def knock(self, address, actor):
        headers = {name: value for name, value in actor.headers.items() if name != "Origin"}
        place = self.url.replace("http", "ws") + address
        try:
            with connect(place, additional_headers=headers, origin=actor.headers.get("Origin")):
                return Answer(101, None)
        except InvalidStatus as refused:
            return Answer(refused.response.status_code, None)


def wrong(world, table):
    """Where an answer is not what the table says, as sentences."""
    found = []
    for route, needed in table.items():
        for actor in world.everybody():
            answer, expected = world.ask(route, actor), judged(route, needed, actor)
            refused = answer.code if answer.status in (401, 403) and answer.code in KNOWN else None
            refused = "refused" if answer.status == 403 and route.startswith("SOCKET") else refused
            if refused != expected or answer.status >= 500:
                found.append(f"{route}, asked by {actor.name}: {answer.status} {answer.code}, expected {expected}")
    return found


KNOWN = ("no_token", "session_ended", "not_allowed", "no_csrf_header", "foreign_origin")


def judged(route, needed, actor):
    """The code of the problem that an actor must meet; None when he must be let in."""
    changes = route.split()[0] not in READING
    if needed == OPEN:
        return "foreign_origin" if actor.foreign else "no_csrf_header" if changes and not actor.ours else None
    cookie = "Cookie" in actor.headers
    if actor.foreign:
        code = "foreign_origin"
    elif cookie and changes and not actor.ours:
        code = "no_csrf_header"
    elif actor.scope is None:
        code = "session_ended" if cookie else "no_token"
    else:
        code = None if actor.reaches(needed) else "not_allowed"
    return "refused" if code and route.startswith("SOCKET") else code


@contextmanager
def served(folder):
    hf("init", folder)
    with (
        opened_for_serving(folder) as opened,
        open_logins(opened.workspace) as logins,
        _started(opened) as (side, door),
        running(door.site, leaving=side.feed.close) as url,
    ):
        world = World(url, door.site.control, door.tokens, logins)
        with world.client:
            yield world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with served(tmp_path_factory.mktemp("matrix") / "shop") as world:
        yield world


def test_every_route_is_in_the_table_with_what_it_declares(world):
    declared = {}
    for route in api_routes(world.app):
        for method in route.methods or ("SOCKET",):
            needs = OPEN
            if not isinstance(route.requires, Anybody):
                needs = route.requires.scope + PERSONAL * route.requires.personal_data
            declared[f"{method} {route.path.removeprefix(PREFIX)}"] = needs

    assert declared == TABLE


def test_everybody_may_do_what_the_table_says_and_nothing_else(world):
    assert wrong(world, TABLE) == []


@pytest.mark.parametrize(
    ("place", "name", "planted", "route"),
    [
        (Grant, "allows", lambda grant, scope, personal_data=False: True, "GET /tokens"),
        (Grant, "allows", lambda grant, scope, personal_data=False: grant.scope == "admin", "POST /forget"),
        (Logins, "must_be_ours", lambda logins, scope: None, "POST /batch"),
        (Logins, "_foreign", lambda logins, scope: False, "GET /runs"),
        (Requires, "__call__", lambda requires, connection: None, "POST /users"),
    ],
)
def test_a_planted_hole_is_found(world, monkeypatch, place, name, planted, route):
    monkeypatch.setattr(place, name, planted)

    assert wrong(world, {route: TABLE[route]})
