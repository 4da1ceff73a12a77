"""Expressions over columns: conditions, values, formulas; three-valued and exact (semantics 16, 17, 23, S12, S13, S24).

One evaluator serves events (a name is a path) and profiles (a name is an attribute). What is the same in every row
has one row and spreads by broadcasting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce

import numpy as np

from hundredfold.attribute import functions
from hundredfold.attribute.arithmetic import multiplied_divided
from hundredfold.attribute.column import (
    BEYOND,
    BOOLEAN,
    MISSING,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    Column,
    Ints,
    Mask,
    Pool,
)
from hundredfold.attribute.scope import Scope, Truth
from hundredfold.definition import syntax as s
from hundredfold.words.amount import LIMIT, MILLION

_COMPARABLE = np.zeros(8, np.bool_)
_COMPARABLE[[BOOLEAN, NUMBER, TEXT, TIME]] = True
_ORDERED = np.zeros(8, np.bool_)
_ORDERED[[NUMBER, TEXT, TIME]] = True


def evaluate(expression: s.Expression, scope: Scope) -> Column:
    """The value of an expression in every row."""
    found = _evaluate(expression, scope)
    if len(found) != scope.rows:
        found = Column(np.broadcast_to(found.kind, scope.rows), np.broadcast_to(found.data, scope.rows))
    return found


def holds(condition: s.Expression, scope: Scope) -> Mask:
    """Where a condition is true; unknown is not."""
    true = _truth(condition, scope).true
    return true if len(true) == scope.rows else np.broadcast_to(true, scope.rows)


def _evaluate(e: s.Expression, scope: Scope) -> Column:
    match e:
        case s.Number(millionths):
            return Column.full(1, NUMBER, millionths)
        case s.Text(text):
            return Column.full(1, TEXT, scope.pool.code(text))
        case s.Boolean(truth):
            return Column.full(1, BOOLEAN, int(truth))
        case s.Null():
            return Column.full(1, NULL)
        case s.Name(path):
            return scope.column(path)
        case s.Negative(operand):
            found = _evaluate(operand, scope)
            return _limited(-found.data, found.kind == NUMBER, np.ones(len(found), np.bool_))
        case s.Binary(operator, left, right):
            return _arithmetic(operator, _evaluate(left, scope), _evaluate(right, scope))
        case s.Case(branches, otherwise):
            result = _evaluate(otherwise, scope)
            for condition, value in reversed(branches):
                result = chosen(_truth(condition, scope).true, _evaluate(value, scope), result)
            return result
        case s.Call():
            return _called(e, scope)
        case _:
            return _truth(e, scope).column()


def _truth(e: s.Expression, scope: Scope) -> Truth:
    found = scope.known.get(e)
    if found is None:
        found = scope.known[e] = _judged(e, scope)
    return found


def _judged(e: s.Expression, scope: Scope) -> Truth:
    match e:
        case s.Compare(operator, left, right):
            return compared(operator, _evaluate(left, scope), _evaluate(right, scope), scope.pool)
        case s.In(operand, options):
            found = _evaluate(operand, scope)
            return _any([compared("=", found, _evaluate(option, scope), scope.pool) for option in options])
        case s.Like(operand, pattern):
            return like(_evaluate(operand, scope), pattern, scope.pool)
        case s.IsNull(operand):
            kind = _evaluate(operand, scope).kind
            null = (kind == NULL) | (kind == MISSING) | (kind == BEYOND)
            return Truth(null, ~null)
        case s.Not(operand):
            return _negated(_truth(operand, scope))
        case s.And(operands):
            return _negated(_any([_negated(_truth(operand, scope)) for operand in operands]))
        case s.Or(operands):
            return _any([_truth(operand, scope) for operand in operands])
        case _:
            found = _evaluate(e, scope)
            boolean, true = found.kind == BOOLEAN, found.data == 1
            return Truth(boolean & true, boolean & ~true)


def _called(call: s.Call, scope: Scope) -> Column:
    arguments = [_evaluate(argument, scope) for argument in call.arguments]
    if call.function == "tier":
        return functions.tier(arguments[0], scope.cuts.get(functions.tier_key(call)))
    return functions.FUNCTIONS[call.function](scope, *arguments)


def chosen(condition: Mask, yes: Column, no: Column) -> Column:
    """`yes` where the condition holds, else `no`."""
    return Column(np.where(condition, yes.kind, no.kind), np.where(condition, yes.data, no.data))


def _arithmetic(operator: str, left: Column, right: Column) -> Column:
    good = (left.kind == NUMBER) & (right.kind == NUMBER)
    a, b = left.data, right.data
    match operator:
        case "+":
            result = a + b
        case "-":
            result = a - b
        case "*":
            result, fits = multiplied_divided(a, b, np.int64(MILLION))  # type: ignore[arg-type]
            return _limited(result, good, fits)
        case _:
            good = good & (b != 0)
            result, fits = multiplied_divided(a, np.int64(MILLION), np.where(b == 0, 1, b))  # type: ignore[arg-type]
            return _limited(result, good, fits)
    # Aggregates may exceed the limit by far; their sum may even leave int64.
    fits = np.abs(a.astype(np.float64) + (b if operator == "+" else -b).astype(np.float64)) < 2.0**62
    return _limited(result, good, fits)


def _limited(result: Ints, good: Mask, fits: Mask) -> Column:
    within = fits & (np.abs(result) <= LIMIT)
    kind = np.where(good, np.where(within, np.uint8(NUMBER), np.uint8(BEYOND)), np.uint8(NULL))
    return Column(kind, np.where(good & within, result, 0))


def compared(operator: str, left: Column, right: Column, pool: Pool) -> Truth:
    """Two values compared, row by row."""
    comparable = _COMPARABLE if operator in ("=", "!=") else _ORDERED
    # Kinds are equal where it matters, so the side with fewer rows (a constant has one) tells which can be compared.
    known = (left.kind == right.kind) & comparable[min(left.kind, right.kind, key=len)]
    a, b = left.data, right.data
    if operator not in ("=", "!="):
        a, b = functions.ordered(left, pool), functions.ordered(right, pool)
    match operator:
        case "=":
            result = a == b
        case "!=":
            result = a != b
        case "<":
            result = a < b
        case "<=":
            result = a <= b
        case ">":
            result = a > b
        case _:
            result = a >= b
    return Truth(known & result, known & ~result)


def _negated(truth: Truth) -> Truth:
    return Truth(truth.false, truth.true)


def _any(truths: Sequence[Truth]) -> Truth:
    return reduce(lambda a, b: Truth(a.true | b.true, a.false & b.false), truths)


def like(found: Column, pattern: str, pool: Pool) -> Truth:
    """Texts against a pattern with `%` and `_`."""
    regex = re.compile("".join({"%": ".*", "_": "."}.get(c) or re.escape(c) for c in pattern), re.DOTALL)
    matches = functions.of_texts(found, pool, lambda text: int(regex.fullmatch(text) is not None)) == 1
    return Truth(matches, (found.kind == TEXT) & ~matches)
