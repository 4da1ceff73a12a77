"""Reading definitions: a folder, a text or a document's data. All mistakes of a load are told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hundredfold.definition import meaning
from hundredfold.definition.check import SECTIONS, Fault, faults
from hundredfold.definition.document import (
    ATTRIBUTE_PARTS,
    NAME_PATTERN,
    Document,
    EventPart,
    LookupPart,
    SegmentPart,
    kind_of,
)
from hundredfold.definition.meaning import Findings
from hundredfold.definition.mistakes import DefinitionErrors, ExpressionError, did_you_mean
from hundredfold.definition.model import Definitions
from hundredfold.definition.shape import Misfit, shaped
from hundredfold.definition.source import MAX_BYTES, Key, Place, Source, read_source
from hundredfold.definition.tokens import tokens
from hundredfold.errors import DefinitionError
from hundredfold.said import Said, said

MAX_NAME: Final = 256
"""The longest name of an event."""
_NAME: Final = re.compile(NAME_PATTERN.replace("$", r"\Z"), re.ASCII)


def load_folder(folder: Path) -> Definitions:
    """The definitions of all `*.yaml` files in a folder and its subfolders, merged. Raises DefinitionErrors.

    An empty folder defines nothing. Files and folders whose names begin with a point are left out.
    """
    if not folder.is_dir():
        raise DefinitionErrors(
            [
                DefinitionError(
                    said("there is no folder {folder!r}; create it, or name the right one", folder=str(folder))
                )
            ]
        )
    sources, errors = _read(folder)
    return _Loading(errors).merged(sources)


def load_text(text: str, file: str = "definitions.yaml") -> Definitions:
    """The definitions of one YAML text; `file` is its name in messages. Raises DefinitionErrors."""
    return _Loading().merged([read_source(text, file)])


def load_sources(sources: Sequence[Source]) -> Definitions:
    """The definitions of sources that were read before, merged. Raises DefinitionErrors."""
    return _Loading().merged(sources)


def read_folder(folder: Path) -> list[Source]:
    """The sources of all `*.yaml` files of a folder, as `load_folder` takes them. Raises DefinitionErrors."""
    sources, errors = _read(folder)
    if errors:
        raise DefinitionErrors(errors)
    return sources


def from_document(document: Mapping[str, Any] | Document) -> Definitions:
    """The definitions of a document's data, as an API gets them. Raises DefinitionErrors."""
    data = document.plain() if isinstance(document, Document) else document
    return _Loading().merged([Source(None, "", data)])


def read_document(text: str, file: str = "definitions.yaml") -> Document:
    """One YAML text as a checked document, with its labels and descriptions. Raises DefinitionErrors."""
    source = read_source(text, file)
    _Loading().merged([source])
    return Document.model_validate({name: entries for name, entries in (source.data or {}).items() if entries})


def _read(folder: Path) -> tuple[list[Source], list[DefinitionError]]:
    """The sources of a folder, and what is wrong with those files that have none."""
    sources: list[Source] = []
    errors: list[DefinitionError] = []
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).parts):
        parts = path.relative_to(folder).parts
        if path.suffix not in (".yaml", ".yml") or any(part.startswith(".") for part in parts) or not path.is_file():
            continue
        shown = "/".join((folder.name, *parts))
        try:
            sources.append(read_source(_text_of_file(path, shown), shown))
        except DefinitionErrors as mistakes:
            errors.extend(mistakes.errors)
    return sources, errors


def _text_of_file(path: Path, shown: str) -> str:
    """The text of a file. Raises DefinitionErrors when it is none, or has the wrong ending or size."""
    problem = None
    if path.suffix == ".yml":
        problem = said("only files that end in .yaml are read; rename it")
    elif path.stat().st_size > MAX_BYTES:
        problem = said("the file is larger than {most:,} bytes; split it", most=MAX_BYTES)
    else:
        try:
            return path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            problem = said("the file is not UTF-8 (byte {start}); save it as UTF-8", start=error.start)
        except OSError as error:
            problem = said("the file cannot be read: {reason}", reason=error.strerror)
    raise DefinitionErrors([DefinitionError(problem, file=shown)])


