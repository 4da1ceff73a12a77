"""The syntax tree of expressions: plain frozen data, no behaviour.

`where`, `value` and formulas share it. A `Name` is a dotted path in a `where` or `value` and the name of an attribute
in a formula. Literal numbers are whole millionths, literal times microseconds UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Arithmetic = Literal["+", "-", "*", "/"]
Comparison = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number, in millionths."""

    millionths: int


@dataclass(frozen=True, slots=True)
class Text:
    """A literal text."""

    text: str


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Null:
    """The literal `null`."""


@dataclass(frozen=True, slots=True)
class Name:
    """A dotted path (`properties.total`, `product.category`, `price`) or an attribute's name."""

    path: str


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus a number."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """Two numbers joined by `+ - * /`; each operator rounds half-even to a millionth."""

    operator: Arithmetic
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values compared; unknown when their kinds differ."""

    operator: Comparison
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class In:
    """`x in (a, b)`; `not in` is a `Not` around it."""

    operand: Expression
    options: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Like:
    """A text against a pattern with `%` and `_`."""

    operand: Expression
    pattern: str


@dataclass(frozen=True, slots=True)
class IsNull:
    """`x is null`; `is not null` is a `Not` around it."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Not:
    """Three-valued negation."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class And:
    """Three-valued conjunction of two or more conditions."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Three-valued disjunction of two or more conditions."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """`case when condition then value ... else otherwise end`; an unknown condition is false."""

    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function of formulas: `coalesce`, `days_since`, `tier` ..."""

    function: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = (
    Number
    | Text
    | Boolean
    | Null
    | Name
    | Negative
    | Binary
    | Compare
    | In
    | Like
    | IsNull
    | Not
    | And
    | Or
    | Case
    | Call
)
