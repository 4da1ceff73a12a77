"""The tracking API: Segment's contract, as plain ASGI. An answer of 200 means that the messages are durable."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from structlog.typing import FilteringBoundLogger

from hundredfold.app.door import clients
from hundredfold.app.door.asgi import Receive, Scope, Send, basic_user, header, reply
from hundredfold.app.door.body import Disconnected, Reserved, read_body
from hundredfold.app.door.envelope import Envelope, Item, open_batch, open_single
from hundredfold.app.door.intake import Intake
from hundredfold.app.door.language import spoken
from hundredfold.app.door.limits import Backlog, Limits, Rates
from hundredfold.app.door.logbook import fault
from hundredfold.app.door.metrics import Metrics
from hundredfold.app.door.problem import JSON, Answer, Headers, Problem, answer_json
from hundredfold.app.door.reception import Outcome, Reception, Sender, refused_whole
from hundredfold.app.door.scripts import Scripts, key_of
from hundredfold.errors import MessageRejected
from hundredfold.ingest.decode import decode
from hundredfold.said import said
from hundredfold.store.tokens import Grant, Tokens
from hundredfold.words.calendar import SECOND
from hundredfold.words.message import EVENT_KINDS, KINDS

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


@dataclass(frozen=True, slots=True)
class Webhook:
    """Segment.com's webhook destination: its shared secret, and the source that its messages get."""

    secret: bytes
    source: str = "segment"


@dataclass(frozen=True)
class Tracking:
    """The tracking API as an ASGI application. `now` gives microseconds UTC.

    `origins` are the web pages that may send with browser keys; `*` is everywhere.
    """

    intake: Intake
    tokens: Tokens
    reception: Reception
    metrics: Metrics
    logbook: FilteringBoundLogger
    now: Callable[[], int]
    limits: Limits
    backlog: Backlog
    rates: Rates
    scripts: Scripts
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
            await self.intake.settle(outcome, sender)
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
                await self.intake.refuse_whole(body, _sender(grant), error)
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
            await self.intake.refuse_whole(body, sender, error)
            raise Problem(400, error.reason, str(error)) from None
        return await self._store(envelope, sender, None, single=True)

    async def take_mended(self, body: bytes, sender: Sender, *, hold: bool = True) -> Outcome:
        """Takes in what a person has mended, one message or a batch. What is refused again is told, and not kept twice;
        without `hold` neither is what the plan holds back.

        Raises MessageRejected for a body that is none, and for what only a key may send: statements about persons, such
        as an erasure, need other rights. Raises Problem where nothing can be stored just now.
        """
        if len(body) > self.limits.server_batch_bytes:
            raise MessageRejected("too_large", said("this is more than one request may carry; send less at once"))
        outcome = self.reception.receive(self._opened(body), sender, self.now())
        if any(KINDS[own.kind] not in EVENT_KINDS for own in outcome.entries):
            raise MessageRejected(
                "not_allowed", said("only events are sent from here: {kinds}", kinds=", ".join(EVENT_KINDS))
            )
        await self.intake.settle(outcome, sender, keep=False, hold=hold)
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
                said(
                    "the batch has {count} events; {most} are allowed at once",
                    count=len(envelope.items),
                    most=self.limits.batch_events,
                ),
            )
        return envelope

    async def _store(self, envelope: Envelope, sender: Sender, kind: str | None, *, single: bool = False) -> Answer:
        started = time.perf_counter()
        outcome = self.reception.receive(envelope, sender, self.now(), kind)
        await self.intake.settle(outcome, sender)
        self.metrics.seconds.observe(time.perf_counter() - started)
        if (single or kind is not None) and outcome.rejected:
            told = outcome.rejected[0]
            status = 413 if told["reason"] == "too_large" else 400
            raise Problem(status, told["reason"], told["message"])
        return _told(outcome)

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
    answer: dict[str, Any] = {
        "success": True,
        "rejected": [one | {"message": spoken(one["message"])} for one in outcome.rejected],
    }
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
