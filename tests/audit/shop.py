"""A small shop for the audit's tests: messages are added one by one, profiles are asked for."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from hundredfold.audit import AuditedProfile, Run, Setting, Tables, audit
from hundredfold.definition.load import from_document
from hundredfold.words.calendar import parse_time
from hundredfold.words.message import Message, Trust
from hundredfold.words.value import Number, Value

NOON = "2026-03-10T12:00:00Z"


def time(text: str) -> int:
    """Microseconds UTC of a time as text."""
    micros = parse_time(text)
    assert micros is not None, text
    return micros


def number(amount: float) -> Number:
    return Number(round(amount * 1_000_000))


class Shop:
    """A workspace's messages, definitions and tables; `attributes` are those of the YAML form."""

    def __init__(
        self,
        attributes: dict[str, Any] | None = None,
        *,
        events: dict[str, Any] | None = None,
        lookups: dict[str, Any] | None = None,
        zone: str = "UTC",
        currency: str = "EUR",
        shared_over: int = 50,
        rows: dict[str, list[dict[str, Any]]] | None = None,
        rates: dict[str, dict[int, int]] | None = None,
    ) -> None:
        document = {"events": events or {}, "lookups": lookups or {}, "attributes": attributes or {}}
        self.definitions = from_document({name: part for name, part in document.items() if part})
        self.setting = Setting(ZoneInfo(zone), currency, shared_over)
        self.tables = Tables(rows or {}, rates or {})
        self.messages: list[Message] = []
        self.runs: list[Run] = []

    def say(
        self,
        kind: str,
        at: str | None = None,
        *,
        id: str | None = None,
        trust: Trust = "import",
        received: str = "2026-01-01T00:00:00Z",
        sent: str | None = None,
        source: str = "shop",
        partition: int = 0,
        **fields: Any,
    ) -> Message:
        """Stores a message at the next offset of its partition; ids are m0, m1 ... if none is given."""
        payload: dict[str, Any] = {"type": kind, **fields}
        if at is not None:
            payload["timestamp"] = at
        offset = sum(message.partition == partition for message in self.messages)
        message_id = f"m{len(self.messages)}" if id is None else id
        stamped = None if sent is None else time(sent)
        message = Message(partition, offset, time(received), trust, source, message_id, payload, stamped)
        self.messages.append(message)
        return message

    def track(self, event: str, at: str | None, properties: dict[str, Any] | None = None, **fields: Any) -> Message:
        fields.setdefault("userId", "c1")
        return self.say("track", at, event=event, properties=properties or {}, **fields)

    def order(self, at: str | None, total: Any = 10, **fields: Any) -> Message:
        """An order of a total; further properties in `more`."""
        return self.track("Order Completed", at, {"total": total, **fields.pop("more", {})}, **fields)

    def delete(self, *ids: str, positions: dict[str, int] | None = None) -> Message:
        """An erasure of everything that is stored now, unless positions are given."""
        ends: dict[str, int] = {}
        for message in self.messages:
            ends[str(message.partition)] = max(ends.get(str(message.partition), 0), message.offset + 1)
        return self.say("delete", NOON, ids=list(ids), positions=ends if positions is None else positions)

    def profiles(self, at: str = NOON, known_at: str | None = None) -> dict[str, AuditedProfile]:
        known = None if known_at is None else time(known_at)
        return audit(
            self.messages, self.definitions, self.setting, self.tables, at=time(at), known_at=known, runs=self.runs
        )

    def value(self, name: str, at: str = NOON, who: str = "u:c1", known_at: str | None = None) -> Value:
        return self.profiles(at, known_at)[who].values[name]


ORDERS = {
    "orders": {"event": "Order Completed", "aggregate": "count"},
    "revenue": {"event": "Order Completed", "value": "properties.total", "aggregate": "sum"},
}


def of(aggregate: str, **fields: Any) -> dict[str, Any]:
    """An attribute over orders, by the total unless a value or none is given."""
    fields.setdefault("value", "properties.total")
    given = {name: part for name, part in fields.items() if part is not None}
    return {"event": "Order Completed", "aggregate": aggregate, **given}
