"""A segment under another name: where it is declared, and in the conditions that name it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hundredfold.app import work
from hundredfold.app.acting import note
from hundredfold.app.door.problem import Problem
from hundredfold.app.gui.definitions.writing import Writing
from hundredfold.definition.edit import set_entry
from hundredfold.definition.entry import home_of
from hundredfold.definition.source import Source, read_source
from hundredfold.definition.tokens import tokens
from hundredfold.errors import NotFound
from hundredfold.log.disk import replace_file
from hundredfold.said import said


def rename(writing: Writing, name: str, to: str) -> list[str]:
    """Renames a segment in the files and applies them; returns the segments whose conditions name it.

    The files are as before when they cannot be applied. Raises NotFound, DefinitionErrors, and Problem for a
    name that something has.
    """
    sources = writing.sources()
    if home_of("segments", sources, name) is None:
        raise NotFound(said("no segment is written under the name {name}", name=name))
    if any(to in (source.data or {}).get(section, {}) for source in sources for section in ("attributes", "segments")):
        raise Problem(422, "bad_name", said("there is a {name} already; choose another name", name=to))
    followers = list[str]()
    texts = dict[Path, tuple[str, str]]()
    for source in sources:
        after, named = _renamed(source, name, to)
        followers += named
        if after != source.text and source.file is not None:
            texts[writing.opened.workspace.definitions_folder.parent / source.file] = source.text, after
    try:
        for path, (_, after) in texts.items():
            replace_file(path, after.encode())
        work.apply(writing.opened)
    except BaseException:
        for path, (before, _) in texts.items():
            replace_file(path, before.encode())
        raise
    note(writing.opened.workspace.store, "segment.renamed", to, before=name, after=to)
    return followers


def _renamed(source: Source, name: str, to: str) -> tuple[str, list[str]]:
    """A file's text with the new name, and the segments in it whose conditions had the old one."""
    text, file, followers = source.text, source.file or "", list[str]()
    segments: dict[str, Any] = (source.data or {}).get("segments") or {}
    for other, fields in segments.items():
        where = fields.get("where")
        if isinstance(where, str) and (spelt := _in_condition(where, name, to)) != where:
            followers.append(other)
            text = set_entry(text, "segments", other, {**fields, "where": spelt}, file=file)
    place = read_source(text, file).keys.get(("segments", name))
    if place is not None:
        # In quotes it begins one character later.
        start = text.index(name, place.offset)
        text = text[:start] + to + text[start + len(name) :]
    return text, followers


def _in_condition(where: str, name: str, to: str) -> str:
    for token in reversed(tokens(where)):
        if token.kind == "name" and not token.keyword and token.value == name:
            start = token.position - 1
            where = where[:start] + to + where[start + len(token.source) :]
    return where
