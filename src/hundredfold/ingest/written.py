"""Whole columns of numbers as people write them, as exact millionths; no double comes near them.

It reads what is plain: an optional sign, up to ten digits with or without thousands, up to six decimals, one of the
declared signs of currencies around them. The rest (brackets, exponents, further decimals, nonsense) is left to `cell`,
which settles what it means.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from hundredfold.ingest.cell import MINUSES, SPACES, Cell
from hundredfold.words.amount import LIMIT, MILLION

_DECIMALS: Final = 6


def plainly_written(text: pl.Series, cell: Cell) -> pl.Series:
    """Texts as whole millionths (int64), null for whatever is not plain; nulls stay null."""
    raw = pl.col("text").str.strip_chars(SPACES)
    minus = raw.str.slice(0, 1)
    signed = minus.is_in(["+", *MINUSES])
    frame = text.alias("text").to_frame().select(
        minus.is_in(list(MINUSES)).alias("below"),
        _bare(pl.when(signed).then(raw.str.slice(1)).otherwise(raw), cell).alias("bare"),
    )  # fmt: skip
    bare = pl.col("bare")
    plain = bare.str.contains(_shape(cell))
    digits = bare if cell.thousands is None else bare.str.replace_all(cell.thousands, "", literal=True)
    parts = pl.when(plain).then(digits).str.splitn(cell.decimal, 2)
    rest = parts.struct.field("field_1").fill_null("").str.pad_end(_DECIMALS, "0")
    exact = parts.struct.field("field_0").cast(pl.Int64, strict=False) * MILLION + rest.cast(pl.Int64, strict=False)
    exact = pl.when(exact <= LIMIT).then(pl.when("below").then(-exact).otherwise(exact))
    return frame.select(exact.alias("exact")).to_series()


def _bare(rest: pl.Expr, cell: Cell) -> pl.Expr:
    """A number without the sign of a currency around it: the first that stands there, as `cell` has it."""
    if not cell.signs:
        return rest
    inner = rest.str.strip_chars(SPACES)
    for sign in reversed(cell.signs):
        before, behind = inner.str.starts_with(sign), inner.str.ends_with(sign)
        rest = pl.when(behind).then(inner.str.strip_suffix(sign).str.strip_chars_end(SPACES)).otherwise(rest)
        rest = pl.when(before).then(inner.str.strip_prefix(sign).str.strip_chars_start(SPACES)).otherwise(rest)
    return rest


def _shape(cell: Cell) -> str:
    whole = "[0-9]{1,10}"
    if cell.thousands is not None:
        whole = rf"(?:[0-9]{{1,3}}(?:{re.escape(cell.thousands)}[0-9]{{3}}){{1,3}}|{whole})"
    return rf"^{whole}(?:{re.escape(cell.decimal)}[0-9]{{0,{_DECIMALS}}})?$"
