"""Who may do what under `/api`: every route declares its scope, and a route without one does not start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Depends, FastAPI, routing
from fastapi.dependencies.models import Dependant
from starlette.requests import HTTPConnection

from hundredfold.app.door.asgi import Scope as Asked
from hundredfold.app.door.asgi import bearer, header
from hundredfold.app.door.logins import Logins, Still
from hundredfold.app.door.problem import Problem
from hundredfold.said import said
from hundredfold.store.tokens import Grant, Scope, Tokens

API: Final = "/api"


@dataclass(frozen=True)
class Access:
    """The ways in: an access token in a header, or the session of somebody who is logged in where there are logins."""

    tokens: Tokens
    logins: Logins | None = None

    def way(self, asked: Asked) -> Still:
        """The way by which a request comes in; what it may do is looked up anew whenever the way is asked.

        Raises Problem 401 when there is none, 403 for a session that a foreign page uses.
        """
        authorization = header(asked, b"authorization")
        if authorization is not None:
            secret = bearer(authorization)
            return self.by_token(secret) if secret else _closed
        way = None if self.logins is None else self.logins.way(asked)
        if way is None:
            return _closed
        if way() is None:
            raise Problem(401, "session_ended", said("the session is over; log in again"))
        return way

    def by_token(self, secret: str) -> Still:
        """The way in by an access token."""

        def still() -> Grant | None:
            grant = self.tokens.verify(secret)
            return grant if grant is not None and grant.kind == "api" else None

        return still

    def grant(self, asked: Asked) -> Grant:
        """What a request may do. Raises Problem 401 or 403."""
        return allowed(self.way(asked))


def allowed(way: Still) -> Grant:
    """What somebody may do who came in by a way. Raises Problem 401 when it is closed."""
    grant = way()
    if grant is None:
        raise Problem(
            401,
            "no_token",
            said("log in, or send an access token as Authorization: Bearer; make one with hf token create"),
            {"WWW-Authenticate": 'Bearer realm="hundredfold"'},
        )
    return grant


def _closed() -> Grant | None:
    return None


@dataclass(frozen=True)
class Requires:
    """A dependency that lets a request in when its token or session includes the scope; it gives the grant."""

    scope: Scope
    personal_data: bool = False

    def __call__(self, connection: HTTPConnection) -> Grant:
        """The grant of the request. Raises Problem 401 or 403."""
        grant: Grant = connection.app.state.access.grant(connection.scope)
        if not grant.allows(self.scope, personal_data=self.personal_data):
            needed = said("scope {scope}", scope=self.scope)
            if self.personal_data:
                needed = said("{scope} and personal data", scope=needed)
            what = said("your role") if grant.kind == "session" else said("this token")
            raise Problem(
                403, "not_allowed", said("{what} does not reach so far; this needs {needed}", what=what, needed=needed)
            )
        return grant


def requires(scope: Scope, *, personal_data: bool = False) -> Any:
    """The declaration of a route, for its `dependencies`; `Annotated[Grant, requires("read")]` also gives the grant."""
    return Depends(Requires(scope, personal_data))


@dataclass(frozen=True)
class Anybody:
    """A dependency of the few routes that are there before a login, for our own pages only."""

    def __call__(self, connection: HTTPConnection) -> None:
        """Raises Problem 403 for a request of a foreign page."""
        access: Access = connection.app.state.access
        if access.logins is not None:
            access.logins.must_be_ours(connection.scope)


def anybody() -> Any:
    """The declaration of a route that needs no login and no token."""
    return Depends(Anybody())


@dataclass(frozen=True)
class Route:
    """A registered route under `/api` and what it declares; `requires` is None for one that declares nothing."""

    path: str
    methods: tuple[str, ...]
    """Empty for a WebSocket."""
    requires: Requires | Anybody | None


def api_routes(app: FastAPI) -> list[Route]:
    """Every route under `/api`, whatever kind it is, with its declaration."""
    # Newer FastAPI keeps included routers as a tree and has a walk over it; older ones have a flat list.
    walk = getattr(routing, "iter_route_contexts", iter)
    found = []
    for route in walk(app.routes):
        path = getattr(route, "path", None) or ""
        if path == API or path.startswith(f"{API}/"):
            declared = next(_declared(getattr(route, "dependant", None)), None)
            found.append(Route(path, tuple(sorted(getattr(route, "methods", None) or ())), declared))
    return found


def sealed(app: FastAPI) -> FastAPI:
    """The application, when every route under `/api` declares its scope. Raises TypeError with the ones that do not."""
    open_ones = [route.path for route in api_routes(app) if route.requires is None]
    if open_ones:
        raise TypeError(f"routes without a declared scope: {', '.join(open_ones)}. Add requires(...) to each.")
    return app


def open_paths(app: FastAPI) -> frozenset[str]:
    """The paths of the routes that are there before a login."""
    return frozenset(route.path for route in api_routes(app) if isinstance(route.requires, Anybody))


def _declared(dependant: Dependant | None) -> Iterator[Requires | Anybody]:
    if dependant is None:
        return
    if isinstance(dependant.call, Requires | Anybody):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _declared(inner)
