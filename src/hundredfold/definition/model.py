"""What the definitions say, parsed and checked: frozen data that the plan compiles and the audit walks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

from hundredfold.definition.nested import Moment, attributes_asked, conditions
from hundredfold.definition.spelling import names_in
from hundredfold.definition.syntax import Call, Expression, Name, Number
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import Window

ValueType = Literal["number", "text", "boolean", "time"]


@dataclass(frozen=True, slots=True)
class Selector:
    """Which events: a track name (`kind` is `track`), or every event of a type (`name` is None)."""

    kind: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class EventRule:
    """The business key of an event and what goes with it (semantics 5-7, 15)."""

    name: str
    key: str | None = None
    also: tuple[str, ...] = ()
    removed_by: tuple[str, ...] = ()
    revision: str | None = None
    currency: str | None = None
    money: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookupRule:
    """A table beside the events: `file` relative to the workspace, its `key` column, the path that holds the key."""

    name: str
    file: str
    key: str
    source: str
    """The path in line or message whose text is looked up (`from:` in the document)."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Which events update which value of a profile, and how."""

    name: str
    events: tuple[Selector, ...]
    aggregate: str
    each: str | None = None
    where: Expression | None = None
    value: Expression | None = None
    by: str | None = None
    window: Window | None = None
    zone: Literal["workspace", "customer"] = "workspace"
    k: int | None = None
    q: int | None = None
    """The quantile's share in millionths."""
    of: str | int | bool | None = None
    """The key that `share` measures: text, boolean, or a number in millionths."""
    as_text: bool = False
    foreign: str | None = None
    """The name of the other system's source, for an attribute with a batch value of that system."""

    def selects(self, kind: str, name: str | None) -> bool:
        """Whether events of this type and name update it."""
        return any(one.kind == kind and one.name in (None, name) for one in self.events)


@dataclass(frozen=True, slots=True)
class Trait:
    """The newest value at a path of the traits."""

    name: str
    path: str
    type: ValueType | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression over other attributes and the clock."""

    name: str
    expression: Expression

    @property
    def entry(self) -> tuple[str, int] | None:
        """The attribute and the place, from 1, where the whole is an entry of a list: `nth(x, n)`."""
        match self.expression:
            case Call("nth", (Name(listed), Number(place))):
                return listed, place // MILLION
        return None


@dataclass(frozen=True, slots=True)
class Score:
    """What a predictive model says: the family's name, the attributes that take its roles, and its options."""

    name: str
    model: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Role to attribute."""
    options: Mapping[str, Any] = field(default_factory=dict)


Attribute: TypeAlias = Aggregate | Trait | Formula | Score


@dataclass(frozen=True, slots=True)
class Segment:
    """A condition over attributes and other segments."""

    name: str
    where: Expression


@dataclass(frozen=True)
class Definitions:
    """Everything that `definitions/**/*.yaml` declares, by name."""

    events: Mapping[str, EventRule] = field(default_factory=dict)
    lookups: Mapping[str, LookupRule] = field(default_factory=dict)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    segments: Mapping[str, Segment] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Attribute or segment name to its labels by language."""
    descriptions: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)
    """Attribute or segment name to its description: one text for everybody, or one by language."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Attribute or segment name to the heading under which it is listed."""

    @cached_property
    def conditions(self) -> Mapping[str, Expression]:
        """What each segment asks of attributes, the other segments that it names worked in."""
        return conditions({name: one.where for name, one in self.segments.items()})

    @cached_property
    def asked(self) -> Mapping[str, list[str]]:
        """The attributes that each segment asks for, by itself or through other segments."""
        return attributes_asked(self.conditions)

    def asked_by(self, condition: Expression) -> list[str]:
        """The attributes that a condition asks for, with the segments worked in that it names."""
        moments = {one: moment for one in names_in(condition) if (moment := Moment.named(one)) is not None}
        found = (self.asked[moments[one].segment] if one in moments else [one] for one in names_in(condition))
        return list(dict.fromkeys(name for names in found for name in names))
