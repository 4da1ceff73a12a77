"""Conditions of which a part can never be true, whatever customers do: a text against a number, a list against a text.

Only what the definitions leave no doubt about is a mistake. A trait without a type may be anything, and so may the key
of a favourite: what is asked of these can turn out either way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from hundredfold.attribute.kinds import ANY, Field, Kinds, expressed
from hundredfold.definition import syntax as s
from hundredfold.definition.mistakes import ExpressionError
from hundredfold.definition.parser import parse_segment, places_in
from hundredfold.definition.spelling import text_of, walk
from hundredfold.said import Said, said
from hundredfold.words.amount import millionths
from hundredfold.words.calendar import parse_time

Possible: TypeAlias = frozenset[str]
"""The kinds that a value may have, `list` among them; none: it is always null."""

_CALLED: Final[Mapping[str, Said]] = {
    "number": said("a number"),
    "text": said("a text"),
    "time": said("a date and time"),
    "boolean": said("yes or no"),
    "list": said("a list"),
}
_TAKES: Final[Mapping[str, Literal["number", "time", "text"]]] = {
    "round": "number",
    "abs": "number",
    "floor": "number",
    "ceil": "number",
    "days_since": "time",
    "hours_since": "time",
    "days_between": "time",
    "hours_between": "time",
    "year": "time",
    "month": "time",
    "day": "time",
    "weekday": "time",
    "hour": "time",
    "part_of_day": "time",
    "lower": "text",
    "upper": "text",
    "split_part": "text",
    "length": "text",
}
"""What functions take that give null for everything else."""
_OF_THE_FIRST: Final = frozenset({"round", "split_part"})
"""Those of which this is true of the first argument alone."""


def misfits(where: str, fields: Sequence[Field], segments: Collection[str] = ()) -> list[ExpressionError]:
    """The parts of a segment's condition that can never be true, each with its place, and what to write instead.

    Names that are no field and no segment may be anything: they are told elsewhere. Raises ExpressionError for what is
    no condition.
    """
    whole = parse_segment(where)
    known = {field.name: field for field in fields}
    places = places_in(where)

    def kinds(name: str) -> Kinds:
        if name in segments:
            return ("boolean",)
        return ANY if name not in known else known[name].kinds

    def possible(e: s.Expression) -> Possible:
        if isinstance(e, s.Name) and e.path in known and known[e.path].many:
            return frozenset({"list"})
        lists = any(isinstance(one, s.Name) and one.path in known and known[one.path].many for one in walk(e))
        found = frozenset[str](expressed(e, kinds))
        # What functions make of lists is theirs to say.
        return found | {"list"} if lists and isinstance(e, s.Call | s.Case) else found

    errors = []
    for part, problem, hint in _problems(whole, possible):
        position, length = places.get(part) or places.get(s.Not(part)) or (1, len(where))
        errors.append(ExpressionError(problem, expression=where, position=position, length=length, hint=hint))
    return errors


_Problem: TypeAlias = tuple[s.Expression, Said, Said | None]


def _problems(whole: s.Expression, possible: Callable[[s.Expression], Possible]) -> Iterator[_Problem]:
    """The misfits of an expression, in reading order; where a part within does not fit, the whole is not told, too."""
    match whole:
        case s.And(operands) | s.Or(operands):
            parts: Sequence[s.Expression] = operands
        case s.Not(operand):
            parts = (operand,)
        case s.Case(branches, _):
            parts = [condition for condition, _ in branches]
        case _:
            yield from _of_comparison(whole, possible)
            return
    for part in parts:
        yield from _problems(part, possible)


def _of_comparison(e: s.Expression, possible: Callable[[s.Expression], Possible]) -> Iterator[_Problem]:
    inside = [found for part in walk(e) if (found := _of_value(part, possible)) is not None]
    if inside:
        yield inside[0]
        return
    match e:
        case s.Compare(operator, left, right):
            yield from _compared(e, operator, left, right, possible)
        case s.In(operand, options):
            if not any(possible(operand) & possible(option) - {"list"} for option in options):
                yield from _compared(e, "=", operand, options[0], possible)
        case s.Like(operand, _) if "text" not in possible(operand):
            problem = said("`like` is of texts, and {what}", what=_is(operand, possible(operand)))
            yield e, problem, _hint(operand, possible)
        case s.Name() if "boolean" not in possible(e):
            yield e, said("this is no condition: {what}", what=_is(e, possible(e))), _hint(e, possible)


def _of_value(e: s.Expression, possible: Callable[[s.Expression], Possible]) -> _Problem | None:
    """What is wrong where a value is worked out of others."""
    operands: Sequence[s.Expression]
    match e:
        case s.Binary(operator, left, right):
            wanted, operands, what = "number", (left, right), said("`{sign}` is of numbers", sign=operator)
        case s.Negative(operand):
            wanted, operands, what = "number", (operand,), said("`{sign}` is of numbers", sign="-")
        case s.Call(function, arguments) if function in _TAKES:
            wanted, operands = _TAKES[function], arguments[:1] if function in _OF_THE_FIRST else arguments
            what = said("{function} is of {kind}", function=function, kind=_CALLED[wanted])
        case _:
            return None
    for one in operands:
        found = possible(one)
        if found and wanted not in found:
            return e, said("{what}, and {other}", what=what, other=_is(one, found)), _hint(one, possible)
    return None


def _compared(
    e: s.Expression,
    operator: s.Comparison,
    left: s.Expression,
    right: s.Expression,
    possible: Callable[[s.Expression], Possible],
) -> Iterator[_Problem]:
    one, other = possible(left), possible(right)
    for side, kinds, beside in ((left, one, right), (right, other, left)):
        if not kinds:
            hint = said("Write {name} is null", name=text_of(beside))
            yield e, said("nothing is ever compared with null: this is true for nobody"), hint
            return
        if kinds == {"list"}:
            yield e, said("{what}, and lists are not compared", what=_is(side, kinds)), _hint(side, possible)
            return
    shared = (one & other) - {"list"}
    if not shared:
        problem = said("{what}, and {other}: this is true for nobody", what=_is(left, one), other=_is(right, other))
        yield e, problem, _instead(operator, left, right, possible)
    elif shared == {"boolean"} and operator not in ("=", "!="):
        problem = said("{what}, which is neither more nor less than another", what=_is(left, one))
        yield e, problem, _hint(left, possible)


def _instead(
    operator: s.Comparison, left: s.Expression, right: s.Expression, possible: Callable[[s.Expression], Possible]
) -> Said | None:
    """What to write where a literal is of another kind than what it stands beside."""
    for value, literal in ((left, right), (right, left)):
        if isinstance(literal, s.Text) and not isinstance(value, s.Text):
            kinds, text = possible(value), literal.text
            if kinds == {"time"} and parse_time(text) is not None:
                return said("Write {name} {sign} time('{text}')", name=text_of(value), sign=operator, text=text)
            if kinds == {"number"} and _number(text):
                return said("Write {name} {sign} {text}", name=text_of(value), sign=operator, text=text)
    named = next((one for one in (left, right) if isinstance(one, s.Name)), left)
    return _hint(named, possible)


def _hint(value: s.Expression, possible: Callable[[s.Expression], Possible]) -> Said | None:
    """How a value is asked for."""
    name, kinds = text_of(value), possible(value)
    if "number" in kinds:
        return said("Write a number beside it, as in {name} >= 5", name=name)
    if "text" in kinds:
        return said("Write a text beside it, as in {name} = 'PT'", name=name)
    if "time" in kinds:
        return said("Write {name} >= time('2026-01-31'), or days_since({name}) <= 30", name=name)
    if "boolean" in kinds:
        return said("Write {name}, or not {name}", name=name)
    return said("Write {name} is not null, or take an attribute that says one thing of it", name=name)


def _is(value: s.Expression, kinds: Possible) -> Said:
    words = [_CALLED[kind] for kind in sorted(kinds)]
    what = words[0] if words else said("nothing")
    for word in words[1:]:
        what = said("{one} or {other}", one=what, other=word)
    return said("{name} is {what}", name=text_of(value), what=what)


def _number(text: str) -> bool:
    try:
        return millionths(float(text)) is not None
    except ValueError:
        return False
