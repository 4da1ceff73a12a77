"""Exact numbers: int64 millionths, rounded half-even, never a float that is added."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal

MILLION = 1_000_000
LIMIT = 10**9 * MILLION
"""Numbers from messages and results of operators lie within one billion, in millionths."""
INT64 = 2**63 - 1
_MILLIONTH = Decimal("0.000001")
_WIDE = Context(prec=50)


def millionths(number: float) -> int | None:
    """The nearest double of a number as whole millionths; None for NaN, infinities and |number| > 1e9.

    >>> millionths(37.0), millionths(0.1), millionths(2e9), millionths(float("nan"))
    (37000000, 100000, None, None)
    """
    try:
        x = float(number)
    except OverflowError:
        return None
    if not math.isfinite(x) or abs(x) > 1e9:
        return None
    return round(x * 1e6)


def exact_millionths(number: Decimal) -> int | None:
    """A decimal number as whole millionths, rounded half-even once; None for NaN, infinities and |number| > 1e9.

    >>> exact_millionths(Decimal("0.1")), exact_millionths(Decimal("1.0000005")), exact_millionths(Decimal("2e9"))
    (100000, 1000000, None)
    """
    # Without `abs()` and `*`: they round to the 28 digits of the usual context first.
    if not number.is_finite() or number.copy_abs() > 10**9:
        return None
    return int(number.quantize(_MILLIONTH, ROUND_HALF_EVEN, _WIDE).scaleb(6, _WIDE))


def half_even(numerator: int, denominator: int) -> int:
    """The quotient of two integers as an integer, rounded half to even.

    >>> half_even(5, 2), half_even(7, 2), half_even(-5, 2), half_even(2, 3)
    (2, 4, -2, 1)
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and whole % 2):
        whole += 1
    return whole
