"""Decoded paths as columns beside the JSON, so that what was decoded once need not be decoded again.

A wanted path has three columns: `kind` (uint8), `data` (int64: millionths of a number, microseconds of a time, 0 or 1)
and `text`. A row without kind was never decoded, or was erased: its payload is. The lines of lists are not kept; the
`kind` of a list says which messages have any.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.attribute.column import MISSING, OTHER, TEXT, Column, Ints, Pool
from hundredfold.attribute.decode import Decoded, Decoder, Lines, Mode, Wanted

_ZONED: Final = ("revision", "trait time")
"""Modes in which a text without zone is read in the workspace's."""
_TEXTS: Final = pa.dictionary(pa.int32(), pa.string())


class Names(NamedTuple):
    """The names of a path's three columns."""

    kind: str
    data: str
    text: str


def names(path: str, mode: Mode, zone: tzinfo) -> Names:
    """The columns of a wanted path.

    >>> from datetime import UTC
    >>> names("properties.total", "value", UTC).kind
    'value properties.total: kind'
    """
    said = f"{mode} {path} {zone}" if mode in _ZONED else f"{mode} {path}"
    return Names(f"{said}: kind", f"{said}: data", f"{said}: text")


def columns_of(decoder: Decoder) -> list[str]:
    """The names of all columns that `typed` makes."""
    return [name for path, mode in _asked(decoder.wanted) for name in names(path, mode, decoder.zone)]


def typed(stored: pa.Table, decoder: Decoder, pool: Pool) -> pa.Table:
    """A table of stored messages with the columns of the decoder's paths beside them."""
    decoded = decoder.decode(stored["payload"].combine_chunks())
    for path, mode in _asked(decoder.wanted):
        if (path, mode) in decoder.wanted.root:
            column = decoded.columns[path, mode]
            texts = _arrow_texts(column, decoded.keys if mode in ("key", "revision") else pool)
        else:
            has = np.bincount(decoded.lines[path].parent, minlength=len(stored)) > 0
            column = Column(np.where(has, np.uint8(OTHER), np.uint8(MISSING)), np.zeros(len(has), np.int64))
            texts = pa.nulls(len(has), _TEXTS)
        own = names(path, mode, decoder.zone)
        numbers = (column.kind != TEXT) & (column.data != 0)
        for name, values in (
            (own.kind, pa.array(column.kind)),
            (own.data, pa.array(column.data, mask=~numbers)),
            (own.text, texts),
        ):
            stored = stored.append_column(pa.field(name, values.type), values)
    return stored


def decoded_of(stored: pa.Table, decoder: Decoder, pool: Pool) -> Decoded:
    """The decoded paths of stored messages: from their typed columns as far as there are any, else from the JSON."""
    n, wanted = len(stored), decoder.wanted
    has = set(stored.column_names)
    there = [(path, mode) for path, mode in _asked(wanted) if names(path, mode, decoder.zone).kind in has]
    if not there:
        return decoder.decode(stored["payload"].combine_chunks())
    keys = Pool()
    columns: dict[tuple[str, Mode], Column] = {}
    unknown = np.zeros(n, np.bool_)
    for path, mode in there:
        own = names(path, mode, decoder.zone)
        kind = stored[own.kind]
        if kind.null_count:
            unknown |= kind.is_null().to_numpy()
        columns[path, mode] = Column(  # copies: texts and rows without kind are still to be filled in
            pc.fill_null(kind, MISSING).to_numpy().copy(), pc.fill_null(stored[own.data], 0).to_numpy().copy()
        )
        _add_texts(columns[path, mode], stored[own.text], keys if mode in ("key", "revision") else pool)
    known = {each: column for each, column in columns.items() if each in wanted.root}
    rest = Decoded(n, known, {}, keys)
    _decode_rows(rest, stored, np.flatnonzero(unknown), decoder.of(Wanted(frozenset(known))))
    untyped = wanted.root - known.keys()
    if untyped:
        found = decoder.of(Wanted(frozenset(untyped))).decode(stored["payload"].combine_chunks(), keys)
        rest.columns |= found.columns
    for each, lines in wanted.lines.items():
        column = columns.get((each, "value"))
        rows = np.arange(n) if column is None else np.flatnonzero((column.kind == OTHER) | unknown)
        part = decoder.of(Wanted(lines={each: lines})).decode(_payloads(stored, rows), keys).lines[each]
        rest.lines[each] = Lines(rows[part.parent], part.number, part.columns)
    return rest


def needs_json(stored: pa.Table, decoder: Decoder) -> bool:
    """Whether `decoded_of` needs any payload of a table beside its typed columns."""
    has, wanted = set(stored.column_names), decoder.wanted
    for path, mode in _asked(wanted):
        name = names(path, mode, decoder.zone).kind
        if name not in has or stored[name].null_count:
            return True
        if path in wanted.lines and mode == "value" and pc.any(pc.equal(stored[name], OTHER)).as_py():
            return True
    return False


def _asked(wanted: Wanted) -> list[tuple[str, Mode]]:
    """The paths that have columns, in a fixed order; a list's stands for whether there are lines."""
    return sorted({*wanted.root, *((path, "value") for path in wanted.lines)})


def _payloads(stored: pa.Table, rows: Ints) -> pa.Array:
    some = stored["payload"] if len(rows) == len(stored) else stored["payload"].take(pa.array(rows))
    return some.combine_chunks()


def _decode_rows(into: Decoded, stored: pa.Table, rows: Ints, decoder: Decoder) -> None:
    if len(rows) == 0:
        return
    found = decoder.decode(_payloads(stored, rows), into.keys)
    for each, column in found.columns.items():
        into.columns[each].kind[rows], into.columns[each].data[rows] = column.kind, column.data


def _arrow_texts(column: Column, pool: Pool) -> pa.Array:
    """The texts of a column, null where there is none."""
    codes, places = np.unique(column.data[column.kind == TEXT], return_inverse=True)
    indices = np.zeros(len(column), np.int32)
    indices[column.kind == TEXT] = places
    return pa.DictionaryArray.from_arrays(
        pa.array(indices, mask=column.kind != TEXT), pa.array(pool.texts(codes), pa.string())
    )


def _add_texts(column: Column, texts: pa.ChunkedArray, pool: Pool) -> None:
    """Puts the codes of texts where there are any."""
    first = 0
    for chunk in texts.chunks:
        packed = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
        if packed.null_count < len(packed):
            codes = pool.codes(packed.dictionary.to_pylist())
            rows = np.flatnonzero(packed.is_valid().to_numpy(zero_copy_only=False))
            indices = pc.fill_null(packed.indices, 0).to_numpy(zero_copy_only=False)
            column.data[first + rows] = codes[indices[rows]]
        first += len(chunk)
