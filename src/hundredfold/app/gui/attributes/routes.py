"""The control API's part for attributes as they are written: read, said as a sentence, checked, tried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.door.language import heading, spoken
from hundredfold.app.door.problem import Problem
from hundredfold.app.gui.attributes.untrained import SHOWN, Untrained, is_trained, untrained
from hundredfold.app.gui.attributes_shown import Attributes, Measure
from hundredfold.app.gui.definitions.writing import Entry, Looked, Writing
from hundredfold.app.gui.desk import Reading, Value, Writer, as_json
from hundredfold.app.models import FamilyShown, families
from hundredfold.app.nobody import why_hidden
from hundredfold.app.trying import Trial, Trying
from hundredfold.attribute.aggregate import AGGREGATES
from hundredfold.definition.canonical import document_of
from hundredfold.definition.document import NAME_PATTERN
from hundredfold.definition.effects import How, effects, known_events, segments_of, telling
from hundredfold.definition.functions import FUNCTIONS
from hundredfold.definition.model import Definitions, EventRule, Formula, Score, Selector
from hundredfold.definition.sentence import EventType, Sentence, read_sentence
from hundredfold.definition.spelling import walk
from hundredfold.definition.syntax import Call
from hundredfold.definition.times import PARTS
from hundredfold.ingest.catalogue import SENDERS
from hundredfold.profile.distribution import Bin, Kind, Spread, spread
from hundredfold.said import said
from hundredfold.words import value as values
from hundredfold.words.calendar import iso


class BinShown(BaseModel):
    """How many customers have a value from `low` to below `high`; null: without an end."""

    low: Value
    high: Value
    count: int
    before: int


class TopShown(BaseModel):
    """How many customers have a value, or have it in their list."""

    value: Value
    count: int
    before: int


class SpreadShown(BaseModel):
    """How the values spread over the customers of the sample; `bins` for numbers and times, else `tops`."""

    kind: Kind
    measure: Measure
    null: int
    null_before: int
    bins: list[BinShown]
    tops: list[TopShown]
    other: int
    least: Value
    middle: Value
    greatest: Value


class Example(BaseModel):
    """A customer, with his value now and then."""

    customer_id: str
    before: Value
    after: Value


class Preview(BaseModel):
    """What an attribute would be, for a sample: `sampled` customers of `of`, with `messages` messages, at `at`.

    `changed` of the sample would have another value. Where that would tell of persons and the right to see personal
    data is lacking, nothing of it is told (`hidden`), but `why`. `ranked`: ranks come with the back-fill. With
    `untrained` there are no values yet: the next batch trains the model.
    """

    entry: Looked
    new: bool
    sampled: int
    of: int
    messages: int
    at: str | None
    changed: int | None
    ranked: bool
    hidden: bool
    why: str | None
    spread: SpreadShown | None
    examples: list[Example]
    untrained: Untrained | None


class EffectShown(BaseModel):
    """What an event does to an attribute: counts in it, corrects or removes a fact of it, sets it; a formula follows.

    `through` are the facts that it corrects or removes, or the attributes that the formula names.
    """

    attribute: str
    label: dict[str, str]
    group: str | None
    how: How
    through: list[str]
    sentence: Sentence | None


class RuleShown(BaseModel):
    """What makes messages of an event one fact, and which of its amounts are money; see `events` of the definitions."""

    key: str | None
    also: list[str]
    removed_by: list[str]
    revision: str | None
    currency: str | None
    money: list[str]


class EventEffects(BaseModel):
    """An event and what it updates; `rule` where the definitions say more of it than its name."""

    type: EventType
    name: str | None
    rule: RuleShown | None
    attributes: list[EffectShown]
    segments: list[str]


class Known(BaseModel):
    """An aggregate as forms offer it."""

    name: str
    takes: Literal["nothing", "number", "ordered", "any"]
    keyed: str | None
    needs: list[str]
    may: list[str]
    result: str


class Function(BaseModel):
    """A function of formulas."""

    name: str
    form: str
    meaning: str
    result: str


class Language(BaseModel):
    """What an attribute may be made of."""

    aggregates: list[Known]
    functions: list[Function]
    name_pattern: str
    lookups: dict[str, list[str]] = Field(description="Tables by name, with their columns.")
    times: list[str] = Field(description="The parts of the time of every event, as paths: timestamp.weekday.")
    families: list[FamilyShown]


def attributes(writing: Writing, trying: Trying) -> APIRouter:
    """The routes `/definitions/...` that change nothing."""
    router = APIRouter(prefix="/definitions", tags=["definitions"])
    opened = writing.opened

    @router.get("/language")
    def definition_language(_: Reading) -> Language:
        """The aggregates, functions and tables that there are."""
        setup = opened.served_setup
        return Language(
            aggregates=[_known(name) for name in AGGREGATES],
            functions=[
                Function(name=one.name, form=one.form, meaning=one.meaning, result=one.result)
                for one in FUNCTIONS.values()
                if not one.of_segments
            ],
            name_pattern=NAME_PATTERN,
            lookups={name: _columns(setup.lookups.get(name, ())) for name in setup.definitions.lookups},
            times=[f"timestamp.{part}" for part in PARTS],
            families=families(spoken),
        )

    @router.post("/check")
    def check_attribute(entry: Entry, _: Reading) -> Looked:
        """An attribute's lines of YAML, the same as a sentence, and what is wrong. With `sentence` the lines follow."""
        return writing.looked(entry)[0]

    @router.post("/preview")
    def preview_attribute(entry: Entry, grant: Writer) -> Preview:
        """What an attribute would be, for a sample of customers; nothing is changed. While mistakes stand, nothing."""
        found, definitions = writing.looked(entry)
        if definitions is None:
            return _nothing(found)
        trial = trying.tried(definitions, entry.name)
        # What it says now stands beside what it would say.
        if not grant.personal_data and entry.name in telling(definitions) | telling(opened.served_setup.definitions):
            return _nothing(found, trial).model_copy(
                update={"changed": None, "hidden": True, "why": spoken(why_hidden())}
            )
        score = definitions.attributes[entry.name]
        if isinstance(score, Score) and not is_trained(opened, score):
            return _nothing(found, trial, untrained(trying, definitions, score, trial))
        return _previewed(found, trial, definitions, entry.name, personal_data=grant.personal_data)

    @router.get("/effects")
    def effects_of_event(
        _: Reading,
        type: Annotated[EventType, Query(description="The type of the event.")] = "track",
        event: Annotated[str | None, Query(max_length=256, description="The name of a track event.")] = None,
    ) -> EventEffects:
        """Every attribute that an event updates, and how, by the definitions in force."""
        if (event is None) != (type != "track"):
            raise Problem(422, "bad_event", said("name a track event, or say another type without a name"))
        return _effects(writing.in_force(), Selector(type, event))

    @router.get("/events")
    def events_and_attributes(_: Reading) -> list[EventEffects]:
        """Every event that the definitions in force name, with what it updates."""
        definitions = writing.in_force()
        return [_effects(definitions, one) for one in known_events(definitions)]

    return router


