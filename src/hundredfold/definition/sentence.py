"""An attribute or a segment as one sentence: its document's fields, taken apart so that a form can show each part.

"For each customer take the [sum] of [total] over [Order Completed] events [today] where [category] [is] [shoes]".
`read_sentence` makes it from the fields of a document, `fields_of` writes it back; what means the same keeps its words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeAlias

from pydantic import Field

from hundredfold.definition.conditions import Condition, Operand, condition_of, condition_text, operand_of, operand_text
from hundredfold.definition.document import (
    ATTRIBUTE_PARTS,
    AggregatePart,
    AttributePart,
    Description,
    DocumentPart,
    EventKind,
    ForeignPart,
    FormulaPart,
    Labels,
    ModelPart,
    Options,
    SegmentPart,
    TraitPart,
    kind_of,
)
from hundredfold.definition.parser import parse_condition, parse_path, parse_segment, parse_value
from hundredfold.definition.shape import shaped
from hundredfold.definition.spelling import text_of
from hundredfold.definition.syntax import Expression
from hundredfold.definition.window import parse_window, window_text
from hundredfold.errors import DefinitionError
from hundredfold.words.calendar import Window

EventType = Literal["track", "identify", "page", "screen", "group", "alias"]
WindowKind = Literal[
    "today", "week", "month", "year", "days", "previous days", "same days last year", "hours", "minutes", "written"
]


class Which(DocumentPart):
    """Events that count: those of a type, or the track events of one name."""

    type: EventType = "track"
    name: str | None = None


class During(DocumentPart):
    """A window: `n` of its unit where it has one. `written` has a text that is no window yet."""

    kind: WindowKind
    n: int = 1
    text: str | None = None


class Sentence(DocumentPart):
    """An attribute or a segment; its `kind` says which of the parts it has. Paths and formulas are texts.

    `window` null is the lifetime, `where` null means all.
    """

    kind: Literal["aggregate", "foreign", "trait", "formula", "model", "segment"]
    label: Labels = Field(default_factory=dict)
    description: Description | None = None
    group: str | None = None
    aggregate: str | None = None
    value: Operand | None = None
    type: Literal["number", "text", "boolean", "time"] | None = None
    by: str | None = None
    k: int | None = None
    q: float | None = None
    of: str | bool | int | float | None = None
    event: list[Which] = Field(default_factory=list)
    each: str | None = None
    window: During | None = None
    zone: Literal["workspace", "customer"] = "workspace"
    where: Condition | None = None
    foreign: str | None = None
    trait: str | None = None
    formula: str | int | float | bool | None = None
    model: str | None = None
    inputs: dict[str, str] = Field(default_factory=dict)
    options: Options = Field(default_factory=dict)


Fields: TypeAlias = Mapping[str, Any]
"""An attribute's fields, as its document has them."""

_FOLDED: Final = ("event", "each", "where", "by", "value", "aggregate", "k", "q", "of", "type", "window", "zone")
_OWN: Final = {
    "aggregate": _FOLDED,
    "foreign": ("foreign", "event", "each", "where", "value", "aggregate", "type"),
    "trait": ("trait", "type"),
    "formula": ("formula",),
    "model": ("model", "inputs", "options"),
    "segment": ("where",),
}
_NOTES: Final = ("label", "description", "group")


def read_sentence(fields: Any) -> Sentence | None:
    """The sentence that an attribute's fields say; None when they do not have the shape of an attribute.

    What cannot be read of a condition, value or window is in it as it is written.
    """
    part = shaped(ATTRIBUTE_PARTS[kind_of(fields)], fields) if isinstance(fields, Mapping) else []
    return None if isinstance(part, list) else _sentence(part)


def read_segment(fields: Any) -> Sentence | None:
    """The sentence that a segment's fields say; None when they do not have the shape of a segment."""
    part = shaped(SegmentPart, fields) if isinstance(fields, Mapping) else []
    if isinstance(part, list):
        return None
    where = condition_of(part.where, parse_segment)
    notes: dict[str, Any] = {"label": dict(part.label), "description": part.description, "group": part.group}
    return Sentence(kind="segment", where=where, **notes)


def fields_of(sentence: Sentence, written: Fields | None = None) -> dict[str, Any]:
    """The fields that a sentence says; those that are `written` already keep their words where they mean the same.

    Nothing is checked here: load the result.
    """
    said = {name: _field(sentence, name) for name in (*_NOTES, *_OWN[sentence.kind])}
    said = {name: value for name, value in said.items() if value is not None and not _default(name, value)}
    kept: dict[str, Any] = {}
    for name, old in (written or {}).items():
        if name in said:
            kept[name] = old if _same(sentence.kind, name, old, said[name]) else said[name]
        elif name in (*_NOTES, *_OWN[sentence.kind]) and _default(name, old):
            kept[name] = old
    return kept | {name: value for name, value in said.items() if name not in kept}


