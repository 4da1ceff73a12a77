"""The tracking plan: what each event is expected to carry, and what happens to one that does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Final, Literal, TypeAlias, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from hundredfold.definition.syntax_mistake import why_no_yaml
from hundredfold.errors import DefinitionError
from hundredfold.said import said
from hundredfold.words.calendar import parse_time

Mode = Literal["observe", "warn", "quarantine"]
"""Count it; count it and tell the sender; keep it out of the log until somebody has looked."""

MODES: Final[tuple[Mode, ...]] = ("observe", "warn", "quarantine")
Scalar: TypeAlias = str | int | float | bool

_TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "time": lambda value: isinstance(value, str) and parse_time(value) is not None,
    "object": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
}
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one property is expected to be. `path` walks objects inside of `properties`, with dots."""

    path: str
    required: bool = False
    type: str | None = None
    values: tuple[Scalar, ...] = ()

    def violation(self, properties: Any) -> str | None:
        """What is wrong with it in these properties, without saying its value; None when nothing is."""
        value = _at(properties, self.path)
        if value is _ABSENT or value is None:
            return f"properties.{self.path} is missing" if self.required else None
        if self.type is not None and not _TYPES[self.type](value):
            return f"properties.{self.path} is no {self.type}"
        if self.values and not any(_same(value, allowed) for allowed in self.values):
            return f"properties.{self.path} has a value that the plan does not list"
        return None


_SAID: Final = re.compile(
    rf"properties\.(?P<path>.+)(?P<said> is missing| is no (?P<type>{'|'.join(_TYPES)})| has a value that the plan .+)",
    re.DOTALL,
)
_UNPLANNED: Final = "the plan names no such event"


@dataclass(frozen=True, slots=True)
class Violation:
    """What a message has against the plan: a property is missing, has another type or value, or nobody plans the event.

    `path` is the property's, from the message; None where the whole event is meant. `type` is the expected one.
    """

    what: Literal["missing", "type", "value", "event", "other"]
    path: str | None = None
    type: str | None = None


def read_violation(text: str) -> Violation:
    """What a sentence of `TrackingPlan.check` says.

    >>> read_violation("properties.total is no number")
    Violation(what='type', path='properties.total', type='number')
    """
    if text == _UNPLANNED:
        return Violation("event", "event")
    found = _SAID.fullmatch(text)
    if found is None:
        return Violation("other")
    path, said = f"properties.{found['path']}", found["said"]
    if found["type"] is not None:
        return Violation("type", path, found["type"])
    return Violation("missing" if said == " is missing" else "value", path)


