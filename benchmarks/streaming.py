"""The live workload: 2 M track messages of 100,000 customers over 30 days, of which 1% come up to two days late.

Ten attributes, three of them windowed and one keyed. Customers fall off as rank ** -1.1, so that about 82,500 are seen
and one sends an eighth of everything; one event in five is a purchase. The draws are made in a fixed order from a fixed
seed: the bytes of a line and the control sums are constants, and every engine must arrive at the same sums.

    python -m benchmarks.streaming OUT.ndjson [--events N] [--shape segment|compact]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import polars as pl

from benchmarks.files import instants, numbered

Stream: TypeAlias = dict[str, np.ndarray[Any, np.dtype[Any]]]

EVENTS: Final = 2_000_000
CUSTOMERS: Final = 100_000
STARTS_MS: Final = 1_767_225_600_000
"""2026-01-01T00:00:00Z."""
DAY_MS: Final = 86_400_000

_BOTH: Final = ["Order Completed", "Page Viewed"]
_PURCHASE: Final = {"event": "Order Completed", "value": "properties.value"}
DEFINITIONS: Final[dict[str, Any]] = {
    "attributes": {
        "events": {"event": _BOTH, "aggregate": "count"},
        "purchases": {"event": "Order Completed", "aggregate": "count"},
        "value_total": {**_PURCHASE, "aggregate": "sum"},
        "value_max": {**_PURCHASE, "aggregate": "max"},
        "value_last": {**_PURCHASE, "aggregate": "last"},
        "last_at": {"event": _BOTH, "value": "timestamp", "aggregate": "max"},
        "categories": {"event": _BOTH, "by": "properties.category", "aggregate": "distinct"},
        "value_today": {**_PURCHASE, "aggregate": "sum", "window": "today"},
        "value_7_days": {**_PURCHASE, "aggregate": "sum", "window": "7 days"},
        "pages_today": {"event": "Page Viewed", "aggregate": "count", "window": "today"},
    }
}


def stream(n: int = EVENTS) -> Stream:
    """Columns `customer`, `ms` (epoch milliseconds), `bought`, `cents` (a purchase's value), `category`, by arrival."""
    rng = np.random.default_rng(7)
    weight = 1 / np.arange(1, CUSTOMERS + 1) ** 1.1
    rank = rng.choice(CUSTOMERS, size=n, p=weight / weight.sum())
    customer = rng.permutation(CUSTOMERS)[rank]
    on_time = np.sort(rng.integers(STARTS_MS, STARTS_MS + 30 * DAY_MS, n))
    late = rng.random(n) < 0.01
    delay = rng.integers(0, 2 * DAY_MS, n)
    return {
        "customer": customer,
        "ms": np.where(late, np.maximum(STARTS_MS, on_time - delay), on_time),
        "bought": rng.random(n) < 0.2,
        "cents": np.rint(np.round(rng.lognormal(3.2, 0.9, n), 2) * 100).astype(np.int64),
        "category": rng.integers(0, 20, n),
    }


def lines(columns: Stream, shape: str = "segment", first: int = 0) -> pl.Series:
    """One JSON text an event: tracking messages (`segment`), or the short rows that other engines were fed (`compact`).

    `first` is the number of the first event, when the columns are a later part of the stream.
    """
    frame = pl.DataFrame(
        {
            "id": message_ids(np.arange(first, first + len(columns["ms"]))),
            "user": numbered(b"c", columns["customer"], 6),
            "category": numbered(b"cat", columns["category"], 2),
            "cents": numbered(b"", columns["cents"] % 100, 2),
            "time": pl.Series(instants(columns["ms"] * 1000)) if shape == "segment" else pl.Series(columns["ms"]),
            "whole": pl.Series(columns["cents"] // 100),
            "bought": pl.Series(columns["bought"]),
        }
    )
    parts = _segment() if shape == "segment" else _compact()
    return frame.select(pl.concat_str(*parts).alias("line"))["line"]


def message_ids(numbers: np.ndarray[Any, np.dtype[Any]]) -> pl.Series:
    """`m00000000` for the first event."""
    return numbered(b"m", numbers, 8)


def sent_ids(columns: Stream) -> pl.Series:
    """`u:c000017` for an event of customer 17."""
    return numbered(b"u:c", columns["customer"], 6)


def write(columns: Stream, file: Path, shape: str = "segment") -> None:
    """The lines as a file, each ended by a line feed."""
    with file.open("wb") as out:
        for part in lines(columns, shape).to_frame().iter_slices(500_000):
            out.write(("\n".join(part["line"]) + "\n").encode())


def control_sums(columns: Stream) -> dict[str, int]:
    """Every attribute that adds up, summed over all customers at the end of the last UTC day; money in cents."""
    day = columns["ms"] // DAY_MS
    today, bought, cents = day.max(), columns["bought"], columns["cents"]
    return {
        "events": len(day),
        "purchases": int(bought.sum()),
        "value_total": int(cents[bought].sum()),
        "value_today": int(cents[bought & (day == today)].sum()),
        "value_7_days": int(cents[bought & (day > today - 7)].sum()),
        "pages_today": int((~bought & (day == today)).sum()),
        "categories": len(np.unique(columns["customer"] * 100 + columns["category"])),
        "customers": len(np.unique(columns["customer"])),
    }


def _segment() -> list[pl.Expr]:
    value = pl.concat_str(pl.lit('"value":'), "whole", pl.lit("."), "cents", pl.lit(","))
    name = pl.when("bought").then(pl.lit("Order Completed")).otherwise(pl.lit("Page Viewed"))
    return [
        *(pl.lit('{"type":"track","messageId":"'), pl.col("id"), pl.lit('","userId":"'), pl.col("user")),
        *(pl.lit('","event":"'), name, pl.lit('","timestamp":"'), pl.col("time"), pl.lit('","properties":{')),
        *(
            pl.when("bought").then(value).otherwise(pl.lit("")),
            pl.lit('"category":"'),
            pl.col("category"),
            pl.lit('"}}'),
        ),
    ]


def _compact() -> list[pl.Expr]:
    value = pl.concat_str("whole", pl.lit("."), "cents")
    name = pl.when("bought").then(pl.lit("purchase")).otherwise(pl.lit("page"))
    return [
        *(pl.lit('{"id":"'), pl.col("id"), pl.lit('","user":"'), pl.col("user"), pl.lit('","type":"'), name),
        *(pl.lit('","ts":'), pl.col("time"), pl.lit(',"value":')),
        *(
            pl.when("bought").then(value).otherwise(pl.lit("null")),
            pl.lit(',"category":"'),
            pl.col("category"),
            pl.lit('"}'),
        ),
    ]


def main() -> None:
    """Write the lines and print the control sums."""
    parser = argparse.ArgumentParser(description="write the live workload as JSON lines")
    parser.add_argument("out", type=Path)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--shape", choices=["segment", "compact"], default="segment")
    asked = parser.parse_args()
    columns = stream(asked.events)
    write(columns, asked.out, asked.shape)
    print(control_sums(columns))


if __name__ == "__main__":
    main()
