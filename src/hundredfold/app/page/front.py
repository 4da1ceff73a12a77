"""The page's own addresses, and who may use them: whoever sits at this machine, by a cookie that its page sets.

The page needs no token, so it is there only in workspaces whose file says `page: true`, only for requests from this
machine to a loopback name (a foreign site that lets its own name point here is none), and its cookie only reads: no
other ids, no traits, nothing but GET. To buy, the page has a browser's write key, which may only append.
"""

from __future__ import annotations

import asyncio
import hmac
import os
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import CookieError, SimpleCookie
from importlib.resources import files
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from hundredfold.app.documents import Document, json_text
from hundredfold.app.door.asgi import Scope, header, query
from hundredfold.app.door.problem import JSON, Answer, Problem
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.page.recent import beginning_with, recent
from hundredfold.store.tokens import Tokens
from hundredfold.words.calendar import iso

OWN_KEYS: Final = "page on this machine"
SOURCE: Final = "page"
COOKIE: Final = "hundredfold-page"
FILES: Final = {
    "/": ("index.html", b"text/html; charset=utf-8"),
    "/page/page.css": ("page.css", b"text/css; charset=utf-8"),
    "/page/page.js": ("page.js", b"text/javascript; charset=utf-8"),
    "/page/words.js": ("words.js", b"text/javascript; charset=utf-8"),
    "/page/mark.svg": ("mark.svg", b"image/svg+xml"),
}
HEADERS: Final = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Page:
    """Answers the page's addresses, and lends its own pages the right to read. `open_page` makes one."""

    def __init__(self, opened: OpenWorkspace, read_token: str, write_key: str, session: str) -> None:
        self._opened, self._write_key, self._session = opened, write_key, session
        self._authorization = f"Bearer {read_token}".encode()
        folder = files("hundredfold.app.page")
        self._files = {path: folder.joinpath(name).read_bytes() for path, (name, _) in FILES.items()}

    async def answer(self, scope: Scope) -> Answer | None:
        """The answer to a request for one of the page's own addresses; None for all others."""
        path = scope["path"]
        if path != "/" and not path.startswith("/page/"):
            return None
        if not _from_here(scope):
            return Problem(404, "no_page", "the page is for this machine only; open it at 127.0.0.1").answer()
        if scope["method"] not in ("GET", "HEAD"):
            return Problem(405, "method_not_allowed", "the page is read with GET", {"Allow": "GET"}).answer()
        if path in FILES:
            cookie = ((b"set-cookie", self._cookie(scope)),) if path == "/" else ()
            return Answer(200, self._files[path], FILES[path][1], (*HEADERS, *cookie))
        if not self._known(scope):
            return Problem(401, "no_session", "open the page at / first; it sets the cookie that is missing").answer()
        match path:
            case "/page/shop.json":
                return _json(await asyncio.to_thread(self._shop))
            case "/page/customers.json":
                return _json(await asyncio.to_thread(beginning_with, self._opened, query(scope, "begins") or ""))
        return Problem(404, "http", "there is nothing here; the page is at /").answer()

    def admitted(self, scope: Scope) -> Scope:
        """The request with the page's right to read, where the page itself reads and brings no token of its own."""
        reads = scope["method"] == "GET" and header(scope, b"authorization") is None
        if not (reads and _from_here(scope) and self._known(scope)):
            return scope
        return {**scope, "headers": [*scope["headers"], (b"authorization", self._authorization)]}

    def _shop(self) -> Document:
        workspace = self._opened.workspace
        told = workspace.in_force().definitions
        return {
            "timezone": workspace.settings.timezone,
            "currency": workspace.settings.currency,
            "now": iso(workspace.now()),
            "write_key": self._write_key,
            "attributes": [
                {"name": name, "label": dict(told.labels.get(name, {})), "group": told.groups.get(name)}
                for name in told.attributes
            ],
            **recent(self._opened),
        }

    def _cookie(self, scope: Scope) -> bytes:
        # Browsers keep cookies by host, whatever the port: two servers on one machine must not share a name.
        return f"{_cookie_name(scope)}={self._session}; Path=/; HttpOnly; SameSite=Strict".encode()

    def _known(self, scope: Scope) -> bool:
        try:
            cookies = SimpleCookie((header(scope, b"cookie") or b"").decode("latin-1"))
        except CookieError:
            return False
        morsel = cookies.get(_cookie_name(scope))
        same_origin = header(scope, b"sec-fetch-site") in (None, b"same-origin", b"none")
        return same_origin and morsel is not None and hmac.compare_digest(morsel.value, self._session)


@contextmanager
def open_page(opened: OpenWorkspace, tokens: Tokens) -> Iterator[Page]:
    """The page of a workspace, with keys of its own that end with it."""
    for left in tokens.list():
        if left.name in (OWN_KEYS, SOURCE) and left.revoked is None:
            tokens.revoke(left.id)
    read_token, may_read = tokens.create("api", OWN_KEYS, scope="read")
    write_key, may_write = tokens.create("browser", SOURCE)
    session = urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()
    try:
        yield Page(opened, read_token, write_key, session)
    finally:
        tokens.revoke(may_read.id)
        tokens.revoke(may_write.id)


def _cookie_name(scope: Scope) -> str:
    return f"{COOKIE}-{(scope.get('server') or ('', 0))[1]}"


def _from_here(scope: Scope) -> bool:
    """Whether somebody on this machine asks, under a name that only this machine has."""
    client = (scope.get("client") or ("",))[0]
    host = urlsplit(f"//{(header(scope, b'host') or b'').decode('latin-1')}").hostname
    return _loopback(client) and (host == "localhost" or _loopback(host or ""))


def _loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _json(found: Document | list[str]) -> Answer:
    return Answer(200, json_text(found).encode(), JSON, HEADERS[1:])
