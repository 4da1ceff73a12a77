"""Expressions, walked: `where`, `value` and formulas, with three-valued logic and exact arithmetic.

A value here is what `words.value` knows, `None` for missing, null and unknown alike, or `OTHER` for objects and arrays.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, Protocol, TypeAlias

from hundredfold.audit.functions import COMPUTING, FUNCTIONS, Clock
from hundredfold.definition import syntax
from hundredfold.words.amount import LIMIT, MILLION, half_even
from hundredfold.words.value import Moment, Number, Scalar


class Other:
    """The kind of objects and arrays, which nothing can be done with."""

    def __repr__(self) -> str:
        return "OTHER"


OTHER: Final = Other()
Operand: TypeAlias = Scalar | Other | None


class Scope(Protocol):
    """Where an expression is evaluated: what its names mean and what its functions ask."""

    @property
    def clock(self) -> Clock:
        """The time T and the workspace's zone."""

    def named(self, path: str) -> Operand:
        """The value of a path or an attribute."""

    def tier(self, call: syntax.Call, x: Number | Moment) -> Number | None:
        """Rule 24: the tier of x among all customers."""

    def beyond(self) -> None:
        """Take note of a number beyond the limit, which is no value (rule 13)."""


def evaluate(expression: syntax.Expression, scope: Scope) -> Operand:
    """The value of an expression; `None` when it is null or unknown."""
    match expression:
        case syntax.Name(path):
            return scope.named(path)
        case syntax.Number(millionths):
            return Number(millionths)
        case syntax.Text(text):
            return text
        case syntax.Boolean(value):
            return value
        case syntax.Null():
            return None
        case syntax.Negative(operand):
            x = evaluate(operand, scope)
            return limited(-x.millionths, scope) if isinstance(x, Number) else None
        case syntax.Binary():
            return _binary(expression, scope)
        case syntax.Compare(sign, left, right):
            return compare(sign, evaluate(left, scope), evaluate(right, scope))
        case syntax.In(operand, options):
            x = evaluate(operand, scope)
            return either([compare("=", x, evaluate(option, scope)) for option in options])
        case syntax.Like(operand, pattern):
            x = evaluate(operand, scope)
            return _like(pattern).fullmatch(x) is not None if isinstance(x, str) else None
        case syntax.IsNull(operand):
            return evaluate(operand, scope) is None
        case syntax.Not(operand):
            x = evaluate(operand, scope)
            return not x if isinstance(x, bool) else None
        case syntax.And(operands):
            opposite = either([_negated(evaluate(operand, scope)) for operand in operands])
            return _negated(opposite)
        case syntax.Or(operands):
            return either([evaluate(operand, scope) for operand in operands])
        case syntax.Case(branches, otherwise):
            chosen = (then for condition, then in branches if evaluate(condition, scope) is True)
            return evaluate(next(chosen, otherwise), scope)
        case syntax.Call("tier", (ranked, _)):
            x = evaluate(ranked, scope)
            return scope.tier(expression, x) if isinstance(x, Number | Moment) else None
        case syntax.Call(name, arguments):
            result = FUNCTIONS[name](scope.clock, [_plain(evaluate(argument, scope)) for argument in arguments])
            return limited(result.millionths, scope) if name in COMPUTING and isinstance(result, Number) else result


def limited(millionths: int, scope: Scope) -> Number | None:
    """Rule 13, S13: a result beyond the limit is null."""
    if abs(millionths) > LIMIT:
        scope.beyond()
        return None
    return Number(millionths)


def _plain(operand: Operand) -> Scalar | None:
    """S32: to a function, an object or a list is nothing."""
    return None if isinstance(operand, Other) else operand


def _binary(expression: syntax.Binary, scope: Scope) -> Number | None:
    """Rule 17: operands are millionths; each operator rounds half-even. Rule 23: x/0 is null."""
    left, right = evaluate(expression.left, scope), evaluate(expression.right, scope)
    if not isinstance(left, Number) or not isinstance(right, Number):
        return None  # S12
    a, b = left.millionths, right.millionths
    match expression.operator:
        case "+":
            return limited(a + b, scope)
        case "-":
            return limited(a - b, scope)
        case "*":
            return limited(half_even(a * b, MILLION), scope)
        case "/":
            return None if b == 0 else limited(half_even(a * MILLION, b), scope)


_EQUALITY: Final[Mapping[str, Callable[[object, object], bool]]] = {"=": operator.eq, "!=": operator.ne}
_ORDER: Final[Mapping[str, Callable[[Scalar, Scalar], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(sign: syntax.Comparison, left: Operand, right: Operand) -> bool | None:
    """Rule 16, S12: nothing is coerced; values of different kinds, and booleans by size, are unknown."""
    if left is None or right is None or isinstance(left, Other) or type(left) is not type(right):
        return None
    if sign in _EQUALITY:
        return _EQUALITY[sign](left, right)
    return None if isinstance(left, bool) else _ORDER[sign](left, right)


def either(conditions: list[Operand]) -> bool | None:
    """Three-valued `or`: true if one is, false if all are, else unknown. What is no boolean is unknown."""
    if any(condition is True for condition in conditions):
        return True
    return False if all(condition is False for condition in conditions) else None


def _negated(condition: Operand) -> bool | None:
    return not condition if isinstance(condition, bool) else None


@cache
def _like(pattern: str) -> re.Pattern[str]:
    """S12: `%` is any run, `_` one character, case counts."""
    wild = {"%": ".*", "_": "."}
    return re.compile("".join(wild.get(character) or re.escape(character) for character in pattern), re.DOTALL)
