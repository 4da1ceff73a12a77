"""Profiles as Avro, many at once: every attribute's column becomes pieces, all pieces side by side become records.

Each record is framed as Confluent's clients expect it: a zero byte, the schema's id in four bytes, the body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Final

import numpy as np

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import BOOLEAN, NUMBER, TEXT, TIME, Column, Ints, Mask
from hundredfold.attribute.kinds import Field, Kind
from hundredfold.publish import pieces
from hundredfold.publish.pieces import Piece, Rows, Same, Small, together
from hundredfold.publish.records import Customers, Portion, Stamp
from hundredfold.words.amount import MILLION

_KINDS: Final[Mapping[Kind, int]] = {"count": NUMBER, "boolean": BOOLEAN, "number": NUMBER, "time": TIME, "text": TEXT}
_NULL: Final = b"\x00"


class Avro:
    """Writes profiles with some fields under a schema's id."""

    def __init__(self, fields: Sequence[Field], schema_id: int) -> None:
        self._fields, self._frame = fields, b"\x00" + schema_id.to_bytes(4, "big")

    def encode(self, portion: Portion, stamp: Stamp) -> Iterator[bytes]:
        """The records of the customers, in their order."""
        found = self.rows(portion, stamp)
        content = found.bytes.tobytes()
        states = repeat(None) if portion.states is None else portion.states
        for start, size, state in zip(found.start.tolist(), found.size.tolist(), states, strict=False):
            record = content[start : start + size]
            yield record if state is None else record + state

    def rows(self, portion: Portion, stamp: Stamp) -> Rows:
        """The records of the customers, in their order, as rows of one buffer; the bytes of states belong behind."""
        if len(portion.customers) == 0:
            return together([Same(b"", 0)])
        texts = _Texts(portion)
        values = (piece for field in self._fields for piece in _field(field, portion.values[field.name], texts))
        return together([*self._head(portion.customers, stamp), *values, _before_states(portion)])

    def _head(self, customers: Customers, stamp: Stamp) -> Iterator[Piece]:
        names, n = customers.names, len(customers)
        yield Same(self._frame, n)
        yield pieces.strings(names)
        yield pieces.booleans(np.fromiter((not key.startswith("u:") for key in customers.keys), np.int64, n))
        counts = np.diff(customers.offsets)
        yield pieces.Lists(pieces.longs(counts), customers.offsets, pieces.strings(customers.ids))
        yield Same(_stamped(stamp), n)


def _before_states(portion: Portion) -> Piece:
    """What stands before each customer's state: that there is one, and its size."""
    if portion.states is None:
        return Same(_NULL, len(portion.customers))
    sizes = np.array([-1 if state is None else len(state) for state in portion.states])
    return pieces.nullable(pieces.longs(sizes), sizes >= 0)


def _stamped(stamp: Stamp) -> bytes:
    run = _NULL if stamp.run is None else b"\x02" + _long(stamp.run)
    covers = b"".join(_text(str(partition)) + _long(offset) for partition, offset in sorted(stamp.covers.items()))
    count = _long(len(stamp.covers)) if stamp.covers else b""
    parts = (_long(stamp.at), run, _long(stamp.published), _long(stamp.known_at), _text(stamp.version))
    return b"".join(parts) + count + covers + _NULL


def _long(value: int) -> bytes:
    found = together([pieces.longs(np.array([value]))])
    return found.bytes[: int(found.size[0])].tobytes()


def _text(text: str) -> bytes:
    encoded = text.encode()
    return _long(len(encoded)) + encoded


class _Texts:
    """The texts of a portion, each written once."""

    def __init__(self, portion: Portion) -> None:
        columns = [found.items if isinstance(found, Lists) else found for found in portion.values.values()]
        codes = [column.data[column.kind == TEXT] for column in columns]
        self._codes = np.unique(np.concatenate([np.empty(0, np.int64), *codes]))
        self._rows = pieces.strings(portion.texts.texts(self._codes))

    def of(self, codes: Ints) -> Rows:
        """The texts of some codes."""
        return self._rows.take(np.searchsorted(self._codes, codes))


def _field(field: Field, found: Column | Lists, texts: _Texts) -> Iterator[Piece]:
    """The pieces of an attribute: the union's branch, then the value."""
    if not isinstance(found, Lists):
        yield from _union(field.kinds, found, texts, first=1)
        return
    real = np.isin(found.items.kind, [_KINDS[kind] for kind in field.kinds])
    items, before = found.items.take(np.flatnonzero(real)), np.concatenate(([0], np.cumsum(real)))
    offsets: Ints = before[found.offsets]
    several = len(field.kinds) > 1
    written = together(
        list(_union(field.kinds, items, texts, first=0) if several else _one(field.kinds[0], items, texts))
    )
    head = pieces.longs(np.diff(offsets))
    yield pieces.Lists(pieces.nullable(head, np.ones(len(head.size), np.bool_)), offsets, written)


def _one(kind: Kind, items: Column, texts: _Texts) -> Iterator[Piece]:
    """The items of lists that are all of one kind."""
    yield texts.of(items.data) if kind == "text" else _small(kind, items.data)


def _union(kinds: Sequence[Kind], found: Column, texts: _Texts, *, first: int) -> Iterator[Piece]:
    """Values of a union whose branches are the kinds, numbered from `first`; what has none of them is null."""
    n = len(found)
    if len(kinds) == 1 and kinds[0] != "text" and first == 1:
        there = found.kind == _KINDS[kinds[0]]
        yield pieces.nullable(_small(kinds[0], found.data * there), there)
        return
    size, low, high = np.ones(n, np.int64), np.zeros(n, np.uint64), np.zeros(n, np.uint64)
    for branch, kind in enumerate(kinds, first):
        rows = np.flatnonzero(found.kind == _KINDS[kind])
        if kind == "text":
            low[rows] = 2 * branch
        else:
            part = pieces.branch(_small(kind, found.data[rows]), branch)
            size[rows], low[rows] = part.size, part.low
            high[rows] = 0 if part.high is None else part.high
    yield Small(size, low, high)
    if "text" in kinds:
        yield _only(texts, found.data, found.kind == TEXT)


def _only(texts: _Texts, codes: Ints, there: Mask) -> Rows:
    """The texts of the rows that have one; nothing in the others."""
    start, size = np.zeros(len(codes), np.int64), np.zeros(len(codes), np.int64)
    some = texts.of(codes[there])
    start[there], size[there] = some.start, some.size
    return Rows(some.bytes, start, size)


def _small(kind: Kind, data: Ints) -> Small:
    match kind:
        case "count":
            return pieces.longs(data // MILLION)
        case "number":
            return pieces.decimals(data)
        case "time":
            return pieces.longs(data)
        case _:
            return pieces.booleans(data)
