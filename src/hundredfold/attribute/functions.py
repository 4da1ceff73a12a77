"""The functions of formulas, each on whole columns (semantics 23, 24, S24, S25)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from hundredfold.attribute.arithmetic import divided
from hundredfold.attribute.column import (
    BEYOND,
    BOOLEAN,
    MISSING,
    NULL,
    NUMBER,
    OTHER,
    TEXT,
    TIME,
    Column,
    Ints,
    Mask,
    Pool,
)
from hundredfold.attribute.scope import Scope
from hundredfold.attribute.sorting import distinct
from hundredfold.attribute.zones import local_days, local_offsets
from hundredfold.definition import syntax as s
from hundredfold.definition.parser import text_of
from hundredfold.words.amount import LIMIT, MILLION, millionths
from hundredfold.words.calendar import DAY, HOUR, parse_time

Function = Callable[..., Column]


def of_texts(column: Column, pool: Pool, what: Callable[[str], int]) -> Ints:
    """A number for every text of a column, worked out once a distinct text; 0 elsewhere."""
    text = column.kind == TEXT
    codes, place = distinct(column.data[text])
    results = np.fromiter((what(pool.text(code)) for code in codes.tolist()), np.int64, len(codes))
    found = np.zeros(len(column), np.int64)
    found[text] = results[place] if len(codes) else 0
    return found


_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)


def with_numbers(column: Column, pool: Pool) -> Column:
    """Texts that are JSON numbers as numbers."""
    if not (column.kind == TEXT).any():
        return column
    nothing, beyond = np.iinfo(np.int64).min, np.iinfo(np.int64).max

    def read(text: str) -> int:
        if _JSON_NUMBER.fullmatch(text) is None:
            return int(nothing)
        exact = millionths(float(text))
        return int(beyond) if exact is None else exact

    found = of_texts(column, pool, read)
    numeric = (column.kind == TEXT) & (found != nothing)
    kind = np.where(numeric, np.where(found == beyond, np.uint8(BEYOND), np.uint8(NUMBER)), column.kind)
    return Column(kind, np.where(numeric, np.where(found == beyond, 0, found), column.data))


def tier_key(call: s.Call) -> str:
    """The name under which a run keeps the cut points of a `tier(...)`."""
    return text_of(call)


def tier(x: Column, cuts: Sequence[int] | None) -> Column:
    """1 + the number of cut points below x."""
    if not cuts:
        return Column.full(len(x), NULL)
    below = np.searchsorted(np.array(cuts, np.int64), x.data, side="left")
    return Column.where((x.kind == NUMBER) | (x.kind == TIME), NUMBER, (below + 1) * MILLION)


def cut_points(x: Column, n: int) -> tuple[int, ...]:
    """The cut points of `tier(x, n)` over a population: the values at the ranks ceil(k N / n), from 1."""
    values = np.sort(x.data[(x.kind == NUMBER) | (x.kind == TIME)])
    size = len(values)
    return tuple(int(values[-(-k * size // n) - 1]) for k in range(1, n)) if size else ()


def _null(column: Column) -> Mask:
    result: Mask = np.isin(column.kind, (NULL, MISSING, BEYOND, OTHER))
    return result


def _coalesce(scope: Scope, *columns: Column) -> Column:
    result = columns[-1]
    for column in reversed(columns[:-1]):
        null = _null(column)
        result = Column(np.where(null, result.kind, column.kind), np.where(null, result.data, column.data))
    return result


def _extreme(sign: int) -> Function:
    def extreme(scope: Scope, *columns: Column) -> Column:
        best = columns[0]
        for column in columns[1:]:
            # Texts and booleans go by their rank; columns of other kinds than the first that is not null are skipped.
            better = sign * (ordered(column, scope.pool) - ordered(best, scope.pool)) > 0
            takes = _null(best) | (~_null(column) & (column.kind == best.kind) & better)
            best = Column(np.where(takes, column.kind, best.kind), np.where(takes, column.data, best.data))
        return best

    return extreme


def ordered(column: Column, pool: Pool) -> Ints:
    """Numbers that are ordered like the values; texts by their bytes."""
    text = column.kind == TEXT
    if not text.any():
        return column.data
    return np.where(text, pool.ranks()[np.where(text, column.data, 0)], column.data)


def _numeric(work: Callable[[Ints], Ints]) -> Function:
    def function(scope: Scope, x: Column) -> Column:
        return _within(work(x.data), x.kind == NUMBER)

    return function


def _within(result: Ints, good: Mask) -> Column:
    within = np.abs(result) <= LIMIT
    kind = np.where(good, np.where(within, np.uint8(NUMBER), np.uint8(BEYOND)), np.uint8(NULL))
    return Column(kind, np.where(good & within, result, 0))


def _round(scope: Scope, x: Column, digits: Column | None = None) -> Column:
    places = 0 if digits is None else int(digits.data[0]) // MILLION
    unit = np.int64(10 ** (6 - places))
    return _within(divided(x.data, unit) * unit, x.kind == NUMBER)  # type: ignore[arg-type]


def _days_since(scope: Scope, t: Column) -> Column:
    today = local_days(scope.clocks, scope.zone)
    return _within((today - local_days(t.data, scope.zone)) * MILLION, t.kind == TIME)


def _hours_since(scope: Scope, t: Column) -> Column:
    return _within((scope.clocks - t.data) // HOUR * MILLION, t.kind == TIME)


def _days_between(scope: Scope, a: Column, b: Column) -> Column:
    days = local_days(b.data, scope.zone) - local_days(a.data, scope.zone)
    return _within(days * MILLION, (a.kind == TIME) & (b.kind == TIME))


def _hours_between(scope: Scope, a: Column, b: Column) -> Column:
    return _within((b.data - a.data) // HOUR * MILLION, (a.kind == TIME) & (b.kind == TIME))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _part(part: Callable[[datetime], int]) -> Function:
    """A part of local dates, worked out once a distinct date."""

    def function(scope: Scope, t: Column) -> Column:
        days, place = distinct(local_days(t.data, scope.zone))
        parts = np.array([part(_EPOCH + timedelta(days=day)) for day in days.tolist()], np.int64)
        return _within(parts[place] * MILLION, t.kind == TIME)

    return function


def _hour(scope: Scope, t: Column) -> Column:
    local = t.data + local_offsets(t.data, scope.zone)
    return _within(local % DAY // HOUR * MILLION, t.kind == TIME)


_PARTS_OF_DAY: Final = ("night", "morning", "afternoon", "evening")
"""Six hours each, from midnight."""


def _part_of_day(scope: Scope, t: Column) -> Column:
    local = t.data + local_offsets(t.data, scope.zone)
    codes = np.array([scope.pool.code(text) for text in _PARTS_OF_DAY], np.int64)
    return Column.where(t.kind == TIME, TEXT, codes[local % DAY // (DAY // len(_PARTS_OF_DAY))])


def _textual(what: Callable[[str], str]) -> Function:
    def function(scope: Scope, x: Column) -> Column:
        codes = of_texts(x, scope.pool, lambda text: scope.pool.code(what(text)))
        return Column.where(x.kind == TEXT, TEXT, codes)

    return function


def _split_part(scope: Scope, x: Column, separator: Column, place: Column) -> Column:
    pool = scope.pool
    divided_at, wanted = pool.text(int(separator.data[0])), int(place.data[0]) // MILLION - 1

    def part(text: str) -> int:
        parts = text.split(divided_at)
        return pool.code(parts[wanted]) if wanted < len(parts) else -1

    codes = of_texts(x, pool, part)
    return Column.where((x.kind == TEXT) & (codes >= 0), TEXT, codes)


def _length(scope: Scope, x: Column) -> Column:
    return Column.where(x.kind == TEXT, NUMBER, of_texts(x, scope.pool, lambda text: len(text) * MILLION))


def _time(scope: Scope, x: Column) -> Column:
    nothing = np.iinfo(np.int64).min

    def read(text: str) -> int:
        time = parse_time(text, scope.zone)
        return nothing if time is None else time

    times = of_texts(x, scope.pool, read)
    times = np.where(x.kind == TIME, x.data, times)
    return Column.where((x.kind == TIME) | ((x.kind == TEXT) & (times != nothing)), TIME, times)


def shown(millionths: int) -> str:
    """A number as text, as short as it is exact.

    >>> shown(37_000_000), shown(-1_500_000)
    ('37', '-1.5')
    """
    whole, rest = divmod(abs(millionths), MILLION)
    digits = f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
    return f"-{digits}" if millionths < 0 else digits


def _concat(scope: Scope, *columns: Column) -> Column:
    """Texts and numbers joined; worked out once a distinct pair."""
    result = as_texts(columns[0], scope.pool)
    for column in columns[1:]:
        other = as_texts(column, scope.pool)
        left, right = np.broadcast_arrays(result.data, other.data)
        good = np.broadcast_to((result.kind == TEXT) & (other.kind == TEXT), left.shape)
        pairs, place = np.unique(np.stack([left[good], right[good]]), axis=1, return_inverse=True)
        text = scope.pool.text
        codes = np.array([scope.pool.code(text(a) + text(b)) for a, b in pairs.T.tolist()], np.int64)
        data = np.zeros(len(left), np.int64)
        data[good] = codes[place] if len(codes) else 0
        result = Column.where(good, TEXT, data)
    return result


def as_texts(column: Column, pool: Pool) -> Column:
    """Texts, numbers and booleans as texts (semantics S7, S32); null for everything else."""
    truth = column.kind == BOOLEAN
    if truth.any():
        spelt = np.where(column.data == 1, pool.code("true"), pool.code("false"))
        column = Column(np.where(truth, np.uint8(TEXT), column.kind), np.where(truth, spelt, column.data))
    number = column.kind == NUMBER
    values, place = distinct(column.data[number])
    codes = np.array([pool.code(shown(v)) for v in values.tolist()], np.int64)
    data = np.where(column.kind == TEXT, column.data, 0)
    data[number] = codes[place] if len(codes) else 0
    return Column.where(number | (column.kind == TEXT), TEXT, data)


def _now(scope: Scope) -> Column:
    return Column.times(scope.clocks)


FUNCTIONS: Final[dict[str, Function]] = {
    "coalesce": _coalesce,
    "min": _extreme(-1),
    "max": _extreme(1),
    "round": _round,
    "abs": _numeric(np.abs),
    "floor": _numeric(lambda x: x // MILLION * MILLION),
    "ceil": _numeric(lambda x: -(-x // MILLION) * MILLION),
    "days_since": _days_since,
    "hours_since": _hours_since,
    "days_between": _days_between,
    "hours_between": _hours_between,
    "year": _part(lambda d: d.year),
    "month": _part(lambda d: d.month),
    "day": _part(lambda d: d.day),
    "weekday": _part(lambda d: d.isoweekday()),
    "hour": _hour,
    "part_of_day": _part_of_day,
    "lower": _textual(str.lower),
    "upper": _textual(str.upper),
    "concat": _concat,
    "split_part": _split_part,
    "length": _length,
    "time": _time,
    "now": _now,
}
"""Every function but `if` and `tier`, which the evaluator treats itself, and `nth`, which is of lists."""
