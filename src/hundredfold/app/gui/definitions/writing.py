"""The definitions that people write: the files as they stand, and one attribute or segment that is being written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import BaseModel, Field

from hundredfold.app.applying import uncompilable, unfitting
from hundredfold.app.door.language import spoken
from hundredfold.app.opened import OpenWorkspace
from hundredfold.definition.document import NAME_PATTERN
from hundredfold.definition.edit import entry_text, put_entry, remove_entry
from hundredfold.definition.entry import (
    Checked,
    Mistake,
    Section,
    checked,
    fields_in,
    home_of,
    with_sentence,
    without,
)
from hundredfold.definition.load import load_sources, read_folder
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.model import Aggregate, Definitions, Score
from hundredfold.definition.sentence import Sentence, read_segment, read_sentence
from hundredfold.definition.source import Source
from hundredfold.errors import DefinitionError

MOST_TEXT: Final = 20_000
Held = TypeVar("Held")
Name = Annotated[str, Field(pattern=NAME_PATTERN)]


class Entry(BaseModel):
    """An entry that is being written: its lines of YAML (null: as they are written), or what they are to say.

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
    """An entry's lines of YAML, their fields, the same as a sentence, and what is wrong.

    `fields` is null for lines that are no YAML, `sentence` where they do not have the shape of such an entry.
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
    """The definition files of a workspace, for who writes entries of a section.

    Its methods may be called from any thread.
    """

    def __init__(self, opened: OpenWorkspace, section: Section = "attributes") -> None:
        self.opened, self.section = opened, section
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
        """An entry's lines as they are written; None when it is not. Raises DefinitionErrors."""
        home = home_of(self.section, self.sources(), name)
        return None if home is None else entry_text(home.text, self.section, name)

    def looked(self, entry: Entry) -> tuple[Looked, Definitions | None]:
        """What somebody is writing, and all definitions with it when nothing is wrong. Raises DefinitionErrors."""
        text = entry.text if entry.text is not None else self.text(entry.name) or ""
        if entry.sentence is not None:
            text = with_sentence(self.section, text, entry.name, entry.sentence)
        found = self.checked(entry.name, text)
        fields = fields_in(self.section, text, entry.name)
        shown = Looked(
            name=entry.name,
            text=text,
            fields=fields,
            sentence=None if fields is None else self.sentence(fields),
            mistakes=[_shown(one) for one in found.mistakes],
        )
        return shown, found.definitions

    def sentence(self, fields: dict[str, Any]) -> Sentence | None:
        """What an entry's fields say as a sentence."""
        return read_segment(fields) if self.section == "segments" else read_sentence(fields)

    def checked(self, name: str, text: str) -> Checked:
        """An entry's lines, read among all others and checked to the last parameter. Raises DefinitionErrors."""
        found = checked(self.section, self.sources(), name, text)
        if found.definitions is None:
            return found
        if self.section == "segments":
            return self._fitting(found, found.definitions, name)
        error = None
        if isinstance(found.definitions.attributes[name], Aggregate | Score):
            error = uncompilable(found.definitions, name)
        return found if error is None else Checked(found.fields, None, (Mistake(error.told, line=1, column=1),))

    def _fitting(self, found: Checked, definitions: Definitions, name: str) -> Checked:
        where = (found.fields or {}).get("where")
        try:
            errors = unfitting(definitions, name, where) if isinstance(where, str) else []
        except DefinitionError as error:  # of an attribute, as it stands in the files
            return Checked(found.fields, None, (Mistake(error.sentence, file=""),))
        mistakes = [Mistake(one.told, "where", position=one.position, length=one.length) for one in errors]
        return Checked(found.fields, None, tuple(mistakes)) if mistakes else found

    def removed(self, name: str) -> list[MistakeShown]:
        """What would be wrong without an entry. Raises DefinitionErrors for files that are no YAML."""
        try:
            load_sources(without(self.section, self.sources(), name))
        except DefinitionErrors as error:
            return [
                _shown(Mistake(one.message, line=one.line, column=one.column, file=one.file)) for one in error.errors
            ]
        return []

    def written(self, name: str, text: str) -> tuple[Path, str | None, str]:
        """The file that is to hold an entry, with its text before and after; empty lines take the entry out.

        The text before is None for a file that is not there yet.
        """
        section, sources = self.section, self.sources()
        own = next((one for one in reversed(sources) if _has(one, section)), None)
        home = home_of(section, sources, name) or own
        first = f"{section}.yaml"
        path = self._folder / first if home is None else self._folder.parent / (home.file or "")
        before = path.read_text(encoding="utf-8-sig") if path.exists() else None
        shown = home.file if home is not None and home.file else first
        if text.strip():
            return path, before, put_entry(before or "", section, name, text, file=shown)
        return path, before, remove_entry(before or "", section, name, file=shown)


def version_of(text: str | None) -> str | None:
    """The version of an entry's lines, comments included; None for one that is not written."""
    return None if text is None else hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _has(source: Source, section: Section) -> bool:
    return isinstance(source.data, dict) and bool(source.data.get(section))


def _shown(one: Mistake) -> MistakeShown:
    return MistakeShown(
        text=spoken(one.text),
        field=one.field,
        line=one.line,
        column=one.column,
        position=one.position,
        length=one.length,
        file=one.file,
    )
