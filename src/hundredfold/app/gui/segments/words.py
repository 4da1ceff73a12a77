"""The control API's part for whoever writes a condition: what it may name, the values that there are, who is in."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.documents import positions
from hundredfold.app.door.access import requires
from hundredfold.app.door.language import heading
from hundredfold.app.gui.attributes_shown import Attributes, Measure
from hundredfold.app.gui.definitions.writing import Name
from hundredfold.app.gui.desk import Reading, Value, as_json
from hundredfold.app.gui.segments.preview import MemberShown, ValueOf, member, value_of
from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.kinds import Kind, fields
from hundredfold.definition import syntax as s
from hundredfold.definition.check import must_be_declared, with_what_they_need
from hundredfold.definition.effects import telling
from hundredfold.definition.mistakes import did_you_mean
from hundredfold.definition.model import Aggregate, Definitions, Score
from hundredfold.definition.window import window_text
from hundredfold.errors import NotFound
from hundredfold.ingest.catalogue import SENDERS
from hundredfold.said import said
from hundredfold.segment.kept import Kept
from hundredfold.segment.tried import Asking, tried
from hundredfold.words.calendar import iso

VALUES: Final = 60
"""SegmentValues that are offered, at most."""
CUSTOMERS: Final = 200
Family = Literal["did", "is", "predicted"]


class SegmentWord(BaseModel):
    """An attribute that a condition may name.

    `family`: what customers did, what is known of them, what a model says. `kinds` are those that its values can have,
    `many` whether they are lists.
    """

    name: str
    label: dict[str, str]
    description: str | dict[str, str] | None
    group: str | None
    family: Family
    kinds: list[Kind]
    many: bool
    measure: Measure
    aggregate: str | None
    events: list[str] = Field(
        description="The names of the events that it is made of; of others than track their type."
    )
    window: str | None


class SegmentNamed(BaseModel):
    """A segment that a condition may name."""

    name: str
    label: dict[str, str]


class SegmentWords(BaseModel):
    """All that a condition may name, by the definitions in force."""

    attributes: list[SegmentWord]
    segments: list[SegmentNamed]


class ValueCounted(BaseModel):
    """A value, and how many customers have it."""

    value: Value
    customers: int


class SegmentValues(BaseModel):
    """The commonest texts of an attribute; none while they are being counted, or where they tell of persons."""

    attribute: str
    values: list[ValueCounted]
    hidden: bool


class MembersSample(BaseModel):
    """Some members from all over a segment, with their values in the order of `attributes`; null: being counted."""

    as_of: str | None
    position: dict[str, int] | None
    count: int | None
    attributes: list[ValueOf]
    members: list[MemberShown]


def segment_words(opened: OpenWorkspace, kept: Kept) -> APIRouter:
    """The routes `/segment-words`, `/segment-values` and `/segments/{name}/customers`."""
    router = APIRouter(tags=["segments"])

    @router.get("/segment-words")
    def words_of_segments(_: Reading) -> SegmentWords:
        """What conditions may name: attributes with the kinds of their values, and segments."""
        compiled = opened.served
        definitions = compiled.setup.definitions
        labelled, found = Attributes(definitions), {field.name: field for field in fields(compiled.plan)}
        return SegmentWords(
            attributes=[
                _word(labelled, name, list(found[name].kinds), many=found[name].many) for name in definitions.attributes
            ],
            segments=[
                SegmentNamed(name=name, label=dict(definitions.labels.get(name, {}))) for name in definitions.segments
            ],
        )

    @router.get("/segment-values")
    def values_of_attribute(attribute: Name, grant: Reading) -> SegmentValues:
        """The commonest values of an attribute, of all customers as they are now."""
        definitions = _knowing(opened, [attribute])
        if not grant.personal_data and attribute in telling(definitions):
            return SegmentValues(attribute=attribute, values=[], hidden=True)
        least = 1 if grant.personal_data else SENDERS
        asking = Asking(s.Boolean(True), spread=attribute, at_least=least, tops=VALUES)
        found = kept.ask(lambda engine, members: tried(members, asking, engine.state.clock))
        spread = None if found is None else found[1].spread
        values = (
            [ValueCounted(value=as_json(one.value), customers=one.everybody) for one in spread.tops] if spread else []
        )
        return SegmentValues(attribute=attribute, values=values, hidden=False)

    @router.get("/segments/{name}/customers", dependencies=[requires("read", personal_data=True)])
    def customers_of_segment(
        name: str,
        attributes: Annotated[list[Name], Query(alias="attribute", max_length=20)] = [],  # noqa: B006 - FastAPI copies it
        limit: Annotated[int, Query(ge=1, le=CUSTOMERS)] = 50,
    ) -> MembersSample:
        """Some members of a segment from all over it, with the values of some attributes."""
        definitions = _knowing(opened, attributes)
        where = definitions.conditions.get(name)
        if where is None:
            near = did_you_mean(name, definitions.segments, said("Segments"))
            raise NotFound(said("no segment in force is called `{name}`. {near}", name=name, near=near))
        asking = Asking(where, shown=attributes, most=limit)
        found = kept.ask(lambda engine, members: tried(members, asking, engine.state.clock))
        if found is None:
            return MembersSample(as_of=None, position=None, count=None, attributes=[], members=[])
        as_of, told = found
        labelled = Attributes(definitions)
        return MembersSample(
            as_of=iso(as_of.at),
            position=positions(as_of.positions),
            count=told.count,
            attributes=[value_of(labelled, one, told.examples) for one in attributes],
            members=[member(one, attributes) for one in told.examples],
        )

    return router


def _knowing(opened: OpenWorkspace, attributes: list[str]) -> Definitions:
    """The definitions in force. Raises NotFound for an attribute that they do not have."""
    definitions = opened.served_setup.definitions
    must_be_declared(definitions, attributes)
    return definitions


def _word(labelled: Attributes, name: str, kinds: list[Kind], *, many: bool) -> SegmentWord:
    definitions = labelled.definitions
    one = definitions.attributes[name]
    folded = one if isinstance(one, Aggregate) else None
    return SegmentWord(
        name=name,
        label=dict(definitions.labels.get(name, {})),
        description=definitions.descriptions.get(name),
        group=heading(definitions.groups.get(name)),
        family=_family(definitions, name),
        kinds=kinds,
        many=many,
        measure="list" if many else labelled.of_kind(name, tuple(kinds)),
        aggregate=None if folded is None else folded.aggregate,
        events=[] if folded is None else [event.name or event.kind for event in folded.events],
        window=None if folded is None or folded.window is None else window_text(folded.window),
    )


def _family(definitions: Definitions, name: str) -> Family:
    if any(isinstance(definitions.attributes[one], Score) for one in with_what_they_need(definitions, [name])):
        return "predicted"
    return "did" if isinstance(definitions.attributes[name], Aggregate) else "is"
