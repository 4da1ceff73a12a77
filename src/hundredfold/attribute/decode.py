"""JSON messages to columns: only the paths that somebody asked for are decoded.

The fast way decodes a whole block with typed structs that hold nothing but the asked paths. A message that does not fit
them (a scalar where an object was expected) is decoded alone, in full, by the plain way; both give the same values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from operator import attrgetter
from typing import Any, Literal, TypeAlias

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.attribute.arithmetic import rows_in
from hundredfold.attribute.column import ABSENT, BEYOND, MISSING, NUMBER, TEXT, TIME, Column, Ints, Pool, column_of
from hundredfold.words.calendar import epoch_time, parse_time

Mode: TypeAlias = Literal["value", "text", "key", "revision", "trait", "trait text", "trait time"]
"""How a path is wanted: as it is; as text (semantics S7); as a business key, which is text, too; as a revision, whose
numbers have no limit (semantics S9); as a statement about a trait (semantics S19), as it is, as text or as a time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The paths to decode: from the message root, and from the lines of each list."""

    root: frozenset[tuple[str, Mode]] = frozenset()
    lines: Mapping[str, frozenset[tuple[str, Mode]]] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.root, frozenset(self.lines.items())))


@dataclass(slots=True)
class Lines:
    """The lines of a list, unfolded: `parent` is the message's row, `number` the line's place in its list from 0."""

    parent: Ints
    number: Ints
    columns: dict[tuple[str, Mode], Column]
    _first: Ints | None = None
    """The first line of each message; made when it is asked for."""

    def rows_of(self, messages: Ints, total: int) -> tuple[Ints, Ints]:
        """The lines of some of `total` messages: the place in `messages` of the one each is of, and its row here."""
        if self._first is None:
            self._first = np.concatenate(([0], np.cumsum(np.bincount(self.parent, minlength=total))))
        first, mine = self._first[messages], self._first[messages + 1] - self._first[messages]
        owner = np.repeat(np.arange(len(messages)), mine)
        return owner, rows_in(first, mine)

    def of(self, messages: Ints, total: int) -> Lines:
        """The lines of some of `total` messages."""
        owner, rows = self.rows_of(messages, total)
        return Lines(owner, self.number[rows], {wanted: column.take(rows) for wanted, column in self.columns.items()})


@dataclass(slots=True)
class Decoded:
    """The decoded columns of a block of messages, one row a message.

    Texts of business keys and revisions hardly ever come again: their codes are those of `keys`, the block's own pool.
    """

    rows: int
    columns: dict[tuple[str, Mode], Column]
    lines: dict[str, Lines]
    keys: Pool

    def take(self, rows: Ints) -> Decoded:
        """Some of the messages, with their lines."""
        columns = {wanted: column.take(rows) for wanted, column in self.columns.items()}
        lines = {each: found.of(rows, self.rows) for each, found in self.lines.items()}
        return Decoded(len(rows), columns, lines, self.keys)


class Decoder:
    """Decodes blocks of JSON messages into the wanted columns."""

    def __init__(self, wanted: Wanted, pool: Pool, zone: tzinfo = UTC) -> None:
        self.wanted, self.zone, self._pool = wanted, zone, pool
        self._of: dict[Wanted, Decoder] = {}
        plain = {path for path, mode in wanted.root if not mode.startswith("trait")} | set(wanted.lines)
        traits = {path for path, mode in wanted.root if mode.startswith("trait")}
        paths = plain | ({"traits", "context.traits"} if traits else set())
        self._tree = _tree(paths)
        self._struct = _struct(self._tree)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(list[self._struct])  # type: ignore[name-defined]
        self._readers = {path: _Reader(path, self._tree) for path in paths}
        self._traits = bool(traits)

    def of(self, wanted: Wanted) -> Decoder:
        """The decoder of other paths, with the same pool and zone."""
        if wanted not in self._of:
            self._of[wanted] = Decoder(wanted, self._pool, self.zone)
        return self._of[wanted]

    def decode(self, payloads: Sequence[bytes] | pa.Array, keys: Pool | None = None) -> Decoded:
        """The columns of messages given as JSON objects; never fails on a message that was accepted.

        `keys` is the pool for the texts of business keys and revisions, if there is one already.
        """
        roots = self._roots(payloads if isinstance(payloads, pa.Array) else pa.array(payloads, pa.large_binary()))
        values = {path: read(roots) for path, read in self._readers.items()}
        traits = (
            [_traits_of(*pair) for pair in zip(values["traits"], values["context.traits"], strict=True)]
            if self._traits
            else []
        )
        keys = Pool() if keys is None else keys
        columns: dict[tuple[str, Mode], Column] = {}
        for path, mode in self.wanted.root:
            if mode.startswith("trait"):
                steps = path.split(".")
                stated = [_stated(t, steps) for t in traits]
                if mode == "trait time":
                    columns[path, mode] = times_of(stated, self.zone)
                else:
                    columns[path, mode] = _column(stated, "text" if mode == "trait text" else "value", self._pool)
            else:
                columns[path, mode] = _column(values[path], mode, keys if mode in ("key", "revision") else self._pool)
                if mode == "revision":
                    _order_revisions(columns[path, mode], values[path], self.zone)
        lines = {each: self._unfold(values[each], wanted) for each, wanted in self.wanted.lines.items()}
        return Decoded(len(roots), columns, lines, keys)

    def _roots(self, payloads: pa.Array) -> Sequence[Any]:
        try:
            decoded: Sequence[Any] = self._decoder.decode(_as_list(payloads))
            return decoded
        except (msgspec.ValidationError, msgspec.DecodeError, RecursionError):
            if len(payloads) == 1:
                return [_fitted(self._tree, self._struct, json.loads(payloads[0].as_py()))]
            # Halving finds the few that do not fit without decoding the rest one by one.
            middle = len(payloads) // 2
            return [*self._roots(payloads[:middle]), *self._roots(payloads[middle:])]

    def _unfold(self, lists: Sequence[Any], wanted: Iterable[tuple[str, Mode]]) -> Lines:
        lists = [found if type(found) is list else () for found in lists]
        sizes = np.fromiter(map(len, lists), np.int64, len(lists))
        parent = np.repeat(np.arange(len(lists)), sizes)
        number = np.arange(len(parent)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        objects = [line if type(line) is dict else {} for found in lists for line in found]
        columns: dict[tuple[str, Mode], Column] = {}
        for path, mode in wanted:
            steps = path.split(".")
            if len(steps) == 1:
                found = [line.get(path, ABSENT) for line in objects]
            else:
                found = [walk(line, steps) for line in objects]
            columns[path, mode] = _column(found, mode, self._pool)
        return Lines(parent, number, columns)


def _as_list(payloads: pa.Array) -> bytes:
    """One JSON list of all payloads; joined by Arrow, so that they never become objects of their own."""
    together = pa.LargeListArray.from_arrays(pa.array([0, len(payloads)], pa.int64()), payloads)
    return b"".join((b"[", pc.binary_join(together, pa.scalar(b",", payloads.type))[0].as_buffer(), b"]"))


def _column(values: Sequence[Any], mode: Mode, pool: Pool) -> Column:
    if mode in ("text", "key"):
        return column_of([as_text(value) for value in values], pool)
    return column_of(values, pool)


def _order_revisions(column: Column, values: Sequence[Any], zone: tzinfo) -> None:
    """Numbers of any size become sortable integers, texts that are times become times."""
    rows = np.flatnonzero((column.kind == NUMBER) | (column.kind == BEYOND))
    column.kind[rows] = NUMBER
    column.data[rows] = _sortable([float(values[i]) for i in rows.tolist()])
    for row in np.flatnonzero(column.kind == TEXT).tolist():
        time = parse_time(values[row], zone)
        if time is not None:
            column.kind[row], column.data[row] = TIME, time


def times_of(values: Sequence[Any], zone: tzinfo) -> Column:
    """JSON values as times (semantics S1): null where they are none, missing where they are."""
    times = [moment(value, zone) for value in values]
    column = Column.where(
        np.array([time is not None for time in times], np.bool_), TIME, np.array([t or 0 for t in times], np.int64)
    )
    column.kind[[i for i, value in enumerate(values) if value is ABSENT]] = MISSING
    return column


def moment(value: Any, zone: tzinfo) -> int | None:
    """Microseconds UTC of a JSON value that is a time; None when it is none."""
    if isinstance(value, str):
        return parse_time(value, zone)
    return epoch_time(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def walk(value: Any, steps: Sequence[str]) -> Any:
    """What lies at a path of object keys; ABSENT when it meets anything but an object before its end.

    >>> walk({"a": {"b": 1}}, ["a", "b"])
    1
    """
    for step in steps:
        if type(value) is not dict or step not in value:
            return ABSENT
        value = value[step]
    return value


def as_text(value: Any) -> Any:
    """A key as text (semantics S7), None where it is none, ABSENT where it is missing.

    >>> as_text(17.0), as_text(17.5), as_text(True)
    ('17', '17.5', 'true')
    """
    kind = type(value)
    if kind is str:
        return value or None
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    if kind is float:
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    return ABSENT if value is ABSENT else None


def _sortable(doubles: Sequence[float]) -> Ints:
    """Integers that are ordered like the doubles."""
    bits = (np.array(doubles, np.float64) + 0.0).view(np.int64)
    return np.where(bits < 0, np.iinfo(np.int64).min - bits, bits)


def _traits_of(traits: Any, of_context: Any) -> Any:
    found = of_context if traits is ABSENT else traits
    return found if type(found) is dict else ABSENT


def _stated(traits: Any, steps: Sequence[str]) -> Any:
    """What a message states about a trait: its scalar, None where it is deleted, ABSENT where nothing is said."""
    if traits is ABSENT:
        return ABSENT
    value = traits
    for step in steps:
        if type(value) is not dict:
            return None  # something else stands where the path goes on: what was below is gone
        if step not in value:
            return ABSENT
        value = value[step]
    return None if type(value) in (dict, list) else value


# --- the struct of the wanted paths ---------------------------------------------------------------------------------

_Tree: TypeAlias = dict[str, "_Tree"]


def _tree(paths: Iterable[str]) -> _Tree:
    """The wanted paths as a tree; a path that is wanted whole is a leaf, whatever is wanted below it."""
    tree: _Tree = {}
    for path in sorted(paths, key=lambda path: path.count("."), reverse=True):
        node = tree
        *above, last = path.split(".")
        for step in above:
            node = node.setdefault(step, {})
        node[last] = {}  # shorter paths come later and cut off what lies below them
    return tree


def _struct(tree: _Tree) -> type[msgspec.Struct]:
    """A struct type with a field a wanted key: an object where the path goes on, anything at its end."""
    fields: list[tuple[str, Any, Any]] = []
    names = {}
    for number, key in enumerate(sorted(tree)):
        names[f"f{number}"] = key
        if tree[key]:
            below = _struct(tree[key])
            fields.append((f"f{number}", below | None, below()))
        else:
            fields.append((f"f{number}", Any, ABSENT))
    return msgspec.defstruct("Wanted", fields, rename=names, frozen=True, gc=False)


def _fitted(tree: _Tree, kind: type[msgspec.Struct], value: Any) -> msgspec.Struct:
    """The struct of a message that the decoder refused; what stands where an object should be hides what is below."""
    fields: dict[str, Any] = {}
    for number, key in enumerate(sorted(tree)):
        if type(value) is not dict or key not in value:
            continue
        found = value[key]
        if tree[key]:
            default = next(f.default for f in msgspec.structs.fields(kind) if f.name == f"f{number}")
            found = _fitted(tree[key], type(default), found)
        fields[f"f{number}"] = found
    return kind(**fields)


class _Reader:
    """Reads one path from the decoded roots of a block."""

    def __init__(self, path: str, tree: _Tree) -> None:
        names, steps, node = [], path.split("."), tree
        while steps and node:
            names.append(f"f{sorted(node).index(steps[0])}")
            node = node[steps.pop(0)]
        self._names, self._rest = names, steps
        self._get = attrgetter(".".join(names))

    def __call__(self, roots: Sequence[Any]) -> list[Any]:
        try:
            found = list(map(self._get, roots))
        except AttributeError:  # a null stands where the path goes on
            found = [self._carefully(root) for root in roots]
        return [walk(value, self._rest) for value in found] if self._rest else found

    def _carefully(self, value: Any) -> Any:
        for name in self._names:
            if value is None:
                return ABSENT
            value = getattr(value, name)
        return value
