"""Lines of JSON, one message each."""

from __future__ import annotations

import gzip
import io
from collections.abc import Collection, Iterator
from typing import IO, ClassVar

import polars as pl

from hundredfold.errors import ImportFailed
from hundredfold.ingest.draft import ROW
from hundredfold.ingest.source import CHUNK, LINE, Chunk, Source

_BOM = b"\xef\xbb\xbf"


class Ndjson(Source):
    """Messages as JSON texts, one a line; blank lines are none. A bad line is rejected alone."""

    name: ClassVar[str] = "ndjson"
    endings: ClassVar[tuple[str, ...]] = (".ndjson", ".jsonl", ".json")
    messages: ClassVar[bool] = True

    def check(self) -> None:
        """Read its first bytes."""
        try:
            with self._open() as file:
                if file.read(1) == b"[" and not self._one_line_list(file):
                    raise ImportFailed(
                        f"{self.path.name} is one JSON list; write each message on a line of its own (jq -c '.[]')"
                    )
        except (OSError, EOFError) as error:
            raise ImportFailed(f"{self.path.name} cannot be read: {error}") from None

    def columns(self) -> tuple[str, ...]:
        """The line is the only column."""
        return (LINE,)

    def rows(self) -> int | None:
        """Not known without reading."""
        return None

    def chunks(self, columns: Collection[str], size: int = CHUNK) -> Iterator[Chunk]:
        """Its lines, numbered from 1."""
        numbers: list[int] = []
        lines: list[bytes] = []
        try:
            with self._open() as file:
                for number, raw in enumerate(file, 1):
                    line = (raw.removeprefix(_BOM) if number == 1 else raw).strip()
                    if line:
                        numbers.append(number)
                        lines.append(line)
                    if len(lines) >= size:
                        yield _chunk(numbers, lines)
                        numbers, lines = [], []
        except (OSError, EOFError) as error:
            raise ImportFailed(f"{self.path.name} cannot be read to its end: {error}") from None
        if lines:
            yield _chunk(numbers, lines)

    def _open(self) -> IO[bytes]:
        if self.path.name.lower().endswith(".gz"):
            return io.BufferedReader(gzip.GzipFile(self.path, "rb"))
        return self.path.open("rb")

    @staticmethod
    def _one_line_list(file: IO[bytes]) -> bool:
        """Whether a list that ends on the first line follows: then it is a bad line, and others may be good."""
        return file.readline(1 << 20).rstrip().endswith(b"]") and bool(file.read(1))


def _chunk(numbers: list[int], lines: list[bytes]) -> Chunk:
    return Chunk(pl.DataFrame({ROW: numbers, LINE: lines}, schema={ROW: pl.Int64, LINE: pl.Binary}))
