"""What commands and the control API answer: plain documents, whose numbers are exact decimals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

import orjson

from hundredfold.words.calendar import iso
from hundredfold.words.value import Moment, Number, Value, amount_text

Document: TypeAlias = dict[str, Any]
"""JSON as Python has it; a number that need not be whole is a Decimal, so that it prints exactly."""


def json_text(document: Any, *, indent: bool = False) -> str:
    """A document as JSON text.

    >>> json_text({"sum": Decimal("12345678901234.567891"), "count": 3, "mean": Decimal("37.0")})
    '{"sum":12345678901234.567891,"count":3,"mean":37.0}'
    """
    options = orjson.OPT_INDENT_2 if indent else 0
    return orjson.dumps(document, default=_exactly, option=options).decode()


def read_json(text: str | bytes) -> Any:
    """The inverse of `json_text`."""
    import json

    return json.loads(text, parse_float=Decimal)


def plain(value: Value, *, whole: bool = False) -> Any:
    """A value as a part of a document; `whole` for counts, which print without a point.

    >>> plain(Number(1_241_500_000)), plain(Number(37_000_000)), plain(Number(3_000_000), whole=True)
    (Decimal('1241.5'), Decimal('37.0'), 3)
    """
    if isinstance(value, Number):
        return value.millionths // 1_000_000 if whole else decimal(value.millionths)
    if isinstance(value, Moment):
        return iso(value.micros)
    return [plain(part) for part in value] if isinstance(value, tuple) else value


@lru_cache(maxsize=4096)
def decimal(millionths: int) -> Decimal:
    """An exact number with at least one digit behind the point."""
    text = amount_text(millionths)
    return Decimal(text if "." in text else f"{text}.0")


def positions(vector: Mapping[int, int]) -> dict[str, int]:
    """A position vector as a document has it."""
    return {str(partition): offset for partition, offset in sorted(vector.items())}


def _exactly(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"a document holds a {type(value).__name__}")
