"""Segments that name other segments: `not at_home and lapsing` is a condition over attributes like any other.

Being in a segment is never unknown: whoever is not in it for want of a value is not in it, and so `not lapsing` holds.
When somebody entered or left one is recorded: in a condition, `left(vip)` is the name of a value that is kept
elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Final

from hundredfold.definition.functions import FUNCTIONS
from hundredfold.definition.spelling import children, names_in, replaced
from hundredfold.definition.syntax import Boolean, Call, Case, Expression, Name

OF_SEGMENTS: Final = tuple(name for name, one in FUNCTIONS.items() if one.of_segments)
MOST_LEVELS: Final = 160
"""How deep a condition may be with those worked in that it names: what walks through it calls itself."""
MOST_PARTS: Final = 50_000
"""How many parts it may then have: each segment that names another twice doubles it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When customers last `entered` or `left` a segment."""

    way: str
    segment: str

    @property
    def name(self) -> str:
        """The name by which conditions ask for it."""
        return f"{self.way}({self.segment})"

    @staticmethod
    def named(name: str) -> Moment | None:
        """What a name in a condition stands for; None for an attribute.

        >>> Moment.named("left(vip)")
        Moment(way='left', segment='vip')
        """
        way, bracket, rest = name.partition("(")
        return Moment(way, rest[:-1]) if bracket else None


def conditions(segments: Mapping[str, Expression]) -> dict[str, Expression]:
    """What each segment asks of attributes, by name; they must not go in a circle.

    >>> from hundredfold.definition.parser import parse_segment
    >>> from hundredfold.definition.spelling import text_of
    >>> found = conditions({"rich": parse_segment("spent > 100"), "other": parse_segment("not rich and vip")})
    >>> text_of(found["other"])
    'not case when spent > 100 then true else false end and vip'
    """
    found: dict[str, Expression] = {}
    inside: dict[str, Expression] = {}
    named = {name: [one for one in names_in(where) if one in segments] for name, where in segments.items()}
    for name in TopologicalSorter(named).static_order():
        found[name] = replaced(segments[name], inside)
        inside[name] = Case(((found[name], Boolean(True)),), Boolean(False))
        inside |= {one.name: Name(one.name) for one in (Moment(way, name) for way in OF_SEGMENTS)}
    return {name: found[name] for name in segments}


@dataclass(frozen=True, slots=True)
class Extent:
    """How many levels and parts a condition has."""

    levels: int
    parts: int

    @property
    def too_great(self) -> bool:
        """Whether it is more than can be worked with."""
        return self.levels > MOST_LEVELS or self.parts > MOST_PARTS


def extents(segments: Mapping[str, Expression]) -> dict[str, Extent]:
    """How great the `conditions` of segments would be, which are not made for that; they must not go in a circle."""
    found: dict[str, Extent] = {}

    def of(e: Expression) -> Extent:
        if isinstance(e, Name) and e.path in found:
            return Extent(found[e.path].levels + 1, found[e.path].parts + 3)
        if isinstance(e, Call) and e.function in OF_SEGMENTS:
            return Extent(1, 1)
        inside = [of(part) for part in children(e)]
        return Extent(1 + max((one.levels for one in inside), default=0), 1 + sum(one.parts for one in inside))

    named = {name: [one for one in names_in(where) if one in segments] for name, where in segments.items()}
    for name in TopologicalSorter(named).static_order():
        found[name] = of(segments[name])
    return {name: found[name] for name in segments}


def attributes_asked(conditions: Mapping[str, Expression]) -> dict[str, list[str]]:
    """The attributes that each condition asks for, also by when somebody entered or left other segments."""
    found: dict[str, list[str]] = {}
    behind = {
        name: [moment.segment for one in names_in(where) if (moment := Moment.named(one)) is not None]
        for name, where in conditions.items()
    }
    for name in TopologicalSorter(behind).static_order():
        own = [one for one in names_in(conditions[name]) if Moment.named(one) is None]
        found[name] = list(dict.fromkeys([*own, *(one for other in behind[name] for one in found[other])]))
    return {name: found[name] for name in conditions}


def asked_inside(expression: Expression) -> Expression | None:
    """The condition of another segment, where an expression is nothing but being in it."""
    match expression:
        case Case(((condition, Boolean(True)),), Boolean(False)):
            return condition
    return None