# --- from the document -----------------------------------------------------------------------------------------------


def _sentence(part: AttributePart) -> Sentence:
    notes: dict[str, Any] = {"label": dict(part.label), "description": part.description, "group": part.group}
    match part:
        case TraitPart():
            return Sentence(kind="trait", trait=_path(part.trait), type=part.type, **notes)
        case FormulaPart():
            return Sentence(kind="formula", formula=part.formula, **notes)
        case ModelPart():
            return Sentence(kind="model", model=part.model, inputs=part.inputs, options=part.options, **notes)
        case AggregatePart() | ForeignPart():
            listed = part.event if isinstance(part.event, list) else [part.event]
            folded: dict[str, Any] = {
                "aggregate": part.aggregate,
                "value": None if part.value is None else operand_of(part.value),
                "type": part.type,
                "event": [_which(one) for one in listed],
                "each": _path(part.each),
                "where": None if part.where is None else condition_of(part.where),
            }
            if isinstance(part, ForeignPart):
                return Sentence(kind="foreign", foreign=part.foreign, **folded, **notes)
            own: dict[str, Any] = {"by": _path(part.by), "k": part.k, "q": part.q, "of": part.of, "zone": part.zone}
            return Sentence(kind="aggregate", window=_during(part.window), **own, **folded, **notes)


def _which(one: str | EventKind) -> Which:
    return Which(type=one.type) if isinstance(one, EventKind) else Which(name=one)


def _during(text: str | None) -> During | None:
    if text is None:
        return None
    try:
        window = parse_window(text)
    except DefinitionError:
        return During(kind="written", text=text)
    return During(kind=window.kind, n=window.n)


def _path(text: str | None) -> str | None:
    return None if text is None else _canonical(text, lambda path: operand_of(path).shown())


# --- back to the document --------------------------------------------------------------------------------------------


def _field(sentence: Sentence, name: str) -> Any:
    """A field as it would be written by itself; None for one that the sentence does not have."""
    match name:
        case "event":
            found = [one.name if one.name is not None else {"type": one.type} for one in sentence.event]
            return found[0] if len(found) == 1 else found or None
        case "value":
            return None if sentence.value is None else operand_text(sentence.value)
        case "where":
            return (
                None if sentence.where is None else _spelt(condition_text(sentence.where), _parse_where(sentence.kind))
            )
        case "window":
            return None if sentence.window is None else _window_text(sentence.window)
        case "label":
            return dict(sentence.label)
        case _:
            return getattr(sentence, name)


def _spelt(text: str, parse: Callable[[str], Expression]) -> str:
    return _canonical(text, lambda written: text_of(parse(written)))


def _parse_where(kind: str) -> Callable[[str], Expression]:
    """A segment's condition speaks of attributes, all others of paths."""
    return parse_segment if kind == "segment" else parse_condition


def _canonical(text: str, how: Callable[[str], str]) -> str:
    try:
        return how(text)
    except DefinitionError:
        return text


def _window_text(during: During) -> str:
    if during.kind == "written":
        return during.text or ""
    return window_text(Window(during.kind, during.n))


def _default(name: str, value: Any) -> bool:
    """Whether a field says no more than its absence does."""
    return value is None or value == {} or (name == "zone" and value == "workspace")


# --- the same, in other words ----------------------------------------------------------------------------------------


def _same(kind: str, name: str, old: Any, new: Any) -> bool:
    """Whether two spellings of a field mean one thing."""
    if name == "where":
        return bool(_meaning(old, _parse_where(kind)) == _meaning(new, _parse_where(kind)))
    if name in _PARSED:
        return bool(_meaning(old, _PARSED[name]) == _meaning(new, _PARSED[name]))
    if name == "event":
        return _listed(old) == _listed(new)
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)


_PARSED: Final[Mapping[str, Callable[[str], Any]]] = {
    "by": parse_path,
    "each": parse_path,
    "trait": parse_path,
    "value": parse_value,
    "window": parse_window,
}


def _meaning(written: Any, parse: Callable[[str], Any]) -> Any:
    text = str(written).lower() if isinstance(written, bool) else str(written)
    try:
        return parse(text)
    except DefinitionError:
        return [text]


def _listed(written: Any) -> list[Any]:
    return list(written) if isinstance(written, list) else [written]
