"""One attribute or segment while it is written: its lines of YAML, what is wrong in them, the same as a sentence.

The lines stand at the left margin, as an editor shows them beside the form: `name:`, and the fields below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from hundredfold.definition.check import SECTIONS
from hundredfold.definition.edit import entry_text, set_entry
from hundredfold.definition.load import load_sources
from hundredfold.definition.mistakes import DefinitionErrors, ExpressionError
from hundredfold.definition.model import Definitions
from hundredfold.definition.sentence import Sentence, fields_of
from hundredfold.definition.source import Source, read_source
from hundredfold.errors import DefinitionError
from hundredfold.said import said

Section: TypeAlias = Literal["attributes", "segments"]
"""Where entries stand that people write one by one."""

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


def with_sentence(section: Section, entry: str, name: str, sentence: Sentence) -> str:
    """The entry's lines with what a sentence says: comments, order and words stay where nothing else is meant."""
    try:
        written = _fields(section, read_source(_wrapped(section, entry), _FILE), name)
    except DefinitionErrors:
        entry, written = "", None  # a form is filled in over lines that are no YAML
    text = _wrapped(section, entry) if written is not None else ""
    return entry_text(set_entry(text, section, name, fields_of(sentence, written)), section, name) or ""


def fields_in(section: Section, entry: str, name: str) -> dict[str, Any] | None:
    """The fields of an entry's lines; None when they are no YAML or not this entry's."""
    try:
        return _fields(section, read_source(_wrapped(section, entry), _FILE), name)
    except DefinitionErrors:
        return None


def checked(section: Section, sources: Sequence[Source], name: str, entry: str) -> Checked:
    """What the definitions of some sources are with an entry in the place of the one that they have, if any."""
    try:
        source = read_source(_wrapped(section, entry), _FILE)
    except DefinitionErrors as error:
        return Checked(None, None, tuple(_mistake(section, one, None, name) for one in error.errors))
    fields = _fields(section, source, name)
    if fields is None:
        text = said(
            "the lines of one {entry} are expected here: `{name}:` at the left margin, and its fields below it",
            entry=SECTIONS[section],
            name=name,
        )
        return Checked(None, None, (Mistake(text, line=1, column=1),))
    try:
        definitions = load_sources([*without(section, sources, name), source])
    except DefinitionErrors as error:
        return Checked(fields, None, tuple(_mistake(section, one, source, name) for one in error.errors))
    return Checked(fields, definitions)


def without(section: Section, sources: Sequence[Source], name: str) -> list[Source]:
    """The sources as they are without an entry."""
    found = []
    for source in sources:
        entries = _entries(section, source)
        if name in entries:
            data = {**source.data, section: {other: one for other, one in entries.items() if other != name}}
            source = replace(source, data=data)
        found.append(source)
    return found


def home_of(section: Section, sources: Sequence[Source], name: str) -> Source | None:
    """The source that declares an entry."""
    return next((source for source in sources if name in _entries(section, source)), None)


def _entries(section: Section, source: Source) -> dict[str, Any]:
    found = source.data.get(section) if isinstance(source.data, dict) else None
    return found if isinstance(found, dict) else {}


def _fields(section: Section, source: Source, name: str) -> dict[str, Any] | None:
    entries = _entries(section, source)
    fields = entries.get(name)
    return fields if list(entries) == [name] and len(source.data) == 1 and isinstance(fields, dict) else None


def _wrapped(section: Section, entry: str) -> str:
    """The lines as a document of their own; every line moves down by one and to the right by two."""
    return f"{section}:\n" + "".join(_INDENT + line for line in entry.splitlines(keepends=True))


def _mistake(section: Section, error: DefinitionError, source: Source | None, name: str) -> Mistake:
    if error.file != _FILE:
        return Mistake(error.sentence, line=error.line, column=error.column, file=error.file or "")
    text = error.told
    field = _field_at(section, source, name, error) if source is not None else None
    line = None if error.line is None else max(1, error.line - 1)
    column = None if error.column is None else max(1, error.column - len(_INDENT))
    if isinstance(error, ExpressionError):
        return Mistake(text, field, line, column, error.position, error.length)
    return Mistake(text, field, line, column)


def _field_at(section: Section, source: Source, name: str, error: DefinitionError) -> str | None:
    """The field in which a place lies."""
    at = (error.line or 0, error.column or 0)
    marks = (*source.keys.items(), *source.values.items())
    before = [
        (place.line, place.column, way[2])
        for way, place in marks
        if len(way) > 2 and way[:2] == (section, name) and (place.line, place.column) <= at
    ]
    return str(max(before, key=lambda one: one[:2])[2]) if before else None
