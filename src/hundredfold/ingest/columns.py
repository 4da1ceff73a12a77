"""The cells of whole columns as JSON text, ids, times and amounts: the fast way, for what is plain.

Every reading has two parts: the values, null where the cell is empty, and which rows are *odd*. An odd row is left to
the plain way (`row`), so the fast one never needs to be clever: what it does not know for sure is odd. Texts that need
parsing are read once each by `cell`, which settles what they mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

import numpy as np
import polars as pl

from hundredfold.errors import MessageRejected
from hundredfold.ingest import cell as cells
from hundredfold.ingest.cell import Cell
from hundredfold.ingest.message import canonical
from hundredfold.ingest.written import plainly_written
from hundredfold.words.calendar import EARLIEST, HOUR, LATEST, from_local

EXACT_INTEGER: Final = 2**53
_SMALLEST, _GREATEST = 1e-4, 1e15
"""Between these, every writer of shortest doubles writes the same digits, without an exponent."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local times are counted from a local epoch
_PLAIN_ID: Final = r"^[ -~]+$"
_ESCAPED: Final = r'[\x00-\x1f"\\]'
_CONTROL: Final = r"[\x00-\x1f]"
_LONGEST_ID: Final = 256


@dataclass(frozen=True, slots=True)
class Read:
    """A column that was read: `values` is null for an empty cell, `odd` marks the rows left to the plain way."""

    values: pl.Series
    odd: pl.Series

    def __post_init__(self) -> None:
        assert len(self.values) == len(self.odd)


def texts(frame: pl.DataFrame, cell: Cell) -> Read:
    """A cell as text (semantics S7), not yet JSON."""
    if cell.constant is not None:
        return _constant(frame, cells.text(cell.constant))
    if cell.joined:
        parts = [texts(frame, replace(cell, columns=(name,), type=None)) for name in cell.columns]
        values = pl.select(pl.concat_str([part.values for part in parts], separator=cell.between)).to_series()
        return Read(values, either([part.odd for part in parts], len(frame)))
    series = frame[cell.columns[0]]
    kind = series.dtype
    if kind == pl.String and cell.type in (None, "text"):
        return Read(_filled(series, cell), _none(len(series)))
    if kind.is_integer() and cell.type in (None, "text", "number", "integer"):
        return Read(_said(series.cast(pl.String), cell), _none(len(series)))
    if kind.is_float() and cell.type in (None, "text", "number"):
        read = _numbers(series)
        return Read(_said(read.values, cell), read.odd)
    if kind == pl.Boolean and cell.type in (None, "text", "boolean"):
        return Read(series.cast(pl.String), _none(len(series)))
    if isinstance(kind, pl.Datetime) and cell.type in (None, "text", "time"):
        times = moments(frame, cell)
        return Read(iso_texts(times.values), times.odd)
    return _by_unique(series, lambda raw: cells.text(cells.value_of(cell, raw, cell.type)), pl.String)


def ids(frame: pl.DataFrame, cell: Cell) -> Read:
    """A cell as an id (semantics S2)."""
    if not cell.joined and cell.constant is None and frame[cell.columns[0]].dtype.is_float():
        series = frame[cell.columns[0]]
        whole = (series == series.floor()) & (series.abs() < EXACT_INTEGER)
        digits = series.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
        return Read(_said(digits, cell), series.is_finite().fill_null(False) & ~whole.fill_null(False))
    read = texts(frame, cell)
    plain = read.values.str.contains(_PLAIN_ID) & (read.values.str.len_bytes() <= _LONGEST_ID)
    odd = read.odd | ~plain.fill_null(True)
    if not cell.joined and cell.constant is None and frame[cell.columns[0]].dtype == pl.Boolean:
        odd = pl.Series(np.ones(len(frame), dtype=bool))
    return Read(read.values, odd)


def json(frame: pl.DataFrame, cell: Cell) -> Read:
    """A cell as the JSON text of its value, as `message.canonical` writes it; an empty one that deletes is `null`."""
    read = _json(frame, cell)
    return Read(read.values.fill_null("null"), read.odd) if cell.deletes else read