def _known(name: str) -> Known:
    one = AGGREGATES[name]
    return Known(
        name=name,
        takes=one.takes,
        keyed=one.keyed,
        needs=sorted(one.needs),
        may=sorted(one.may),
        result=one.result,
    )


def _columns(rows: Sequence[Any]) -> list[str]:
    return list(dict.fromkeys(column for row in rows[:100] for column in row))


def _effects(definitions: Definitions, event: Selector) -> EventEffects:
    found = effects(definitions, event)
    written = document_of(definitions).get("attributes", {})
    return EventEffects(
        type=event.kind,
        name=event.name,
        rule=_rule(definitions.events.get(event.name or "")),
        attributes=[
            EffectShown(
                attribute=one.attribute,
                label=dict(definitions.labels.get(one.attribute, {})),
                group=heading(definitions.groups.get(one.attribute)),
                how=one.how,
                through=list(one.through),
                sentence=read_sentence(written[one.attribute]),
            )
            for one in found
        ],
        segments=segments_of(definitions, {one.attribute: one for one in found}),
    )


def _rule(rule: EventRule | None) -> RuleShown | None:
    if rule is None:
        return None
    return RuleShown(
        key=rule.key,
        also=list(rule.also),
        removed_by=list(rule.removed_by),
        revision=rule.revision,
        currency=rule.currency,
        money=list(rule.money),
    )


def _nothing(entry: Looked, trial: Trial | None = None, untrained: Untrained | None = None) -> Preview:
    return Preview(
        entry=entry,
        new=trial is not None and trial.new,
        sampled=0 if trial is None else len(trial.rows),
        of=0 if trial is None else trial.of,
        messages=0 if trial is None else trial.messages,
        at=None if trial is None else iso(trial.at),
        changed=0,
        ranked=False,
        hidden=False,
        why=None,
        spread=None,
        examples=[],
        untrained=untrained,
    )


def _previewed(entry: Looked, trial: Trial, definitions: Definitions, name: str, *, personal_data: bool) -> Preview:
    declared = definitions.attributes
    found = spread(
        [new for _, _, new in trial.rows],
        [old for _, old, _ in trial.rows],
        at_least=1 if personal_data else SENDERS,
    )
    told = {top.value for top in found.tops}
    shown = [row for row in trial.changed if personal_data or all(_nobodys(one, told) for one in row[1:])]
    return Preview(
        entry=entry,
        new=trial.new,
        sampled=len(trial.rows),
        of=trial.of,
        messages=trial.messages,
        at=iso(trial.at),
        changed=len(trial.changed),
        ranked=any(isinstance(how := declared[one], Formula) and _ranks(how) for one in trial.needs),
        hidden=False,
        why=None,
        spread=_spread(found, Attributes(definitions), name),
        examples=[_example(*row) for row in shown[:SHOWN]],
        untrained=None,
    )


def _ranks(how: Formula) -> bool:
    return any(isinstance(part, Call) and part.function == "tier" for part in walk(how.expression))


def _nobodys(value: values.Value, told: set[values.Scalar]) -> bool:
    """Whether a value tells nothing of a person that many others do not share."""
    parts = value if isinstance(value, tuple) else (value,)
    return all(not isinstance(part, str) or part in told for part in parts)


def _example(customer: str, old: values.Value, new: values.Value) -> Example:
    return Example(customer_id=customer[2:], before=as_json(old), after=as_json(new))


def _spread(found: Spread, shown: Attributes, name: str) -> SpreadShown:
    return SpreadShown(
        kind=found.kind,
        measure=shown.measure(name, found.middle),
        null=found.null,
        null_before=found.null_before,
        bins=[_bin(one) for one in found.bins],
        tops=[TopShown(value=as_json(one.value), count=one.count, before=one.before) for one in found.tops],
        other=found.other,
        least=as_json(found.least),
        middle=as_json(found.middle),
        greatest=as_json(found.greatest),
    )


def _bin(one: Bin) -> BinShown:
    return BinShown(low=as_json(one.low), high=as_json(one.high), count=one.count, before=one.before)
