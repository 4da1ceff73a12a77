"""Entries of the catalogue written among somebody's own definitions. What is there already stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hundredfold.catalogue.book import Book
from hundredfold.definition.edit import put_entry
from hundredfold.definition.load import load_sources
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.model import Aggregate, Definitions
from hundredfold.definition.source import Source, read_source
from hundredfold.definition.spelling import names_in

FOLDER: Final = "catalogue"
"""Below the folder of definitions."""
_STANDS_ON: Final = "events.yaml"
_OF_TABLE: Final = re.compile(r"\bproduct\.(?=[a-z_]+\b)")


@dataclass(frozen=True)
class Addition:
    """What is to be written: whole texts by file, relative to the definitions; and what that adds, or leaves alone.

    `added` and `kept` are names of entries; `shared` are events and tables, as `section.name`.
    """

    texts: Mapping[str, str]
    added: Sequence[str]
    kept: Sequence[str]
    shared: Sequence[str]


def addition(
    book: Book, names: Iterable[str], sources: Sequence[Source], *, prefix: str, from_lines: bool = False
) -> Addition:
    """What it takes to have some entries, with all that they need, beside the definitions of some sources.

    `prefix` is what the sources' files begin with, such as `definitions/`. `from_lines`: what the table of products
    would say is taken from the lines of orders. Raises DefinitionErrors where the whole would not fit together.
    """
    there = load_sources(sources)
    taken = {name.lower() for name in (*there.attributes, *there.segments)}
    wanted = book.with_needs(names)
    added = [name for name in wanted if name.lower() not in taken]
    texts = {source.file.removeprefix(prefix): source.text for source in sources if source.file is not None}
    new: dict[str, str] = {}
    for group in book.groups.values():
        entries = {name: group.entries[name] for name in added if name in group.entries}
        if entries:
            entries = {name: _OF_TABLE.sub("", one) if from_lines else one for name, one in entries.items()}
            file = f"{FOLDER}/{group.name}.yaml"
            new[file] = _with(texts.get(file, ""), group.section, entries, file)
    shared = _stands_on(book, added, there, from_lines=from_lines)
    file = f"{FOLDER}/{_STANDS_ON}"
    for section, entry in shared:
        text = new.get(file, texts.get(file, ""))
        new[file] = _with(text, section, {entry: book.shared[section][entry]}, file)
    written = {**texts, **new}
    load_sources([read_source(text, prefix + name) for name, text in written.items()])
    kept = [name for name in wanted if name.lower() in taken]
    return Addition(new, added, kept, [f"{section}.{name}" for section, name in shared])


def unconverted(definitions: Definitions, names: Iterable[str], catalogue: Definitions) -> list[str]:
    """Amounts of some attributes that are money in the catalogue, but not by the rule that the event has."""
    found = set()
    for name in names:
        attribute = definitions.attributes.get(name)
        if isinstance(attribute, Aggregate) and attribute.value is not None:
            for event in attribute.events:
                own, ours = (which.events.get(event.name or "") for which in (definitions, catalogue))
                if own is None or ours is None or own.currency is None:
                    continue
                for path in names_in(attribute.value):
                    full = f"{attribute.each.removeprefix('properties.')}.{path}" if attribute.each else path
                    if full in ours.money and full not in own.money:
                        found.add(f"{event.name}: {full}")
    return sorted(found)


def _stands_on(book: Book, names: Iterable[str], there: Definitions, *, from_lines: bool) -> list[tuple[str, str]]:
    """The events and tables of the catalogue that some entries use and nobody has declared yet."""
    events: set[str] = set()
    tables: set[str] = set()
    for name in names:
        attribute = book.definitions.attributes.get(name)
        if isinstance(attribute, Aggregate):
            events |= {one.name for one in attribute.events if one.name is not None}
            paths = [path for e in (attribute.where, attribute.value) if e is not None for path in names_in(e)]
            tables |= {path.partition(".")[0] for path in (*paths, attribute.by or "") if "." in path}
    return [
        *(("events", name) for name in book.shared["events"] if name in events and name not in there.events),
        *(
            ("lookups", name)
            for name in book.shared["lookups"]
            if name in tables and name not in there.lookups and not from_lines
        ),
    ]


def _with(text: str, section: str, entries: Mapping[str, str], file: str) -> str:
    """A text with entries at the end of a section: all at once where that is its last, else one by one."""
    lines = "".join(entries.values())
    at_once = f"{text.rstrip()}\n{lines}" if text.strip() else f"{section}:\n{lines}"
    data = read_source(text, file).data or {}
    own = read_source(f"{section}:\n{lines}", file).data[section]
    wanted = {**data, section: {**(data.get(section) or {}), **own}}
    try:
        if read_source(at_once, file).data == wanted:
            return at_once
    except DefinitionErrors:
        pass  # the file ends with something else; the entries go where their section is
    for name, entry in entries.items():
        text = put_entry(text, section, name, re.sub(r"^  ", "", entry, flags=re.MULTILINE), file=file)
    return text
