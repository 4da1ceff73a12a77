"""Writing definitions: a whole document, or one attribute changed inside a text that people keep.

An edit touches the lines of its entry and no others; within them comments stay, and fields keep their order and style.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import PlainScalarString

from hundredfold.definition.canonical import document_of
from hundredfold.definition.document import Document
from hundredfold.definition.model import Definitions
from hundredfold.definition.source import Source, read_source
from hundredfold.errors import DefinitionError
from hundredfold.said import said

_INDENT: Final = 2


def dump(definitions: Definitions | Document) -> str:
    """The YAML of definitions in their canonical form, or of a document as it stands. Loading it gives them again."""
    plain = document_of(definitions) if isinstance(definitions, Definitions) else definitions.plain()
    return _written(plain) if plain else ""


def set_attribute(text: str, name: str, fields: Mapping[str, Any], *, file: str = "definitions.yaml") -> str:
    """The text with an attribute declared by exactly these fields; a new one comes last.

    Raises DefinitionError when the text is no YAML. What the fields mean is not checked here: load the result.
    """
    return set_entry(text, "attributes", name, fields, file=file)


def remove_attribute(text: str, name: str, *, file: str = "definitions.yaml") -> str:
    """The text without an attribute and the comment right above it. Raises DefinitionError when it is not there."""
    return remove_entry(text, "attributes", name, file=file)


def set_entry(text: str, section: str, name: str, fields: Mapping[str, Any], *, file: str = "definitions.yaml") -> str:
    """Like `set_attribute`, for any section."""
    source = read_source(text, file)
    wanted = _plain(source)
    entries = wanted.setdefault(section, {}) or {}
    wanted[section] = {**entries, name: dict(fields)}
    for edited in _edits(source, section, name, fields):
        if _says(edited, wanted):
            return edited
    return _rewritten(text, section, name, fields)


def remove_entry(text: str, section: str, name: str, *, file: str = "definitions.yaml") -> str:
    """Like `remove_attribute`, for any section."""
    source = read_source(text, file)
    wanted = _plain(source)
    if name not in (wanted.get(section) or {}):
        raise DefinitionError(
            said("there is no {name!r} in `{section}`; nothing was removed", name=name, section=section), file=file
        )
    wanted[section] = {other: fields for other, fields in wanted[section].items() if other != name} or None
    span = _span(source, section, name)
    edited = span.with_comment(text).replaced(text, "") if span is not None else text
    return edited if _says(edited, wanted) else _rewritten(text, section, name, None)


def entry_text(text: str, section: str, name: str, *, file: str = "definitions.yaml") -> str | None:
    """An entry's own lines with their comments, at the left margin; None when it is not there.

    Where it shares its lines with others it is written anew.
    """
    source = read_source(text, file)
    entries = _plain(source).get(section) or {}
    if name not in entries:
        return None
    span = _span(source, section, name)
    inner = span.inner(text) if span is not None else ""
    return inner if _says(inner, {name: entries[name]}) else _written({name: entries[name]})


def put_entry(text: str, section: str, name: str, entry: str, *, file: str = "definitions.yaml") -> str:
    """The text with an entry as `entry_text` gives it, comments included; a new one comes last.

    Raises DefinitionError when one of the two is no YAML, or the entry is not that one alone.
    """
    source, own = read_source(text, file), _plain(read_source(entry, file))
    if list(own) != [name]:
        raise DefinitionError(
            said("exactly one name is expected at the left margin here: `{name}:`", name=name), line=1, column=1
        )
    entry = entry if entry.endswith("\n") else entry + "\n"
    wanted = _plain(source)
    wanted[section] = {**(wanted.get(section) or {}), name: own[name]}
    span = _span(source, section, name)
    if name not in ((source.data or {}).get(section) or {}):
        edited = _appended(source, section, entry)
    else:
        edited = span.replaced(text, _indented(entry, span.column)) if span is not None else text
    return edited if _says(edited, wanted) else set_entry(text, section, name, own[name] or {}, file=file)


@dataclass(frozen=True, slots=True)
class _Span:
    """The whole lines of a block entry: [first, last) counted from 0, and the column of its key, from 0."""

    first: int
    last: int
    column: int

    def inner(self, text: str) -> str:
        """The entry as a text of its own, moved to the left margin."""
        lines = text.splitlines(keepends=True)[self.first : self.last]
        return "".join(line[self.column :] if not line[: self.column].strip() else line.lstrip() for line in lines)

    def replaced(self, text: str, entry: str) -> str:
        lines = text.splitlines(keepends=True)
        before = "".join(lines[: self.first])
        return before + entry + "".join(lines[self.last :])

    def with_comment(self, text: str) -> _Span:
        """The span with the comment lines right above it, at its column."""
        lines, first = text.splitlines(), self.first
        while first and lines[first - 1].startswith(" " * self.column + "#"):
            first -= 1
        return _Span(first, self.last, self.column)


def _span(source: Source, section: str, name: str) -> _Span | None:
    """Where an entry stands, when it begins a line of its own; else None."""
    key = source.keys.get((section, name))
    if key is None:
        return None
    lines = source.text.splitlines()
    if lines[key.line - 1][: key.column - 1].strip():
        return None
    marks = (*source.values.items(), *source.keys.items())
    end = max(place.end for way, place in marks if way[:2] == (section, name))
    # A block text (| or >) ends behind the blank lines that follow it; they stay where they are.
    last = source.text[:end].rstrip().count("\n") + 1
    return _Span(key.line - 1, _closed(source, section, name, last), key.column - 1)


def _closed(source: Source, section: str, name: str, last: int) -> int:
    """The line behind the brackets that close what is open at a line: a flow mapping may end with some lines of `}`."""
    place = source.values[section, name]
    if source.text[place.offset : place.offset + 1] not in "{[":
        return last
    following = [other.line - 1 for way, other in source.keys.items() if len(way) <= 2 and other.offset > place.offset]
    limit = min(following, default=len(source.text.splitlines()))
    lines = source.text.splitlines()
    while last < limit and lines[last].strip(" ,").startswith(("}", "]")):
        last += 1
    return last


def _edits(source: Source, section: str, name: str, fields: Mapping[str, Any]) -> Iterator[str]:
    """Ways to write an entry in its place, the most careful first."""
    span = _span(source, section, name)
    if span is None:
        yield _appended(source, section, _written({name: dict(fields)}))
        return
    for entry in (_changed(span.inner(source.text), name, fields), _written({name: dict(fields)})):
        yield span.replaced(source.text, _indented(entry, span.column))


def _changed(entry: str, name: str, fields: Mapping[str, Any]) -> str:
    """An entry's text with other fields; equal fields keep their line."""
    yaml = _yaml()
    loaded = yaml.load(entry)
    old = loaded[name]
    if not isinstance(old, CommentedMap):
        return _written({name: dict(fields)})
    _put_in(old, fields)
    out = io.StringIO()
    yaml.dump(loaded, out)
    return out.getvalue()


