"""What each attribute's values can be, as the definitions say it: before there are any values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from hundredfold.attribute.plan import Plan
from hundredfold.attribute.score import wrong_kind
from hundredfold.definition import syntax as s
from hundredfold.definition.functions import FUNCTIONS
from hundredfold.definition.model import Aggregate, Score, Trait

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
        if isinstance(attribute, Score):
            result = plan.models[name].family.result
            return ("text",) if result == "list" else (result,)
        return expressed(attribute.expression, kinds)

    # Nothing but null is no type of a column: what is always null is a text that is never there.
    names = sorted(plan.definitions.attributes)
    return tuple(Field(name, kinds(name) or ("text",), name in plan.lists) for name in names)


def expressed(expression: s.Expression, kinds: Callable[[str], Kinds]) -> Kinds:
    """The kinds that an expression's values can have, from those of the attributes; none: it is always null."""

    def either(expressions: Iterable[s.Expression]) -> Kinds:
        found = {kind for one in expressions for kind in expressed(one, kinds)}
        return tuple(kind for kind in ANY if kind in found)

    match expression:
        case s.Name(name):
            return tuple("number" if kind == "count" else kind for kind in kinds(name))
        case s.Case(branches, otherwise):
            return either([*(value for _, value in branches), otherwise])
        case s.Call("nth", (listed, _)):
            return expressed(listed, kinds)
        case s.Call(function, arguments):
            result = FUNCTIONS[function].result
            return either(arguments) if result == "any" else _OF_FUNCTIONS[result]
        case s.Number() | s.Negative() | s.Binary():
            return ("number",)
        case s.Text():
            return ("text",)
        case s.Null():
            return ()
        case _:
            return ("boolean",)


def check_inputs(plan: Plan) -> None:
    """Raises DefinitionError for a model's input whose values are never of the kind that its role takes."""
    known = {field.name: field for field in fields(plan)} if plan.models else {}
    for name, scoring in plan.models.items():
        for role, attribute in scoring.inputs.items():
            wanted, found = scoring.family.roles[role].kind, known[attribute]
            kinds = {"number" if kind == "count" else kind for kind in found.kinds}
            if found.many != (wanted == "list") or not (found.many or wanted in kinds):
                raise wrong_kind(name, scoring, role, "list" if found.many else " / ".join(sorted(kinds)))


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
