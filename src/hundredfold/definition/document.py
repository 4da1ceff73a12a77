"""A definitions document: the one shape of the YAML in git, of the API's JSON and of the GUI's forms.

Only the shape is said here (fields, kinds, lists). What the texts inside mean is settled in `meaning`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NAME_PATTERN: Final = "^[A-Za-z][A-Za-z0-9_]{0,62}$"
"""Names of attributes, segments and lookups."""

NameText = Annotated[str, Field(pattern=NAME_PATTERN)]
EventName = Annotated[str, Field(min_length=1, max_length=256)]
PathText = Annotated[
    str,
    Field(min_length=1, max_length=512, description="A path: parts with points between, odd parts in backquotes."),
]
Language = Annotated[str, Field(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]
Labels = Annotated[
    dict[Language, Annotated[str, Field(min_length=1, max_length=200)]],
    Field(description="What people see instead of the name, by language: {en: ..., pt: ...}."),
]
Description: TypeAlias = (
    Annotated[str, Field(max_length=2_000)] | dict[Language, Annotated[str, Field(min_length=1, max_length=2_000)]]
)
"""One text for everybody, or one by language."""


class DocumentPart(BaseModel):
    """A part of the document: fields that are not declared are refused, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class EventPart(DocumentPart):
    """An event type that has a business key or money: its messages with one key are one fact."""

    key: PathText | None = Field(None, description="The path of the business key; messages with one key are one fact.")
    also: EventName | list[EventName] = Field(
        default_factory=list, description="Track names whose messages with the key belong to the same fact."
    )
    removed_by: EventName | list[EventName] = Field(
        default_factory=list, description="Track names whose messages with the key remove the fact."
    )
    revision: PathText | None = Field(None, description="The path by which the newest message of a fact is known.")
    currency: PathText | None = Field(None, description="The path of the currency code of the `money` paths.")
    money: PathText | list[PathText] = Field(
        default_factory=list, description="Paths of amounts that convert into the workspace's currency."
    )


class LookupPart(DocumentPart):
    """A table beside the events; its columns are read as `name.column`."""

    file: str = Field(min_length=1, max_length=512, description="CSV or Parquet, relative to the workspace's folder.")
    key: str = Field(min_length=1, max_length=256, description="The column that holds the key.")
    source: PathText = Field(alias="from", description="The path, in line or message, that holds the key to look up.")


class EventKind(DocumentPart):
    """Every event of one type."""

    type: Literal["track", "identify", "page", "screen", "group", "alias"] = Field(
        description="The type of the message."
    )


OneEvent: TypeAlias = EventName | EventKind
Events: TypeAlias = OneEvent | Annotated[list[OneEvent], Field(min_length=1)]


class _Described(DocumentPart):
    label: Labels = Field(default_factory=dict)
    description: Description | None = Field(
        None, description="What it is, for those who use it: one text, or by language: {en: ..., pt: ...}."
    )
    group: str | None = Field(None, min_length=1, max_length=100, description="The heading under which it is listed.")


class _Folded(_Described):
    """What aggregates and foreign attributes share."""

    event: Events = Field(description="A track name, a list of them, or {type: page} for every event of a type.")
    aggregate: str = Field(min_length=1, max_length=64, description="How the values of the events become one value.")
    each: PathText | None = Field(None, description="The path of a list; each of its lines counts by itself.")
    where: str | bool | None = Field(None, description="Only events (or lines) for which this condition is true count.")
    value: str | int | float | None = Field(None, description="A path, or + - * / of paths and numbers.")
    type: Literal["text"] | None = Field(None, description="Take the value as text: `17` stays '17'.")


