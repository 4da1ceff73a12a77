"""What customers were at any instant, out of a table of orders: the past that families of models learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl

from hundredfold.words.calendar import DAY
from hundredfold.words.model import Model, Version

LATELY: Final = 90 * DAY


@dataclass(frozen=True)
class Shopping:
    """Orders (`customer`, `time` in µs, `value`) and, where products are asked for, lines with a `product`."""

    orders: pl.DataFrame
    cut: int
    lines: pl.DataFrame | None = None

    def until(self, day: date) -> Shopping:
        """The same, known up to the end of a day."""
        return replace(self, cut=midnight_after(day))

    def at(self, instant: int) -> tuple[np.ndarray[Any, Any], dict[str, Any]]:
        """The customers who had ordered before the instant, and the inputs that families may ask for."""
        if instant > self.cut:
            raise ValueError("what comes after the cut is not known")
        time, value = pl.col("time"), pl.col("value")
        late = time >= instant - LATELY
        found = (
            self.orders.filter(time < instant)
            .group_by("customer")
            .agg(
                ((instant - time.min()) / DAY).alias("first_order"),
                ((instant - time.max()) / DAY).alias("last_order"),
                pl.len().cast(pl.Float64).alias("orders"),
                value.sum().alias("spent"),
                late.sum().cast(pl.Float64).alias("recent_orders"),
                value.filter(late).sum().alias("recent_spent"),
            )
            .sort("customer")
        )
        customers = found["customer"].to_numpy()
        inputs: dict[str, Any] = {name: found[name].to_numpy() for name in found.columns[1:]}
        if self.lines is not None:
            inputs["bought"] = self._bought(found.select("customer"), instant)
        return customers, inputs

    def _bought(self, customers: pl.DataFrame, instant: int) -> list[list[str]]:
        seen = self._firsts.filter(pl.col("time") < instant).group_by("customer", maintain_order=True)
        bought = customers.join(seen.agg("product"), on="customer", how="left", maintain_order="left")
        found: list[list[str]] = bought["product"].to_list()
        return found

    @cached_property
    def _firsts(self) -> pl.DataFrame:
        """When each customer bought each product first, in order of time."""
        assert self.lines is not None
        by_both = self.lines.group_by("customer", "product", maintain_order=True)
        return by_both.agg(pl.col("time").min()).sort("time", "customer", "product")


def foretold(model: Model, options: Mapping[str, Any], past: Shopping) -> tuple[Version, Any]:
    """A version trained on what was known at the cut, and what it then says of everybody."""
    version = model.train(past, options).version
    return version, model.apply(version, past.at(past.cut)[1])


def midnight_after(day: date) -> int:
    """Microseconds of the midnight that ends a day."""
    return (day + timedelta(days=1) - date(1970, 1, 1)).days * DAY
