"""The places where expressions stand, and what each of them may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hundredfold.definition.functions import FUNCTIONS, Function
from hundredfold.said import Said, said


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one kind of expression may hold. All share one grammar, so that a wrong place is told from a wrong word."""

    what: Said
    """Its name in messages: `a where`."""
    functions: Mapping[str, Function]
    conditions: bool = True
    """Whether there are comparisons, texts, `and`, `or`, `not`; else only numbers, names and arithmetic."""
    cases: bool = True
    paths: bool = True
    """Whether a name may have several parts."""
    is_condition: bool = False
    """Whether the whole must be a condition."""


CONDITION: Final = Dialect(said("a `where`"), {"time": FUNCTIONS["time"]}, cases=False, is_condition=True)
VALUE: Final = Dialect(said("a `value`"), {}, conditions=False, cases=False)
FORMULA: Final = Dialect(
    said("a formula"), {name: one for name, one in FUNCTIONS.items() if not one.of_segments}, paths=False
)
SEGMENT: Final = Dialect(
    said("a segment's `where`"),
    {name: function for name, function in FUNCTIONS.items() if name != "tier" and not function.alone},
    paths=False,
    is_condition=True,
)