class AggregatePart(_Folded):
    """A value made of events: which of them count, and how."""

    by: PathText | None = Field(
        None, description="The path whose values are told apart (favourites, shares, distinct)."
    )
    window: str | None = Field(
        None,
        max_length=64,
        description="today; this week, month or year; N days; previous N days; same N days last year; N hours; "
        "N minutes. Absent: lifetime.",
    )
    zone: Literal["workspace", "customer"] = Field("workspace", description="Whose calendar a window follows.")
    k: int | None = Field(
        None, ge=1, le=1_000, description="How many entries lists and `top` keep; minutes of quiet between `visits`."
    )
    q: float | None = Field(None, ge=0, le=1, description="The share below the `quantile`: 0.9.")
    of: str | bool | int | float | None = Field(
        None, description="The key whose share `share` measures; absent: the favourite."
    )


class ForeignPart(_Folded):
    """Another system's value, with the events that it does not cover yet. Lifetime only."""

    foreign: str = Field(min_length=1, max_length=256, description="The source of the other system's values.")


class TraitPart(_Described):
    """The newest value at a path of the traits."""

    trait: PathText = Field(description="The path within the traits: address.country.")
    type: Literal["number", "text", "boolean", "time"] | None = Field(None, description="What the value is taken as.")


class FormulaPart(_Described):
    """An expression over other attributes and the clock."""

    formula: str | int | float | bool = Field(description="The expression; its names are attributes.")


Option: TypeAlias = str | bool | int | float
Options: TypeAlias = dict[NameText, Option | list[Option]]


class ModelPart(_Described):
    """What a predictive model says, which the batch trains."""

    model: str = Field(min_length=1, max_length=64, description="The family of models: churn, rfm, lifecycle.")
    inputs: dict[NameText, NameText] = Field(
        default_factory=dict, description="Which attribute takes each role of the model: {recency: days_since_order}."
    )
    options: Options = Field(default_factory=dict, description="What the model is to do otherwise: {horizon: 90}.")


class SegmentPart(_Described):
    """The customers for whom a condition over attributes is true."""

    where: str | bool = Field(description="The condition; its names are attributes.")


def kind_of(fields: Any) -> str:
    """The kind of attribute that fields declare, by the one field that only this kind has."""
    names = fields if isinstance(fields, Mapping) else getattr(fields, "model_fields_set", ())
    return next((kind for kind in ("formula", "trait", "foreign", "model") if kind in names), "aggregate")


AttributePart: TypeAlias = AggregatePart | ForeignPart | TraitPart | FormulaPart | ModelPart
ATTRIBUTE_PARTS: Final[Mapping[str, type[AttributePart]]] = {
    "aggregate": AggregatePart,
    "foreign": ForeignPart,
    "trait": TraitPart,
    "formula": FormulaPart,
    "model": ModelPart,
}
"""The kinds of attributes, each with its shape."""

_Attribute = Annotated[
    Annotated[AggregatePart, Tag("aggregate")]
    | Annotated[ForeignPart, Tag("foreign")]
    | Annotated[TraitPart, Tag("trait")]
    | Annotated[FormulaPart, Tag("formula")]
    | Annotated[ModelPart, Tag("model")],
    Discriminator(kind_of),
]


class Document(DocumentPart):
    """Definitions of a hundredfold workspace: events, lookup tables, attributes and segments, by name."""

    events: dict[EventName, EventPart] = Field(default_factory=dict, description="Event types with a key or money.")
    lookups: dict[NameText, LookupPart] = Field(default_factory=dict, description="Tables beside the events.")
    attributes: dict[NameText, _Attribute] = Field(default_factory=dict, description="The values of a profile.")
    segments: dict[NameText, SegmentPart] = Field(default_factory=dict, description="Groups of customers.")

    def plain(self) -> dict[str, Any]:
        """The document as it would be written, without what was left out."""
        return self.model_dump(by_alias=True, exclude_unset=True)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a definitions document, for editors and other programs."""
    published = Document.model_json_schema(by_alias=True)
    for part in (published, *published["$defs"].values()):
        for field in part["properties"].values():
            # Names that do not fit the pattern are refused, which pydantic checks but does not publish.
            for one in (field, *field.get("anyOf", ())):
                if "patternProperties" in one:
                    one["additionalProperties"] = False
    return {"$schema": DIALECT, **published, "title": "hundredfold definitions"}
