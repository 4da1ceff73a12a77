"""Parquet: typed columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, ClassVar

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from hundredfold.errors import ImportFailed
from hundredfold.ingest.draft import ROW
from hundredfold.ingest.source import CHUNK, Chunk, Source


class Parquet(Source):
    """A Parquet file; the fields of a struct are columns of their own, with dots in their names."""

    name: ClassVar[str] = "parquet"
    endings: ClassVar[tuple[str, ...]] = (".parquet", ".pq")

    def check(self) -> None:
        """Read the footer, which lies at the end: a file cut short has none."""
        self._opened().close()

    def columns(self) -> tuple[str, ...]:
        """The leaves of its schema."""
        with self._opened() as file:
            return tuple(_leaves(file.schema_arrow))

    def rows(self) -> int | None:
        """From the footer."""
        with self._opened() as file:
            return int(file.metadata.num_rows)

    def chunks(self, columns: Collection[str], size: int = CHUNK) -> Iterator[Chunk]:
        """Its rows, numbered from 1."""
        wanted = [name for name in self.columns() if name in columns]
        done = 1
        try:
            with self._opened() as file:
                for batch in file.iter_batches(batch_size=size, columns=wanted, use_threads=True):
                    numbers = pl.Series(ROW, range(done, done + batch.num_rows), dtype=pl.Int64)
                    found = [
                        column
                        for column in _flat(pl.from_arrow(pa.Table.from_batches([batch])))
                        if column.name in wanted
                    ]
                    yield Chunk(pl.DataFrame([numbers, *found]))
                    done += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise ImportFailed(f"{self.path.name} cannot be read behind row {done - 1}: {error}") from None

    def _opened(self) -> Any:
        try:
            return pq.ParquetFile(self.path)
        except (pa.ArrowException, OSError) as error:
            raise ImportFailed(f"{self.path.name} is no Parquet file that can be read: {error}") from None


def _leaves(fields: Any, outer: str = "") -> Iterator[str]:
    for field in fields:
        name = f"{outer}{field.name}"
        if pa.types.is_struct(field.type):
            yield from _leaves(field.type, f"{name}.")
        else:
            yield name


def _flat(frame: Any, outer: str = "") -> Iterator[pl.Series]:
    """The columns of a frame: objects unfolded, categories as text, times in microseconds."""
    for series in frame.get_columns():
        name = f"{outer}{series.name}"
        if isinstance(series.dtype, pl.Struct):
            yield from _flat(series.struct.unnest(), f"{name}.")
        elif isinstance(series.dtype, pl.Categorical | pl.Enum):
            yield series.cast(pl.String).alias(name)
        elif isinstance(series.dtype, pl.Datetime):
            yield _microseconds(series).alias(name)
        else:
            yield series.alias(name)


def _microseconds(series: pl.Series) -> pl.Series:
    kind = series.dtype
    assert isinstance(kind, pl.Datetime)
    if kind.time_unit == "ns":
        # What is behind the microsecond is cut off (semantics S1), also before 1970, where a division rounds up.
        return (series.to_physical() // 1_000).cast(pl.Datetime("us", kind.time_zone))
    if kind.time_unit == "ms":
        return series.cast(pl.Datetime("us", kind.time_zone))
    return series
