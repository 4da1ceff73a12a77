"""Foreign attributes: another system's batch value and the events after it (rule 29)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from hundredfold.audit.aggregates import Counted, aggregated, kinds_of_value
from hundredfold.audit.messages import Heard, read_time
from hundredfold.audit.paths import as_text, text_number
from hundredfold.definition.model import Aggregate
from hundredfold.definition.syntax import Name
from hundredfold.words.amount import MILLION, millionths
from hundredfold.words.value import Moment, Number, Scalar, Value

TIMES = ("timestamp", "receivedAt", "sentAt")


@dataclass(frozen=True, slots=True)
class Published:
    """What another system's newest batch says about one sent id."""

    covers_until: int
    seen: Counted | None
    """Its value, as if it were one row; None for a neutral one."""


def published(how: Aggregate, profiles: Iterable[Heard], zone: tzinfo) -> Published | None:
    """S26: the newest of one sent id's profile messages of that source that has the attribute."""
    speaking = [one for one in profiles if source_of(one) == how.foreign and how.name in _values(one)]
    if not speaking:
        return None
    newest = max(speaking, key=lambda one: one.order)
    return Published(newest.time, _seen(how, newest, zone))


def source_of(profile: Heard) -> str:
    """S34: the source that a profile message names, else its own."""
    named = profile.message.payload.get("source")
    return named if isinstance(named, str) else profile.message.source


def _values(profile: Heard) -> dict[str, Any]:
    values = profile.message.payload.get("values")
    return values if isinstance(values, dict) else {}


def _seen(how: Aggregate, profile: Heard, zone: tzinfo) -> Counted | None:
    raw, time = _values(profile)[how.name], profile.time
    if how.aggregate in ("first", "last"):
        if not isinstance(raw, dict):
            return None
        stated = read_time(raw.get("at"), zone)
        if stated is None:
            return None
        raw, time = raw.get("value"), stated
    value = _value(how, raw, zone)
    return None if value is None else Counted((time, profile.message.message_id, 0), value)


def _value(how: Aggregate, raw: Any, zone: tzinfo) -> Scalar | None:
    """S34: a batch value is read like a `value` of the events."""
    if how.aggregate != "count" and isinstance(how.value, Name) and how.value.path in TIMES:
        micros = read_time(raw, zone)
        return None if micros is None else Moment(micros)
    text_wanted = how.as_text and how.aggregate in ("first", "last")
    value = as_text(raw) if text_wanted else _scalar(raw)
    if how.aggregate == "count" and isinstance(value, Number) and value.millionths % MILLION:
        return None  # S39
    return value if isinstance(value, kinds_of_value(how)) else None


def _scalar(raw: Any) -> Scalar | None:
    if isinstance(raw, str):
        number = text_number(raw)
        if number is None:
            return raw
        raw = number
    if isinstance(raw, bool):
        return raw
    amount = millionths(raw) if isinstance(raw, int | float) else None
    return None if amount is None else Number(amount)


def combined(how: Aggregate, ids: Sequence[tuple[Published | None, Sequence[Counted]]], at: int) -> Value:
    """Rule 29: the batch values of a person's ids and the rows after each, put together like any aggregate."""
    batches = [batch.seen for batch, _ in ids if batch is not None and batch.seen is not None]
    rows = [row for batch, after in ids for row in after if batch is None or row.time > batch.covers_until]
    if how.aggregate == "count":
        seen = sum(batch.value.millionths for batch in batches if isinstance(batch.value, Number))
        live = aggregated(how, rows, at)
        return Number(seen + live.millionths) if isinstance(live, Number) else None
    return aggregated(how, sorted([*batches, *rows], key=lambda row: row.order), at)
