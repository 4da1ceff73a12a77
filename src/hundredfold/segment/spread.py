"""How an attribute spreads over the members of a segment, beside everybody: bars of numbers and times, or the commonest
texts. It looks at columns of a million customers at once, for somebody who is typing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from hundredfold.attribute.column import BOOLEAN, NUMBER, TEXT, TIME, Column, Ints, Mask, Pool
from hundredfold.profile.distribution import BINS, TOPS, step_of
from hundredfold.words.amount import MILLION
from hundredfold.words.value import Moment, Number

Kind: TypeAlias = Literal["number", "time", "text", "boolean", "nothing"]

_KINDS: Final[dict[int, Kind]] = {NUMBER: "number", TIME: "time", TEXT: "text", BOOLEAN: "boolean"}
_SAMPLE: Final = 20_000
"""So many values say where the bars are; all are counted."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many have a value from `low` to below `high`; None: without an end, for the few that lie far out."""

    low: Number | Moment | None
    high: Number | Moment | None
    members: int
    everybody: int


@dataclass(frozen=True, slots=True)
class Top:
    """How many have a value."""

    value: str | bool
    members: int
    everybody: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The values of one kind, the commonest. `members` and `everybody` are how many have one of it.

    `middle` are the medians of both, of numbers and times; `other` members have texts that are not told one by one.
    """

    kind: Kind
    members: int
    everybody: int
    bars: tuple[Bar, ...] = ()
    tops: tuple[Top, ...] = ()
    other: int = 0
    least: Number | Moment | None = None
    greatest: Number | Moment | None = None
    middle: tuple[Number | Moment | None, Number | Moment | None] = (None, None)


def spread(parts: Sequence[tuple[Column, Mask, Mask]], pool: Pool, *, at_least: int = 1, tops: int = TOPS) -> Spread:
    """The spread of a column that comes in parts, each with who is a customer, and who of them is a member.

    Of texts the commonest `tops` are told, if at least `at_least` customers have them.
    """
    kinds = sum((np.bincount(column.kind[known], minlength=8) for column, known, _ in parts), np.zeros(8, np.int64))
    kind = max(_KINDS, key=lambda one: int(kinds[one]))
    if kinds[kind] == 0:
        return Spread("nothing", 0, 0)
    here = [(column.data, known & (column.kind == kind), inside) for column, known, inside in parts]
    data = np.concatenate([values[having] for values, having, _ in here])
    inside = np.concatenate([one[having] for _, having, one in here])
    if kind in (TEXT, BOOLEAN):
        return _tops(_KINDS[kind], data, inside, pool, at_least, tops)
    return _bars(_KINDS[kind], data, inside)


def _tops(kind: Kind, data: Ints, inside: Mask, pool: Pool, at_least: int, most: int) -> Spread:
    everybody = np.bincount(data)
    members = np.bincount(data[inside], minlength=len(everybody))
    told = np.flatnonzero(everybody >= at_least)
    told = told[np.argsort(-everybody[told], kind="stable")][:most]
    tops = tuple(
        Top(pool.text(code) if kind == "text" else bool(code), int(members[code]), int(everybody[code]))
        for code in told.tolist()
    )
    other = int(members.sum()) - sum(one.members for one in tops)
    return Spread(kind, int(inside.sum()), len(data), tops=tops, other=other)


def _bars(kind: Kind, data: Ints, inside: Mask) -> Spread:
    make = Number if kind == "number" else Moment
    some = np.sort(data[:: max(1, len(data) // _SAMPLE)])
    low, high = int(some[len(some) // 100]), int(some[-1 - len(some) // 100])
    step = step_of("number" if kind == "number" else "time", max(1, high - low), not (some % MILLION).any())
    first = low // step * step
    count = min(BINS, (high - first) // step + 1)
    place = np.clip((data - first) // step, 0, count - 1)
    everybody, members = np.bincount(place, minlength=count), np.bincount(place[inside], minlength=count)
    least, greatest = int(data.min()), int(data.max())
    bars = []
    for bar in range(count):
        start, end = first + bar * step, first + (bar + 1) * step
        bars.append(
            Bar(
                make(start) if bar or least >= first else None,
                make(end) if bar < count - 1 or greatest < end else None,
                int(members[bar]),
                int(everybody[bar]),
            )
        )
    own = data[inside]
    middle = tuple(make(_middle(one)) if len(one) else None for one in (own, data))
    return Spread(
        kind,
        len(own),
        len(data),
        bars=tuple(bars),
        least=make(least),
        greatest=make(greatest),
        middle=(middle[0], middle[1]),
    )


def _middle(values: Ints) -> int:
    rank = (len(values) - 1) // 2
    return int(np.partition(values, rank)[rank])
