"""Sessions as a way in: a cookie that only our own pages can use.

A session is good for requests of our own pages only. The cookie is not sent by pages of other sites (SameSite), a
request that changes something carries a header that pages of other origins cannot send, and the browser's own word on
where it comes from (Origin, Sec-Fetch-Site) must not say otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from hundredfold.app.door.asgi import Scope, header
from hundredfold.app.door.problem import Problem
from hundredfold.said import said
from hundredfold.store.sessions import Session, Sessions
from hundredfold.store.tokens import Grant
from hundredfold.store.users import SCOPE_OF, User, Users

COOKIE: Final = "hundredfold-session"
CSRF: Final = "X-Hundredfold-CSRF"
"""Must be 1 in requests that change something: a page of another origin would need our leave to send it."""
DEMO: Final = User("demo", "demo", "admin", personal_data=True, generated=False, created=0)
"""Who works on the machine of a workspace that needs no login."""

_READING: Final = frozenset({"GET", "HEAD"})
_MOST_COOKIES: Final = 8
_FORWARDED: Final = b"x-forwarded-for"

Still = Callable[[], Grant | None]
"""Looks again what somebody who came in may do now; None when the way is closed to him."""


@dataclass(frozen=True)
class Logins:
    """The users of a workspace and their sessions.

    `demo`: whoever works on this machine is let in as the demo's admin. `home` is the address of our pages when it is
    not what the Host header says, as `https://crm.example`.
    """

    users: Users
    sessions: Sessions
    demo: bool = False
    home: str | None = None

    def way(self, scope: Scope) -> Still | None:
        """The way in by a session's cookie; None where there is no such cookie. Raises Problem 403."""
        found = cookies(scope)
        if not found:
            return None
        self.must_be_ours(scope)
        here = self.demo and from_here(scope)
        # The request is a use of the session; that it is looked at again later, for an open feed, is none.
        for secret in found:
            self.sessions.find(secret, used=True)
        return lambda: next((grant for secret in found if (grant := self._grant(secret, here))), None)

    def must_be_ours(self, scope: Scope) -> None:
        """Raises Problem 403 for a request that is not, or may not be, of one of our own pages."""
        if self._foreign(scope):
            raise Problem(
                403, "foreign_origin", said("a session is for our own pages; other programs use an access token")
            )
        changes = scope["type"] == "http" and scope["method"] not in _READING
        if changes and header(scope, CSRF.lower().encode()) != b"1":
            raise Problem(403, "no_csrf_header", said("send the header {csrf}: 1, or use an access token", csrf=CSRF))

    def who(self, scope: Scope) -> tuple[User, Session, str] | None:
        """Who is logged in, his session and its secret. The origin is not judged."""
        here = self.demo and from_here(scope)
        for secret in cookies(scope):
            session = self.sessions.find(secret)
            user = None if session is None else self._user(session, here)
            if session is not None and user is not None:
                return user, session, secret
        return None

    def close(self) -> None:
        """Lets go of the files."""
        self.users.close()
        self.sessions.close()

    def _grant(self, secret: str, here: bool) -> Grant | None:
        session = self.sessions.find(secret)
        user = None if session is None else self._user(session, here)
        if session is None or user is None:
            return None
        return Grant(user.id, "session", user.name, SCOPE_OF[user.role], user.personal_data, session.created)

    def _user(self, session: Session, here: bool) -> User | None:
        if session.user == DEMO.id:
            return DEMO if here else None
        # Looked up each time: who is disabled or removed is out at once, and a role counts from now on.
        user = self.users.get(session.user)
        return None if user is None or user.disabled is not None else user

    def _foreign(self, scope: Scope) -> bool:
        if header(scope, b"sec-fetch-site") in (b"cross-site", b"same-site"):
            return True
        origin, host = header(scope, b"origin"), header(scope, b"host")
        if origin is None or origin.decode("latin-1") == self.home:
            return False
        return host is None or origin.partition(b"://")[2] != host


def cookies(scope: Scope, beginning: str = f"{COOKIE}-") -> list[str]:
    """The secrets in session cookies. Browsers send those of all servers of a host, whatever the port."""
    texts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    pairs = [part.strip().partition("=") for text in texts for part in text.split(";")]
    found = [value for name, _, value in pairs if name.startswith(beginning) and value]
    return found[:_MOST_COOKIES]


def cookie_name(scope: Scope) -> str:
    """The name of the cookie; two servers on one machine must not share it."""
    return f"{COOKIE}-{_host(scope)[1] or (scope.get('server') or ('', 0))[1]}"


def cookie(scope: Scope, secret: str, seconds: int) -> str:
    """The Set-Cookie header that keeps a secret for so many seconds; 0 takes it away."""
    # The browser itself says whether the page came by TLS: a proxy need not be asked, nor trusted.
    secure = "; Secure" if (header(scope, b"origin") or b"").startswith(b"https:") else ""
    return f"{cookie_name(scope)}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"


def address(scope: Scope) -> str:
    """Where a request comes from, for rate limits: proxies in a private network are believed, and passed by."""
    told = (header(scope, _FORWARDED) or b"").decode("latin-1").split(",")
    chain = [part.strip() for part in told if part.strip()] + [str((scope.get("client") or ("",))[0])]
    while len(chain) > 1 and _private(chain[-1]):
        chain.pop()
    return chain[-1]


def from_here(scope: Scope) -> bool:
    """Whether somebody on this machine asks, under a name that only this machine has, and not through a proxy.

    A foreign site that lets its own name point here has another name.
    """
    client = (scope.get("client") or ("",))[0]
    host, _ = _host(scope)
    through = (header(scope, _FORWARDED) or b"127.0.0.1").decode("latin-1").split(",")
    by_name = host == "localhost" or _loopback(host)
    return by_name and all(_loopback(part.strip()) for part in (client, *through))


def _host(scope: Scope) -> tuple[str, int | None]:
    """The name and the port under which the server was asked."""
    try:
        found = urlsplit(f"//{(header(scope, b'host') or b'').decode('latin-1')}")
        return found.hostname or "", found.port
    except ValueError:
        return "", None


def _loopback(text: str) -> bool:
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False


def _private(text: str) -> bool:
    try:
        return ip_address(text).is_private
    except ValueError:
        return False
