"""The catalogue as it lies beside this file: its groups, what each entry is called, and the lines that declare it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from hundredfold.definition.check import with_what_they_need
from hundredfold.definition.load import load_sources
from hundredfold.definition.model import Definitions
from hundredfold.definition.source import Source, read_source
from hundredfold.definition.spelling import names_in
from hundredfold.errors import NotFound

LANGUAGES: Final = ("en", "pt")
"""What every entry is told in."""
SHARED: Final = "shared.yaml"
EVERYTHING: Final = "all"
"""Stands for all groups."""
ORDER: Final = (
    "identity",
    "orders",
    "windows",
    "discounts",
    "products",
    "habits",
    "service",
    "site",
    "engagement",
    "scores",
    "predictions",
    "segments",
)
"""The groups, each a file, as they are listed."""
_ENTRY: Final = re.compile(r"^  (?=[A-Za-z])", re.MULTILINE)
_SECTION: Final = re.compile(r"^(\w+):\n", re.MULTILINE)


@dataclass(frozen=True)
class Later:
    """What the catalogue does not have, and why."""

    why: str
    attributes: tuple[str, ...]
    segments: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """A file of the catalogue: its name, its heading, the section of its entries, and each entry's own lines."""

    name: str
    title: str
    section: str
    entries: Mapping[str, str]


@dataclass(frozen=True)
class Book:
    """The whole catalogue."""

    definitions: Definitions
    groups: Mapping[str, Group]
    shared: Mapping[str, Mapping[str, str]]
    """The lines of events and lookups that entries stand on, by section and name."""
    later: Mapping[str, Later]

    @cached_property
    def group_of(self) -> Mapping[str, Group]:
        """Each entry's group."""
        return {name: group for group in self.groups.values() for name in group.entries}

    def text(self, name: str) -> str:
        """The lines that declare an entry, at the left margin, with the name of its section above."""
        group = self.group_of[name]
        return f"{group.section}:\n{group.entries[name]}"

    def says(self, name: str) -> Mapping[str, str]:
        """What an entry says, by language; no entry has one text for all."""
        told = self.definitions.descriptions[name]
        assert not isinstance(told, str), name
        return told

    def named(self, wanted: Iterable[str]) -> list[str]:
        """The entries of some groups and names, in the catalogue's order. Raises NotFound for what is neither."""
        asked = list(wanted)
        known = {*self.groups, *self.group_of, EVERYTHING}
        for one in asked:
            if one not in known:
                near = get_close_matches(one, sorted(known), 3) or [*self.groups, EVERYTHING]
                raise NotFound(f"the catalogue has no group and no entry {one!r}; write {', '.join(near)}")
        return [
            name for name, group in self.group_of.items() if name in asked or group.name in asked or EVERYTHING in asked
        ]

    def with_needs(self, names: Iterable[str]) -> list[str]:
        """Some entries, and all that their formulas, models and conditions go back to, in the catalogue's order."""
        found, asked = self.definitions, set(names)
        named = asked & found.segments.keys()
        while named:  # and the segments that conditions name
            asked |= named
            named = {used for name in named for used in names_in(found.segments[name].where)} & found.segments.keys()
            named -= asked
        of_segments = {used for name in asked & found.segments.keys() for used in found.asked[name]}
        wanted = asked | with_what_they_need(found, asked | of_segments)
        return [name for name in self.group_of if name in wanted]


@cache
def book() -> Book:
    """The catalogue. It is read once."""
    folder = files("hundredfold.catalogue")
    shared = _read(folder / SHARED)
    sources = {name: _read(folder / "ready" / f"{name}.yaml") for name in ORDER}
    definitions = load_sources([shared, *sources.values()])
    later = _read(folder / "later.yaml").data
    return Book(
        definitions,
        {name: _group(name, source, definitions) for name, source in sources.items()},
        _entries(shared.text),
        {
            name: Later(one["why"], tuple(one["attributes"]), tuple(one.get("segments", ())))
            for name, one in later.items()
        },
    )


def _read(file: Traversable) -> Source:
    return read_source(file.read_text("utf-8"), file.name)


def _group(name: str, source: Source, definitions: Definitions) -> Group:
    ((section, entries),) = _entries(source.text).items()
    return Group(name, definitions.groups[next(iter(entries))], section, entries)


def _entries(text: str) -> dict[str, dict[str, str]]:
    """The lines of each entry, by section and name: in these files an entry begins at the third column."""
    _, *sections = _SECTION.split(text)
    return {
        section: {entry.partition(":")[0]: f"  {entry}" for entry in _ENTRY.split(body)[1:]}
        for section, body in zip(sections[::2], sections[1::2], strict=True)
    }