def _put_in(old: CommentedMap, fields: Mapping[str, Any]) -> None:
    """Changes what differs, at any depth, and nothing else. The comment below the last part stays below."""
    comment = _below(old) if old and next(reversed(old)) not in fields else None
    for gone in [field for field in old if field not in fields]:
        del old[gone]
    for field, value in fields.items():
        held = old.get(field)
        if isinstance(value, Mapping) and isinstance(held, CommentedMap):
            _put_in(held, value)
        elif field not in old or held != value:
            # Quotes stay with what is written anew, but for those of a text that was empty: they said only that.
            old[field] = (
                PlainScalarString(value)
                if held == "" and isinstance(value, str)
                else _with_comment(value, _below(held))
            )
    if comment is not None and old:
        _hang(old, comment)


def _with_comment(value: Any, comment: Any) -> Any:
    """A value that comes instead of one below which a comment stands; a scalar's belongs to its key."""
    if comment is None or not isinstance(value, list | dict) or not value:
        return value
    value = CommentedSeq(value) if isinstance(value, list) else CommentedMap(value)
    _hang(value, comment)
    return value


def _hang(value: CommentedMap | CommentedSeq, comment: Any) -> None:
    """Puts a comment below a list or mapping: it hangs on the last part."""
    if isinstance(value, CommentedMap):
        value.ca.items[next(reversed(value))] = [None, None, comment, None]
    else:
        value.ca.items[len(value) - 1] = [comment, None, None, None]


def _below(value: Any) -> Any:
    """The comment that stands below a value; None for a scalar, to whose key it belongs."""
    if isinstance(value, CommentedMap | CommentedSeq) and value:
        last = next(reversed(value)) if isinstance(value, CommentedMap) else len(value) - 1
        deeper = _below(value[last])
        held = value.ca.items.get(last)
        own = None if held is None else held[2 if isinstance(value, CommentedMap) else 0]
        return deeper if deeper is not None else own
    return None


def _appended(source: Source, section: str, entry: str) -> str:
    """The text with a new entry behind the last one of its section."""
    entries = (source.data or {}).get(section)
    text = source.text if source.text.endswith("\n") or not source.text else source.text + "\n"
    if section not in (source.data or {}):
        return f"{text}{section}:\n{_indented(entry, _INDENT)}"
    if not entries:
        return _Span(source.keys[section,].line, source.keys[section,].line, 0).replaced(
            text, _indented(entry, _INDENT)
        )
    span = _span(source, section, next(reversed(entries)))
    if span is None:
        return source.text
    return _Span(span.last, span.last, 0).replaced(text, _indented(entry, span.column))


def _rewritten(text: str, section: str, name: str, fields: Mapping[str, Any] | None) -> str:
    """The edit for odd layouts (a whole section in braces): the text is written anew, with its comments."""
    yaml = _yaml()
    loaded = yaml.load(text)
    if loaded is None:
        loaded = CommentedMap()
    if loaded.get(section) is None:
        loaded[section] = CommentedMap()
    if fields is None:
        del loaded[section][name]
    else:
        loaded[section][name] = dict(fields)
    out = io.StringIO()
    yaml.dump(loaded, out)
    return out.getvalue()


def _says(text: str, wanted: dict[str, Any]) -> bool:
    """Whether a text says exactly what it should; an edit in place is only kept when it does."""
    try:
        return _plain(read_source(text, "")) == wanted
    except DefinitionError:
        return False


def _plain(source: Source) -> dict[str, Any]:
    data = source.data or {}
    if not isinstance(data, dict):
        raise DefinitionError(
            said("a document has sections such as `attributes`, each with names below it"), file=source.file
        )
    return dict(data)


def _indented(entry: str, column: int) -> str:
    return "".join(" " * column + line if line.strip() else line for line in entry.splitlines(keepends=True))


def _written(plain: Any) -> str:
    out = io.StringIO()
    _yaml().dump(plain, out)
    return out.getvalue()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.allow_unicode = True
    yaml.indent(mapping=_INDENT, sequence=_INDENT * 2, offset=_INDENT)
    return yaml
