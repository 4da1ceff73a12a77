"""Many conditions over the same customers as one program, in which whatever they share is worked out once.

A condition is taken apart into comparisons with constants, joined by `and` and `or`. A `not` is moved down to the
comparisons, so that each part asks only where something is *true* (semantics 16: unknown is not in). A comparison asks
what is at most a bound, or equal to a constant, and takes out who has no value of that kind: so `x > 5` and `x <= 5`
look at `x` once. Parts that occur twice are one step; a value that is more than an attribute's name is worked out once.

Who fits is a bit: joining costs next to nothing, and looking at the values is all there is to do. Those who look at one
value do it one after the other, while it is in the processor's cache: a program is fast on some ten thousand customers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from hundredfold.attribute.column import BOOLEAN, NUMBER, TEXT, TIME, Ints, Mask
from hundredfold.attribute.evaluate import evaluate
from hundredfold.attribute.scope import Scope
from hundredfold.attribute.zones import days_ascend
from hundredfold.definition import syntax as s
from hundredfold.definition.functions import CLOCKED
from hundredfold.definition.nested import asked_inside
from hundredfold.definition.spelling import walk
from hundredfold.segment.clock import resolved
from hundredfold.segment.steps import (
    Among,
    AtMost,
    Before,
    Beside,
    Comparing,
    Constant,
    Exactly,
    How,
    Joint,
    Leaf,
    Matching,
    Null,
    OfKind,
    Value,
    join,
)
from hundredfold.segment.table import Table
from hundredfold.words.amount import MILLION

Bits: TypeAlias = npt.NDArray[np.uint64]
"""(conditions, words): 64 customers a word, the first in the lowest bit; behind the last one there are zeros."""
_OPPOSITE: Final[Mapping[s.Comparison, s.Comparison]] = {
    "=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
}  # fmt: skip
_TURNED: Final[Mapping[s.Comparison, s.Comparison]] = {
    "=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=",
}  # fmt: skip
FEW: Final = 1_024
"""Up to so many customers, all comparisons of a kind are made together."""
_MANY: Final = 4
"""More texts than these are looked up in a table, not compared one after the other."""


class Program:
    """Conditions by name, compiled; `around` has the pool and the zone in which constants are read.

    `computed` are the formulas that its tables work out.
    """

    def __init__(
        self,
        conditions: Mapping[str, s.Expression],
        around: Scope,
        computed: Mapping[str, s.Expression] = MappingProxyType({}),
    ) -> None:
        self.names = tuple(conditions)
        self._around, self._computed = around, computed
        self._numbers: dict[s.Expression, int] = {}
        self._places: dict[Leaf | Joint, int] = {}
        results = [self._truth(condition, True) for condition in conditions.values()]
        leaves = [step for step in self._places if not isinstance(step, Joint)]
        # Those of a kind side by side, and of those the ones that look at one value.
        leaves.sort(key=lambda leaf: (type(leaf).__name__, leaf.asks.place))
        self._looking = tuple(sorted(enumerate(leaves), key=lambda one: one[1].asks.place))
        self._comparing = _together(leaves)
        self._alone = tuple(one for one in self._looking if not isinstance(one[1], Comparing))
        self._joining, rows = _levels(self._places, {leaf: row for row, leaf in enumerate(leaves)})
        self._results = np.array([rows[place] for place in results], np.int64)
        self._needed = _needed(self._results, len(leaves), self._joining)
        self._marks = np.empty((len(self._places), 0), np.uint64)

    def __len__(self) -> int:
        return len(self._places)

    @property
    def needs(self) -> frozenset[str]:
        """The attributes that are named."""
        return frozenset(part.path for value in self._numbers for part in walk(value) if isinstance(part, s.Name))

    def run(self, table: Table, only: Ints | None = None) -> Bits:
        """For whom each condition is true, in the order of `names`; of `only` some, by their places."""
        if self._marks.shape[1] != table.words:
            self._marks = np.empty((len(self._places), table.words), np.uint64)
        marks = self._marks
        every = only is None or len(only) == len(self.names)
        needed: Mask | None = None if every else np.logical_or.reduce(self._needed[only], axis=0)
        if table.rows > FEW:
            for row, leaf in self._looking:
                if needed is None or needed[row]:
                    leaf.mark(table, marks[row])
        else:
            self._compare(table, marks, needed)
        for how, first, one, other in self._joining:
            if needed is None:
                join(how, marks[one], marks[other], marks[first : first + len(one)])
            elif len(some := np.flatnonzero(needed[first : first + len(one)])):
                joined = np.empty((len(some), table.words), np.uint64)
                join(how, marks[one[some]], marks[other[some]], joined)
                marks[first + some] = joined
        return marks[self._results if every else self._results[only]]

    def _compare(self, table: Table, marks: Bits, needed: Mask | None) -> None:
        """Has the leaves that only compare do it together, and the others one by one; only those `needed`, if given."""
        data = np.empty((len(self._numbers), table.rows), np.int64)
        kinds = np.empty((len(self._numbers), table.rows), np.uint8)
        groups = [(rows, leaves) for rows, leaves in self._those(needed) if leaves]
        for value in {leaf.asks.place: leaf.asks for _, leaves in groups for leaf in leaves}.values():
            column = value.of(table)
            data[value.place], kinds[value.place] = column.data, column.kind
        as_bytes, width = marks.view(np.uint8), -(-table.rows // 8)
        for rows, leaves in groups:
            values = [leaf.asks.place for leaf in leaves]
            numbers = np.array([leaf.against(table) for leaf in leaves], np.int64)[:, None]
            found = type(leaves[0]).compare(kinds[values], data[values], numbers)
            as_bytes[rows, :width], as_bytes[rows, width:] = np.packbits(found, axis=1, bitorder="little"), 0
        for row, leaf in self._alone:
            if needed is None or needed[row]:
                leaf.mark(table, marks[row])

    def _those(self, needed: Mask | None) -> Iterator[tuple[slice | Ints, Sequence[Comparing]]]:
        """The leaves that only compare, kind by kind, with their rows; only those `needed`, if given."""
        for first, leaves in self._comparing:
            if needed is None:
                yield slice(first, first + len(leaves)), leaves
            else:
                some = np.flatnonzero(needed[first : first + len(leaves)])
                yield first + some, [leaves[place] for place in some.tolist()]

    # --- taking conditions apart -------------------------------------------------------------------------------------

    def _truth(self, e: s.Expression, wanted: bool) -> int:
        """The step that marks where a condition is true; with `wanted` false, where it is false."""
        match e:
            case s.Not(operand):
                return self._truth(operand, not wanted)
            case s.And(operands):
                return self._joined("both" if wanted else "either", [self._truth(one, wanted) for one in operands])
            case s.Or(operands):
                return self._joined("either" if wanted else "both", [self._truth(one, wanted) for one in operands])
            case s.Compare(operator, left, right):
                return self._compared(operator if wanted else _OPPOSITE[operator], left, right)
            case s.In(operand, options):
                return self._among(operand, options, wanted)
            case s.Like(operand, pattern):
                value = self._value(operand)
                return self._known(value, TEXT, Matching(value, pattern), wanted)
            case s.IsNull(operand):
                null = self._put(Null(self._value(operand)))
                return null if wanted else self._put(Joint("without", self._constantly(True), null))
            case s.Case() if (condition := asked_inside(e)) is not None:
                inside = self._truth(condition, True)
                return inside if wanted else self._put(Joint("without", self._constantly(True), inside))
            case s.Boolean(true):
                return self._constantly(true is wanted)
            case _:
                value = self._value(e)
                return self._known(value, BOOLEAN, Exactly(value, 1), wanted)

    def _compared(self, operator: s.Comparison, left: s.Expression, right: s.Expression) -> int:
        if constant(left) and not constant(right):
            operator, left, right = _TURNED[operator], right, left
        kind, data = self._constant(right) if constant(right) else (None, 0)
        # Texts are ordered by their bytes, which codes are not.
        if kind is None or (kind == TEXT and operator not in ("=", "!=")):
            return self._put(Beside(self._value(left), operator, self._value(right)))
        if kind not in (BOOLEAN, NUMBER, TIME, TEXT) or (kind == BOOLEAN and operator not in ("=", "!=")):
            return self._constantly(False)
        if operator in ("=", "!="):
            return self._known(value := self._value(left), kind, Exactly(value, data), operator == "=")
        assert isinstance(data, int)
        bound, running = data if operator in ("<=", ">") else data - 1, resolved(left, self._computed)
        if isinstance(running, s.Call) and running.function == "days_since" and kind == NUMBER and self._days_ascend:
            time = self._value(running.arguments[0])
            return self._known(time, TIME, Before(time, bound // MILLION), operator in (">", ">="))
        return self._known(value := self._value(left), kind, AtMost(value, bound), operator in ("<", "<="))

    def _among(self, operand: s.Expression, options: Sequence[s.Expression], wanted: bool) -> int:
        texts = frozenset(option.text for option in options if isinstance(option, s.Text))
        if len(texts) > _MANY and all(isinstance(option, s.Text) for option in options):
            return self._known(value := self._value(operand), TEXT, Among(value, texts), wanted)
        parts = [self._compared("=" if wanted else "!=", operand, option) for option in options]
        return self._joined("either" if wanted else "both", parts)

    def _known(self, value: Value, kind: int, leaf: Leaf, wanted: bool) -> int:
        """Where a value is of a kind, and a leaf is true, or not true."""
        return self._put(Joint("both" if wanted else "without", self._put(OfKind(value, kind)), self._put(leaf)))

    def _constantly(self, true: bool) -> int:
        return self._put(Constant(self._value(s.Null()), true))

    def _joined(self, how: How, parts: Sequence[int]) -> int:
        # In one order, so that conditions that share their first parts share the steps that join them, too.
        return reduce(lambda one, other: self._put(Joint(how, one, other)), sorted(set(parts)))

    def _put(self, step: Leaf | Joint) -> int:
        return self._places.setdefault(step, len(self._places))

    def _value(self, e: s.Expression) -> Value:
        return Value(self._numbers.setdefault(e, len(self._numbers)), e)

    def _constant(self, e: s.Expression) -> tuple[int, int | str]:
        """Kind and value of what is the same at every clock; a text by itself."""
        found = evaluate(e, self._around)
        kind, data = int(found.kind[0]), int(found.data[0])
        return kind, self._around.pool.text(data) if kind == TEXT else data

    @property
    def _days_ascend(self) -> bool:
        return days_ascend(self._around.zone)


def _together(leaves: Sequence[Leaf]) -> list[tuple[int, list[Comparing]]]:
    """The leaves that only compare, by their kind: the row of the first, and all of them."""
    found: dict[str, tuple[int, list[Comparing]]] = {}
    for row, leaf in enumerate(leaves):
        if isinstance(leaf, Comparing):
            found.setdefault(type(leaf).__name__, (row, []))[1].append(leaf)
    return list(found.values())


def _needed(
    results: Ints, leaves: int, joining: Sequence[tuple[How, int, Ints, Ints]]
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Which steps each result needs: (results, steps)."""
    steps = leaves + sum(len(one) for _, _, one, _ in joining)
    needed = np.zeros((steps, len(results)), np.bool_)
    needed[results, np.arange(len(results))] = True
    for _, first, one, other in reversed(joining):
        asked = needed[first : first + len(one)]
        np.logical_or.at(needed, one, asked)
        np.logical_or.at(needed, other, asked)
    return needed.T.copy()


