"""The whole server as one ASGI application: the tracking API first, the machine's own pages, then the control API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from structlog.typing import FilteringBoundLogger

from hundredfold.app.acting import SERVER, Actor, acting
from hundredfold.app.door.access import API, Access
from hundredfold.app.door.asgi import Application, Receive, Scope, Send, reply
from hundredfold.app.door.logbook import fault
from hundredfold.app.door.metrics import Metrics
from hundredfold.app.door.problem import Answer, Problem, answer_json
from hundredfold.app.door.registry import PREFIXES
from hundredfold.app.door.tracking import Tracking

Check = Callable[[], list[str]]
"""What is wrong just now, as short sentences without personal data; empty when nothing is."""


def _nothing() -> list[str]:
    return []


def _no_page(_: Scope) -> Answer | None:
    return None


@dataclass(frozen=True)
class Site:
    """Sends each request to the application that serves it.

    `tracking` is None in a process that takes no messages in; `control` has the routes under `/api`, `/openapi.json`
    and the user interface. `before_login` are its paths that need no way in. `alive` and `ready` answer `/healthz` and
    `/readyz`.
    """

    control: Application
    access: Access
    metrics: Metrics
    logbook: FilteringBoundLogger
    tracking: Tracking | None = None
    alive: Check = _nothing
    ready: Check = _nothing
    before_login: frozenset[str] = frozenset()
    pages: Callable[[Scope], Answer | None] = _no_page
    """The front end: its files, and its page for every address that is a screen's."""
    registry: Application | None = None
    """Schemas, for whoever reads profiles from Kafka."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one connection."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self.control(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if self.tracking is not None and self.tracking.serves(path):
            await self.tracking(scope, receive, send)
            return
        if self.registry is not None and path.startswith(PREFIXES):
            await self._guarded(self.registry, "registry", scope, receive, send)
            return
        own = self._own(path, scope) or self.pages(scope)
        if own is not None:
            await reply(send, own)
            return
        await self._guarded(self.control, "control", scope, receive, send)

    def _own(self, path: str, scope: Scope) -> Answer | None:
        """The answer of the machine's own pages, and to whoever knocks at `/api` without a way in."""
        match path:
            case "/healthz":
                return _state("not_alive", self.alive())
            case "/readyz":
                return _state("not_ready", self.ready())
            case "/metrics":
                return Answer(200, generate_latest(self.metrics.registry), CONTENT_TYPE_LATEST.encode())
        if (path == API or path.startswith(f"{API}/")) and path not in self.before_login:
            # Before any routing: a stranger does not even learn which addresses there are.
            try:
                grant = self.access.grant(scope)
            except Problem as problem:
                return problem.answer()
            acting.set(Actor(grant.name, "session" if grant.kind == "session" else "token"))
        else:
            acting.set(SERVER)
        return None

    async def _guarded(self, app: Application, route: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Another application; an error that it does not know is told by type and place, its text stays inside."""
        try:
            await app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - the framework has answered 500; its server would print the text
            self.logbook.error("request failed", route=route, **fault(error))


def _state(code: str, wrong: list[str]) -> Answer:
    if not wrong:
        return answer_json({"status": "ok"})
    return Problem(503, code, "; ".join(wrong), {"Retry-After": "1"}).answer()
