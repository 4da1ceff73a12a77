"""The tracking API: Segment's contract, as plain ASGI. An answer of 200 means that the messages are durable."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from sqlite3 import Error as DatabaseError
from typing import Any, Final, Protocol

from structlog.typing import FilteringBoundLogger

from hundredfold.app.door import clients
from hundredfold.app.door.asgi import Receive, Scope, Send, basic_user, header, reply
from hundredfold.app.door.body import Disconnected, Reserved, read_body
from hundredfold.app.door.envelope import Envelope, Item, open_batch, open_single
from hundredfold.app.door.limits import Backlog, Limits, Rates
from hundredfold.app.door.logbook import fault
from hundredfold.app.door.metrics import Metrics
from hundredfold.app.door.problem import JSON, Answer, Headers, Problem, answer_json
from hundredfold.app.door.reception import DELETE, Outcome, Reception, Sender, refused_whole
from hundredfold.app.door.scripts import Scripts, key_of
from hundredfold.errors import LogError, LogFull, MessageRejected
from hundredfold.ingest.decode import decode
from hundredfold.store.quarantine import Quarantine
from hundredfold.store.rejections import Rejections
from hundredfold.store.tokens import Grant, Tokens
from hundredfold.words.calendar import SECOND
from hundredfold.words.message import EVENT_KINDS, KINDS, Entry

BATCH: Final = "batch"
WEBHOOK: Final = "/v1/webhook/segment"

ROUTES: Final[dict[str, str]] = {
    f"/v1/{spelled}": kind
    for kind, spellings in {
        "track": ("track", "t"),
        "identify": ("identify", "i"),
        "page": ("page", "p"),
        "screen": ("screen", "s"),
        "group": ("group", "g"),
        "alias": ("alias", "a"),
        BATCH: ("batch", "b", "import"),
    }.items()
    for spelled in spellings
}
"""Path to the type of its messages. `import` is a batch: without `sentAt`, times stand as they are."""

_SUCCESS: Final = Answer(200, b'{"success":true}', JSON)
_PREFLIGHT: Final[Headers] = (
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-max-age", b"86400"),
)


class Appender(Protocol):
    """The side of a log that the door needs."""

    def submit(self, entries: Sequence[Entry]) -> Future[Any]:
        """Stores messages, all or none; the future is done when they are durable, or has LogFull or LogError."""


Erasure = Callable[[Entry], Entry]
"""Completes a deletion at its acceptance: its payload gets the linked sent ids and the positions (semantics 12, S5)."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Segment.com's webhook destination: its shared secret, and the source that its messages get."""

    secret: bytes
    source: str = "segment"


