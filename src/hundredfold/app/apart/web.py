"""The web process: whatever people and programs read goes through it to the live one, wherever that runs.

It keeps nothing and may be started any number of times. Who may do what is decided where the answer comes from.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import suppress
from typing import Final

import httpx
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from structlog.typing import FilteringBoundLogger
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from hundredfold.app.door.asgi import Receive, Scope, Send, header, may_open, reply
from hundredfold.app.door.language import answering
from hundredfold.app.door.logbook import fault, logbook
from hundredfold.app.door.problem import Answer, Problem, answer_json
from hundredfold.app.door.server import ending_in_order, listen, reachable, serve
from hundredfold.app.lock import announced
from hundredfold.app.workspace import Workspace
from hundredfold.said import said

CONNECT_SECONDS: Final = 2.0
_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Headers of one connection, which are not passed on (RFC 9110, 7.6.1)."""
_FORWARDED: Final = b"x-forwarded-for"
"""Who asks: the live process sees only that this one does, and lets only its own machine in without a login."""
_BODY: Final = {b"content-length", b"transfer-encoding"}
"""One of these says that a request has a body."""
_HANDSHAKE: Final = frozenset(
    {
        b"host",
        b"origin",
        b"sec-websocket-extensions",
        b"sec-websocket-key",
        b"sec-websocket-protocol",
        b"sec-websocket-version",
        _FORWARDED,
    }
)
"""What a WebSocket's handshake says anew, and what this process has judged."""
_TRACKING: Final = "/v1/"
_SOON: Final = {"Retry-After": "1"}
_GONE: Final = 1012
"""The WebSocket close code "service restart": come back soon."""

Where = Callable[[], str | None]
"""The address of the live process just now, such as http://127.0.0.1:8081; None while none is known."""


class NotLive(Exception):
    """The live process does not answer."""


