"""What is really sent: events and their fields, how often, of what types, with which values.

Every message is counted. Of each event only some are looked into, at first many, then a few of every chunk, and some of
each of the last days: what is told of fields is of those, and says of how many.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from hundredfold.definition.tokens import spelt
from hundredfold.ingest.course import DAYS, Course
from hundredfold.words.calendar import DAY, parse_time
from hundredfold.words.message import EVENT_KINDS

Type: TypeAlias = Literal["number", "text", "boolean", "time", "list", "object", "null"]
Scalar: TypeAlias = str | int | float | bool
Ints: TypeAlias = npt.NDArray[np.int64]

MOST_EVENTS: Final = 500
MOST_FIELDS: Final = 300
"""Of one event."""
MOST_VALUES: Final = 100
"""A field with more different values than this is not told value by value."""
MOST_TEXT: Final = 100
"""Characters of a value that is told."""
SENDERS: Final = 5
"""A value that so many have sent is nobody's in particular."""
_MANY, _FEW = 2_000, 20
OF_A_DAY: Final = 20
"""Of each of the last days so many messages of an event are looked into, if there are as many; they tell of drift."""
TYPES: Final[tuple[Type, ...]] = ("number", "text", "boolean", "time", "list", "object", "null")
_KIND: Final = {kind: number for number, kind in enumerate(TYPES)}
_LINES: Final = 5
_LEVELS: Final = 6
_ROOTS: Final = ("properties", "traits", "context")
_PLAIN_KEY: Final = re.compile(r"[^.`\x00-\x1f]{1,100}")


class _Head(msgspec.Struct):
    event: Any = None


_HEAD: Final = msgspec.json.Decoder(_Head)


@dataclass
class Said:
    """A value of a field: how often it was seen, and some of who sent it."""

    count: int = 0
    senders: set[int] = field(default_factory=set)


@dataclass
class Field:
    """A field of an event: `path` as the language has it, within the lines of the list `each` if it lies in one."""

    path: str
    each: str | None
    present: int = 0
    types: Counter[Type] = field(default_factory=Counter)
    values: dict[tuple[Type, Scalar], Said] | None = field(default_factory=dict)
    """None: there are too many to tell."""
    examples: list[Scalar] = field(default_factory=list)
    first: int = 0
    last: int = 0
    course: Course = field(default_factory=partial(Course, len(TYPES)))
    """Of the last days, by type as in `TYPES`."""

    @property
    def personal(self) -> bool:
        """Whether its values tell of a person, by where it lies."""
        return (self.each or self.path).partition(".")[0] != "properties"

    def note(self, value: Any, sender: int, time: int, day: int | None = None) -> None:
        """Sees a value once more, and counts it on a day."""
        self.first = min(self.first, time) if self.present else time
        self.last = max(self.last, time)
        self.present += 1
        kind = type_of(value)
        self.types[kind] += 1
        if day is not None:
            self.course.add(day, _KIND[kind])
        if not isinstance(value, str | int | float | bool):
            return
        shown = value[:MOST_TEXT] if isinstance(value, str) else value
        if len(self.examples) < 3 and shown not in self.examples:
            self.examples.append(shown)
        if self.values is None or (isinstance(value, str) and len(value) > MOST_TEXT):
            return
        said = self.values.setdefault((kind, shown), Said())
        said.count += 1
        if len(said.senders) < SENDERS:
            said.senders.add(sender)
        if len(self.values) > MOST_VALUES:
            self.values = None

    def told(self, *, personal_data: bool) -> list[tuple[Scalar, int]]:
        """Its values with how often each was seen, the commonest first; only everybody's for who sees no persons."""
        if self.values is None or (self.personal and not personal_data):
            return []
        found = [
            (value, said.count)
            for (_, value), said in self.values.items()
            if personal_data or len(said.senders) >= SENDERS
        ]
        return sorted(found, key=lambda one: (-one[1], str(one[0])))


@dataclass
class Event:
    """An event: how many messages, when by their own times (microseconds UTC), and its fields."""

    kind: str
    name: str | None
    count: int = 0
    first: int = 0
    last: int = 0
    received: int = 0
    """When the newest came in."""
    days: Counter[int] = field(default_factory=Counter)
    """Messages by the local day of their time, counted from 1970-01-01."""
    sampled: int = 0
    course: Course = field(default_factory=Course)
    """Messages of the last days that were looked into."""
    lines: dict[str, Course] = field(default_factory=dict)
    """The same for the lines of its lists."""
    fields: dict[tuple[str | None, str], Field] = field(default_factory=dict)

    def share(self, each: str | None, field: Field) -> float | None:
        """The share of the messages that have a field, or of the last days' lines; None where there are none."""
        if each is None:
            return field.present / self.sampled if self.sampled else None
        lines = self.lines.get(each)
        days = (lines.newest - DAYS + 1, lines.newest + 1) if lines is not None else (0, 0)
        total = sum(lines.between(*days)) if lines is not None else 0
        return sum(field.course.between(*days)) / total if total else None

    def field(self, each: str | None, path: str) -> Field | None:
        """A field, which is new or known; None when there are too many."""
        known = self.fields.get((each, path))
        if known is None and len(self.fields) < MOST_FIELDS:
            known = self.fields[each, path] = Field(spelt(path), None if each is None else spelt(each))
        return known


