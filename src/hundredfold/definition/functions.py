"""The functions of formulas: one table that the parser, the evaluators and the reference page read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Result = Literal["number", "text", "time", "any"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function's name, how many arguments it takes (`most` None = any number), what it gives and means.

    A `literal` is (index, least, greatest): that argument must be a whole number written out, within these bounds.
    """

    name: str
    form: str
    least: int
    most: int | None
    result: Result
    meaning: str
    literal: tuple[int, int, int] | None = None
    of_segments: bool = False
    """Whether it takes the name of a segment, and stands in conditions of segments only."""
    alone: bool = False
    """Whether it takes the name of an attribute that is a list, and is the whole of a formula."""

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        return self.least <= count and (self.most is None or count <= self.most)


CLOCKED: Final = frozenset({"now", "days_since", "hours_since"})
"""The functions whose values run with the clock."""
_ALL: Final = (
    Function("coalesce", "coalesce(x, ...)", 1, None, "any", "the first argument that is not null"),
    Function("min", "min(x, ...)", 1, None, "any", "the least argument; nulls are skipped"),
    Function("max", "max(x, ...)", 1, None, "any", "the greatest argument; nulls are skipped"),
    Function("round", "round(x, digits)", 1, 2, "number", "x to 0 to 6 decimals (default 0), half to even", (1, 0, 6)),
    Function("abs", "abs(x)", 1, 1, "number", "x without its sign"),
    Function("floor", "floor(x)", 1, 1, "number", "the greatest whole number that is not above x"),
    Function("ceil", "ceil(x)", 1, 1, "number", "the least whole number that is not below x"),
    Function("if", "if(c, x, y)", 3, 3, "any", "x if the condition c is true, else y: `case when c then x else y end`"),
    Function("days_since", "days_since(t)", 1, 1, "number", "today's local date minus the local date of t, in days"),
    Function("hours_since", "hours_since(t)", 1, 1, "number", "the hours since t, rounded down"),
    Function("days_between", "days_between(a, b)", 2, 2, "number", "local date of b minus local date of a, in days"),
    Function("hours_between", "hours_between(a, b)", 2, 2, "number", "the hours from a to b, rounded down"),
    Function("year", "year(t)", 1, 1, "number", "the local year of t"),
    Function("month", "month(t)", 1, 1, "number", "the local month of t, 1 to 12"),
    Function("day", "day(t)", 1, 1, "number", "the local day of the month of t, 1 to 31"),
    Function("weekday", "weekday(t)", 1, 1, "number", "the local day of the week of t, Monday = 1 to Sunday = 7"),
    Function("hour", "hour(t)", 1, 1, "number", "the local hour of t, 0 to 23"),
    Function(
        "part_of_day",
        "part_of_day(t)",
        1,
        1,
        "text",
        "the part of the local day of t: 'night' before 6, 'morning' before 12, 'afternoon' before 18, then 'evening'",
    ),
    Function("lower", "lower(x)", 1, 1, "text", "the text x in small letters"),
    Function("upper", "upper(x)", 1, 1, "text", "the text x in capitals"),
    Function("concat", "concat(x, ...)", 1, None, "text", "the arguments as texts, one behind the other"),
    Function(
        "split_part",
        "split_part(x, s, n)",
        3,
        3,
        "text",
        "the n-th part, from 1, of the text x where it is divided at every s",
        (2, 1, 100),
    ),
    Function("length", "length(x)", 1, 1, "number", "how many characters the text x has"),
    Function("time", "time(x)", 1, 1, "time", "the text x (ISO 8601) as a time; without a zone, local time"),
    Function("now", "now()", 0, 0, "time", "the clock's time"),
    Function(
        "tier", "tier(x, n)", 2, 2, "number", "which n-th of all customers x falls in: 1 lowest, n highest", (1, 2, 100)
    ),
    Function(
        "nth",
        "nth(x, n)",
        2,
        2,
        "any",
        "the n-th entry, from 1, of the list x; a formula of its own",
        (1, 1, 1000),
        alone=True,
    ),
    Function(
        "entered",
        "entered(s)",
        1,
        1,
        "time",
        "when the customer last came into the segment s; in segments only",
        of_segments=True,
    ),
    Function(
        "left", "left(s)", 1, 1, "time", "when the customer last left the segment s; in segments only", of_segments=True
    ),
)

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType({function.name: function for function in _ALL})
"""Every function of formulas by name. The parser writes `if` as a `Case`; all others are `Call`s."""
