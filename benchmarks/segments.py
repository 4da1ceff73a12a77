"""The contestants of the benchmarks of segments: ours over the table of current values, and a plain Polars program."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.measure import Meter
from benchmarks.segment_workload import ATTRIBUTES, NOW, NUMBERS, TEXTS, TIMES, WORDS, Condition, columns, conditions
from benchmarks.segment_workload import text_of as written
from hundredfold.attribute.column import NULL, Column, Pool
from hundredfold.attribute.plan import plan
from hundredfold.attribute.read import Profiles
from hundredfold.definition.load import from_document
from hundredfold.definition.parser import parse_segment
from hundredfold.live.changes import Rows
from hundredfold.live.current import Current
from hundredfold.segment.members import Members
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import SECOND

_AT_ONCE: Final = 50_000
_NOTHING: Final = np.empty(0, np.int64)


def filled(customers: int) -> tuple[Current, Members]:
    """The table of current values with everybody in it, and the segments behind it."""
    pool = Pool(WORDS)
    definitions = from_document({"attributes": {name: {"trait": name} for name in ATTRIBUTES}})
    current = Current(plan(definitions, pool), Pool(f"u:{number}" for number in range(customers)), pool)
    values = columns(customers, pool)
    for first in range(0, customers, _AT_ONCE):
        some = np.arange(first, min(first + _AT_ONCE, customers))
        put(current, some, {name: column.take(some) for name, column in values.items()})
    asked = {name: parse_segment(written(condition)) for name, condition in conditions().items()}
    return current, Members(asked, current, pool, UTC)


def put(
    current: Current,
    some: np.ndarray[Any, np.dtype[np.int64]],
    values: dict[str, Column],
    only: frozenset[str] | None = None,
) -> Rows:
    """Values of some customers, as if they (`only` some of them) had just been read."""
    loud = np.zeros(len(some), np.bool_)
    return current.update(some, Profiles(len(some), dict(values)), NOW, loud, _NOTHING, _NOTHING, only)[1]


def ours(meter: Meter, customers: int, times: int) -> dict[str, Any]:
    """Everybody is asked about every segment, `times` times; the members are counted."""
    _, members = filled(customers)
    with meter:
        for _ in range(times):
            for _ in members.begin(lambda: NOW, lambda: _NOTHING):
                pass
    return {"counts": members.membership.counts.tolist()}


def ours_live(meter: Meter, customers: int, batch: int, batches: int, everything: bool) -> dict[str, Any]:
    """Batches of customers of whom thirty values have changed are put into the table, and asked.

    The thirty are the same within a batch. With `everything` all values were read, else those thirty.
    """
    current, members = filled(customers)
    for _ in members.begin(lambda: NOW, lambda: _NOTHING):
        pass
    made, moved = np.random.default_rng(9), 0
    work, order = [], made.permutation(customers)
    for first in range(0, batches * batch, batch):
        some = np.sort(order[first : first + batch])
        changed = made.choice(NUMBERS, 30, replace=False).tolist()
        values = {name: current.column(name, some) for name in ATTRIBUTES if everything}
        values |= {name: Column.numbers(made.integers(0, 1000, batch) * MILLION) for name in changed}
        work.append((some, values, None if everything else frozenset(changed)))
    with meter:
        for step, (some, values, only) in enumerate(work):
            moved += len(members.read(put(current, some, values, only), _NOTHING, NOW + step))
    return {"moved": moved}


def polars(meter: Meter, customers: int, times: int) -> dict[str, Any]:
    """The same conditions in one `select`, in which Polars works out once what they share."""
    frame = _frame(customers)
    today = datetime.fromtimestamp(NOW / SECOND, UTC).date()
    asked = [_expression(one, today).fill_null(False).alias(name) for name, one in conditions().items()]
    with meter:
        for _ in range(times):
            found = frame.lazy().select(asked).collect()
    return {"counts": found.sum().row(0)}


def _frame(customers: int) -> pl.DataFrame:
    def series(name: str, column: Column) -> pl.Series:
        null = pl.Series(column.kind == NULL)
        if name in NUMBERS:
            made = pl.Series(column.data // MILLION)
        elif name in TEXTS:
            made = pl.Series(WORDS, dtype=pl.Enum(WORDS)).gather(pl.Series(column.data))
        elif name in TIMES:
            made = pl.Series(column.data).cast(pl.Datetime("us"))
        else:
            made = pl.Series(column.data == 1)
        return pl.select(pl.when(~null).then(made).alias(name)).to_series()

    return pl.DataFrame([series(name, column) for name, column in columns(customers, Pool(WORDS)).items()])


def _expression(condition: Condition, today: date) -> pl.Expr:
    match condition:
        case "and", *parts:
            return pl.all_horizontal([_expression(part, today) for part in parts])
        case "or", *parts:
            return pl.any_horizontal([_expression(part, today) for part in parts])
        case "not", part:
            return ~_expression(part, today)
        case "=", name, word:
            return pl.col(name) == word
        case "in", name, *words:
            return pl.col(name).is_in(words)
        case "days", operator, name, days:
            since = (pl.lit(today) - pl.col(name).dt.date()).dt.total_days()
            return since <= days if operator == "<=" else since > days
        case "yes", name:
            return pl.col(name)
        case "null", name:
            return pl.col(name).is_null()
        case operator, name, number:
            column = pl.col(name)
            return {"<": column < number, "<=": column <= number, ">": column > number, ">=": column >= number}[
                operator
            ]
    raise AssertionError(condition)