class Web:
    """The ASGI application.

    `origins`: whose pages may open a WebSocket besides our own, like https://crm.example. `registry` counts what is
    answered; `logbook` hears of faults, never of customers.
    """

    def __init__(
        self, live: Where, origins: Collection[str], registry: CollectorRegistry, logbook: FilteringBoundLogger
    ) -> None:
        self._live, self._origins, self._registry, self._logbook = live, frozenset(origins), registry, logbook
        # The live side's answers may go on for ever, and a batch run takes its time: only connecting is timed.
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
            follow_redirects=False,
            trust_env=False,
            # Nothing is packed that was not asked for so: answers are passed on as they are.
            headers={"accept-encoding": "identity"},
        )
        self._requests = Counter("hf_web_requests_total", "Requests by status.", ["status"], registry=registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one connection."""
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "websocket":
                await self._socket(scope, receive, send)
            case "lifespan":
                await self._lifespan(receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def close(self) -> None:
        """Lets go of the connections to the live process."""
        await self._client.aclose()

    # Requests.

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        with answering(header(scope, b"accept-language")):
            await self._answered(scope, receive, send)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = await self._own(scope)
        if own is None:
            try:
                status = await self._passed_on(scope, receive, send)
            except NotLive:
                own = Problem(503, "not_live", said("the live process does not answer; ask again"), _SOON).answer()
            except Exception as error:  # noqa: BLE001 - the last resort: no text of it may reach a log or an answer
                self._logbook.error("request failed", route="web", **fault(error))
                own = Problem(
                    502, "bad_answer", said("the live process broke its answer off; ask again"), _SOON
                ).answer()
        if own is not None:
            status = own.status
            with suppress(RuntimeError):  # the answer had begun: it ends without its end, which tells
                await reply(send, own)
        self._requests.labels(str(status)).inc()

    async def _own(self, scope: Scope) -> Answer | None:
        path = scope["path"]
        if path == "/healthz":
            return answer_json({"status": "ok"})
        if path == "/metrics":
            return Answer(200, generate_latest(self._registry), CONTENT_TYPE_LATEST.encode())
        if path.startswith(_TRACKING):
            return Problem(404, "no_tracking", said("messages are sent to an ingest process, not to this one")).answer()
        return None

    async def _passed_on(self, scope: Scope, receive: Receive, send: Send) -> int:
        target = self._target(scope)
        headers = [*_kept(scope["headers"], _HOP | {_FORWARDED}), (_FORWARDED, _forwarded(scope))]
        content = _body(receive) if _BODY & {name for name, _ in headers} else None
        request = self._client.build_request(scope["method"], target, headers=headers, content=content)
        try:
            answer = await self._client.send(request, stream=True)
        except httpx.TransportError:
            raise NotLive from None
        gone = asyncio.create_task(_disconnected(receive))
        try:
            told = _kept(answer.headers.raw, _HOP)
            await send({"type": "http.response.start", "status": answer.status_code, "headers": told})
            await self._stream(answer, send, gone)
        finally:
            gone.cancel()
            await answer.aclose()
        return answer.status_code

    async def _stream(self, answer: httpx.Response, send: Send, gone: asyncio.Task[None]) -> None:
        """Sends the pieces of an answer as they come, as long as anybody reads them."""
        pieces = answer.aiter_raw()
        while True:
            piece = asyncio.ensure_future(anext(pieces, None))
            await asyncio.wait({piece, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not piece.done():
                piece.cancel()
                with suppress(asyncio.CancelledError, httpx.HTTPError):
                    await piece
                return
            if (found := piece.result()) is None:
                break
            await send({"type": "http.response.body", "body": found, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _target(self, scope: Scope) -> str:
        live = self._live()
        if live is None:
            raise NotLive
        query = scope["query_string"].decode("latin-1")
        path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
        return f"{live}{path}" + (f"?{query}" if query else "")

    # WebSockets.

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        origin, host = (header(scope, name) for name in (b"origin", b"host"))
        if not may_open(_text(origin), _text(host), self._origins):
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            target = self._target(scope).replace("http", "ws", 1)
        except NotLive:
            await send({"type": "websocket.close", "code": _GONE})
            return
        # A session is for our own pages only, and the live process is not told what was judged here.
        left_out = _HANDSHAKE if may_open(_text(origin), _text(host), ()) else _HANDSHAKE | {b"cookie"}
        headers = [*_kept(scope["headers"], _HOP | left_out), (_FORWARDED, _forwarded(scope))]
        try:
            async with connect(
                target,
                additional_headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers],
                subprotocols=[Subprotocol(name) for name in scope["subprotocols"]] or None,
                open_timeout=CONNECT_SECONDS,
                user_agent_header=None,
                proxy=None,
            ) as behind:
                await send({"type": "websocket.accept", "subprotocol": behind.subprotocol})
                await _joined(behind, receive, send)
        except InvalidHandshake:
            await send({"type": "websocket.close", "code": 1008})
        except (OSError, TimeoutError):
            await send({"type": "websocket.close", "code": _GONE})


def serve_web(
    workspace: Workspace, host: str, port: int, *, public: bool, ready: Callable[[str], None], live: str | None = None
) -> None:
    """Passes on what is asked until the process is asked to stop; `ready` is told the address.

    `live` is where the live process is; without it that is looked up in the workspace's folder. Raises ListenError.
    """

    def announced_there() -> str | None:
        found = announced(workspace.data)
        return None if found is None else found.url

    listening = listen(host, port, public=public)
    where = announced_there if live is None else lambda: live.rstrip("/")
    book = logbook(sys.stderr, workspace.now)
    with listening, ending_in_order():
        ready(f"http://{reachable(host)}:{listening.getsockname()[1]}")
        serve(Web(where, workspace.settings.origins, CollectorRegistry(), book), listening)


async def _joined(behind: ClientConnection, receive: Receive, send: Send) -> None:
    """Passes messages both ways until either side closes."""

    async def there() -> None:
        while (event := await receive())["type"] == "websocket.receive":
            await behind.send(event["text"] if event.get("text") is not None else event["bytes"])
        await behind.close(event.get("code") or 1000)

    async def back() -> None:
        async for message in behind:
            kind = "text" if isinstance(message, str) else "bytes"
            await send({"type": "websocket.send", kind: message})

    ways = [asyncio.create_task(there()), asyncio.create_task(back())]
    done, open_still = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in open_still:
        way.cancel()
    await asyncio.gather(*ways, return_exceptions=True)
    if ways[0] not in done or isinstance(ways[0].exception(), ConnectionClosed):
        with suppress(RuntimeError):
            await send({"type": "websocket.close", "code": _sayable(behind.close_code)})


def _sayable(code: int | None) -> int:
    """A close code that may be sent: those that only tell of a lost connection become "come back soon"."""
    return code if code is not None and code not in (1005, 1006, 1015) else _GONE


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        yield event.get("body", b"")
        if not event.get("more_body", False):
            return


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _kept(headers: Iterable[tuple[bytes, bytes]], left_out: frozenset[bytes]) -> list[tuple[bytes, bytes]]:
    """Headers without some, and without those that `Connection` names."""
    headers = [(name.lower(), value) for name, value in headers]
    named = {part.strip().lower() for name, value in headers if name == b"connection" for part in value.split(b",")}
    return [(name, value) for name, value in headers if name not in left_out and name not in named]


def _forwarded(scope: Scope) -> bytes:
    """Through whom the request came: what a proxy before this one said, and who asked here."""
    before = header(scope, _FORWARDED)
    asked = str((scope.get("client") or ("unknown",))[0]).encode("latin-1")
    return asked if before is None else before + b", " + asked


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
