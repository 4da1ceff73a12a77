"""YAML text as plain data, with the place of every key and value.

YAML 1.2, strictly the part that JSON can say too: no anchors and aliases, no tags, no merge keys, text keys only, one
document. So nothing expands, and what the GUI writes as JSON and what a person writes in git are one thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.syntax_mistake import why_no_yaml
from hundredfold.errors import DefinitionError
from hundredfold.said import Said, said

MAX_BYTES: Final = 4 * 1024 * 1024
"""The largest file that is read."""
MAX_LEVELS: Final = 20
MAX_ENTRIES: Final = 200_000

Key: TypeAlias = tuple[str | int, ...]
"""The way to a value: ("attributes", "country", "trait")."""

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)
_OTHERWISE: Final = re.compile("[\t\x85\u2028\u2029\ufeff]|[|>][-+0-9]*#")
"""What YAML 1.1, which the parser in C reads, takes otherwise than YAML 1.2."""
_WORDS: Final = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; lines and columns from 1. `offset` counts characters of the whole text from 0."""

    line: int
    column: int
    offset: int = 0
    end: int = 0


@dataclass
class Source:
    """A document's data, and where each part of it stands."""

    file: str | None
    text: str
    data: Any = None
    keys: dict[Key, Place] = field(default_factory=dict)
    """Where the key of an entry stands."""
    values: dict[Key, Place] = field(default_factory=dict)
    meant: dict[Key, tuple[Any, Any, Any]] = field(default_factory=dict, repr=False, compare=False)
    """Of entries that were read without a mistake: the fields, their shape and what they mean. Reading them again, as
    while somebody writes another entry, need not parse them again."""

    def place(self, key: Key, *, of_key: bool = False) -> Place | None:
        """Where a value (or its key) stands, or the nearest thing around it; None for data that came without text."""
        for length in range(len(key), -1, -1):
            part = key[:length]
            wanted = self.keys if of_key or length < len(key) else self.values
            found = wanted.get(part) or self.values.get(part)
            if found is not None:
                return found
        return None

    def inside(self, key: Key, expression: str, position: int) -> Place | None:
        """Where a character (from 1) of a text value stands: exactly, when the text is written there as it is."""
        place = self.place(key)
        if place is None:
            return None
        for quote in ("", "'", '"'):
            if self.text.startswith(quote + expression, place.offset) and "\n" not in expression:
                return Place(place.line, place.column + len(quote) + position - 1)
        return place


def read_source(text: str, file: str) -> Source:
    """The data of one YAML text. Raises DefinitionErrors with all that can be told at once."""
    if len(text) > MAX_BYTES:
        problem = said(
            "the file has {count:,} characters; at most {most:,} are read. Split it into several files",
            count=len(text),
            most=MAX_BYTES,
        )
        raise DefinitionErrors([DefinitionError(problem, file=file)])
    return read_at_once(text, file) or read_with_places(text, file)


def read_at_once(text: str, file: str) -> Source | None:
    """What the parser in C reads, twenty times faster; None for what it may read otherwise, and for all mistakes."""
    if _OTHERWISE.search(text):
        return None
    reader = _Reader(Source(file, text))
    try:
        reader.read(YAML(typ="safe", pure=False).parse(text))
    except (YAMLError, ValueError, OverflowError):
        return None
    return None if reader.errors else reader.source