def _levels(
    places: Mapping[Leaf | Joint, int], leaves: Mapping[Leaf | Joint, int]
) -> tuple[list[tuple[How, int, Ints, Ints]], dict[int, int]]:
    """The joints that can be done together, in order: how, the first row, the rows that they join; each step's row."""
    level, rows = dict[int, int](), dict[int, int]()
    groups: dict[tuple[int, How], list[tuple[int, Joint]]] = {}
    for step, place in places.items():
        if isinstance(step, Joint):
            level[place] = 1 + max(level[step.one], level[step.other])
            groups.setdefault((level[place], step.how), []).append((place, step))
        else:
            level[place], rows[place] = 0, leaves[step]
    found: list[tuple[How, int, Ints, Ints]] = []
    first = len(leaves)
    for (_, how), joints in sorted(groups.items()):
        sides = np.array([(rows[joint.one], rows[joint.other]) for _, joint in joints]).T
        found.append((how, first, sides[0], sides[1]))
        rows |= {place: first + number for number, (place, _) in enumerate(joints)}
        first += len(joints)
    return found, rows


def constant(e: s.Expression) -> bool:
    """Whether a value is the same for everybody at every clock."""
    return not any(
        isinstance(part, s.Name) or (isinstance(part, s.Call) and part.function in CLOCKED) for part in walk(e)
    )