def _utc_days(times: Ints) -> Ints:
    return times // DAY


@dataclass
class Catalogue:
    """Everything that was seen in the messages that were taken in. `day_of` gives the local days of times."""

    day_of: Callable[[Ints], Ints] = _utc_days
    events: dict[tuple[str, str | None], Event] = field(default_factory=dict)
    messages: int = 0
    unnamed: int = 0
    """Messages of further events, beyond the greatest number of them."""

    def take(self, table: pa.Table, today: int | None = None) -> None:
        """Takes in a chunk of stored messages: `kind`, `key`, `time`, `received` and `payload`, those that count.

        `today` is the local day of the clock (from 1970-01-01); without one nothing of fields is counted by day.
        """
        kinds = table["kind"].to_numpy()
        rows = np.flatnonzero(kinds < len(EVENT_KINDS))
        self.messages += len(rows)
        payloads, keys = table["payload"].to_pylist(), table["key"]
        times, received = table["time"].to_numpy(), table["received"].to_numpy()
        days = self.day_of(times)
        groups: dict[tuple[str, str | None], list[int]] = {}
        for row in rows.tolist():
            kind = EVENT_KINDS[kinds[row]]
            groups.setdefault((kind, _name(payloads[row]) if kind == "track" else None), []).append(row)
        for (kind, name), own in groups.items():
            event = self.events.get((kind, name))
            if event is None and len(self.events) >= MOST_EVENTS:
                self.unnamed += len(own)
                continue
            if event is None:
                event = self.events[kind, name] = Event(kind, name)
            _count(event, times[own], received[own], days[own])
            since, until = (0, 0) if today is None else (today - DAYS + 1, today + 1)
            for row in _chosen(event, own, days, since, until):
                event.sampled += 1
                day = int(days[row]) if since <= days[row] < until else None
                if day is not None:
                    event.course.add(day)
                _look(event, orjson.loads(payloads[row]), hash(keys[row].as_py()), int(times[row]), day)


def _chosen(event: Event, rows: list[int], days: Ints, since: int, until: int) -> list[int]:
    """The rows that are looked into: some of all, and of each of the last days as many as are still wanted."""
    share = _MANY if event.sampled < _MANY else _FEW
    chosen = set(rows[:: max(1, -(-len(rows) // share))])
    own = days[rows]
    recent = np.flatnonzero((own >= since) & (own < until))
    wanted = dict[int, int]()
    for place in recent.tolist():
        day = int(own[place])
        left = wanted.get(day)
        if left is None:
            left = OF_A_DAY - event.course.of(day)[0]
        if left > 0:
            chosen.add(rows[place])
        wanted[day] = left - 1
    return sorted(chosen)


def type_of(value: Any) -> Type:
    """The type of a JSON value; a text that is a time counts as one."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "time" if len(value) >= len("2026-11-22") and parse_time(value) is not None else "text"
        case list():
            return "list"
    return "object"


def _name(payload: bytes) -> str | None:
    found = _HEAD.decode(payload).event
    return found if isinstance(found, str) else None


def _count(event: Event, times: Ints, received: Ints, days: Ints) -> None:
    least, greatest = int(times.min()), int(times.max())
    event.first = min(event.first, least) if event.count else least
    event.last = max(event.last, greatest) if event.count else greatest
    event.received = max(event.received, int(received.max()))
    event.count += len(times)
    each, counts = np.unique(days, return_counts=True)
    event.days.update(dict(zip(each.tolist(), counts.tolist(), strict=True)))


def _look(event: Event, message: Mapping[str, Any], sender: int, time: int, day: int | None) -> None:
    for root in _ROOTS:
        inside = message.get(root)
        if isinstance(inside, dict):
            for path, value in _walked(inside, root, 1):
                _see(event, None, path, value, sender, time, day)


def _see(event: Event, each: str | None, path: str, value: Any, sender: int, time: int, day: int | None) -> None:
    found = event.field(each, path)
    if found is not None:
        found.note(value, sender, time, day)
    if each is None and isinstance(value, list):
        for line in value[:_LINES]:
            if isinstance(line, dict):
                if day is not None:
                    event.lines.setdefault(path, Course()).add(day)
                for inner, one in _walked(line, "", 1):
                    _see(event, path, inner, one, sender, time, day)


def _walked(found: Mapping[str, Any], above: str, level: int) -> Iterator[tuple[str, Any]]:
    for key, value in found.items():
        if not _PLAIN_KEY.fullmatch(key):
            continue  # no path leads there
        path = f"{above}.{key}" if above else key
        if isinstance(value, dict) and value:
            if level < _LEVELS:
                yield from _walked(value, path, level + 1)
        else:
            yield path, value
