"""How values spread over customers, old beside new: a histogram of numbers and times, the commonest of all others."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import DAY, HOUR, MINUTE, SECOND
from hundredfold.words.value import Moment, Number, Scalar, Value, order

Kind: TypeAlias = Literal["nothing", "number", "time", "text", "boolean", "list", "mixed"]

BINS: Final = 24
"""Bins of a histogram, at most."""
TOPS: Final = 12
"""Values that are told one by one."""
_STEPS: Final = (SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY, 3650 * DAY)


@dataclass(frozen=True, slots=True)
class Bin:
    """How many values lie from `low` to below `high`; None: without an end, for the few that lie far out."""

    low: Number | Moment | None
    high: Number | Moment | None
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class Top:
    """How many customers have a value; of lists, how many have it in theirs."""

    value: Scalar
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The values of some customers. `other` have values that are not told one by one."""

    kind: Kind
    null: int
    null_before: int
    bins: tuple[Bin, ...] = ()
    tops: tuple[Top, ...] = ()
    other: int = 0
    least: Value = None
    middle: Value = None
    greatest: Value = None


def spread(new: Sequence[Value], old: Sequence[Value], *, at_least: int = 1) -> Spread:
    """The spread of new values, beside that of old ones; texts that fewer than `at_least` have are not told."""
    kind, nulls = _kind(new), (sum(v is None for v in new), sum(v is None for v in old))
    if kind in ("number", "time"):
        return _histogram(kind, sorted(map(_whole, _found(new))), sorted(map(_whole, _of(kind, old))), nulls)
    if kind == "nothing":
        return Spread(kind, *nulls)
    counts = Counter(one for value in new for one in _parts(value))
    before = Counter(one for value in old for one in _parts(value))
    told = [(one, count) for one, count in counts.items() if not isinstance(one, str) or count >= at_least]
    told.sort(key=lambda pair: (-pair[1], order(pair[0])))
    tops = tuple(Top(one, count, before[one]) for one, count in told[:TOPS])
    shown = {top.value for top in tops}
    other = sum(any(one not in shown for one in _parts(value)) for value in new)
    return Spread(kind, *nulls, tops=tops, other=other)


def _kind(values: Sequence[Value]) -> Kind:
    kinds: set[Kind] = {_kind_of(value) for value in values if value is not None}
    return "mixed" if len(kinds) > 1 else next(iter(kinds), "nothing")


def _kind_of(value: Value) -> Kind:
    match value:
        case bool():
            return "boolean"
        case Number():
            return "number"
        case Moment():
            return "time"
        case tuple():
            return "list"
        case str():
            return "text"
    return "nothing"


def _found(values: Sequence[Value]) -> Iterator[Value]:
    return (value for value in values if value is not None)


def _of(kind: Kind, values: Sequence[Value]) -> Iterator[Value]:
    return (value for value in values if _kind_of(value) == kind)


def _parts(value: Value) -> set[Scalar]:
    if isinstance(value, tuple):
        return set(value)
    return set() if value is None else {value}


def _whole(value: Value) -> int:
    assert isinstance(value, Number | Moment)
    return value.millionths if isinstance(value, Number) else value.micros


def _histogram(kind: Kind, new: list[int], old: list[int], nulls: tuple[int, int]) -> Spread:
    make = Number if kind == "number" else Moment
    both = sorted([*new, *old])
    low, high = both[len(both) // 100], both[-1 - len(both) // 100]
    step = step_of(kind, max(1, high - low), all(value % MILLION == 0 for value in both))
    first = low // step * step
    edges = list(range(first, high + step + 1, step))[: BINS + 1]
    counts, before = _counted(new, edges), _counted(old, edges)
    bins = []
    for place in range(len(edges) - 1):
        start = make(edges[place]) if place or both[0] >= edges[0] else None
        end = make(edges[place + 1]) if place < len(edges) - 2 or both[-1] < edges[-1] else None
        bins.append(Bin(start, end, counts[place], before[place]))
    return Spread(
        kind,
        *nulls,
        bins=tuple(bins),
        least=make(new[0]),
        middle=make(new[(len(new) - 1) // 2]),
        greatest=make(new[-1]),
    )


def _counted(values: list[int], edges: list[int]) -> list[int]:
    last = len(edges) - 2
    found = Counter(min(max(bisect_right(edges, value) - 1, 0), last) for value in values)
    return [found[place] for place in range(last + 1)]


def step_of(kind: Kind, width: int, whole: bool) -> int:
    """The width of a bin: 1, 2 or 5 times a power of ten, or a round stretch of time, so that there are few bins."""
    wanted = -(-width // (BINS - 2))
    if kind == "time":
        return next((step for step in _STEPS if step >= wanted), _STEPS[-1])
    ten = MILLION if whole else 1
    while True:
        for step in (ten, 2 * ten, 5 * ten):
            if step >= wanted:
                return step
        ten *= 10
