"""The whole server as one ASGI application: the tracking API first, the machine's own pages, then the control API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from structlog.typing import FilteringBoundLogger

from hundredfold.app.door.access import API, granted
from hundredfold.app.door.asgi import Application, Receive, Scope, Send, header, reply
from hundredfold.app.door.logbook import fault
from hundredfold.app.door.metrics import Metrics
from hundredfold.app.door.problem import Answer, Problem, answer_json
from hundredfold.app.door.registry import PREFIXES
from hundredfold.app.door.tracking import Tracking
from hundredfold.store.tokens import Tokens


class Page(Protocol):
    """A page for people, with addresses of its own; it may lend its own pages the right to read."""

    async def answer(self, scope: Scope) -> Answer | None:
        """The answer to a request for one of its addresses; None for all others."""

    def admitted(self, scope: Scope) -> Scope:
        """The request, with an Authorization header where the page itself reads."""


Check = Callable[[], list[str]]
"""What is wrong just now, as short sentences without personal data; empty when nothing is."""


def _nothing() -> list[str]:
    return []


@dataclass(frozen=True)
class Site:
    """Sends each request to the application that serves it.

    `tracking` is None in a process that takes no messages in; `control` has the routes under `/api`, `/openapi.json`
    and the user interface. `alive` and `ready` answer `/healthz` and `/readyz`. `page` is for people.
    """

    control: Application
    tokens: Tokens
    metrics: Metrics
    logbook: FilteringBoundLogger
    tracking: Tracking | None = None
    alive: Check = _nothing
    ready: Check = _nothing
    page: Page | None = None
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
        if self.page is not None:
            scope = self.page.admitted(scope)
        own = await self._shown(scope) or self._own(path, scope)
        if own is not None:
            await reply(send, own)
            return
        await self._guarded(self.control, "control", scope, receive, send)

    def _own(self, path: str, scope: Scope) -> Answer | None:
        """The answer of the machine's own pages, and to whoever knocks at `/api` without a token."""
        match path:
            case "/healthz":
                return _state("not_alive", self.alive())
            case "/readyz":
                return _state("not_ready", self.ready())
            case "/metrics":
                return Answer(200, generate_latest(self.metrics.registry), CONTENT_TYPE_LATEST.encode())
        if path == API or path.startswith(f"{API}/"):
            # Before any routing: a stranger does not even learn which addresses there are.
            try:
                authorization = header(scope, b"authorization")
                granted(self.tokens, None if authorization is None else authorization.decode("latin-1"))
            except Problem as problem:
                return problem.answer()
        return None

    async def _shown(self, scope: Scope) -> Answer | None:
        """The answer of the page for people."""
        try:
            return None if self.page is None else await self.page.answer(scope)
        except Exception as error:  # noqa: BLE001 - as for the control API: its text stays inside
            self.logbook.error("request failed", route="page", **fault(error))
            return Problem(500, "fault", "the server failed at this request; tell its operator").answer()

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
