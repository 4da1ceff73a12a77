"""Profiles of made-up customers, as columns and as the values that a reader must get."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from typing import Any

import numpy as np

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import BEYOND, BOOLEAN, MISSING, NULL, NUMBER, TEXT, TIME, Column, Pool
from hundredfold.attribute.kinds import ANY, Field
from hundredfold.publish.records import Customers, Portion, Stamp
from hundredfold.words.value import Moment, Number, Scalar

FIELDS = (
    Field("any", ANY),
    Field("anys", ANY, many=True),
    Field("count", ("count",)),
    Field("flag", ("boolean",)),
    Field("moment", ("time",)),
    Field("moments", ("time",), many=True),
    Field("number", ("number",)),
    Field("numbers", ("number",), many=True),
    Field("text", ("text",)),
    Field("texts", ("text",), many=True),
)
STAMP = Stamp(-1, None, 1_764_000_000_000_000, 2**53, "f00d", {0: 812, 11: 0, 3: 2**40})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WIDE = Context(prec=38)


def column(values: Sequence[Scalar | None], texts: Pool) -> Column:
    """Scalars as a column; null comes in all its forms."""
    kinds, data = [], []
    for place, value in enumerate(values):
        match value:
            case bool():
                kind, content = BOOLEAN, int(value)
            case Number(millionths):
                kind, content = NUMBER, millionths
            case Moment(micros):
                kind, content = TIME, micros
            case str():
                kind, content = TEXT, texts.code(value)
            case _:
                kind, content = (NULL, MISSING, BEYOND)[place % 3], 0
        kinds.append(kind)
        data.append(content)
    return Column(np.array(kinds, np.uint8), np.array(data, np.int64))


def lists(values: Sequence[Sequence[Scalar]], texts: Pool) -> Lists:
    """Lists as columns."""
    offsets = np.concatenate(([0], np.cumsum([len(value) for value in values]))).astype(np.int64)
    return Lists(offsets, column([item for value in values for item in value], texts))


def portion(keys: Sequence[str], ids: Sequence[Sequence[str]], rows: Sequence[dict[str, Any]]) -> Portion:
    """The profiles of customers: `rows` has the values of the fields, lists as tuples."""
    texts = Pool(["a text that nobody has"])
    offsets = np.concatenate(([0], np.cumsum([len(own) for own in ids]))).astype(np.int64)
    customers = Customers(keys, [one for own in ids for one in own], offsets)
    values = {
        field.name: (lists if field.many else column)([row[field.name] for row in rows], texts)  # type: ignore[operator]
        for field in FIELDS
    }
    return Portion(customers, values, texts)


def read(value: Any) -> Any:
    """A value as a stock reader of Avro gives it."""
    match value:
        case Number(millionths):
            return Decimal(millionths).scaleb(-6, _WIDE)
        case Moment(micros):
            return _EPOCH + timedelta(microseconds=micros)
        case tuple():
            return [read(item) for item in value] or None
        case _:
            return value
