"""How a text file is written: its encoding, by the whole file, and its separator, by its first rows."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hundredfold.errors import ImportFailed
from hundredfold.ingest.source import Style
from hundredfold.said import said

SEPARATORS: Final = (",", ";", "\t", "|")
_PIECE: Final = 1 << 20
_ROWS: Final = 100
_MOST: Final = 64 << 30
"""A small packed file may unpack to more than any machine holds."""
_EXCELS_OWN: Final = "sep="


def dialect_of(path: Path) -> Style:
    """The encoding and the separator of a text file. Raises ImportFailed for one that cannot be read to its end."""
    encoding = _encoding(path)
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    with io.TextIOWrapper(_opened(path), encoding=codec, newline="") as file:
        head = file.read(_PIECE)
    if head[: len(_EXCELS_OWN)].lower() == _EXCELS_OWN:
        raise ImportFailed(
            said(
                "the first line of {name} says {first!r}, a note for Excel; remove this line, so that the file "
                "begins with the names of its columns",
                name=path.name,
                first=head.splitlines()[0],
            )
        )
    return Style(_separator(head), encoding)


def _encoding(path: Path) -> str:
    """UTF-8 where all of the file is; else what the byte order mark says; else a Western European one."""
    utf8 = codecs.getincrementaldecoder("utf-8")()
    is_utf8, beyond_latin, first = True, set[int](), True
    for piece in _pieces(path):
        if first and piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        first = False
        if is_utf8:
            try:
                utf8.decode(piece)
            except UnicodeDecodeError:
                is_utf8 = False
        beyond_latin.update(byte for byte in set(piece) if 0x80 <= byte < 0xA0)
    if is_utf8:
        try:
            utf8.decode(b"", final=True)
            return "utf-8"
        except UnicodeDecodeError:
            pass  # cut off within a character, or another encoding that looks the same until its last byte
    if not beyond_latin:
        return "latin-1"
    try:
        bytes(sorted(beyond_latin)).decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _separator(head: str) -> str:
    """The separator under which most rows have as many cells as the first, and the most of them."""

    def score(separator: str) -> tuple[bool, int, float]:
        rows = _rows(head, separator)
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows) / max(len(rows), 1)
        return width > 1 and alike >= 0.8, width if alike >= 0.8 else 0, alike

    return max(SEPARATORS, key=score)


def _rows(head: str, separator: str) -> list[list[str]]:
    """The first rows; the last one of a head that was cut is left out, for it may be cut as well."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(head), delimiter=separator):
            if row:
                rows.append(row)
            if len(rows) > _ROWS:
                break
    except csv.Error:
        return rows[:1]
    return rows[:-1] if len(rows) > 1 and len(head) >= _PIECE else rows


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with _opened(path) as file:
            done = 0
            while piece := file.read(_PIECE):
                yield piece
                done += len(piece)
                if done > _MOST:
                    raise ImportFailed(
                        said("{name} unpacks to more than {most} GB; split it", name=path.name, most=_MOST >> 30)
                    )
    except (OSError, EOFError) as error:
        raise ImportFailed(
            said(
                "{name} cannot be read to its end: {reason}; it may be cut off. Send it again",
                name=path.name,
                reason=str(error),
            )
        ) from None


def _opened(path: Path) -> io.BufferedReader:
    if path.name.lower().endswith(".gz"):
        return io.BufferedReader(gzip.GzipFile(path, "rb"))
    return path.open("rb")