def read_with_places(text: str, file: str) -> Source:
    """What the parser of YAML 1.2 reads. Raises DefinitionErrors."""
    reader = _Reader(Source(file, text))
    try:
        reader.read(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        reader.errors.append(_syntax_error(error, file))
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = said("the character U+{code:04X} cannot stand in YAML; remove it", code=_code(error.character))
        reader.errors.append(DefinitionError(problem, file=file, line=line, column=1))
    except (YAMLError, ValueError, OverflowError) as error:
        reader.errors.append(
            DefinitionError(said("this is no YAML: {problem}", problem=str(error)), file=file, line=1, column=1)
        )
    if reader.errors:
        raise DefinitionErrors(reader.errors)
    return reader.source


class _Reader:
    """Builds the data from the parser's events, without recursion."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.errors: list[DefinitionError] = []
        self.open: list[tuple[Key, Any, str | None]] = []
        """The mappings and lists that are not closed: the way to each, the value, and the key read last."""
        self.entries = 0
        self.started = False

    def fail(self, problem: Said, event: Any) -> None:
        mark = event.start_mark
        self.errors.append(DefinitionError(problem, file=self.source.file, line=mark.line + 1, column=mark.column + 1))

    def read(self, events: Iterator[Any]) -> None:
        for event in events:
            if isinstance(event, AliasEvent):
                self.fail(said("aliases (*name) are not read; write the value out"), event)
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
                self.check(event)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                self.open.pop()
                continue
            else:
                continue
            self.entries += 1
            if self.entries > MAX_ENTRIES or len(self.open) > MAX_LEVELS:
                problem = said(
                    "more than {entries:,} entries or {levels} levels; split the file",
                    entries=MAX_ENTRIES,
                    levels=MAX_LEVELS,
                )
                self.fail(problem, event)
                return
            self.take(event)

    def check(self, event: Any) -> None:
        if event.anchor is not None:
            self.fail(
                said("anchors (&{anchor}) are not read; write the value out where it is needed", anchor=event.anchor),
                event,
            )
        if event.tag is not None:
            self.fail(said("tags ({tag}) are not read; remove it", tag=event.tag), event)
        if not self.open and self.started:
            self.fail(said("a second document (---) begins here; put it into a file of its own"), event)

    def take(self, event: Any) -> None:
        """Puts a value where it belongs, or takes it as the next key."""
        if not self.open:
            self.started = True
            self.source.data = self.opened((), event)
            return
        top = len(self.open) - 1
        way, value, key = self.open[top]
        if isinstance(value, list):
            value.append(self.opened((*way, len(value)), event))
        elif key is None:
            self.open[top] = (way, value, self.key(way, value, event))
        else:
            self.open[top] = (way, value, None)
            value[key] = self.opened((*way, key), event)

    def key(self, way: Key, value: dict[str, Any], event: Any) -> str:
        if not isinstance(event, ScalarEvent):
            self.fail(said("a key must be a text"), event)
            self.opened((*way, ""), event)
            return ""
        key = str(event.value)
        if key == "<<" and event.implicit[0]:
            self.fail(said("merge keys (<<) are not read; write the fields out"), event)
        elif event.implicit[0] and not isinstance(_scalar(event), str):
            told = said("the key {shown} is no text here; write it in quotes: '{key}'", shown=key or "null", key=key)
            self.fail(told, event)
        elif key in value:
            first = self.source.keys[(*way, key)]
            told = said("{key!r} stands here twice; the first is in line {line}. Remove one", key=key, line=first.line)
            self.fail(told, event)
        self.source.keys.setdefault((*way, key), _place(event))
        return key

    def opened(self, way: Key, event: Any) -> Any:
        """The value that an event begins."""
        self.source.values[way] = _place(event)
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            begun: Any = {} if isinstance(event, MappingStartEvent) else []
            self.open.append((way, begun, None))
            return begun
        if isinstance(event, AliasEvent):
            return None
        value = _scalar(event)
        if isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
            self.fail(said("this text holds half a character"), event)
        return value


def _place(event: Any) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1, mark.index, event.end_mark.index)


def _scalar(event: Any) -> Any:
    """The value of a scalar by YAML 1.2's core schema; what it does not know is text."""
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _syntax_error(error: MarkedYAMLError, file: str) -> DefinitionError:
    mark = error.problem_mark or error.context_mark
    told = why_no_yaml(error)
    if mark is None:
        return DefinitionError(told, file=file, line=1, column=1)
    return DefinitionError(told, file=file, line=mark.line + 1, column=mark.column + 1)


def _code(character: Any) -> int:
    return character if isinstance(character, int) else ord(str(character)[:1] or "\0")