@dataclass(frozen=True, slots=True)
class Planned:
    """One event of the plan."""

    mode: Mode
    properties: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What the plan says against a message, and what is to happen to it."""

    mode: Mode
    violations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrackingPlan:
    """Which track events are expected, by name. An empty plan expects nothing and finds nothing."""

    events: Mapping[str, Planned] = field(default_factory=dict)
    unplanned: Mode | None = None
    """What happens to an event that the plan does not name; None: nothing."""
    usual: Mode = "observe"
    """The mode of events without their own."""

    @property
    def expects_something(self) -> bool:
        """Whether any message could be against the plan."""
        return bool(self.events) or self.unplanned is not None

    def check(self, message: Mapping[str, Any]) -> Finding | None:
        """What is wrong with a message; None when it is as planned, or no track event."""
        if message.get("type") != "track":
            return None
        planned = self.events.get(message["event"])
        if planned is None:
            return None if self.unplanned is None else Finding(self.unplanned, (_UNPLANNED,))
        properties = message.get("properties")
        found = (expectation.violation(properties) for expectation in planned.properties)
        violations = tuple(text for text in found if text is not None)
        return Finding(planned.mode, violations) if violations else None


def parse_tracking_plan(text: str, file: str | None = None) -> TrackingPlan:
    """The plan that a YAML text declares. Raises DefinitionError, with its line where that is known.

    >>> plan = parse_tracking_plan('''
    ... mode: quarantine
    ... events:
    ...   Order Completed:
    ...     properties:
    ...       order_id: {required: true, type: text}
    ...       currency: {values: [EUR, GBP]}
    ... ''')
    >>> plan.check({"type": "track", "event": "Order Completed", "properties": {"currency": "EUR"}})
    Finding(mode='quarantine', violations=('properties.order_id is missing',))
    """
    try:
        document = YAML(typ="rt").load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = None if mark is None else mark.line + 1
        raise DefinitionError(why_no_yaml(error), file=file, line=line) from None
    return TrackingPlan() if document is None else _Reader(file).plan(document)


class _Reader:
    """Reads a plan's document and says where it is wrong."""

    def __init__(self, file: str | None) -> None:
        self._file = file

    def plan(self, document: Any) -> TrackingPlan:
        self._keys(document, said("the tracking plan"), {"mode", "unplanned", "events"})
        usual = self._mode(document, "mode") or "observe"
        events = self._object(document, "events", said("events must be an object of event name and what it carries"))
        planned = {str(name): self._planned(events, name, usual) for name in events}
        return TrackingPlan(planned, self._mode(document, "unplanned"), usual)

    def _planned(self, events: Any, name: Any, usual: Mode) -> Planned:
        event = self._object(events, name, said("{name} must be an object with mode and properties", name=name))
        self._keys(event, said("event {name}", name=name), {"mode", "properties"})
        properties = self._object(event, "properties", said("the properties of {name} must be an object", name=name))
        expected = tuple(self._expectation(properties, path) for path in properties)
        return Planned(self._mode(event, "mode") or usual, expected)

    def _expectation(self, properties: Any, path: Any) -> Expectation:
        rule = self._object(
            properties, path, said("{path} must be an object with required, type and values", path=path)
        )
        self._keys(rule, said("property {path}", path=path), {"required", "type", "values"})
        required, kind, values = rule.get("required", False), rule.get("type"), rule.get("values") or []
        if not isinstance(required, bool):
            raise self._error(rule, "required", said("required must be true or false"))
        if kind is not None and kind not in _TYPES:
            raise self._error(rule, "type", said("type must be one of {known}", known=", ".join(_TYPES)))
        if not isinstance(values, list) or not all(isinstance(value, str | int | float) for value in values):
            raise self._error(rule, "values", said("values must be a list of texts, numbers, true and false"))
        return Expectation(str(path), required, kind, tuple(values))

    def _object(self, at: Any, key: Any, otherwise: str) -> Any:
        value = {} if at.get(key) is None else at[key]
        if not isinstance(value, dict):
            raise self._error(at, key, otherwise)
        return value

    def _mode(self, at: Any, key: str) -> Mode | None:
        mode = at.get(key)
        if mode is not None and mode not in MODES:
            raise self._error(at, key, said("{key} must be one of {known}", key=key, known=", ".join(MODES)))
        return cast("Mode | None", mode)

    def _keys(self, at: Any, what: str, known: set[str]) -> None:
        if not isinstance(at, dict):
            raise DefinitionError(
                said("{what} must be an object with {known}", what=what, known=", ".join(sorted(known))),
                file=self._file,
            )
        for key in at:
            if key not in known:
                raise self._error(
                    at,
                    key,
                    said("{what} has no {key}; known: {known}", what=what, key=key, known=", ".join(sorted(known))),
                )

    def _error(self, at: Any, key: Any, text: str) -> DefinitionError:
        line, column = at.lc.key(key) if hasattr(at, "lc") else (None, None)
        return DefinitionError(
            text,
            file=self._file,
            line=None if line is None else line + 1,
            column=None if column is None else column + 1,
        )


def _at(value: Any, path: str) -> Any:
    for part in path.split("."):
        if not isinstance(value, dict) or part not in value:
            return _ABSENT
        value = value[part]
    return value


def _same(value: Any, allowed: Scalar) -> bool:
    # Python takes True for 1; a plan does not.
    return isinstance(value, bool) == isinstance(allowed, bool) and bool(value == allowed)
