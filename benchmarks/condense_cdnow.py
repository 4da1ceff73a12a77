"""Condense the CDNOW orders into the one small file that benchmarks and tests read.

    python benchmarks/condense_cdnow.py FOLDER_WITH_THE_TWO_TEXT_FILES

Every row of both files is read back from it, without the number of discs; this checks that.
"""

import gzip
import sys
from pathlib import Path

import polars as pl

from benchmarks.cdnow import FILE

NAMES = ["customer", "day", "value"]


def main(folder: Path) -> None:
    master = rows(folder / "cdnow_master.txt.gz", 1, ["customer", "day", "discs", "value"])
    # The sample's first column is the customer's number in the master file, its second one a number of its own.
    sample = rows(folder / "cdnow_sample.txt.gz", 0, ["customer", "number", "day", "discs", "value"])
    together = master.with_columns(sample=pl.col("customer").is_in(sample["customer"].unique().implode()))
    FILE.parent.mkdir(exist_ok=True)
    together.write_parquet(FILE, compression="zstd", compression_level=19, statistics=False)
    kept = pl.read_parquet(FILE)
    assert kept.drop("sample").equals(master)
    assert kept.filter("sample").drop("sample").sort(NAMES).equals(sample.sort(NAMES))


def rows(file: Path, heads: int, names: list[str]) -> pl.DataFrame:
    lines = [line.split() for line in gzip.decompress(file.read_bytes()).decode().splitlines()[heads:]]
    frame = pl.DataFrame(lines, schema=dict.fromkeys(names, pl.String), orient="row")
    return frame.select(
        pl.col("customer").cast(pl.Int32),
        pl.col("day").str.to_date("%Y%m%d"),
        pl.col("value").cast(pl.Decimal(9, 2)),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
