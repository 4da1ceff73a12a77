"""Who may open the WebSocket: by header, subprotocol, ticket or session, and only from pages that may."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from fastapi import WebSocketException, status
from starlette.requests import HTTPConnection

from hundredfold.app.door.access import Access, Requires, allowed
from hundredfold.app.door.asgi import may_open
from hundredfold.app.door.logins import Still
from hundredfold.app.door.problem import Problem
from hundredfold.store.tokens import Grant
from hundredfold.words.calendar import SECOND

TICKET_SECONDS: Final = 30
BEARER: Final = "bearer."
"""What stands before the token when it comes as a subprotocol."""


@dataclass(eq=False)
class Tickets:
    """Tickets for those who cannot send headers with a WebSocket: browsers. Each is good once, for a short time."""

    now: Callable[[], int]
    random: Callable[[int], bytes]
    _open: dict[str, tuple[int, Still]] = field(default_factory=dict)

    def make(self, way: Still) -> str:
        """A ticket that stands for the way by which somebody came in."""
        now = self.now()
        self._open = {ticket: kept for ticket, kept in self._open.items() if kept[0] > now}
        ticket = urlsafe_b64encode(self.random(32)).rstrip(b"=").decode()
        self._open[ticket] = now + TICKET_SECONDS * SECOND, way
        return ticket

    def redeem(self, ticket: str) -> Still | None:
        """The way in that a ticket stands for; None for one that is used, too old or unknown."""
        expires, way = self._open.pop(ticket, (0, None))
        return way if expires > self.now() else None


@dataclass(frozen=True)
class Entrance(Requires):
    """Lets a WebSocket in: by header, subprotocol, ticket or session, and only from our own pages or allowed ones.

    It leaves the way in that was found in the connection's state. A session is for our own pages only.
    """

    tickets: Tickets = field(kw_only=True)
    origins: frozenset[str] = field(kw_only=True, default=frozenset())

    def __call__(self, connection: HTTPConnection) -> Grant:
        """The grant. Raises WebSocketException."""
        if not may_open(connection.headers.get("origin"), connection.headers.get("host"), self.origins):
            raise WebSocketException(status.WS_1008_POLICY_VIOLATION, "this origin is not allowed")
        try:
            way = self._way(connection)
            grant = allowed(way)
        except Problem as problem:
            raise WebSocketException(status.WS_1008_POLICY_VIOLATION, problem.code) from None
        if not grant.allows(self.scope, personal_data=self.personal_data):
            raise WebSocketException(status.WS_1008_POLICY_VIOLATION, "not_allowed")
        connection.state.way = way
        return grant

    def _way(self, connection: HTTPConnection) -> Still:
        access: Access = connection.app.state.access
        offered = [part.strip() for part in connection.headers.get("sec-websocket-protocol", "").split(",")]
        tokens = [part.removeprefix(BEARER) for part in offered if part.startswith(BEARER)]
        ticket = connection.query_params.get("ticket")
        if "authorization" not in connection.headers:
            if tokens:
                return access.by_token(tokens[0])
            if ticket is not None:
                return self.tickets.redeem(ticket) or (lambda: None)
        return access.way(connection.scope)
