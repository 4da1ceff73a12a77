"""Conditions and values as rows of a form: what a `where` and a `value` say, taken apart, and put together again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from hundredfold.definition.document import DocumentPart
from hundredfold.definition.parser import parse_condition, parse_value
from hundredfold.definition.spelling import number_text, text_of
from hundredfold.definition.syntax import (
    And,
    Boolean,
    Call,
    Compare,
    Expression,
    In,
    IsNull,
    Like,
    Name,
    Not,
    Null,
    Number,
    Or,
    Text,
)
from hundredfold.definition.tokens import spelt
from hundredfold.errors import DefinitionError
from hundredfold.words.amount import MILLION, millionths

TestName = Literal[
    "=", "!=", "<", "<=", ">", ">=", "in", "not in", "like", "not like", "is null", "is not null", "is true"
]


class Operand(DocumentPart):
    """A path, a literal, or an `expression` of them in the words of the language."""

    kind: Literal["path", "text", "number", "boolean", "time", "null", "expression"]
    value: str | bool | int | float | None = None

    def shown(self) -> str:
        """Its text in the language."""
        match self.kind:
            case "text":
                return _quoted(str(self.value))
            case "time":
                return f"time({_quoted(str(self.value))})"
            case "boolean":
                return str(self.value).lower()
            case "null":
                return "null"
            case "number":
                amount = millionths(self.value) if isinstance(self.value, int | float) else None
                return str(self.value) if amount is None else number_text(amount)
            case "path" | "expression":
                return str(self.value)


class Row(DocumentPart):
    """A row: `right` has one operand, several for `in`, none for `is null` and `is true`."""

    kind: Literal["row"] = "row"
    left: Operand
    test: TestName
    right: list[Operand] = Field(default_factory=list)


class Group(DocumentPart):
    """Rows all of which must be true, or any."""

    kind: Literal["all", "any"]
    parts: list[Condition]


class Negation(DocumentPart):
    """What must not be true."""

    kind: Literal["not"] = "not"
    part: Condition


class Written(DocumentPart):
    """What no row says, and what cannot be read yet, as it is written."""

    kind: Literal["written"] = "written"
    text: str


Condition: TypeAlias = Annotated[Row | Group | Negation | Written, Field(discriminator="kind")]

Group.model_rebuild()
Negation.model_rebuild()

_NEGATED: Final[dict[str, TestName]] = {"in": "not in", "like": "not like", "is null": "is not null"}


def condition_of(written: str | bool, parse: Callable[[str], Expression] = parse_condition) -> Condition:
    """The rows of a `where`: over events, or as `parse` reads it."""
    if isinstance(written, bool):
        return Written(text=str(written).lower())
    try:
        return _rows(parse(written))
    except DefinitionError:
        return Written(text=written)


def condition_text(condition: Condition) -> str:
    """What rows say, in the language; there may be more parentheses than needed."""
    match condition:
        case Written():
            return condition.text
        case Negation():
            return f"not ({condition_text(condition.part)})"
        case Group():
            joined = " and " if condition.kind == "all" else " or "
            return joined.join(f"({condition_text(part)})" for part in condition.parts) or "true"
        case Row():
            return _row_text(condition)


def operand_of(written: str | float) -> Operand:
    """What a `value` or a path says."""
    if not isinstance(written, str):
        return Operand(kind="number", value=written)
    try:
        return _operand(parse_value(written))
    except DefinitionError:
        return Operand(kind="expression", value=written)


def operand_text(operand: Operand) -> str | int | float:
    """A `value` as it is written; a number stays one."""
    if operand.kind == "number" and isinstance(operand.value, int | float):
        return operand.value
    try:
        return text_of(parse_value(operand.shown()))
    except DefinitionError:
        return operand.shown()


def _row_text(row: Row) -> str:
    left = _within(row.left)
    match row.test:
        case "is true":
            return left
        case "is null" | "is not null":
            return f"{left} {row.test}"
        case "in" | "not in":
            return f"{left} {row.test} ({', '.join(_within(one) for one in row.right)})"
    return f"{left} {row.test} {' '.join(_within(one) for one in row.right)}"


def _within(operand: Operand) -> str:
    return f"({operand.shown()})" if operand.kind == "expression" else operand.shown()


def _rows(found: Expression) -> Condition:
    match found:
        case And(operands):
            return Group(kind="all", parts=[_rows(one) for one in operands])
        case Or(operands):
            return Group(kind="any", parts=[_rows(one) for one in operands])
        case Not(In() | Like() | IsNull() as inner):
            row = _row(inner)
            return row.model_copy(update={"test": _NEGATED[row.test]})
        case Not(operand):
            return Negation(part=_rows(operand))
        case Compare() | In() | Like() | IsNull() | Name():
            return _row(found)
    return Written(text=text_of(found))


def _row(found: Compare | In | Like | IsNull | Name) -> Row:
    match found:
        case Compare(operator, left, right):
            return Row(left=_operand(left), test=operator, right=[_operand(right)])
        case In(operand, options):
            return Row(left=_operand(operand), test="in", right=[_operand(one) for one in options])
        case Like(operand, pattern):
            return Row(left=_operand(operand), test="like", right=[Operand(kind="text", value=pattern)])
        case IsNull(operand):
            return Row(left=_operand(operand), test="is null")
        case Name():
            return Row(left=_operand(found), test="is true")


def _operand(found: Expression) -> Operand:
    match found:
        case Name(path):
            return Operand(kind="path", value=spelt(path))
        case Text(text):
            return Operand(kind="text", value=text)
        case Number(amount):
            return Operand(kind="number", value=amount / MILLION if amount % MILLION else amount // MILLION)
        case Boolean(value):
            return Operand(kind="boolean", value=value)
        case Null():
            return Operand(kind="null")
        case Call("time", (Text(text),)):
            return Operand(kind="time", value=text)
    return Operand(kind="expression", value=text_of(found))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
