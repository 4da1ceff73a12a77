"""What an attribute's value is: the neutral form in which fold and audit are compared and answers are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import iso


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """An exact number, in millionths. Counts are numbers, too."""

    millionths: int


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A time, in microseconds UTC since 1970."""

    micros: int


Scalar: TypeAlias = bool | Number | Moment | str
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None
Json: TypeAlias = bool | int | float | str | list["Json"] | None

_SHORT_WHOLE: Final = 1e16
"""From here on the shortest text of a whole double has an exponent."""


def of_count(count: int) -> Number:
    """A count as a number.

    >>> of_count(3)
    Number(millionths=3000000)
    """
    return Number(count * MILLION)


def to_json(value: Value) -> Json:
    """A value as JSON: numbers print their decimal whenever a double can, times are ISO text, lists are lists.

    >>> to_json(Number(1_241_500_000)), to_json(Number(37_000_000)), to_json(Moment(0)), to_json(("a", True))
    (1241.5, 37.0, '1970-01-01T00:00:00Z', ['a', True])
    """
    match value:
        case Number(millionths):
            return _decimal(millionths)
        case Moment(micros):
            return iso(micros)
        case tuple():
            return [to_json(part) for part in value]
        case _:
            return value


def _decimal(millionths: int) -> int | float:
    nearest = millionths / MILLION
    if Decimal(repr(nearest)) * MILLION == millionths:
        return nearest
    whole, rest = divmod(millionths, MILLION)
    return nearest if rest else whole


def order(value: Scalar) -> tuple[int, int | str]:
    """The key that sorts values of all kinds: booleans, numbers, times, texts (semantics S16).

    Texts compare by code points, which is the order of their UTF-8 bytes.

    >>> sorted(["b", Moment(5), Number(7), True, "a"], key=order)
    [True, Number(millionths=7), Moment(micros=5), 'a', 'b']
    """
    match value:
        case bool():
            return 0, int(value)
        case Number(millionths):
            return 1, millionths
        case Moment(micros):
            return 2, micros
        case _:
            return 3, value


def number_text(number: int | float) -> str:
    """The text of a JSON number (semantics S7, S28): a whole one has no point, others have the shortest.

    >>> number_text(17.0), number_text(17.5), number_text(12345678901234567890), number_text(1e-7), number_text(1e16)
    ('17', '17.5', '12345678901234567890', '1e-07', '1e+16')
    """
    if isinstance(number, float) and number.is_integer() and abs(number) < _SHORT_WHOLE:
        return str(int(number))
    return repr(number)


def amount_text(millionths: int) -> str:
    """The shortest text of an exact number.

    >>> amount_text(17_500_000), amount_text(-1)
    ('17.5', '-0.000001')
    """
    whole, rest = divmod(abs(millionths), MILLION)
    fraction = f".{rest:06d}".rstrip("0").rstrip(".")
    return f"{'-' if millionths < 0 else ''}{whole}{fraction}"


def is_finite(number: int | float) -> bool:
    """Whether a JSON number is one for a double, too: not NaN, not infinite, not too large."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False
