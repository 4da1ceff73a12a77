"""What the cells of a column look like: their shapes, with every digit as a zero, over the whole file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from hundredfold.ingest.cell import BLANK
from hundredfold.ingest.draft import ROW
from hundredfold.ingest.guess.currencies import bare
from hundredfold.ingest.guess.numbers import readings
from hundredfold.ingest.guess.times import Firsts
from hundredfold.ingest.source import Source

HEAD: Final = 2_000
"""So many rows tell which columns hold numbers and times; only these are looked at to the end."""
SCANNED: Final = 2_000_000
"""How many rows are looked at."""
_EXAMPLES: Final = 3
_LONGEST: Final = 40
_MOST_SHAPES: Final = 400
_SWAPPED: Final = r"^(\d{1,2})[/.\-](\d{1,2})[/.\-]\d"
_GROUPED: Final = r"[.,'’\s]\d{3}(\D|$)"
_FLAGS: Final = frozenset(("true", "false", "yes", "no"))
_PLAIN_NUMBER: Final = re.compile(r"[+-]?[0.,'’\s]*0[0.,'’\s]*")
_DATE: Final = re.compile(r"00?\.00?\.(?:0000|00)")
_NEARLY_ALL: Final = 0.9
_MAYBE_TIME: Final = re.compile(r".*00?[-/. ]\D*00?.*|[A-Za-z]{3,9} 00?,? 0000.*")


@dataclass
class Look:
    """What is known of a column. `kind`: of a typed one `number`, `time`, `local time`, `boolean` or `other`."""

    name: str
    kind: str = "text"
    filled: int = 0
    shapes: Counter[str] = field(default_factory=Counter)
    firsts: Firsts = field(default_factory=Firsts)
    examples: list[str] = field(default_factory=list)
    leading_zero: bool = False
    """A number of several digits begins with 0: it is a code."""
    too_long: bool = False
    """A number has more digits than a double holds."""
    swapped: list[str] = field(default_factory=list)
    """Cells whose day and month can be told apart only by their order."""
    grouped: list[str] = field(default_factory=list)
    """Cells whose point or comma stands before three digits: it may separate thousands or decimals."""
    emails: int = 0
    flags: int = 0
    distinct: int = 0

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers, as far as shapes tell."""
        if self.kind != "text":
            return self.kind == "number"
        shapes = self.number_shapes
        return bool(shapes) and bool(readings(shapes)) and self._share(shapes) >= _NEARLY_ALL

    @property
    def number_shapes(self) -> list[str]:
        """The shapes that some style of numbers reads, without the signs of currencies around them."""
        known = dict.fromkeys(bare(shape)[0] for shape in self.shapes)
        return [shape for shape in known if _PLAIN_NUMBER.fullmatch(shape) and not _DATE.fullmatch(shape)]

    @property
    def signs(self) -> list[str]:
        """The signs of currencies around its numbers."""
        found = (bare(shape)[1] for shape in self.shapes)
        return sorted({sign for sign in found if sign is not None})

    @property
    def is_code(self) -> bool:
        """Whether it holds digits that are no quantity."""
        return self.leading_zero or self.too_long

    @property
    def is_email(self) -> bool:
        """Whether it holds e-mail addresses."""
        return self.filled > 0 and self.emails >= 0.9 * self.distinct > 0

    @property
    def is_flag(self) -> bool:
        """Whether it holds yes and no, or true and false."""
        return self.kind == "boolean" or (self.filled > 0 and self.flags == self.distinct > 0)

    @property
    def may_be_time(self) -> bool:
        """Whether a cell could be a time."""
        return "time" in self.kind or any(_MAYBE_TIME.fullmatch(shape) for shape in self.shapes)

    def _share(self, shapes: Iterable[str]) -> float:
        known = set(shapes)
        return sum(count for shape, count in self.shapes.items() if bare(shape)[0] in known) / max(
            self.shapes.total(), 1
        )

    def add(self, series: pl.Series) -> None:
        """Look at more cells."""
        if series.dtype != pl.String:
            self.kind = _kind(series.dtype)
            self.filled += len(series) - series.null_count()
            self._remember(str(value) for value in series.drop_nulls().head(_EXAMPLES).to_list())
            return
        cells = series.drop_nulls().str.strip_chars(BLANK)
        cells = cells.filter(cells != "")
        self.filled += len(cells)
        self._remember(cells.head(_EXAMPLES).to_list())
        unique = cells.unique(maintain_order=True)
        self.distinct += len(unique)
        self._shape(unique)

    def _shape(self, unique: pl.Series) -> None:
        self.emails += int(unique.str.contains(r"^[^@\s]+@[^@\s]+\.[^@\s]+$").sum())
        self.flags += int(unique.str.to_lowercase().is_in(list(_FLAGS)).sum())
        self.leading_zero |= bool(unique.str.contains(r"^0\d+$").any())
        self.too_long |= bool(unique.str.contains(r"^\d{16,}").any())
        short = unique.filter(unique.str.len_chars() <= _LONGEST)
        if len(short) < len(unique):
            self.shapes["(long)"] += len(unique) - len(short)
        if len(self.shapes) < _MOST_SHAPES:
            shapes = short.str.replace_all(r"[0-9]", "0").value_counts()
            self.shapes.update(dict(shapes.iter_rows()))
        swapped = short.filter(short.str.contains(_SWAPPED))
        if len(swapped):
            pairs = swapped.str.extract_groups(_SWAPPED).struct.unnest().cast(pl.Int64)
            first, second = pairs.to_series(0), pairs.to_series(1)
            self.firsts |= Firsts(_top(first), _top(second), bool((first != second).any()))
            _note(self.swapped, swapped.filter(first != second))
        _note(self.grouped, short.filter(short.str.contains(_GROUPED)))

    def _remember(self, values: Iterable[str]) -> None:
        _note(self.examples, values)


def looks_of(source: Source, columns: Collection[str], *, scanned: int = SCANNED) -> tuple[dict[str, Look], int, bool]:
    """The look of every column, how many rows were seen, and whether that is all of them.

    Columns of numbers and times are looked at over up to `scanned` rows, the others over the first ones. Raises
    ImportFailed for a file that breaks within them.
    """
    looks: dict[str, Look] = {}
    followed: list[Look] = []
    seen = 0
    for chunk in source.chunks(columns, HEAD):
        if not looks:
            looks = {name: Look(name) for name in chunk.frame.columns if name != ROW}
            followed = list(looks.values())
        for look in followed:
            look.add(chunk.frame[look.name])
        if seen == 0:
            followed = [look for look in followed if look.kind == "text" and (look.is_number or look.may_be_time)]
        seen += len(chunk.frame)
        if seen >= scanned:
            return looks, seen, False
    return looks, seen, True


def _kind(dtype: pl.DataType) -> str:
    if dtype.is_numeric():
        return "number"
    if dtype == pl.Boolean:
        return "boolean"
    if isinstance(dtype, pl.Datetime):
        return "time" if dtype.time_zone else "local time"
    return "local time" if dtype == pl.Date else "other"


def _top(series: pl.Series) -> int:
    found = series.max()
    return found if isinstance(found, int) else 0


def _note(known: list[str], values: Iterable[str]) -> None:
    for value in values:
        if len(known) >= _EXAMPLES:
            return
        if value not in known:
            known.append(value)
