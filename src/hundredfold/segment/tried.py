"""A condition tried out while somebody types it: whom it lets through now, from the values that are kept of everybody.

Only the columns that it names are looked at. What it finds is of one state, the one of all counts and members.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hundredfold.attribute.column import Column, Ints, Mask
from hundredfold.definition import syntax as s
from hundredfold.profile.distribution import TOPS
from hundredfold.segment.members import Members
from hundredfold.segment.program import Bits
from hundredfold.segment.spread import Spread, spread
from hundredfold.segment.table import packed
from hundredfold.words.value import Value


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked: a condition over attributes, and parts of it that are counted alone.

    `shown` are the attributes whose values are told of `most` members, `spread` the one whose spread is; of texts the
    commonest `tops` that at least `at_least` customers have. `beside` is a
    kept segment: who would come into it, and who would leave it, if this were its condition.
    """

    where: s.Expression
    parts: Sequence[s.Expression] = ()
    shown: Sequence[str] = ()
    most: int = 0
    spread: str | None = None
    at_least: int = 1
    tops: int = TOPS
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A member by his plain id, with his values."""

    customer: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Tried:
    """What was found: `count` members, how many each part lets through alone, some members, the spread.

    `entering` and `leaving` are None where there is no segment beside it.
    """

    count: int
    parts: list[int]
    examples: list[Example]
    spread: Spread | None
    entering: int | None = None
    leaving: int | None = None


def tried(members: Members, asking: Asking, at: int) -> Tried:
    """Asks everybody at the clock of the values that are kept. Raises KeyError for a segment that is not."""
    place = None if asking.beside is None else members.place(asking.beside)
    members.watch((asking.where, *asking.parts))
    program = members.program({str(number): one for number, one in enumerate((asking.where, *asking.parts))})
    counts, entering, leaving = np.zeros(1 + len(asking.parts), np.int64), 0, 0
    inside: list[Ints] = []
    spreading: list[tuple[Column, Mask, Mask]] = []
    for first, table, known in members.tables(at):
        bits = program.run(table)
        bits &= packed(known)
        counts += np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
        now = _marks(bits, table.rows)
        inside.append(np.flatnonzero(now) + first)
        if asking.spread is not None:
            spreading.append((table.named(asking.spread), known, now))
        if place is not None:
            before = members.membership.within(place, first, first + table.rows)
            entering, leaving = entering + int((now & ~before).sum()), leaving + int((before & ~now).sum())
    return Tried(
        int(counts[0]),
        counts[1:].tolist(),
        [_example(members, one, asking.shown, at) for one in _some(inside, asking.most)],
        spread(spreading, members.texts, at_least=asking.at_least, tops=asking.tops)
        if asking.spread is not None
        else None,
        entering if place is not None else None,
        leaving if place is not None else None,
    )


def _marks(bits: Bits, rows: int) -> Mask:
    """Whom the first condition lets through."""
    found: Mask = np.unpackbits(bits[0].view(np.uint8), count=rows, bitorder="little").view(np.bool_)
    return found


def _some(inside: Sequence[Ints], most: int) -> list[int]:
    """Some members from all over, the same as long as nobody moves."""
    everybody = np.concatenate([np.empty(0, np.int64), *inside])
    if len(everybody) <= most:
        return [int(one) for one in everybody]
    return [int(everybody[number * len(everybody) // most]) for number in range(most)]


def _example(members: Members, customer: int, shown: Sequence[str], at: int) -> Example:
    table = members.row(customer, at)
    return Example(members.customer(customer), {name: members.value(table.named(name)) for name in shown})
