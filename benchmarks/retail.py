"""The orders of Online Retail II: lines of goods that a known customer bought, each invoice once."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from hundredfold.demo.retail import extracts

SECOND: Final = datetime(2010, 12, 1)
"""Where the second extract begins; the first goes on for a few days, with the same invoices."""


def lines() -> pl.DataFrame:
    """`customer`, `time` (µs, as on the shop's clock), `invoice`, `product`, `price`, `value` (GBP), in order of time.

    Without returns, and without postage, fees and adjustments, whose codes do not begin with five digits.
    """
    first, second, _ = extracts().values()
    together = pl.concat([first.filter(pl.col("InvoiceDate") < SECOND), second])
    sold = together.filter(
        (pl.col("Customer ID") > 0)  # 0 is whoever was not known
        & (pl.col("Quantity") > 0)
        & (pl.col("Price") > 0)
        & pl.col("StockCode").str.contains(r"^\d{5}")
    )
    return sold.select(
        pl.col("Customer ID").cast(pl.Int64).alias("customer"),
        pl.col("InvoiceDate").dt.epoch("us").alias("time"),
        pl.col("Invoice").alias("invoice"),
        pl.col("StockCode").alias("product"),
        pl.col("Price").alias("price"),
        (pl.col("Quantity") * pl.col("Price")).alias("value"),
    ).sort("time", "invoice", "product")


def orders(found: pl.DataFrame) -> pl.DataFrame:
    """The lines by invoice: `customer`, `time`, `value`."""
    by_invoice = found.group_by("invoice", maintain_order=True)
    return by_invoice.agg(pl.col("customer", "time").first(), pl.col("value").sum()).drop("invoice")
