"""The orders of CDNOW's customers of early 1997: 39 weeks to learn from, 39 to be judged by."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

FILE: Final = Path(__file__).parent / "data" / "cdnow.parquet"
LEARNT: Final = date(1997, 9, 30)
"""The last day that models may see."""
HELD: Final = 39 * 7
"""Days after it."""


def orders(*, sample: bool = False) -> pl.DataFrame:
    """Every order: `customer`, `day`, `value` (USD); of 23,570 customers, or of the usual tenth of them."""
    found = pl.read_parquet(FILE)
    return found.filter("sample").drop("sample") if sample else found.drop("sample")


def held_out(found: pl.DataFrame, after: date = LEARNT, days: int = HELD) -> pl.DataFrame:
    """What every customer who had bought by then really did in the days after: `customer`, `orders`, `value`."""
    day = pl.col("day")
    later = found.filter(day.gt(after) & (day <= pl.lit(after) + pl.duration(days=days)))
    done = later.group_by("customer").agg(
        pl.col("day").n_unique().alias("orders"), pl.col("value").sum().cast(pl.Float64)
    )
    known = found.filter(day <= after).select(pl.col("customer").unique(maintain_order=True))
    return known.join(done, on="customer", how="left", maintain_order="left").fill_null(0)