@dataclass
class _Loading:
    """One load: what is declared where, what it means, and what is wrong."""

    errors: list[DefinitionError] = field(default_factory=list)
    declared: dict[tuple[str, str], Source] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    found: dict[str, dict[str, Any]] = field(default_factory=lambda: {section: {} for section in SECTIONS})
    notes: dict[str, dict[str, Any]] = field(default_factory=lambda: {"label": {}, "description": {}, "group": {}})

    def merged(self, sources: Sequence[Source]) -> Definitions:
        for source in sources:
            self.take(source)
        definitions = Definitions(
            **self.found,
            labels=self.notes["label"],
            descriptions=self.notes["description"],
            groups=self.notes["group"],
        )
        for fault in faults(definitions, self.broken):
            self.add_fault(fault)
        if self.errors:
            files = [source.file for source in sources]
            raise DefinitionErrors(sorted(self.errors, key=lambda error: _order(error, files)))
        return definitions

    # -- the sections and entries of one source

    def take(self, source: Source) -> None:
        if source.data is None:
            return
        if not isinstance(source.data, Mapping):
            self.add(
                source,
                (),
                said("a document has the sections {sections}, each with names below it", sections=", ".join(SECTIONS)),
            )
            return
        for section, entries in source.data.items():
            if section not in SECTIONS:
                hint = did_you_mean(str(section), SECTIONS, said("Sections"))
                self.add(
                    source,
                    (section,),
                    said("unknown section `{section}`. {hint}", section=section, hint=hint),
                    of_key=True,
                )
            elif isinstance(entries, Mapping):
                for name, fields in entries.items():
                    self.entry(source, section, name, fields)
            elif entries is not None:
                self.add(
                    source,
                    (section,),
                    said("`{section}` holds names with fields below each, and nothing else", section=section),
                )

    def entry(self, source: Source, section: str, name: Any, fields: Any) -> None:
        problem = _named(section, name) or self.twice(section, name)
        if problem is not None:
            self.add(source, (section, name), problem, subject=_subject(section, name), of_key=True)
            self.broken.add(str(name))
            return
        self.declared[section, name] = source
        held, part, meant = source.meant.get((section, name), (None, None, None))
        if held is None or held is not fields:
            part, meant = self.read(source, section, name, fields)
        if meant is None:
            self.broken.add(name)
            return
        source.meant[section, name] = fields, part, meant
        self.found[section][name] = meant
        for note, kept in self.notes.items():
            if getattr(part, note, None):
                kept[name] = getattr(part, note)

    def read(self, source: Source, section: str, name: str, fields: Any) -> tuple[Any, Any]:
        """The shape of an entry's fields and what they mean; where mistakes are noted, the latter is None."""
        part = shaped(_model_of(section, fields), fields)
        if isinstance(part, list):
            for misfit in part:
                self.add_misfit(source, section, name, misfit)
            return None, None
        findings = Findings()
        meant = _MEANINGS[section](name, part, findings)
        for of, error in findings.found:
            self.add_error(source, section, name, of, error)
        return part, None if findings.found else meant

    def twice(self, section: str, name: str) -> Said | None:
        first = self.declared.get((section, name))
        if first is None:
            return None
        place = first.place((section, name), of_key=True)
        where = f"{first.file}:{place.line}:{place.column}" if place else said("the same document")
        return said("it is already declared in {where}; remove one of the two", where=where)

    # -- mistakes and their places

    def add(self, source: Source, key: Key, problem: str, *, subject: Said | None = None, of_key: bool = False) -> None:
        self.errors.append(_at(source, source.place(key, of_key=of_key), problem, subject))

    def add_misfit(self, source: Source, section: str, name: str, misfit: Misfit) -> None:
        key: Key = (section, name, misfit.field) if misfit.field else (section, name)
        of_key = misfit.of_key or not misfit.field
        self.add(source, key, misfit.problem, subject=_subject(section, name), of_key=of_key)

    def add_error(self, source: Source, section: str, name: str, of: str, error: DefinitionError) -> None:
        subject, key = _subject(section, name, of), (section, name, of) if of else (section, name)
        if not isinstance(error, ExpressionError):
            self.add(source, key, error.told, subject=subject, of_key=not of)
            return
        place = source.inside(_way(source, key, error.expression), error.expression, error.position)
        line, column = (place.line, place.column) if place else (None, None)
        self.errors.append(error.placed(subject, source.file, line, column))

    def add_fault(self, fault: Fault) -> None:
        source = self.declared[fault.section, fault.name]
        error: DefinitionError = DefinitionError(fault.problem)
        written = source.data[fault.section][fault.name]
        expression = written.get(fault.field) if isinstance(written, Mapping) else None
        if fault.word is not None and isinstance(expression, str):
            token = next(one for one in tokens(expression) if one.kind == "name" and one.value == fault.word)
            error = ExpressionError(
                fault.problem, expression=expression, position=token.position, length=len(token.source)
            )
        self.add_error(source, fault.section, fault.name, fault.field, error)


_MEANINGS: Final[Mapping[str, Callable[[str, Any, Findings], Any]]] = {
    "events": meaning.event_rule,
    "lookups": meaning.lookup_rule,
    "attributes": meaning.attribute,
    "segments": meaning.segment,
}


def _model_of(section: str, fields: Any) -> Any:
    if section == "attributes":
        return ATTRIBUTE_PARTS[kind_of(fields)]
    return {"events": EventPart, "lookups": LookupPart, "segments": SegmentPart}[section]


def _named(section: str, name: Any) -> Said | None:
    """What is wrong with a name as such."""
    if not isinstance(name, str) or not name or any("\ud800" <= c <= "\udfff" for c in name):
        return said("a name is a text that is not empty and holds no half characters")
    if section == "events":
        if len(name) <= MAX_NAME:
            return None
        return said("the name of an event has at most {most} characters", most=MAX_NAME)
    return (
        None
        if _NAME.match(name)
        else said("this is no name; expected a letter, then letters, digits and _, at most 63 in all")
    )


def _subject(section: str, name: Any, of: str = "") -> Said:
    shown = str(name).encode(errors="replace").decode()
    shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
    entry = said("{kind} {name}", kind=SECTIONS[section], name=shown)
    return said("{entry}, `{field}`", entry=entry, field=of) if of else entry


def _way(source: Source, key: Key, text: str) -> Key:
    """The way to the text of a field, which may be one of a list."""
    value = source.data
    for part in key:
        value = value[part] if isinstance(value, Mapping) and part in value else None
    return (*key, value.index(text)) if isinstance(value, list) and text in value else key


def _at(source: Source, place: Place | None, problem: str, subject: Said | None) -> DefinitionError:
    if place is None:
        return DefinitionError(problem, subject=subject, file=source.file)
    return DefinitionError(problem, subject=subject, file=source.file, line=place.line, column=place.column)


def _order(error: DefinitionError, files: Sequence[str | None]) -> tuple[int, int, int]:
    return (files.index(error.file) if error.file in files else -1, error.line or 0, error.column or 0)