@dataclass(frozen=True)
class Tracking:
    """The tracking API as an ASGI application. `now` gives microseconds UTC.

    `erasure` is called for a deletion, in a thread, when everything before it is durable; it may read the log.
    `origins` are the web pages that may send with browser keys; `*` is everywhere.
    """

    log: Appender
    tokens: Tokens
    reception: Reception
    rejections: Rejections
    quarantine: Quarantine
    metrics: Metrics
    logbook: FilteringBoundLogger
    now: Callable[[], int]
    limits: Limits
    backlog: Backlog
    rates: Rates
    scripts: Scripts
    erasure: Erasure | None = None
    webhook: Webhook | None = None
    origins: tuple[str, ...] = ("*",)
    public_url: str | None = None
    """Where clients reach the server; None: where the request came to."""

    @staticmethod
    def serves(path: str) -> bool:
        """Whether a path belongs to this application."""
        return path.startswith("/v1/") or path.rstrip("/") == clients.SOURCE_CONFIG or Scripts.serves(path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        path = scope["path"].rstrip("/")
        route = path if path in ROUTES or path == WEBHOOK else "other"
        try:
            answer = await self._answer(path, scope, receive)
        except Problem as problem:
            answer = problem.answer()
        except Disconnected:
            return
        except Exception as error:  # noqa: BLE001 - the last resort: no text of it may reach a log or an answer
            self.logbook.error("request failed", route=route, **fault(error))
            answer = Problem(
                500, "fault", "the server failed at this request; send it again, and tell the operator"
            ).answer()
        self.metrics.requests.labels(route, str(answer.status)).inc()
        # A script is for everybody, and says so itself: what a page without CORS has kept serves one with it.
        open_to_all = any(name == b"access-control-allow-origin" for name, _ in answer.headers)
        await reply(send, answer, () if open_to_all else self._cors(scope))

    async def tried(self, body: bytes, sender: Sender, *, store: bool) -> tuple[Outcome, list[str]]:
        """Takes one message as a client's; without `store` it is only told what would become of it.

        Returns the outcome, and the kinds of what was mended. Raises Problem when it cannot be stored.
        """
        received, mended = self.now(), list[str]()
        try:
            outcome = self.reception.receive(open_single(body, mended.append), sender, received)
        except MessageRejected as error:
            told = {"index": 0, "messageId": None, "reason": error.reason, "message": str(error)}
            outcome = Outcome(rejections=[refused_whole(body, sender, received, error)], rejected=[told])
        if store:
            for what in mended:
                self.metrics.mend(what)
            await self._settle(outcome, sender)
        return outcome, mended

    async def _answer(self, path: str, scope: Scope, receive: Receive) -> Answer:
        method = scope["method"]
        if method == "OPTIONS":
            return Answer(204, headers=(*_PREFLIGHT, *_allowed(scope)))
        kind = ROUTES.get(path)
        if kind is not None or path == WEBHOOK:
            if method != "POST":
                raise Problem(405, "method_not_allowed", "send messages with POST", {"Allow": "POST, OPTIONS"})
            reserved = Reserved(self.backlog, self.limits)
            try:
                if kind is None:
                    return await self._hook(scope, receive, reserved)
                return await self._take(kind, scope, receive, reserved)
            finally:
                reserved.release()
                self.metrics.waiting.set(self.backlog.waiting)
        if path == clients.METRICS and method == "POST":
            return _SUCCESS
        if self.scripts.serves(path):
            if (key := key_of(path)) is not None:
                clients.known(key, self.tokens, 404)
            return self.scripts.answer(scope)
        return clients.answer(path, scope, self.tokens, self.public_url)

    # Messages.

    async def _take(self, kind: str, scope: Scope, receive: Receive, reserved: Reserved) -> Answer:
        grant = self._granted(basic_user(header(scope, b"authorization")))
        body = await read_body(scope, receive, self._body_limit(grant), reserved)
        # Without a known sender nothing of the body is kept, so it is read first and judged afterwards.
        try:
            envelope = self._open(kind, body)
        except MessageRejected as error:
            if grant is not None:
                await self._refuse_whole(body, _sender(grant), error)
            raise Problem(400, error.reason, str(error)) from None
        grant = grant or self._granted(envelope.write_key)
        if grant is None:
            raise _no_key()
        self._check_origin(grant, scope)
        if len(body) > self._body_limit(grant):
            raise Problem(
                413, "too_large", f"this key may send {self._body_limit(grant)} bytes at once; send fewer events"
            )
        self._keep_to_rate(grant, len(envelope.items))
        return await self._store(envelope, _sender(grant), None if kind == BATCH else kind)

    async def _hook(self, scope: Scope, receive: Receive, reserved: Reserved) -> Answer:
        if self.webhook is None:
            raise Problem(404, "no_webhook", "no shared secret is set for Segment's webhook; set one, then send again")
        body = await read_body(scope, receive, self.limits.batch_bytes, reserved)
        signature = (header(scope, b"x-signature") or b"").strip().lower()
        expected = hmac.new(self.webhook.secret, body, "sha1").hexdigest().encode()
        if not hmac.compare_digest(signature, expected):
            raise Problem(
                401, "bad_signature", "X-Signature does not fit the body; check the shared secret, switch batching off"
            )
        sender = Sender(self.webhook.source, "server")
        try:
            envelope = _forwarded(open_single(body, self.metrics.mend))
        except MessageRejected as error:
            await self._refuse_whole(body, sender, error)
            raise Problem(400, error.reason, str(error)) from None
        return await self._store(envelope, sender, None, single=True)

    async def take_mended(self, body: bytes, sender: Sender) -> Outcome:
        """Takes in what a person has mended, one message or a batch. What is refused again is told, and not kept twice.

        Raises MessageRejected for a body that is none, and for what only a key may send: statements about persons, such
        as an erasure, need other rights. Raises Problem where nothing can be stored just now.
        """
        if len(body) > self.limits.server_batch_bytes:
            raise MessageRejected("too_large", "this is more than one request may carry; send less at once")
        outcome = self.reception.receive(self._opened(body), sender, self.now())
        if any(KINDS[own.kind] not in EVENT_KINDS for own in outcome.entries):
            raise MessageRejected("not_allowed", f"only events are sent from here: {', '.join(EVENT_KINDS)}")
        await self._settle(outcome, sender, keep=False)
        return outcome

    def _opened(self, body: bytes) -> Envelope:
        """What a person has mended: a batch where it has one, else one message."""
        value = decode(body)
        return self._open(BATCH if isinstance(value, dict) and "batch" in value else "track", body)

    def _open(self, kind: str, body: bytes) -> Envelope:
        if kind != BATCH:
            return open_single(body, self.metrics.mend)
        envelope = open_batch(body, self.metrics.mend, self.reception.zone)
        if len(envelope.items) > self.limits.batch_events:
            raise MessageRejected(
                "too_many",
                f"the batch has {len(envelope.items)} events; {self.limits.batch_events} are allowed at once",
            )
        return envelope

    async def _store(self, envelope: Envelope, sender: Sender, kind: str | None, *, single: bool = False) -> Answer:
        started = time.perf_counter()
        outcome = self.reception.receive(envelope, sender, self.now(), kind)
        await self._settle(outcome, sender)
        self.metrics.seconds.observe(time.perf_counter() - started)
        if (single or kind is not None) and outcome.rejected:
            told = outcome.rejected[0]
            status = 413 if told["reason"] == "too_large" else 400
            raise Problem(status, told["reason"], told["message"])
        return _told(outcome)

    async def _settle(self, outcome: Outcome, sender: Sender, *, keep: bool = True) -> None:
        """Makes durable what is to be stored and held back, and keeps what was refused."""
        await self._append(outcome.entries)
        if outcome.held:
            await self._hold(outcome)
        if keep and outcome.rejections:
            await self._keep(outcome)
        self.metrics.outcome(outcome, sender.trust)

    async def _append(self, entries: list[Entry]) -> None:
        """Submits messages and waits until they are durable. A deletion waits for what stands before it."""
        start = 0
        if self.erasure is not None:
            for index, entry in enumerate(entries):
                if entry.kind == DELETE:
                    await self._durable(entries[start:index])
                    await self._durable([await asyncio.to_thread(self.erasure, entry)])
                    start = index + 1
        await self._durable(entries[start:])

    async def _durable(self, entries: list[Entry]) -> None:
        if not entries:
            return
        wait = {"Retry-After": str(self.limits.retry_after)}
        try:
            # Shielded: a request that is given up must not cancel what the log is writing.
            await asyncio.shield(asyncio.wrap_future(self.log.submit(entries)))
        except LogFull:
            self.logbook.error("log full", count=len(entries))
            self.backlog.failed("the disk of the log is full", self.now())
            detail = "the disk is full, nothing was stored; send the same again when the operator has made room"
            raise Problem(507, "disk_full", detail, wait) from None
        except LogError as error:
            self.logbook.error("log failed", count=len(entries), **fault(error))
            self.backlog.failed("the log cannot be written", self.now())
            detail = "the log cannot be written, nothing was stored; send the same again later"
            raise Problem(503, "log_failed", detail, wait) from None
        self.backlog.stored()

    async def _hold(self, outcome: Outcome) -> None:
        try:
            await asyncio.to_thread(self.quarantine.add, outcome.held)
        except DatabaseError as error:
            self.logbook.error("quarantine failed", held=len(outcome.held), **fault(error))
            detail = "messages against the tracking plan could not be kept; send the same again later"
            wait = {"Retry-After": str(self.limits.retry_after)}
            raise Problem(503, "quarantine_failed", detail, wait) from None

    async def _keep(self, outcome: Outcome) -> None:
        """Keeps what was refused. The sender is told in any case, so a failure here is the operator's alone."""
        try:
            await asyncio.to_thread(self.rejections.add, outcome.rejections)
        except DatabaseError as error:
            self.logbook.error("rejections not kept", rejected=len(outcome.rejections), **fault(error))

    async def _refuse_whole(self, body: bytes, sender: Sender, error: MessageRejected) -> None:
        outcome = Outcome(rejections=[refused_whole(body, sender, self.now(), error)])
        await self._keep(outcome)
        self.metrics.outcome(outcome, sender.trust)

    # Senders.

    def _granted(self, secret: str | None) -> Grant | None:
        """The write key's grant; None when there is no key at all. Raises Problem 401 for a key that opens nothing."""
        if secret is None:
            return None
        grant = self.tokens.verify(secret)
        if grant is None or grant.kind == "api":
            raise _no_key()
        return grant

    def _body_limit(self, grant: Grant | None) -> int:
        return self.limits.server_batch_bytes if grant and grant.kind == "server" else self.limits.batch_bytes

    def _keep_to_rate(self, grant: Grant, events: int) -> None:
        now = self.now()
        wait = self.rates.wait(grant.id, events, now)
        if wait:
            self.metrics.limited.labels(_sender(grant).trust).inc(events)
            raise Problem(
                429,
                "rate_limited",
                "this key sends more events a second than it may; send the same again after Retry-After seconds",
                {"Retry-After": str(wait), "X-RateLimit-Reset": str(now // SECOND + wait)},
            )

    def _check_origin(self, grant: Grant, scope: Scope) -> None:
        origin = header(scope, b"origin")
        if grant.kind == "browser" and origin is not None and not self._welcome(origin):
            raise Problem(403, "origin_not_allowed", "this web page may not send; add its origin to the server's list")

    def _welcome(self, origin: bytes) -> bool:
        return "*" in self.origins or origin.decode("latin-1") in self.origins

    def _cors(self, scope: Scope) -> Headers:
        origin = header(scope, b"origin")
        if origin is None or not self._welcome(origin):
            return ()
        everywhere = b"*" if "*" in self.origins else origin
        return (
            (b"access-control-allow-origin", everywhere),
            # Without this, a page's script would not see how long it is asked to wait.
            (b"access-control-expose-headers", b"retry-after"),
            (b"vary", b"origin"),
        )


def _allowed(scope: Scope) -> Headers:
    """Headers of any name: clients say with ever new ones how often they have tried, and no cookie counts here."""
    asked = header(scope, b"access-control-request-headers")
    return ((b"access-control-allow-headers", asked),) if asked else ()


def _sender(grant: Grant) -> Sender:
    return Sender(grant.name, "browser" if grant.kind == "browser" else "server")


def _forwarded(envelope: Envelope) -> Envelope:
    """A message that Segment passes on. Its `timestamp` is corrected already, so its `sentAt` must not do it again."""
    item = envelope.items[0]
    message = {name: value for name, value in item.value.items() if name != "sentAt"}
    return replace(envelope, items=[Item(None, message)])


def _told(outcome: Outcome) -> Answer:
    if not (outcome.rejected or outcome.quarantined or outcome.warnings):
        return _SUCCESS
    answer: dict[str, Any] = {"success": True, "rejected": outcome.rejected}
    if outcome.quarantined:
        answer["quarantined"] = outcome.quarantined
    if outcome.warnings:
        answer["warnings"] = outcome.warnings
    return answer_json(answer)


def _no_key() -> Problem:
    return Problem(
        401,
        "bad_key",
        "no write key, or none that is known here; send one as the user name of Basic authorization or as writeKey",
        {"WWW-Authenticate": 'Basic realm="hundredfold"'},
    )
