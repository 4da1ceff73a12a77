"""Columns to values that people and tests read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import BOOLEAN, NUMBER, TEXT, TIME, Column, Pool
from hundredfold.attribute.read import Profiles
from hundredfold.words.value import Moment, Number, Scalar, Value


def scalar(kind: int, data: int, pool: Pool) -> Scalar | None:
    """One value of a column."""
    match kind:
        case 3:
            return Number(data)
        case 5:
            return pool.text(data)
        case 4:
            return Moment(data)
        case 2:
            return bool(data)
        case _:
            return None


assert (BOOLEAN, NUMBER, TIME, TEXT) == (2, 3, 4, 5)


def column_values(found: Column | Lists, pool: Pool) -> Iterator[Value]:
    """The values of a column, or of lists, in the order of persons."""
    if isinstance(found, Column):
        yield from (scalar(k, d, pool) for k, d in zip(found.kind.tolist(), found.data.tolist(), strict=True))
        return
    items = list(column_values(found.items, pool))
    for first, end in pairwise(found.offsets.tolist()):
        yield tuple(item for item in items[first:end] if isinstance(item, Scalar)) or None


def profile_values(profiles: Profiles, pool: Pool) -> list[dict[str, Value]]:
    """A mapping of attribute to value for every person."""
    names = list(profiles.values)
    columns = [column_values(profiles.values[name], pool) for name in names]
    if not names:
        return [{} for _ in range(profiles.persons)]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
