"""What a draft would change: field by field, line by line, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Literal

from pydantic import BaseModel, Field

from hundredfold.definition.canonical import document_of
from hundredfold.definition.edit import entry_text, set_attribute
from hundredfold.definition.model import Definitions, Formula
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
    """The formulas and segments that go back to an attribute, nearest first."""
    found, asked = list[str](), {name}
    while asked:
        more = [
            one.name
            for one in definitions.attributes.values()
            if isinstance(one, Formula) and one.name not in (*found, name) and asked & set(names_in(one.expression))
        ]
        found += more
        asked = set(more)
    reached = {name, *found}
    return [*found, *(one.name for one in definitions.segments.values() if reached & set(names_in(one.where)))]


def fields_in_force(definitions: Definitions, name: str) -> dict[str, Any] | None:
    """The fields of an attribute, in their canonical words; None where there is none of this name."""
    found: dict[str, Any] | None = document_of(definitions).get("attributes", {}).get(name)
    return found


def canonical_text(name: str, fields: Mapping[str, Any]) -> str:
    """The lines of an attribute that says these fields."""
    return entry_text(set_attribute("", name, fields), "attributes", name) or ""
