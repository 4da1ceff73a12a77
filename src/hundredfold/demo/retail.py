"""UCI "Online Retail II" as the demo uses it: its extracts as files, their import, and messages for a replay.

The data are Daqing Chen's (2019), CC BY 4.0; see `data/LICENCE.md`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.ingest.bulk import ImportReport, Progress, Sink, import_path
from hundredfold.ingest.mapping_file import load_mapping
from hundredfold.words.calendar import from_local, zone_named

DATA: Final = Path(__file__).parent / "data"
EXTRACTS: Final = (
    "online_retail_2009_2010",
    "online_retail_2010_2011",
    "online_retail_2010_2011_negative_lines",
)
"""The files of the data set, in the order in which the shop would have exported them."""
PRESET: Final = "online-retail-ii"
TIMEZONE: Final = "Europe/London"

_MINUTE: Final = 60_000_000


def extracts() -> dict[str, pl.DataFrame]:
    """The extracts by name, line by line as they were published; the third has no Invoice and no StockCode."""
    stock = pl.read_parquet(DATA / "stock.parquet").with_row_index("stock")
    stock = stock.with_columns(pl.col("stock").cast(pl.Int32))
    lines = pl.read_parquet(DATA / "lines.parquet").join(stock, on="stock", how="left", maintain_order="left")
    columns = lines.select(
        "extract",
        (pl.col("letter") + pl.col("number").cast(pl.String)).alias("Invoice"),
        "StockCode",
        pl.col("Description").list.get(pl.col("description")),
        pl.col("quantity").alias("Quantity"),
        (pl.col("minute").cast(pl.Int64) * _MINUTE).cast(pl.Datetime("us")).alias("InvoiceDate"),
        pl.col("Price").list.get(pl.col("price")),
        pl.col("customer").alias("Customer ID"),
        pl.col("country").alias("Country"),
    )
    found = {name: columns.filter(pl.col("extract") == number).drop("extract") for number, name in enumerate(EXTRACTS)}
    found[EXTRACTS[2]] = found[EXTRACTS[2]].drop("Invoice", "StockCode")
    return found


def unpack(folder: Path) -> list[Path]:
    """Write the extracts into a folder as Parquet files, as one would get them. Returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, frame in extracts().items():
        path = folder / f"{name}.parquet"
        frame.write_parquet(path)
        paths.append(path)
    return paths


def products() -> pl.DataFrame:
    """What was sold: sku, name (the most frequent description) and price (the most frequent one), sorted by sku."""
    stock = pl.read_parquet(DATA / "stock.parquet").filter(pl.col("StockCode").is_not_null())
    first = pl.col("Description").list.drop_nulls().list.first()
    return stock.select(
        pl.col("StockCode").alias("sku"), first.alias("name"), pl.col("Price").list.first().alias("price")
    ).sort("sku")


def import_retail(
    sink: Sink,
    *,
    started: int,
    until: date | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import everything before the local midnight of `until` by the bulk path, each extract as an import of its own.

    `started` is the first import's start in microseconds UTC; `sink` as in `bulk.import_path`. The report's `stored`
    and `duplicates` count messages before the cut, its other figures all rows.
    """
    cut = None if until is None else midnight(until)
    return _imported(_before(sink, cut), started, progress)


def retail_messages(*, since: date | None = None, until: date | None = None) -> list[dict[str, Any]]:
    """The messages from the local midnight of `since` to that of `until`, as an SDK would send them, in time order.

    Each has `messageId`, `type`, `event`, `userId`, `timestamp` and `properties`; the ids are those of the import.
    """
    tables: list[pa.Table] = []

    def gather(table: pa.Table) -> tuple[int, int]:
        tables.append(table)
        return table.num_rows, 0

    _imported(gather, 0, None)
    return as_sent(tables, since=since, until=until)


def as_sent(
    tables: Iterable[pa.Table], *, since: date | None = None, until: date | None = None
) -> list[dict[str, Any]]:
    """Messages of an import (columns of `stored.BULK`) as an SDK would send them, in time order, each once."""
    found = pl.concat([pl.DataFrame(table.select(["message_id", "time", "payload"])) for table in tables])
    found = found.unique("message_id", maintain_order=True)
    if since is not None:
        found = found.filter(pl.col("time") >= midnight(since))
    if until is not None:
        found = found.filter(pl.col("time") < midnight(until))
    rows = found.sort("time", "message_id").select("message_id", "payload").iter_rows()
    return [{"messageId": message_id, **json.loads(payload)} for message_id, payload in rows]


def _imported(sink: Sink, started: int, progress: Progress | None) -> ImportReport:
    mapping, report = load_mapping(PRESET), ImportReport()
    with TemporaryDirectory(prefix="hundredfold-") as folder:
        paths = unpack(Path(folder))
        total = sum(pl.scan_parquet(path).select(pl.len()).collect().item() for path in paths)
        for path in paths:
            told = None if progress is None else _behind(progress, report.read, total)
            report += import_path(path, mapping=mapping, started=started, zone=UTC, sink=sink, progress=told)
    return report


def _before(sink: Sink, cut: int | None) -> Sink:
    """A sink that passes on only what happened before a time."""
    if cut is None:
        return sink

    def pass_on(table: pa.Table) -> tuple[int, int]:
        kept = table.filter(pc.less(table["time"], cut))
        return sink(kept) if kept.num_rows else (0, 0)

    return pass_on


def _behind(progress: Progress, done: int, total: int) -> Callable[[int, int | None], None]:
    return lambda rows, _: progress(done + rows, total)


def midnight(day: date) -> int:
    """The local midnight at which a day of the shop begins, in microseconds UTC."""
    zone = zone_named(TIMEZONE)
    assert zone is not None
    return from_local(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001 - it is made local here
