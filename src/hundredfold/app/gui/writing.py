"""The definitions that people write: the files as they stand, and one attribute that somebody is writing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import BaseModel, Field

from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.column import Pool
from hundredfold.attribute.plan import plan
from hundredfold.definition.document import NAME_PATTERN
from hundredfold.definition.edit import entry_text, put_entry, remove_attribute
from hundredfold.definition.entry import Checked, Mistake, checked, fields_in, home_of, said, without
from hundredfold.definition.load import load_sources, read_folder
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.model import Aggregate, Definitions
from hundredfold.definition.sentence import Sentence, read_sentence
from hundredfold.definition.source import Source
from hundredfold.errors import DefinitionError

MOST_TEXT: Final = 20_000
HOME: Final = "attributes.yaml"
"""Where the first attribute of a workspace is written."""
Held = TypeVar("Held")
Name = Annotated[str, Field(pattern=NAME_PATTERN)]


class Entry(BaseModel):
    """An attribute that is being written: its lines of YAML (null: as they are written), or what they are to say.

    With `sentence` the lines are changed to say it; comments and words stay where nothing else is meant.
    """

    name: Name
    text: Annotated[str, Field(max_length=MOST_TEXT)] | None = None
    sentence: Sentence | None = None


class MistakeShown(BaseModel):
    """What is wrong and what to write. `line` and `column` are places of the lines, from 1.

    `position` (from 1) and `length` are characters of the field's own text. With `file` it is a mistake elsewhere.
    """

    text: str
    field: str | None
    line: int | None
    column: int | None
    position: int | None
    length: int | None
    file: str | None


class Looked(BaseModel):
    """An attribute's lines of YAML, their fields, the same as a sentence, and what is wrong.

    `fields` is null for lines that are no YAML, `sentence` where they do not have the shape of an attribute.
    """

    name: str
    text: str
    fields: dict[str, Any] | None
    sentence: Sentence | None
    mistakes: list[MistakeShown]


class _Kept(Generic[Held]):
    """Something that was read from files, as long as they stay as they are."""

    def __init__(self, read: Callable[[], Held]) -> None:
        self._read, self._lock = read, Lock()
        self._stamp: object = None
        self._held: Held | None = None

    def of(self, files: list[Path]) -> Held:
        with self._lock:
            stamp = [(path, (found := path.stat()).st_mtime_ns, found.st_size, found.st_ino) for path in files]
            if self._held is None or stamp != self._stamp:
                self._held, self._stamp = self._read(), stamp
            return self._held


class Writing:
    """The definition files of a workspace. Its methods may be called from any thread."""

    def __init__(self, opened: OpenWorkspace) -> None:
        self.opened = opened
        self._folder = opened.workspace.definitions_folder
        self._sources = _Kept(lambda: read_folder(self._folder))
        self._in_force = _Kept(lambda: opened.workspace.in_force().definitions)

    def in_force(self) -> Definitions:
        """The definitions that count."""
        return self._in_force.of(sorted((self.opened.workspace.data / "in-force").glob("*.json")))

    def sources(self) -> list[Source]:
        """The files as they stand. Raises DefinitionErrors for those that are no YAML."""
        return self._sources.of(sorted(path for path in self._folder.rglob("*.y*ml") if path.is_file()))

    def text(self, name: str) -> str | None:
        """An attribute's lines as they are written; None when it is not. Raises DefinitionErrors."""
        home = home_of(self.sources(), name)
        return None if home is None else entry_text(home.text, "attributes", name)

    def looked(self, entry: Entry) -> tuple[Looked, Definitions | None]:
        """What somebody is writing, and all definitions with it when nothing is wrong. Raises DefinitionErrors."""
        text = entry.text if entry.text is not None else self.text(entry.name) or ""
        if entry.sentence is not None:
            text = said(text, entry.name, entry.sentence)
        found = self.checked(entry.name, text)
        fields = fields_in(text, entry.name)
        shown = Looked(
            name=entry.name,
            text=text,
            fields=fields,
            sentence=None if fields is None else read_sentence(fields),
            mistakes=[_shown(one) for one in found.mistakes],
        )
        return shown, found.definitions

    def checked(self, name: str, text: str) -> Checked:
        """An attribute's lines, read among all others and checked to the last parameter. Raises DefinitionErrors."""
        found = checked(self.sources(), name, text)
        if found.definitions is None:
            return found
        how = found.definitions.attributes[name]
        if isinstance(how, Aggregate):
            try:
                plan(replace(found.definitions, attributes={name: how}, segments={}), Pool())
            except DefinitionError as error:
                told = error.message.removeprefix(f"attribute {name}: ")
                return Checked(found.fields, None, (Mistake(told, line=1, column=1),))
        return found

    def removed(self, name: str) -> list[MistakeShown]:
        """What would be wrong without an attribute. Raises DefinitionErrors for files that are no YAML."""
        try:
            load_sources(without(self.sources(), name))
        except DefinitionErrors as error:
            return [
                _shown(Mistake(one.message, line=one.line, column=one.column, file=one.file)) for one in error.errors
            ]
        return []

    def written(self, name: str, text: str) -> tuple[Path, str | None, str]:
        """The file that is to hold an attribute, with its text before and after; empty lines take the attribute out.

        The text before is None for a file that is not there yet.
        """
        sources = self.sources()
        home = home_of(sources, name) or next((one for one in reversed(sources) if _has_attributes(one)), None)
        path = self._folder / HOME if home is None else self._folder.parent / (home.file or "")
        before = path.read_text(encoding="utf-8-sig") if path.exists() else None
        shown = home.file if home is not None and home.file else HOME
        if text.strip():
            return path, before, put_entry(before or "", "attributes", name, text, file=shown)
        return path, before, remove_attribute(before or "", name, file=shown)


def version_of(text: str | None) -> str | None:
    """The version of an attribute's lines, comments included; None for one that is not written."""
    return None if text is None else hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _has_attributes(source: Source) -> bool:
    return isinstance(source.data, dict) and bool(source.data.get("attributes"))


def _shown(one: Mistake) -> MistakeShown:
    return MistakeShown(
        text=one.text,
        field=one.field,
        line=one.line,
        column=one.column,
        position=one.position,
        length=one.length,
        file=one.file,
    )
