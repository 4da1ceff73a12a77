"""Tables as text: CSV with any separator and encoding. Every cell is text; the mapping says what it means."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections.abc import Collection, Iterator
from typing import IO, Any, ClassVar, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from hundredfold.errors import ImportFailed
from hundredfold.ingest.draft import ROW, Rejection
from hundredfold.ingest.source import CHUNK, Chunk, Source

_SEPARATORS: Final = (",", ";", "\t", "|")
_BYTES_A_ROW: Final = 100
_PIECE: Final = 1 << 20


class Csv(Source):
    """A text file with a line of column names. Rows are numbered from 1, behind that line."""

    name: ClassVar[str] = "csv"
    endings: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".txt")

    def check(self) -> None:
        """Decode the whole file once: a wrong encoding shows late, and nothing must be stored by then."""
        self.columns()
        decoder = codecs.getincrementaldecoder(self.style.encoding)()
        done = 0
        try:
            with self._bytes() as file:
                while piece := file.read(_PIECE):
                    decoder.decode(piece)
                    done += len(piece)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise ImportFailed(
                f"{self.path.name} is not {self.style.encoding}: {error.reason} near byte {done + error.start}; "
                "say its `encoding:` in the mapping, such as latin-1 or cp1252"
            ) from None
        except (OSError, EOFError) as error:
            raise ImportFailed(f"{self.path.name} cannot be read: {error}") from None

    def columns(self) -> tuple[str, ...]:
        """The names in the first line."""
        try:
            with io.TextIOWrapper(self._bytes(), encoding=self._codec(), newline="") as file:
                names = tuple(next(csv.reader(file, delimiter=self._separator()), ()))
        except UnicodeDecodeError:
            raise ImportFailed(f"{self.path.name} is not {self.style.encoding}; say its `encoding:`") from None
        except (OSError, EOFError, csv.Error) as error:
            raise ImportFailed(f"{self.path.name} cannot be read: {error}") from None
        if not names:
            raise ImportFailed(f"{self.path.name} is empty; its first line must name the columns")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ImportFailed(f"{self.path.name} has two columns called {twice[0]!r}; name them differently")
        return names

    def rows(self) -> int | None:
        """Not known without reading."""
        return None

    def chunks(self, columns: Collection[str], size: int = CHUNK) -> Iterator[Chunk]:
        """Its rows; those with too many or too few cells are unreadable, and rejected alone."""
        names = self.columns()
        wanted = [name for name in names if name in columns] or [names[0]]
        bad: dict[int, Rejection] = {}
        told = last = 0
        try:
            with self._bytes() as raw, self._reader(raw, names, wanted, size, bad) as reader:
                for batch in reader:
                    frame = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
                    # The reader works ahead: what it found unreadable so far may lie behind this batch.
                    numbers = _numbers(last, len(frame), bad)
                    last = int(numbers[-1]) if len(frame) else last
                    fresh = list(bad.values())[told:]
                    told += len(fresh)
                    yield Chunk(frame.with_columns(numbers.alias(ROW)), fresh)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise ImportFailed(f"{self.path.name} cannot be read behind row {last}: {error}") from None
        if told < len(bad):
            none = dict.fromkeys(wanted, pl.String)
            yield Chunk(pl.DataFrame(schema={**none, ROW: pl.Int64}), list(bad.values())[told:])

    def _reader(
        self, raw: IO[bytes], names: tuple[str, ...], wanted: list[str], size: int, bad: dict[int, Rejection]
    ) -> Any:
        def skip(row: Any) -> str:
            rejection = _unreadable(row)
            bad[rejection.row] = rejection
            return "skip"

        return arrow_csv.open_csv(
            pa.PythonFile(raw, mode="r"),
            # One thread: only so are the numbers of unreadable rows known.
            read_options=arrow_csv.ReadOptions(
                use_threads=False,
                block_size=max(size * _BYTES_A_ROW, _PIECE),
                encoding="utf8" if self._codec() == "utf-8-sig" else self.style.encoding,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._separator(), newlines_in_values=True, invalid_row_handler=skip
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names}, include_columns=wanted, strings_can_be_null=False
            ),
        )

    def _bytes(self) -> IO[bytes]:
        if self.path.name.lower().endswith(".gz"):
            return io.BufferedReader(gzip.GzipFile(self.path, "rb"))
        return self.path.open("rb")

    def _codec(self) -> str:
        """The encoding, with a byte order mark or without one."""
        return "utf-8-sig" if codecs.lookup(self.style.encoding).name == "utf-8" else self.style.encoding

    def _separator(self) -> str:
        if self.style.separator is not None:
            return self.style.separator
        with io.TextIOWrapper(self._bytes(), encoding=self._codec(), errors="replace") as file:
            head = file.readline(_PIECE)
        outside = "".join(head.split('"')[::2])
        return max(_SEPARATORS, key=outside.count)


def _numbers(last: int, count: int, bad: Collection[int]) -> pl.Series:
    """The numbers of the next readable rows behind row `last`."""
    behind = [number for number in bad if number > last]
    numbers = pl.Series(np.arange(last + 1, last + 1 + count + len(behind)))
    return numbers.filter(~numbers.is_in(behind)).head(count) if behind else numbers


def _unreadable(row: Any) -> Rejection:
    text = f"the row has {row.actual_columns} cells, the first line {row.expected_columns}; quote cells with separators"
    return Rejection(row.number - 1, "bad_row", text)