def _json(frame: pl.DataFrame, cell: Cell) -> Read:
    if cell.constant is not None:
        return _constant(frame, _encoded(cell.constant))
    if cell.joined or cell.type == "text":
        return quoted(texts(frame, cell))
    series = frame[cell.columns[0]]
    kind = series.dtype
    if kind == pl.String and cell.type is None:
        return quoted(texts(frame, cell))
    if kind.is_integer() and cell.type in (None, "number", "integer"):
        whole = series.cast(pl.Int64, strict=False)
        exact = (whole < EXACT_INTEGER) & (whole > -EXACT_INTEGER)
        return Read(_said(series.cast(pl.String), cell), series.is_not_null() & ~exact.fill_null(False))
    if kind.is_float() and cell.type in (None, "number"):
        read = _numbers(series)
        return Read(_said(read.values, cell), read.odd)
    if kind == pl.Boolean and cell.type in (None, "boolean"):
        return Read(series.cast(pl.String), _none(len(series)))
    if isinstance(kind, pl.Datetime) and cell.type in (None, "time"):
        return quoted(texts(frame, cell))
    if kind == pl.String and cell.type == "number":
        written = decimals(plainly_written(series, cell))
        plain = written.values.set(written.odd, None)
        return _completed(plain, series, lambda raw: _encoded(cells.value_of(cell, raw, cell.type)), cell)
    return _by_unique(series, lambda raw: _encoded(cells.value_of(cell, raw, cell.type)), pl.String)


def quoted(read: Read) -> Read:
    """Texts as JSON strings; those with control characters are odd."""
    values, odd = read.values, read.odd
    if values.str.contains(_ESCAPED).any():
        odd = odd | values.str.contains(_CONTROL).fill_null(False)
        values = values.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return Read(pl.select(pl.concat_str([pl.lit('"'), values, pl.lit('"')])).to_series(), odd)


def moments(frame: pl.DataFrame, cell: Cell) -> Read:
    """A cell as microseconds UTC."""
    if cell.constant is not None or cell.joined:
        read = texts(frame, cell)
        times = _by_unique(read.values, lambda raw: cells.time(cell, raw), pl.Int64)
        return Read(times.values, times.odd | read.odd)
    series = frame[cell.columns[0]]
    if isinstance(series.dtype, pl.Datetime) and not cell.missing:
        wall = series.cast(pl.Datetime("us", series.dtype.time_zone)).to_physical()
        utc = wall if series.dtype.time_zone else _from_local(wall, cell.zone)
        return Read(utc, ((utc < EARLIEST) | (utc >= LATEST)).fill_null(False))
    return _by_unique(series, lambda raw: None if cells.is_empty(cell, raw) else cells.time(cell, raw), pl.Int64)


def amounts(frame: pl.DataFrame, cell: Cell) -> Read:
    """A cell as whole millionths."""
    if cell.constant is None and not cell.joined and cell.type in (None, "number") and not cell.missing:
        series = frame[cell.columns[0]]
        if series.dtype.is_float():
            doubles = series.set(~series.is_finite().fill_null(False), None)
            beyond = (doubles.abs() > 1e9).fill_null(False)
            exact = np.rint(doubles.set(beyond, 0.0).fill_null(0.0).to_numpy() * 1e6).astype(np.int64)
            return Read(pl.Series(exact).set(doubles.is_null(), None), beyond)
        if series.dtype.is_integer():
            whole = series.cast(pl.Int64, strict=False)
            beyond = ((whole > 10**9) | (whole < -(10**9))).fill_null(False) | (whole.is_null() & series.is_not_null())
            return Read(whole.set(beyond, 0) * 1_000_000, beyond)
    if cell.constant is not None or cell.joined:
        exact_or_none = cells.amount(cell, {}) if cell.constant is not None else None
        odd = np.full(len(frame), exact_or_none is None)
        return Read(same(exact_or_none, len(frame), pl.Int64), pl.Series(odd))
    name, series = cell.columns[0], frame[cell.columns[0]]
    if series.dtype == pl.String:
        return _completed(plainly_written(series, cell), series, lambda raw: cells.amount(cell, {name: raw}), cell)
    return _by_unique(series, lambda raw: cells.amount(cell, {name: raw}), pl.Int64)


