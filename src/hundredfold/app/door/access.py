"""Who may do what under `/api`: every route declares its scope, and a route without one does not start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Depends, FastAPI, routing
from fastapi.dependencies.models import Dependant
from starlette.requests import HTTPConnection

from hundredfold.app.door.asgi import bearer
from hundredfold.app.door.problem import Problem
from hundredfold.store.tokens import Grant, Scope, Tokens

API: Final = "/api"


@dataclass(frozen=True)
class Requires:
    """A dependency that lets a request in when its token includes the scope; it gives the token's grant."""

    scope: Scope
    personal_data: bool = False

    def __call__(self, connection: HTTPConnection) -> Grant:
        """The grant of the request's token. Raises Problem 401 or 403."""
        grant = granted(connection.app.state.tokens, connection.headers.get("authorization"))
        if not grant.allows(self.scope, personal_data=self.personal_data):
            needed = f"scope {self.scope}" + (" and personal data" if self.personal_data else "")
            raise Problem(403, "not_allowed", f"this token does not reach so far; use one with {needed}")
        return grant


def requires(scope: Scope, *, personal_data: bool = False) -> Any:
    """The declaration of a route, for its `dependencies`; `Annotated[Grant, requires("read")]` also gives the grant."""
    return Depends(Requires(scope, personal_data))


def granted(tokens: Tokens, authorization: str | None) -> Grant:
    """The grant of an `Authorization: Bearer` header. Raises Problem 401 when there is none that is open."""
    secret = bearer(authorization.encode("latin-1")) if authorization else None
    grant = tokens.verify(secret) if secret else None
    if grant is None or grant.kind != "api":
        raise Problem(
            401,
            "no_token",
            "send an access token as Authorization: Bearer; make one with hf token create",
            {"WWW-Authenticate": 'Bearer realm="hundredfold"'},
        )
    return grant


@dataclass(frozen=True)
class Route:
    """A registered route under `/api` and what it declares; `requires` is None for one that declares nothing."""

    path: str
    methods: tuple[str, ...]
    """Empty for a WebSocket."""
    requires: Requires | None


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


def _declared(dependant: Dependant | None) -> Iterator[Requires]:
    if dependant is None:
        return
    if isinstance(dependant.call, Requires):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _declared(inner)
