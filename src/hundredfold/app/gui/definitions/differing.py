"""What a draft would change: field by field, line by line, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Literal

from pydantic import BaseModel, Field

from hundredfold.definition.canonical import document_of
from hundredfold.definition.check import named_by
from hundredfold.definition.edit import entry_text, set_attribute
from hundredfold.definition.entry import Section
from hundredfold.definition.model import Definitions
from hundredfold.definition.spelling import names_in


class FieldChange(BaseModel):
    """A field that says something else; null: it is not there."""

    field: str
    before: Any
    after: Any


class Line(BaseModel):
    """A line of the YAML, as it is now, as it would be, or both."""

    kind: Literal["same", "removed", "added"]
    text: str


class Diff(BaseModel):
    """What publishing a draft would change.

    `changes` are against what is in force, `lines` against what is written. `followers` are the formulas and segments
    that follow. `others` are written in the files and not in force yet: they would come into force with it.
    """

    name: str
    changes: list[FieldChange]
    lines: list[Line]
    followers: list[str]
    others: list[str] = Field(description="Like attributes.orders or events.Order Completed.")


def field_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[FieldChange]:
    """The fields that differ, in the order in which they are written."""
    old, new = before or {}, after or {}
    names = [*new, *(name for name in old if name not in new)]
    return [
        FieldChange(field=name, before=old.get(name), after=new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    ]


def line_changes(before: str, after: str) -> Iterator[Line]:
    """Both texts as one, line by line."""
    old, new = before.splitlines(), after.splitlines()
    for what, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield from (Line(kind="same", text=line) for line in old[start:end])
        else:
            yield from (Line(kind="removed", text=line) for line in old[start:end])
            yield from (Line(kind="added", text=line) for line in new[first:last])


def followers_of(definitions: Definitions, name: str) -> list[str]:
    """The formulas, scores and segments that go back to an attribute or a segment, nearest first."""
    found, asked = list[str](), {name}
    while asked:
        more = [
            one.name
            for one in definitions.attributes.values()
            if one.name not in (*found, name) and asked & set(named_by(one))
        ]
        found += more
        asked = set(more)
    reached = {name, *found}
    segments = [one for one, asked in definitions.asked.items() if reached & set(asked)]
    if name in definitions.segments:
        segments = list(_segments_after(definitions, name))
    return [*found, *segments]


def _segments_after(definitions: Definitions, name: str) -> Iterator[str]:
    """The segments that name a segment, or one that does."""
    named = {one: set(names_in(segment.where)) for one, segment in definitions.segments.items()}
    waiting, told = [name], {name}
    while waiting:
        after = [one for one in named if waiting[0] in named[one] and one not in told]
        yield from after
        told.update(after)
        waiting = [*waiting[1:], *after]


def fields_in_force(definitions: Definitions, name: str, section: Section = "attributes") -> dict[str, Any] | None:
    """The fields of an entry, in their canonical words; None where there is none of this name."""
    found: dict[str, Any] | None = document_of(definitions).get(section, {}).get(name)
    return found


def canonical_text(name: str, fields: Mapping[str, Any]) -> str:
    """The lines of an attribute that says these fields."""
    return entry_text(set_attribute("", name, fields), "attributes", name) or ""
