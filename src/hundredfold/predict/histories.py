"""What orders say of each customer: how often, since when, until when, for how much. Whole numbers throughout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

import numpy as np
import polars as pl

from hundredfold.errors import FrameError
from hundredfold.predict.likelihood import Floats
from hundredfold.words.amount import INT64, MILLION
from hundredfold.words.calendar import DAY

Ints: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
WEEK: Final = 7 * DAY


@dataclass(frozen=True)
class Histories:
    """The customers of a table of orders, in order of their first row; all arrays are (customers,) int64.

    Orders of one day are one: who comes back the same day has not come back.
    """

    customer: pl.Series
    frequency: Ints
    """Days with an order after the first one."""
    recency: Ints
    """Microseconds from the first day with an order to the last one."""
    age: Ints
    """Microseconds from the first day with an order to the clock's day."""
    value: Ints
    """Millionths: what the orders after the first day were worth together."""

    @classmethod
    def of(cls, orders: pl.DataFrame, until: int) -> Self:
        """The histories on a day, from `customer`, `day` (days since 1970, none later) and `value` (millionths).

        Raises FrameError when the values are too great to be added.
        """
        total = orders["value"].cast(pl.Float64).sum()
        if total >= INT64:
            raise FrameError(f"the values add up to {total / MILLION:.3g}, too much for exact sums. Are they in cents?")
        days = orders.group_by("customer", "day", maintain_order=True).agg(_sum("value"))
        first, last = pl.col("day").min().alias("first"), pl.col("day").max().alias("last")
        at_first = pl.col("value").filter(pl.col("day") == pl.col("day").min()).sum().alias("at_first")
        found = days.group_by("customer", maintain_order=True).agg(
            pl.len().alias("days"), first, last, _sum("value"), at_first
        )
        since, latest, value = (found[name].to_numpy() for name in ("first", "last", "value"))
        frequency = found["days"].cast(pl.Int64).to_numpy() - 1
        paid = value - found["at_first"].to_numpy()
        return cls(found["customer"], frequency, (latest - since) * DAY, (until - since) * DAY, paid)

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def buying(self) -> tuple[Floats, Floats, Floats]:
        """Frequency, recency and age in weeks, as `Buying` takes them."""
        return self.frequency.astype(float), self.recency / WEEK, self.age / WEEK

    @property
    def spending(self) -> tuple[Floats, Floats]:
        """Frequency and the mean value of the orders after the first day, as `Spending` takes them; 0 without any."""
        mean = self.value / MILLION / np.maximum(self.frequency, 1)
        return self.frequency.astype(float), mean


def _sum(name: str) -> pl.Expr:
    return pl.col(name).sum()
