"""What is wrong with the shape of a document's part, in the words of people instead of pydantic's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hundredfold.definition.document import ATTRIBUTE_PARTS, DocumentPart, kind_of
from hundredfold.definition.mistakes import did_you_mean, nearest
from hundredfold.definition.refusal import refusal
from hundredfold.said import Said, said, without_places

Part = TypeVar("Part", bound=DocumentPart)

_KINDS: Final = {
    "aggregate": said("an aggregate"),
    "foreign": said("a foreign attribute (it is lifetime only)"),
    "trait": said("a trait"),
    "formula": said("a formula"),
    "model": said("a model"),
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """A field that does not fit: its name (empty for the whole part), what is wrong, whether the key itself is."""

    field: str
    problem: Said
    of_key: bool = False


def shaped(model: type[Part], fields: Any) -> Part | list[Misfit]:
    """The part, or all that does not fit in it."""
    if not isinstance(fields, Mapping):
        return [
            Misfit(
                "",
                said(
                    "fields are expected here (such as {example}), found {shown}",
                    example=_example(model),
                    shown=_shown(fields),
                ),
            )
        ]
    odd = [key for key in fields if not isinstance(key, str)]
    if odd:
        return [Misfit("", said("the field {key!r} is no text", key=key)) for key in odd]
    try:
        return model.model_validate(dict(fields))
    except ValidationError as error:
        return _misfits(model, fields, error.errors(include_url=False))


def _misfits(model: type[DocumentPart], fields: Mapping[str, Any], errors: list[ErrorDetails]) -> list[Misfit]:
    found: dict[str, Misfit] = {}
    for error in errors:
        name = str(error["loc"][0]) if error["loc"] else ""
        if name not in found:
            found[name] = _misfit(model, name, fields, error)
    unknown = [misfit for misfit in found.values() if misfit.of_key and _meant(misfit.field) is not None]
    if unknown and kind_of(fields) == "aggregate":
        # The misspelt field would have told the kind; what that kind lacks is unknown until it is mended.
        return unknown
    return list(found.values())


def _meant(name: str) -> str | None:
    """The field that would have made the part a formula, trait, model or foreign attribute, had it been spelt right."""
    near = nearest(name, _all_fields())
    return near if near in ("formula", "trait", "foreign", "model") else None


def _misfit(model: type[DocumentPart], name: str, fields: Mapping[str, Any], error: ErrorDetails) -> Misfit:
    if error["type"] == "missing" and len(error["loc"]) == 1:
        return Misfit("", said("`{name}` is missing{wanted}", name=name, wanted=_wanted(model, name)))
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        return Misfit(name, _stranger(model, name, fields), of_key=True)
    shown = _shown(fields.get(name))
    if error["type"] == "string_type" and isinstance(fields.get(name), bool | int | float):
        shown = said("{shown} (in quotes it is a text)", shown=shown)
    if len(error["loc"]) > 1 or _wanted(model, name) == "":
        return Misfit(
            name,
            said("`{name}` cannot be read: found {shown}{wanted}", name=name, shown=shown, wanted=_wanted(model, name)),
        )
    return Misfit(
        name,
        said(
            "`{name}`: {plain}, found {shown}{wanted}",
            name=name,
            plain=refusal(error),
            shown=shown,
            wanted=_wanted(model, name),
        ),
    )


def _stranger(model: type[DocumentPart], name: str, fields: Mapping[str, Any]) -> Said:
    known = _fields(model)
    if fields[name] is None and re.fullmatch(r"\w+", name) is None:
        return said(
            "`{name}` is no field. A value that holds a comma needs quotes inside braces: {{formula: 'round(x, 2)'}}",
            name=name,
        )
    if model in ATTRIBUTE_PARTS.values():
        kind = kind_of(fields)
        if name in _all_fields():
            return said(
                "`{name}` does not belong to {kind}; its fields: {known}",
                name=name,
                kind=_KINDS[kind],
                known=", ".join(known),
            )
        known = known if kind != "aggregate" else _all_fields()
    return said("unknown field `{name}`. {hint}", name=name, hint=did_you_mean(name, known, said("Fields")))


def _fields(model: type[DocumentPart]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _all_fields() -> list[str]:
    return list(dict.fromkeys(name for model in ATTRIBUTE_PARTS.values() for name in _fields(model)))


def _wanted(model: type[DocumentPart], name: str) -> Said | Literal[""]:
    """What a field is for, as the end of a sentence."""
    for field_name, field in model.model_fields.items():
        if name in (field_name, field.alias) and field.description:
            return said(". It says: {description}", description=said(without_places(field.description)))
    return ""


def _example(model: type[DocumentPart]) -> str:
    required = [field.alias or name for name, field in model.model_fields.items() if field.is_required()]
    return ", ".join(f"`{name}: ...`" for name in required or _fields(model)[:2])


def _shown(value: Any) -> Said:
    """A value for a message: its kind and a short look at it."""
    match value:
        case None:
            return said("nothing")
        case bool():
            return said("the boolean {value}", value=str(value).lower())
        case int() | float():
            return said("the number {value}", value=value)
        case str():
            return said("the text {value!r}", value=value[:40])
        case Mapping():
            return said("a mapping")
        case list() | tuple():
            return said("a list")
    return said("a {kind}", kind=type(value).__name__)
