"""What each attribute's values can be, as the definitions say it: before there are any values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from hundredfold.attribute.plan import Plan
from hundredfold.definition import syntax as s
from hundredfold.definition.functions import FUNCTIONS
from hundredfold.definition.model import Aggregate, Trait

Kind: TypeAlias = Literal["count", "boolean", "number", "time", "text"]
"""A whole number that counts; a boolean; an exact number; an instant; a text."""
Kinds: TypeAlias = tuple[Kind, ...]

ANY: Final[Kinds] = ("boolean", "number", "time", "text")
"""Every kind of value, in the order in which schemas list them."""
_OF_FUNCTIONS: Final[dict[str, Kinds]] = {"number": ("number",), "text": ("text",), "time": ("time",)}


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute's place in a profile: the kinds that its values, or its lists' items, can have."""

    name: str
    kinds: Kinds
    many: bool = False


def fields(plan: Plan) -> tuple[Field, ...]:
    """The fields of a profile by name, whatever order they were defined in."""

    @cache
    def kinds(name: str) -> Kinds:
        attribute = plan.definitions.attributes[name]
        if isinstance(attribute, Aggregate):
            return _aggregated(plan, name)
        if isinstance(attribute, Trait):
            return ANY if attribute.type is None else (attribute.type,)
        return _expressed(attribute.expression)

    def _expressed(expression: s.Expression) -> Kinds:
        match expression:
            case s.Name(name):
                return tuple("number" if kind == "count" else kind for kind in kinds(name))
            case s.Case(branches, otherwise):
                return _either([*(value for _, value in branches), otherwise])
            case s.Call(function, arguments):
                result = FUNCTIONS[function].result
                return _either(arguments) if result == "any" else _OF_FUNCTIONS[result]
            case s.Number() | s.Negative() | s.Binary():
                return ("number",)
            case s.Text():
                return ("text",)
            case s.Null():
                return ()
            case _:
                return ("boolean",)

    def _either(expressions: Iterable[s.Expression]) -> Kinds:
        found = {kind for one in expressions for kind in _expressed(one)}
        return tuple(kind for kind in ANY if kind in found)

    lists = {name for name, one in plan.readings.items() if one.aggregate.result == "list"}
    # Nothing but null is no type of a column: what is always null is a text that is never there.
    return tuple(Field(name, kinds(name) or ("text",), name in lists) for name in sorted(plan.definitions.attributes))


def _aggregated(plan: Plan, name: str) -> Kinds:
    reading = plan.readings[name]
    match reading.aggregate.result:
        case "count":
            return ("count",)
        case "number":
            return ("number",)
        case "time":
            return ("time",)
    if reading.family.key == "by":
        return ANY
    match reading.family.accepts:
        case "number":
            return ("number",)
        case "time":
            return ("time",)
        case "text":
            return ("text",)
        case _:
            return ANY
