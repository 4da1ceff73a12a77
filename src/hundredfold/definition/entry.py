"""One attribute while it is written: its own lines of YAML, what is wrong in them, and the same as a sentence.

The lines stand at the left margin, as an editor shows them beside the form: `name:`, and the fields below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from hundredfold.definition.edit import entry_text, set_attribute
from hundredfold.definition.load import load_sources
from hundredfold.definition.mistakes import DefinitionErrors, ExpressionError
from hundredfold.definition.model import Definitions
from hundredfold.definition.sentence import Sentence, fields_of
from hundredfold.definition.source import Source, read_source
from hundredfold.errors import DefinitionError

_SECTION: Final = "attributes"
_HEAD: Final = f"{_SECTION}:\n"
_INDENT: Final = "  "
_FILE: Final = "\0draft"
"""No file has this name: so what is wrong in the entry is told from what is wrong elsewhere."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that is wrong. `line` and `column` (from 1) are places of the entry's lines.

    `position` (from 1) and `length` are characters of the field's own text, where it is an expression. `file` is set
    for a mistake elsewhere, which stood there before or follows from this one; its line is one of that file.
    """

    text: str
    field: str | None = None
    line: int | None = None
    column: int | None = None
    position: int | None = None
    length: int | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry that was read: its fields (None: they are none), all definitions with it (None: mistakes)."""

    fields: dict[str, Any] | None
    definitions: Definitions | None
    mistakes: tuple[Mistake, ...] = ()


def said(entry: str, name: str, sentence: Sentence) -> str:
    """The entry's lines with what a sentence says: comments, order and words stay where nothing else is meant."""
    try:
        written = _fields(read_source(_wrapped(entry), _FILE), name)
    except DefinitionErrors:
        entry, written = "", None  # a form is filled in over lines that are no YAML
    text = set_attribute(_wrapped(entry) if written is not None else "", name, fields_of(sentence, written))
    return entry_text(text, _SECTION, name) or ""


def fields_in(entry: str, name: str) -> dict[str, Any] | None:
    """The fields of an entry's lines; None when they are no YAML or not this attribute's."""
    try:
        return _fields(read_source(_wrapped(entry), _FILE), name)
    except DefinitionErrors:
        return None


def checked(sources: Sequence[Source], name: str, entry: str) -> Checked:
    """What the definitions of some sources are with an entry in the place of the one that they have, if any."""
    try:
        source = read_source(_wrapped(entry), _FILE)
    except DefinitionErrors as error:
        return Checked(None, None, tuple(_mistake(one, None, name) for one in error.errors))
    fields = _fields(source, name)
    if fields is None:
        text = f"the lines of one attribute are expected here: `{name}:` at the left margin, and its fields below it"
        return Checked(None, None, (Mistake(text, line=1, column=1),))
    try:
        definitions = load_sources([*without(sources, name), source])
    except DefinitionErrors as error:
        return Checked(fields, None, tuple(_mistake(one, source, name) for one in error.errors))
    return Checked(fields, definitions)


def without(sources: Sequence[Source], name: str) -> list[Source]:
    """The sources as they are without an attribute."""
    found = []
    for source in sources:
        entries = _entries(source)
        if name in entries:
            data = {**source.data, _SECTION: {other: one for other, one in entries.items() if other != name}}
            source = replace(source, data=data)
        found.append(source)
    return found


def home_of(sources: Sequence[Source], name: str) -> Source | None:
    """The source that declares an attribute."""
    return next((source for source in sources if name in _entries(source)), None)


def _entries(source: Source) -> dict[str, Any]:
    found = source.data.get(_SECTION) if isinstance(source.data, dict) else None
    return found if isinstance(found, dict) else {}


def _fields(source: Source, name: str) -> dict[str, Any] | None:
    entries = _entries(source)
    fields = entries.get(name)
    return fields if list(entries) == [name] and len(source.data) == 1 and isinstance(fields, dict) else None


def _wrapped(entry: str) -> str:
    """The lines as a document of their own; every line moves down by one and to the right by two."""
    return _HEAD + "".join(_INDENT + line for line in entry.splitlines(keepends=True))


def _mistake(error: DefinitionError, source: Source | None, name: str) -> Mistake:
    text = error.message.partition("\n")[0]
    if error.file != _FILE:
        return Mistake(text, line=error.line, column=error.column, file=error.file or "")
    text = text.removeprefix(f"attribute {name}")
    field = _field_at(source, name, error) if source is not None else None
    text = text.removeprefix(f", `{field}`").removeprefix(": ")
    line = None if error.line is None else max(1, error.line - 1)
    column = None if error.column is None else max(1, error.column - len(_INDENT))
    if isinstance(error, ExpressionError):
        return Mistake(text, field, line, column, error.position, error.length)
    return Mistake(text, field, line, column)


def _field_at(source: Source, name: str, error: DefinitionError) -> str | None:
    """The field in which a place lies."""
    at = (error.line or 0, error.column or 0)
    marks = (*source.keys.items(), *source.values.items())
    before = [
        (place.line, place.column, way[2])
        for way, place in marks
        if len(way) > 2 and way[:2] == (_SECTION, name) and (place.line, place.column) <= at
    ]
    return str(max(before, key=lambda one: one[:2])[2]) if before else None
