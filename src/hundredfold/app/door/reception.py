"""Decides, message by message, what goes into the log, what is held back and what is refused. No input or output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, Final

from hundredfold.app.door.envelope import Envelope, Item
from hundredfold.errors import MessageRejected
from hundredfold.ingest.decode import Mend, decode, encode
from hundredfold.ingest.message import entry
from hundredfold.ingest.tracking_plan import Finding, TrackingPlan
from hundredfold.said import said
from hundredfold.store.quarantine import Held
from hundredfold.store.rejections import KEPT_BYTES, Rejection
from hundredfold.words.message import KINDS, MAX_ID_BYTES, TRUSTS, Entry, Trust

DELETE: Final = KINDS.index("delete")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the source's name, and how far its messages are trusted."""

    source: str
    trust: Trust


@dataclass(slots=True)
class Outcome:
    """What became of the messages of one request. The lists of dictionaries are what the sender is told."""

    entries: list[Entry] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    quarantined: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    observed: int = 0
    """Messages against the plan in mode observe."""


class Reception:
    """Checks messages and sorts them.

    `new_id` makes a message id for a message without one. `plan` may be exchanged at any time. Local times are in
    `zone`. `deletions` says whether this server can take erasures.
    """

    def __init__(
        self,
        *,
        new_id: Callable[[], str],
        plan: TrackingPlan,
        zone: tzinfo = UTC,
        event_bytes: int,
        deletions: bool,
        mended: Mend,
    ) -> None:
        self.plan, self.zone, self.mended = plan, zone, mended
        self._new_id, self._event_bytes, self._deletions = new_id, event_bytes, deletions

    def exchange(self, plan: TrackingPlan) -> None:
        """Checks what comes from now on against another plan."""
        self.plan = plan

    def receive(self, envelope: Envelope, sender: Sender, received: int, kind: str | None = None) -> Outcome:
        """Sorts the messages of a request that came at `received` (microseconds UTC); `kind` is the route's type."""
        outcome, told = Outcome(), list[str]()
        take, mend, plan = outcome.entries.append, told.append, self.plan
        planned = plan.expects_something
        for index, item in enumerate(envelope.items):
            told.clear()
            try:
                text, message = item.text, item.value
                if message is None and text is not None:
                    message = decode(text, mend)
                    if told:
                        text = None
                        self._count(told)
                if not isinstance(message, dict):
                    raise MessageRejected("not_an_object", said("the message is no JSON object; send an object"))
                if _completed(message, envelope.shared, kind):
                    text = None
                own = self._entry(message, text, envelope, sender, received)
                finding = plan.check(message) if planned else None
                if finding is None:
                    take(own)
                else:
                    _sort(outcome, index, own, finding)
            except MessageRejected as error:
                _refuse(outcome, index, item, sender, received, error)
        return outcome

    def _entry(
        self, message: dict[str, Any], text: bytes | None, envelope: Envelope, sender: Sender, received: int
    ) -> Entry:
        own = entry(
            message,
            received=received,
            trust=sender.trust,
            source=sender.source,
            sent=envelope.sent,
            payload=text,
            message_id=None if message.get("messageId") else self._new_id(),
            zone=self.zone,
            limit=self._event_bytes,
        )
        if own.kind == DELETE and not self._deletions:
            raise MessageRejected(
                "not_available", said("this server takes no deletions; send them to the one with the live side")
            )
        return own

    def _count(self, told: list[str]) -> None:
        for what in told:
            self.mended(what)


def _sort(outcome: Outcome, index: int, own: Entry, finding: Finding) -> None:
    """Puts a message against the plan where its mode says."""
    told = {
        "index": index,
        "messageId": own.message_id,
        "reason": "tracking_plan",
        "message": "; ".join(finding.violations),
    }
    if finding.mode == "quarantine":
        outcome.held.append(held(own, finding.violations))
        outcome.quarantined.append(told)
        return
    outcome.entries.append(own)
    if finding.mode == "warn":
        outcome.warnings.append(told)
    else:
        outcome.observed += 1


def held(own: Entry, reasons: tuple[str, ...]) -> Held:
    """An entry as the quarantine keeps it."""
    return Held(
        key=own.key,
        message_id=own.message_id,
        content=own.content,
        received=own.received,
        sent=own.sent,
        trust=TRUSTS[own.trust],
        source=own.source,
        reasons=reasons,
        payload=own.payload,
    )


def released(message: Held, zone: tzinfo = UTC) -> Entry:
    """The entry that a message held back would have been: all stamps of its reception are kept."""
    return entry(
        decode(message.payload),
        received=message.received,
        trust=message.trust,
        source=message.source,
        sent=message.sent,
        payload=message.payload,
        message_id=message.message_id,
        zone=zone,
        limit=len(message.payload),
    )


def refused_whole(body: bytes, sender: Sender, received: int, error: MessageRejected) -> Rejection:
    """A body that could not be read at all, as the rejections keep it."""
    return Rejection(received, sender.source, error.reason, str(error), None, body[:KEPT_BYTES])


def _completed(message: dict[str, Any], shared: dict[str, dict[str, Any]], kind: str | None) -> bool:
    """Gives the message what stood around it, takes the key from it; whether it is now other than its text."""
    changed = False
    if kind is not None and message.get("type") != kind:
        if message.get("type") is not None:
            raise MessageRejected(
                "type_mismatch", said("type says otherwise than the address; send {kind} or leave type out", kind=kind)
            )
        message["type"] = kind
        changed = True
    if "writeKey" in message:
        # The log is read by many; a server's key opens the door to whoever finds it there.
        del message["writeKey"]
        changed = True
    if "originalTimestamp" in message and message.get("timestamp") is None and message["originalTimestamp"] is not None:
        # RudderStack's browser client calls the event's time so; the log knows one name for it.
        message["timestamp"] = message["originalTimestamp"]
        changed = True
    for name, value in shared.items():
        own = message.get(name)
        message[name] = {**value, **own} if isinstance(own, dict) else value
        changed = True
    return changed


def _refuse(outcome: Outcome, index: int, item: Item, sender: Sender, received: int, error: MessageRejected) -> None:
    text, message = item.text, item.value
    if text is None:
        text = _readable(message)
    if not isinstance(message, dict):
        try:
            message = decode(text)
        except MessageRejected:
            message = None
    message_id = message.get("messageId") if isinstance(message, dict) else None
    if not isinstance(message_id, str) or len(message_id) > MAX_ID_BYTES:
        message_id = None
    outcome.rejections.append(
        Rejection(received, sender.source, error.reason, str(error), message_id, text[:KEPT_BYTES])
    )
    outcome.rejected.append({"index": index, "messageId": message_id, "reason": error.reason, "message": str(error)})


def _readable(value: Any) -> bytes:
    try:
        return encode(value)
    except MessageRejected:
        return b""