def decimals(exact: pl.Series) -> Read:
    """Millionths as JSON numbers."""
    whole = exact % 1_000_000 == 0
    # NumPy divides; Polars may multiply by the reciprocal of a constant, which rounds twice.
    share = pl.Series(exact.fill_null(0).to_numpy() / 1e6).set(exact.is_null(), None)
    odd = (exact.abs() >= EXACT_INTEGER) | (~whole & (share.abs() < _SMALLEST))
    written = pl.select(
        pl.when(whole).then((exact // 1_000_000).cast(pl.String)).otherwise(share.cast(pl.String))
    ).to_series()
    return Read(written, odd.fill_null(False))


def iso_texts(times: pl.Series) -> pl.Series:
    """Microseconds UTC as `calendar.iso` writes them."""
    moments_ = times.cast(pl.Datetime("us"))
    fraction = times % 1_000_000 != 0
    seconds = moments_.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if not fraction.any():
        return seconds
    return pl.select(
        pl.when(fraction).then(moments_.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")).otherwise(seconds)
    ).to_series()


def _from_local(wall: pl.Series, zone: tzinfo) -> pl.Series:
    """Local times as UTC. The offset is asked once for each hour; in an hour in which it changes, for each time."""
    local = wall.fill_null(0).to_numpy()
    hours, place = np.unique(local // HOUR, return_inverse=True)
    offsets = _offsets(hours, zone)
    constant = (offsets == _offsets(hours + 1, zone)) & (hours * HOUR > EARLIEST) & (hours * HOUR < LATEST - HOUR)
    times = local - offsets[place]
    changing = np.flatnonzero(~constant[place])
    if len(changing):
        unique, each = np.unique(local[changing], return_inverse=True)
        times[changing] = (unique - _offset_of_each(unique, zone))[each]
    return pl.Series(times).set(wall.is_null(), None)


def _offsets(hours: Any, zone: tzinfo) -> Any:
    return _offset_of_each(hours * HOUR, zone)


def _offset_of_each(local: Any, zone: tzinfo) -> Any:
    return np.array([_offset(int(time), zone) for time in local], dtype=np.int64)


def _offset(local: int, zone: tzinfo) -> int:
    if not EARLIEST <= local < LATEST:
        return 0
    return local - from_local(_EPOCH + timedelta(microseconds=local), zone)


def _numbers(series: pl.Series) -> Read:
    """Doubles as JSON numbers, whole ones without a point; NaN and infinities are empty."""
    finite = series.cast(pl.Float64).set(~series.is_finite().fill_null(False), None)
    size = finite.abs()
    whole = (finite == finite.floor()) & (size < EXACT_INTEGER)
    plain = whole | ((size >= _SMALLEST) & (size < _GREATEST))
    integers = finite.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
    if integers.null_count() == finite.null_count():
        written = integers
    else:
        written = pl.select(pl.when(whole).then(integers).otherwise(finite.cast(pl.String))).to_series()
    return Read(written, (~plain).fill_null(False))


def _filled(series: pl.Series, cell: Cell) -> pl.Series:
    stripped = series.str.strip_chars(cells.BLANK)
    empty = stripped == ""
    if cell.missing:
        empty = empty | stripped.is_in(list(cell.missing))
    empty = empty.fill_null(False)
    return series.set(empty, None) if empty.any() else series


def _said(written: pl.Series, cell: Cell) -> pl.Series:
    """Numbers as text, without those that are declared as missing."""
    if not cell.missing:
        return written
    return written.set(written.is_in(list(cell.missing)).fill_null(False), None)


def _completed(plain: pl.Series, series: pl.Series, function: Callable[[Any], Any], cell: Cell) -> Read:
    """Numbers that were read at once, and the others by `function`: those that are not plain, and empty cells."""
    left = plain.is_null() & series.is_not_null()
    if cell.missing:
        left |= series.str.strip_chars(cells.BLANK).is_in(list(cell.missing)).fill_null(False)
    places = left.arg_true()
    if places.is_empty():
        return Read(plain, _none(len(series)))
    rest = _by_unique(series.gather(places), function, plain.dtype)
    odd = np.zeros(len(series), dtype=bool)
    odd[places.to_numpy()] = rest.odd.to_numpy()
    return Read(plain.scatter(places, rest.values), pl.Series(odd))


def _by_unique(series: pl.Series, function: Callable[[Any], Any], kind: Any) -> Read:
    """Each different cell read once by `function`; what it refuses is odd."""
    if series.dtype.is_nested() or series.dtype in (pl.Null, pl.Object):
        return Read(same(None, len(series), kind), series.is_not_null())
    unique = series.unique()
    values, odd = [], []
    for raw in unique.to_list():
        try:
            values.append(None if raw is None else function(raw))
            odd.append(False)
        except MessageRejected:
            values.append(None)
            odd.append(True)
    table = pl.DataFrame(
        {"raw": unique, "value": pl.Series(values, dtype=kind), "odd": pl.Series(odd, dtype=pl.Boolean)}
    )
    found = pl.DataFrame({"raw": series}).join(table, on="raw", how="left", nulls_equal=True, maintain_order="left")
    return Read(found["value"], found["odd"])


def _encoded(value: Any) -> str | None:
    if value is None:
        return None
    return canonical({"": value})[4:-1].decode()


def _constant(frame: pl.DataFrame, value: str | None) -> Read:
    return Read(same(value, len(frame), pl.String), _none(len(frame)))


def _none(height: int) -> pl.Series:
    return pl.Series(np.zeros(height, dtype=bool))


def same(value: Any, height: int, kind: Any) -> pl.Series:
    """A column of one value."""
    return pl.Series([value], dtype=kind).new_from_index(0, height)


def either(masks: list[pl.Series], height: int) -> pl.Series:
    """The rows that any of the masks has."""
    found = _none(height)
    for mask in masks:
        found = found | mask
    return found
