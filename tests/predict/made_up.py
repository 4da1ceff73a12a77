"""A made-up shop with every input that families ask for, known up to a cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import polars as pl
from benchmarks.clv import made_up as made_up_orders
from benchmarks.shopping import Shopping, midnight_after

from hundredfold.words.calendar import DAY, HOUR

LAST = date(2025, 12, 31)
KINDS = ("bags", "cards", "lamps", "toys")


@dataclass(frozen=True)
class MadeUp:
    """Orders of two years; each customer has a kind that he prefers, and an hour."""

    shopping: Shopping
    sold: pl.DataFrame

    @property
    def cut(self):
        return self.shopping.cut

    def at(self, instant):
        customers, inputs = self.shopping.at(instant)
        seen = self.sold.filter(pl.col("time") < instant).group_by("customer", maintain_order=True)
        last = seen.agg(pl.col("kind", "hour").last(), pl.col("kind").mode().sort().alias("favourites")).sort(
            "customer"
        )
        assert (last["customer"].to_numpy() == customers).all()
        orders, between = inputs["orders"], inputs["first_order"] - inputs["last_order"]
        return customers, {
            **inputs,
            "recency": inputs["last_order"],
            "frequency": orders,
            "money": inputs["spent"],
            "interval": np.where(orders > 1, between * 86_400 / np.maximum(orders - 1, 1), np.nan),
            "longest": np.where(orders > 1, between * 86_400, np.nan),
            "basket": inputs["spent"] / inputs["orders"],
            "category": last["kind"].to_list(),
            "favourites": last["favourites"].to_list(),
            "reacted": inputs["last_order"],
            "hour": last["hour"].to_numpy().astype(float),
        }


@cache
def made_up(customers=4_000):
    """A shop of so many customers, always the same one."""
    random = np.random.default_rng(10)
    orders = made_up_orders(customers).sort("day", "customer", "value")
    who = orders["customer"].to_numpy()
    kind = np.where(random.random(len(who)) < 0.7, who % len(KINDS), random.integers(0, len(KINDS), len(who)))
    hour = (8 + 3 * (who % 5) + random.integers(-2, 3, len(who))) % 24
    product = random.integers(0, 8, len(who))
    sold = orders.select(
        "customer",
        (pl.col("day").cast(pl.Int64) * DAY + pl.Series(hour) * HOUR).alias("time"),
        "value",
        pl.Series("hour", hour),
        pl.Series("kind", [KINDS[at] for at in kind]),
        pl.Series("product", [f"{KINDS[at]} {number}" for at, number in zip(kind, product, strict=True)]),
    ).sort("time", "customer", "value")
    return MadeUp(Shopping(sold.select("customer", "time", "value"), midnight_after(LAST), sold), sold)
