"""The control API's part for conditions while they are typed: what is wrong with them, and whom they let through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from hundredfold.app.documents import positions
from hundredfold.app.door.language import spoken
from hundredfold.app.gui.attributes_shown import Attributes, Measure
from hundredfold.app.gui.definitions.writing import MistakeShown, Name
from hundredfold.app.gui.desk import Value, Writer, as_json
from hundredfold.app.nobody import hidden_from, why_hidden, why_nobody
from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.fitting import misfits
from hundredfold.attribute.kinds import fields
from hundredfold.definition import syntax as s
from hundredfold.definition.check import name_faults, named_through, segment_circle, too_much
from hundredfold.definition.effects import telling
from hundredfold.definition.mistakes import ExpressionError
from hundredfold.definition.model import Definitions
from hundredfold.definition.nested import conditions
from hundredfold.definition.parser import parse_segment, places_in
from hundredfold.definition.spelling import names_in, text_of
from hundredfold.ingest.catalogue import SENDERS
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Compiled
from hundredfold.segment import spread as spreads
from hundredfold.segment.kept import Kept
from hundredfold.segment.members import Members
from hundredfold.segment.tried import Asking, Example, Tried, tried
from hundredfold.words.calendar import iso

LONGEST: Final = 20_000
SHOWN: Final = 5
"""Customers that are shown, and at most so many of their values."""
_MOST_PARTS: Final = 50
_HERE: Final = "\0"
"""No segment has this name: so a condition stands among the segments in force."""


class ConditionTyped(BaseModel):
    """A condition as it is typed; `name` is the segment whose condition it is to be, so that what changes is told."""

    model_config = ConfigDict(extra="forbid")

    where: Annotated[str, Field(max_length=LONGEST)]
    name: Name | None = None
    spread: Annotated[Name | None, Field(description="The attribute whose values are counted, beside everybody's.")] = (
        None
    )


class PartCounted(BaseModel):
    """One of the conditions that must all be true, and how many customers it lets through alone."""

    where: str
    count: int


class ValueOf(BaseModel):
    """An attribute that is shown, and in what it is measured."""

    attribute: str
    label: dict[str, str]
    measure: Measure


class MemberShown(BaseModel):
    """A customer in the segment, with his values, in the order of `attributes`."""

    customer_id: str
    values: list[Value]


class BarShown(BaseModel):
    """How many have a value from `low` to below `high`; null: without an end."""

    low: Value
    high: Value
    members: int
    everybody: int


class TopOf(BaseModel):
    """How many have a value."""

    value: Value
    members: int
    everybody: int


class SpreadOf(BaseModel):
    """How an attribute spreads over the members, beside everybody: `bars` of numbers and times, else `tops`."""

    attribute: str
    label: dict[str, str]
    measure: Measure
    kind: spreads.Kind
    members: int = Field(description="Members who have a value.")
    everybody: int = Field(description="Customers who have one.")
    bars: list[BarShown]
    tops: list[TopOf]
    other: int = Field(description="Members whose value is not told by itself.")
    least: Value
    greatest: Value
    middle: Value
    middle_everybody: Value


class SegmentTried(BaseModel):
    """Whom a condition lets through, all as of one state. While something is wrong, `mistakes` alone say what.

    Everything is null while the segments are being counted, after a start. The count is null, with the reason `why`,
    where nobody can be known to be in it. `entering` and `leaving` are whom publishing it would move, for a name in
    force whose count may be told. `hidden`: customers and traits need the right to personal data; of a condition that
    tells of persons only `why` is told without it.
    """

    mistakes: list[MistakeShown]
    where: str | None = Field(description="The condition in its canonical words.")
    as_of: str | None = None
    position: dict[str, int] | None = None
    customers: int | None = None
    count: int | None = None
    why: str | None = None
    entering: int | None = None
    leaving: int | None = None
    parts: list[PartCounted] = []
    attributes: list[ValueOf] = []
    members: list[MemberShown] = []
    hidden: bool = False
    spread: SpreadOf | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """A condition that can be asked: as it was typed, and with the segments that it names worked in."""

    typed: s.Expression
    whole: s.Expression
    parts: list[tuple[s.Expression, s.Expression]]


def segment_preview(opened: OpenWorkspace, kept: Kept) -> APIRouter:
    """The route `/segments/preview`."""
    router = APIRouter(tags=["segments"])

    @router.post("/segments/preview")
    def preview_segment(asked: ConditionTyped, grant: Writer) -> SegmentTried:
        """Whom a condition lets through now: count, some customers, what each part lets through alone."""
        compiled = opened.served
        definitions = compiled.setup.definitions
        mistakes = wrong_with(compiled, asked.where, asked.name)
        if mistakes:
            return SegmentTried(mistakes=[_mistake(one) for one in mistakes], where=None)
        read = _read(definitions, asked.where)
        shown = [name for name in names_in(read.typed) if name in definitions.attributes][:SHOWN]
        untold = frozenset() if grant.personal_data else telling(definitions)
        if not untold.isdisjoint(definitions.asked_by(read.whole)):
            return SegmentTried(mistakes=[], where=text_of(read.typed), why=spoken(why_hidden()), hidden=True)
        spreading = asked.spread if asked.spread in definitions.attributes and asked.spread not in untold else None
        # Who would come in and leave tells how many are in it now.
        beside = asked.name if asked.name in definitions.segments.keys() - hidden_from(grant, definitions) else None
        asking = Asking(
            read.whole,
            [whole for _, whole in read.parts],
            shown,
            SHOWN if grant.personal_data else 0,
            spreading,
            1 if grant.personal_data else SENDERS,
            beside=beside,
        )
        found = kept.ask(lambda engine, members: _tried(engine, members, asking, compiled))
        as_of, told = (None, None) if found is None else found
        if as_of is None or told is None:
            return SegmentTried(mistakes=[], where=text_of(read.typed))
        labelled = Attributes(definitions)
        why = None if told.count else why_nobody(definitions, definitions.asked_by(read.whole), opened.runs())
        return SegmentTried(
            mistakes=[],
            where=text_of(read.typed),
            as_of=iso(as_of.at),
            position=positions(as_of.positions),
            customers=as_of.customers,
            count=told.count if why is None else None,
            why=None if why is None else spoken(why),
            entering=told.entering,
            leaving=told.leaving,
            parts=[
                PartCounted(where=text_of(part), count=count)
                for (part, _), count in zip(read.parts, told.parts, strict=True)
            ],
            attributes=[value_of(labelled, name, told.examples) for name in shown],
            members=[member(one, shown) for one in told.examples],
            hidden=not grant.personal_data,
            spread=None if asking.spread is None else _spread(labelled, asking.spread, told),
        )

    return router


def wrong_with(compiled: Compiled, where: str, name: str | None) -> list[ExpressionError]:
    """What is wrong with a condition among the definitions in force, in the order in which it stands there."""
    definitions = compiled.setup.definitions
    try:
        typed = parse_segment(where)
    except ExpressionError as error:
        return [error]
    places = places_in(where)
    known = {*definitions.attributes, *definitions.segments}
    errors = [_at(where, places, one, problem) for one, problem in name_faults(typed, definitions, known)]
    circle = None if name is None else segment_circle(definitions.segments, name, typed)
    if circle is not None:
        errors.append(_at(where, places, circle[1], circle[0]))
    elif (problem := too_much(definitions.segments, typed)) is not None:
        errors.append(ExpressionError(problem, expression=where, position=1, length=len(where)))
    errors += misfits(where, fields(compiled.plan), definitions.segments)
    return sorted(errors, key=lambda error: error.position)


def _at(where: str, places: dict[s.Expression, tuple[int, int]], name: str, problem: str) -> ExpressionError:
    position, length = places.get(s.Name(name), (1, len(where)))
    return ExpressionError(problem, expression=where, position=position, length=length)  # type: ignore[arg-type]


def _read(definitions: Definitions, where: str) -> _Read:
    typed = parse_segment(where)
    parts = typed.operands if isinstance(typed, s.And) else (typed,)
    alone = dict(zip((f"{_HERE}{place}" for place in range(_MOST_PARTS)), parts, strict=False))
    inside = conditions({**named_through(definitions.segments, [typed]), _HERE: typed, **alone})
    return _Read(typed, inside[_HERE], [(part, inside[name]) for name, part in alone.items()])


def _tried(engine: Engine, members: Members, asking: Asking, compiled: Compiled) -> Tried | None:
    # Other definitions may have come into force since the condition was looked at: then it is asked again.
    return tried(members, asking, engine.state.clock) if engine.compiled is compiled else None


def _mistake(error: ExpressionError) -> MistakeShown:
    return MistakeShown(
        text=spoken(error.told),
        field="where",
        line=None,
        column=None,
        position=error.position,
        length=error.length,
        file=None,
    )


def value_of(labelled: Attributes, name: str, examples: Sequence[Example]) -> ValueOf:
    """An attribute that is shown; what it is measured in follows from its values."""
    value = next((one.values[name] for one in examples if one.values[name] is not None), None)
    label = dict(labelled.definitions.labels.get(name, {}))
    return ValueOf(attribute=name, label=label, measure=labelled.measure(name, value))


def member(one: Example, shown: Sequence[str]) -> MemberShown:
    """A member with his values in an order."""
    return MemberShown(customer_id=one.customer, values=[as_json(one.values[name]) for name in shown])


def _spread(labelled: Attributes, name: str | None, told: Tried) -> SpreadOf | None:
    found = told.spread
    if name is None or found is None:
        return None
    any_value = found.greatest if found.bars else found.tops[0].value if found.tops else None
    return SpreadOf(
        attribute=name,
        label=dict(labelled.definitions.labels.get(name, {})),
        measure=labelled.measure(name, any_value),
        kind=found.kind,
        members=found.members,
        everybody=found.everybody,
        bars=[
            BarShown(low=as_json(one.low), high=as_json(one.high), members=one.members, everybody=one.everybody)
            for one in found.bars
        ],
        tops=[TopOf(value=as_json(one.value), members=one.members, everybody=one.everybody) for one in found.tops],
        other=found.other,
        least=as_json(found.least),
        greatest=as_json(found.greatest),
        middle=as_json(found.middle[0]),
        middle_everybody=as_json(found.middle[1]),
    )
