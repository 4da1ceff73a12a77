"""The canonical text of an expression: equal trees, equal text, and reading it gives the tree again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hundredfold.definition.syntax import (
    And,
    Binary,
    Boolean,
    Call,
    Case,
    Compare,
    Expression,
    In,
    IsNull,
    Like,
    Name,
    Negative,
    Not,
    Null,
    Number,
    Or,
    Text,
)
from hundredfold.definition.tokens import spelt
from hundredfold.words.amount import MILLION

OR, AND, NOT, COMPARE, SUM, PRODUCT, UNARY, ATOM = range(1, 9)
"""How strongly the forms of the grammar bind."""
MAX_DEPTH: Final = 64
"""How many levels the tree of an expression may have."""


def text_of(expression: Expression) -> str:
    """The canonical text: small letters, 'single quotes', no needless parentheses, `not in` and its kin.

    >>> from hundredfold.definition.parser import parse_condition
    >>> text_of(parse_condition('NOT (a in (1.50)) And ((b = "it\\'s"))'))
    "a not in (1.5) and b = 'it''s'"
    """
    return _spelt(expression)[0]


def children(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside an expression, in reading order."""
    match expression:
        case Negative(operand) | Not(operand) | IsNull(operand) | Like(operand):
            return (operand,)
        case Binary(_, left, right) | Compare(_, left, right):
            return (left, right)
        case In(operand, options):
            return (operand, *options)
        case And(operands) | Or(operands):
            return operands
        case Case(branches, otherwise):
            return (*(part for branch in branches for part in branch), otherwise)
        case Call(_, arguments):
            return arguments
    return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything inside it, in reading order."""
    waiting = [expression]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(children(found)))


def names_in(expression: Expression) -> list[str]:
    """The paths or attributes that an expression names, each once, in reading order."""
    return list(dict.fromkeys(found.path for found in walk(expression) if isinstance(found, Name)))


def replaced(expression: Expression, by: Mapping[str, Expression]) -> Expression:
    """The expression with other expressions in place of some names, and of calls such as `left(vip)`."""

    def of(part: Expression) -> Expression:
        match part:
            case Name(path):
                return by.get(path, part)
            case Negative(operand) | Not(operand) | IsNull(operand):
                return type(part)(of(operand))
            case Like(operand, pattern):
                return Like(of(operand), pattern)
            case Binary(operator, left, right):
                return Binary(operator, of(left), of(right))
            case Compare(operator, left, right):
                return Compare(operator, of(left), of(right))
            case In(operand, options):
                return In(of(operand), tuple(map(of, options)))
            case And(operands) | Or(operands):
                return type(part)(tuple(map(of, operands)))
            case Case(branches, otherwise):
                return Case(tuple((of(when), of(then)) for when, then in branches), of(otherwise))
            case Call(function, (Name(path),)) if f"{function}({path})" in by:
                return by[f"{function}({path})"]
            case Call(function, arguments):
                return Call(function, tuple(map(of, arguments)))
        return part

    return of(expression)


def depth(expression: Expression) -> int:
    """How many levels its tree has; 1 for a name."""
    level, levels = [expression], 0
    while level:
        level, levels = [child for found in level for child in children(found)], levels + 1
    return levels


def _within(expression: Expression, power: int) -> str:
    """The text of a part, in parentheses where it binds less than its place asks for."""
    text, binds = _spelt(expression)
    return text if binds >= power else f"({text})"


def _spelt(expression: Expression) -> tuple[str, int]:
    match expression:
        case Or(operands):
            return " or ".join(_within(operand, AND) for operand in operands), OR
        case And(operands):
            return " and ".join(_within(operand, NOT) for operand in operands), AND
        case Not(operand):
            return _negated(operand)
        case Compare(operator, left, right):
            return f"{_within(left, SUM)} {operator} {_within(right, SUM)}", COMPARE
        case In() | Like() | IsNull():
            return _tested(expression, ""), COMPARE
        case Binary(operator, left, right):
            binds = SUM if operator in "+-" else PRODUCT
            return f"{_within(left, binds)} {operator} {_within(right, binds + 1)}", binds
        case Negative(operand):
            # Without parentheses the minus would become part of the number.
            plain = not isinstance(operand, Number | Negative)
            return f"-{_within(operand, ATOM)}" if plain else f"-({text_of(operand)})", UNARY
    return _atom(expression), ATOM


def _negated(operand: Expression) -> tuple[str, int]:
    if isinstance(operand, In | Like | IsNull):
        return _tested(operand, "not "), COMPARE
    return f"not {_within(operand, NOT)}", NOT


def _tested(expression: In | Like | IsNull, negation: str) -> str:
    operand = _within(expression.operand, SUM)
    match expression:
        case In(_, options):
            return f"{operand} {negation}in ({', '.join(_within(option, SUM) for option in options)})"
        case Like(_, pattern):
            return f"{operand} {negation}like {_quoted(pattern)}"
        case IsNull():
            return f"{operand} is {negation}null"


def _atom(expression: Expression) -> str:
    match expression:
        case Number(amount):
            return number_text(amount)
        case Text(text):
            return _quoted(text)
        case Boolean(value):
            return "true" if value else "false"
        case Name(path):
            return spelt(path)
        case Call(function, arguments):
            return f"{function}({', '.join(map(text_of, arguments))})"
        case Case(branches, otherwise):
            when = "".join(f" when {text_of(condition)} then {text_of(value)}" for condition, value in branches)
            last = "" if isinstance(otherwise, Null) else f" else {text_of(otherwise)}"
            return f"case{when}{last} end"
        case _:
            return "null"


def number_text(amount: int) -> str:
    """Millionths as the shortest decimal number.

    >>> number_text(37_000_000), number_text(-500_000)
    ('37', '-0.5')
    """
    whole, rest = divmod(abs(amount), MILLION)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{rest:06d}".rstrip("0") if rest else f"{sign}{whole}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
