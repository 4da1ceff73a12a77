"""Condense UCI "Online Retail II" into the two small files that the demo carries.

    python benchmarks/condense_retail.py FOLDER_WITH_THE_THREE_PARQUET_FILES

Nothing is dropped: `hundredfold.demo.retail.extracts` gives every cell of the three files back, which this checks.
"""

import sys
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from hundredfold.demo import retail

COLUMNS = [
    "extract",
    "Invoice",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "Price",
    "Customer ID",
    "Country",
]
STOCK = pl.col("StockCode")


def main(folder: Path) -> None:
    originals = {name: original(folder / f"{name}.parquet") for name in retail.EXTRACTS}
    together = pl.concat(
        frame.with_columns(pl.lit(number, pl.Int32).alias("extract")).select(COLUMNS)
        for number, frame in enumerate(originals.values())
    )
    stock = stock_of(together)
    write(lines_of(together, stock), retail.DATA / "lines.parquet")
    write(stock, retail.DATA / "stock.parquet")
    for name, frame in retail.extracts().items():
        assert frame.equals(originals[name].select(frame.columns)), f"{name} does not come back as it was"
    print({file.name: file.stat().st_size for file in sorted(retail.DATA.glob("*.parquet"))})


def original(path: Path) -> pl.DataFrame:
    """An extract with all columns; times in microseconds, since a file has nanoseconds."""
    frame = pl.read_parquet(path)
    absent = [pl.lit(None, pl.String).alias(name) for name in ("Invoice", "StockCode") if name not in frame.columns]
    return frame.with_columns(
        pl.col("InvoiceDate").cast(pl.Datetime("us")), pl.col("Quantity", "Customer ID").cast(pl.Int32), *absent
    )


def stock_of(lines: pl.DataFrame) -> pl.DataFrame:
    """One row for each stock code with its descriptions and prices, the most frequent ones first."""
    stock = lines.group_by(STOCK).len().sort("len", "StockCode", descending=[True, False]).drop("len")
    for name in ("Description", "Price"):
        values = lines.group_by(STOCK, name).len().sort("len", name, descending=[True, False])
        values = values.group_by(STOCK, maintain_order=True).agg(name)
        stock = stock.join(values, on="StockCode", how="left", nulls_equal=True, maintain_order="left")
    return stock


def lines_of(lines: pl.DataFrame, stock: pl.DataFrame) -> pl.DataFrame:
    """The lines as small numbers: places in `stock` and in its lists, minutes, and invoices as letter and number."""
    stock = stock.with_row_index("stock")
    places = stock.select("StockCode", pl.col("stock").cast(pl.Int32))
    lines = lines.join(places, on="StockCode", how="left", nulls_equal=True, maintain_order="left")
    for name in ("Description", "Price"):
        ranks = stock.select(pl.col("stock").cast(pl.Int32), name, pl.int_ranges(pl.col(name).list.len()).alias("rank"))
        ranks = ranks.explode(name, "rank", empty_as_null=True)
        ranks = ranks.select("stock", name, pl.col("rank").cast(pl.Int32).alias(name.lower()))
        lines = lines.join(ranks, on=["stock", name], how="left", nulls_equal=True, maintain_order="left")
    return lines.select(
        "extract",
        pl.col("Invoice").str.extract("^([A-Z]*)").alias("letter"),
        pl.col("Invoice").str.extract("([0-9]+)$").cast(pl.Int32).alias("number"),
        "stock",
        "description",
        "price",
        pl.col("Quantity").alias("quantity"),
        (pl.col("InvoiceDate").dt.epoch("us") // 60_000_000).cast(pl.Int32).alias("minute"),
        pl.col("Customer ID").alias("customer"),
        pl.col("Country").alias("country"),
    )


def write(frame: pl.DataFrame, path: Path) -> None:
    """Parquet as small as it gets: columns of small numbers compress best byte by byte."""
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    encodings = {"customer": "PLAIN", "number": "DELTA_BINARY_PACKED", "minute": "DELTA_BINARY_PACKED"}
    encodings |= dict.fromkeys(("stock", "description", "price", "quantity"), "BYTE_STREAM_SPLIT")
    encodings = {
        name: how for name, how in encodings.items() if name in frame.columns and frame[name].dtype == pl.Int32
    }
    pq.write_table(
        pa.table(table),
        path,
        compression="zstd",
        compression_level=22,
        use_dictionary=[name for name in frame.columns if name not in encodings],
        column_encoding=encodings or None,
        write_statistics=False,
        row_group_size=10_000_000,
        data_page_size=1 << 24,
        dictionary_pagesize_limit=1 << 24,
        store_schema=False,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
