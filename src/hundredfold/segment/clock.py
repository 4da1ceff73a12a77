"""What the clock alone changes of conditions: at the turn of a day, or at an instant of each customer's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from hundredfold.attribute.column import NUMBER, TIME, Ints
from hundredfold.definition import syntax as s
from hundredfold.definition.nested import asked_inside
from hundredfold.definition.spelling import children, walk
from hundredfold.segment.table import Table
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import HOUR

Pace = Literal["still", "day", "instant", "second"]
"""How a condition runs: not at all, with the days, at instants that can be told, or so that it is asked each second."""
_NEVER: Final = np.iinfo(np.int64).max
_BY_DAYS: Final = "days_since"
_ORDER: Final[tuple[Pace, ...]] = ("still", "day", "instant", "second")


@dataclass(frozen=True, slots=True)
class Flip:
    """The comparison of a time that runs with a bound: `since` hours or seconds ago."""

    value: s.Expression
    """What was compared: `hours_since(t)` of a time that does not run, or an attribute that is the time since."""
    bound: int
    """In millionths."""


def pace(condition: s.Expression, computed: Mapping[str, s.Expression], aging: Iterable[str]) -> Pace:
    """How a condition runs with the clock. `computed` formulas run, as do the `aging` attributes."""
    return max((_pace(part, computed, frozenset(aging)) for part in _comparisons(condition)), key=_ORDER.index)


def flips(condition: s.Expression, computed: Mapping[str, s.Expression], aging: Iterable[str]) -> frozenset[Flip]:
    """The comparisons of a condition that turn at an instant which can be told."""
    parts = (_flip(part, computed, frozenset(aging)) for part in _comparisons(condition))
    return frozenset(found for found in parts if found is not None)


def next_turn(some: Iterable[Flip], table: Table) -> Ints:
    """When the first of some comparisons turns behind the table's clock, for each customer; greatest int64: never."""
    now, soonest = table.scope.now, np.full(table.rows, _NEVER)
    for flip in some:
        for instant in _instants(flip, table):
            np.minimum(soonest, np.where(instant > now, instant, _NEVER), out=soonest)
    return soonest


def _instants(flip: Flip, table: Table) -> Iterable[Ints]:
    """The instants from which the value is another side of the bound, and from which it is no longer the bound."""
    if isinstance(flip.value, s.Call):
        (argument,) = flip.value.arguments
        assert isinstance(argument, s.Name)
        times = table.named(argument.path)
        whole = -(-flip.bound // MILLION)
        starts = np.where(times.kind == TIME, times.data, _NEVER // 2)
        yield starts + whole * HOUR
        yield starts + (whole + 1) * HOUR
        return
    assert isinstance(flip.value, s.Name)
    since = table.named(flip.value.path)
    # Millionths of a second are microseconds.
    starts = np.where(since.kind == NUMBER, table.scope.now - since.data, _NEVER // 2)
    yield starts + flip.bound
    yield starts + flip.bound + 1


def resolved(value: s.Expression, computed: Mapping[str, s.Expression]) -> s.Expression:
    """What a value is where it is nothing but the name of a formula that is worked out."""
    while isinstance(value, s.Name) and value.path in computed:
        value = computed[value.path]
    return value


def named(condition: s.Expression, computed: Mapping[str, s.Expression]) -> frozenset[str]:
    """The attributes that a condition asks for, and those that `computed` formulas among them ask for."""
    return frozenset(_asked(condition, computed)[0])


def _asked(e: s.Expression, computed: Mapping[str, s.Expression]) -> tuple[set[str], set[str]]:
    """The attributes and the functions of an expression and of the computed formulas that it names."""
    names, calls = set[str](), set[str]()
    waiting = [e]
    while waiting:
        for one in walk(waiting.pop()):
            if isinstance(one, s.Call):
                calls.add(one.function)
            elif isinstance(one, s.Name) and one.path not in names:
                names.add(one.path)
                waiting += [computed[one.path]] if one.path in computed else []
    return names, calls


def _comparisons(e: s.Expression) -> Iterable[s.Expression]:
    """The parts of a condition, and of the segments that it names, that are joined by `and`, `or`, `not`."""
    inside = asked_inside(e)
    if inside is not None or isinstance(e, s.And | s.Or | s.Not):
        for part in children(e) if inside is None else (inside,):
            yield from _comparisons(part)
    else:
        yield e


def _pace(part: s.Expression, computed: Mapping[str, s.Expression], aging: frozenset[str]) -> Pace:
    if _flip(part, computed, aging) is not None:
        return "instant"
    names, calls = _asked(part, computed)
    if names & aging or calls & {"now", "hours_since"}:
        return "second"
    return "day" if _BY_DAYS in calls else "still"


def _flip(part: s.Expression, computed: Mapping[str, s.Expression], aging: frozenset[str]) -> Flip | None:
    match part:
        case s.Compare(_, value, s.Number(bound)) | s.Compare(_, s.Number(bound), value):
            pass
        case _:
            return None
    match running := resolved(value, computed):
        case s.Call("hours_since", (s.Name(name),)) if name in computed:
            return None
        case s.Call("hours_since", (s.Name(),)):
            return Flip(running, bound)
        case s.Name(name) if name in aging:
            return Flip(running, bound)
    return None
