"""Attributes as people are shown them: how each is called and made, and in what its values are measured."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal, cast

from pydantic import BaseModel

from hundredfold.app.door.language import heading
from hundredfold.app.gui.desk import Value, as_json
from hundredfold.attribute.kinds import Kinds
from hundredfold.definition.canonical import document_of
from hundredfold.definition.model import Aggregate, Attribute, Definitions, Formula, Score, Trait
from hundredfold.definition.spelling import names_in
from hundredfold.definition.syntax import Binary, Call, Expression, Name, Negative
from hundredfold.profile.answers import Answer
from hundredfold.words import value as values

Measure = Literal["nothing", "number", "count", "money", "duration", "time", "text", "boolean", "list"]
"""What a value is: a duration is in seconds, money in the workspace's currency."""

_KEEPS_UNIT = frozenset({"sum", "mean", "min", "max", "first", "last", "median", "quantile", "stddev"})
_DURATIONS = frozenset({"time_since_first", "time_since_last", "mean_gap", "max_gap", "stddev_gap"})


class AttributeShown(BaseModel):
    """An attribute with its value, and with its parts where it has any.

    `adds`: until batch + since = now; of others `since` is the value of the later events alone.
    """

    name: str
    label: dict[str, str]
    description: str | dict[str, str] | None
    group: str | None
    kind: Literal["aggregate", "trait", "formula", "model"]
    measure: Measure
    definition: dict[str, Any]
    value: Value
    error: str | None
    has_parts: bool
    adds: bool
    until_batch: Value
    since: Value


class Attributes:
    """The attributes of some definitions, made ready to be shown."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions

    @cached_property
    def _written(self) -> dict[str, Any]:
        return document_of(self.definitions, notes=False).get("attributes", {})

    def shown(self, answer: Answer, *, personal_data: bool) -> list[AttributeShown]:
        """All attributes of a profile; without personal data no traits."""
        return [
            self._shown(name, attribute, answer)
            for name, attribute in self.definitions.attributes.items()
            if personal_data or not isinstance(attribute, Trait)
        ]

    def _shown(self, name: str, attribute: Attribute, answer: Answer) -> AttributeShown:
        told = self.definitions
        parts = answer.until_batch is not None and name in answer.until_batch
        return AttributeShown(
            name=name,
            label=dict(told.labels.get(name, {})),
            description=told.descriptions.get(name),
            group=heading(told.groups.get(name)),
            kind=kind_of(attribute),
            measure=self.measure(name, answer.values.get(name)),
            definition=self._written.get(name, {}),
            value=as_json(answer.values.get(name)),
            error=answer.errors.get(name),
            has_parts=parts,
            adds=isinstance(attribute, Aggregate) and attribute.aggregate in ("count", "sum"),
            until_batch=as_json((answer.until_batch or {}).get(name)) if parts else None,
            since=as_json((answer.since or {}).get(name)) if parts else None,
        )

    def measure(self, name: str, value: values.Value) -> Measure:
        """In what a value of an attribute is measured."""
        match value:
            case None:
                return "nothing"
            case bool():
                return "boolean"
            case tuple():
                return "list"
            case str():
                return "text"
            case values.Moment():
                return "time"
        return self.of_numbers(name)

    def of_kind(self, name: str, kinds: Kinds) -> Measure:
        """In what the values of an attribute are measured, by the kinds that they can have."""
        if len(kinds) != 1:
            return "nothing"
        return self.of_numbers(name) if kinds[0] in ("number", "count") else cast(Measure, kinds[0])

    def of_numbers(self, name: str) -> Measure:
        """In what the numbers of an attribute are measured."""
        attribute = self.definitions.attributes[name]
        if isinstance(attribute, Formula):
            return "money" if self._is_money(attribute.expression) else "number"
        if not isinstance(attribute, Aggregate):
            return "number"
        if attribute.aggregate in _DURATIONS:
            return "duration"
        if attribute.aggregate in ("count", "distinct", "visits"):
            return "count"
        return "money" if attribute.aggregate in _KEEPS_UNIT and _is_money(attribute, self.definitions) else "number"

    def _is_money(self, formula: Expression) -> bool:
        """Whether a formula's result is an amount of money, as far as its form tells."""
        match formula:
            case Name(path):
                return self.of_numbers(path) == "money"
            case Binary("/", left, right):
                return self._is_money(left) and not self._is_money(right)
            case Binary("*", left, right):
                return self._is_money(left) != self._is_money(right)
            case Binary(_, left, right):
                return self._is_money(left) or self._is_money(right)
            case Negative(operand):
                return self._is_money(operand)
            case Call("coalesce" | "min" | "max" | "round", arguments):
                return any(map(self._is_money, arguments))
        return False


def kind_of(attribute: Attribute) -> Literal["aggregate", "trait", "formula", "model"]:
    """What kind of attribute it is."""
    match attribute:
        case Trait():
            return "trait"
        case Formula():
            return "formula"
        case Score():
            return "model"
        case Aggregate():
            return "aggregate"


def _is_money(how: Aggregate, definitions: Definitions) -> bool:
    """Whether a value is an amount of money: it is made of a path that the events declare as money."""
    return how.value is not None and bool(_money_paths(how, definitions.events) & _paths(how.value, how.each))


def _paths(value: Expression, each: str | None) -> set[str]:
    lined = names_in(value) + [f"{each}.{path}" for path in names_in(value) if each is not None]
    return {path.removeprefix("properties.") for path in lined}


def _money_paths(how: Aggregate, rules: Mapping[str, Any]) -> set[str]:
    of_events = (rules[one.name] for one in how.events if one.name is not None and one.name in rules)
    return {path.removeprefix("properties.") for rule in of_events for path in rule.money}
