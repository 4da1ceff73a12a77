"""What a file is by its first bytes, whatever its name says; and a clear sentence for what cannot be imported."""

from __future__ import annotations

import gzip
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

from hundredfold.errors import ImportFailed
from hundredfold.said import said

_HEAD: Final = 4096
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_AS_CSV: Final = said("In Excel, save it as CSV (File, Save as, CSV UTF-8), and drop that file")
_STRANGE: Final = {
    b"\x89PNG": said("a picture (PNG)"),
    b"\xff\xd8\xff": said("a picture (JPEG)"),
    b"GIF8": said("a picture (GIF)"),
    b"RIFF": said("a picture or a sound"),
    b"%PDF": said("a PDF document"),
    b"7z\xbc\xaf": said("a 7-Zip archive"),
    b"Rar!": said("a RAR archive"),
    b"SQLite format 3": said("a SQLite database"),
    b"\x7fELF": said("a program"),
    b"MZ": said("a program"),
    b"{\\rtf": said("an RTF document"),
}


def ending_of(path: Path) -> str:
    """The ending under which a file can be imported: `.csv`, `.ndjson` or `.parquet`, with `.gz` where it is packed.

    Raises ImportFailed for an empty file and for one that is something else.
    """
    head = _head(path)
    if not head:
        raise ImportFailed(said("{name} is empty; export it again", name=path.name))
    packed = head.startswith(b"\x1f\x8b")
    if packed:
        head = _unpacked(path)
    if head.startswith((b"PAR1", b"PARE")):
        return _parquet(path, head, packed)
    _must_be_text(path, head)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    ending = ".ndjson" if start[:1] in (b"{", b"[") else ".csv"
    return ending + (".gz" if packed else "")


def _parquet(path: Path, head: bytes, packed: bool) -> str:
    if packed:
        raise ImportFailed(
            said("{name} is a packed Parquet file; unpack it first (Parquet is compressed by itself)", name=path.name)
        )
    if head.startswith(b"PARE"):
        raise ImportFailed(said("{name} is an encrypted Parquet file; export it without encryption", name=path.name))
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4))
        if file.read(4) != b"PAR1":
            raise ImportFailed(said("{name} is a Parquet file that was cut off; send it again", name=path.name))
    return ".parquet"


def _must_be_text(path: Path, head: bytes) -> None:
    if head.startswith(b"PK\x03\x04"):
        if b"[Content_Types].xml" in head or b"xl/" in head or path.suffix.lower() == ".xlsx":
            raise ImportFailed(
                said("{name} is an Excel file, which cannot be read directly. {as_csv}", name=path.name, as_csv=_AS_CSV)
            )
        raise ImportFailed(
            said("{name} is a ZIP archive; unpack it, and drop the files in it one by one", name=path.name)
        )
    if head.startswith(_OLE):
        if _holds(path, _ENCRYPTED):
            raise ImportFailed(
                said(
                    "{name} is an Excel file with a password. Open it in Excel. {as_csv}",
                    name=path.name,
                    as_csv=_AS_CSV,
                )
            )
        raise ImportFailed(
            said("{name} is an old Excel file, which cannot be read directly. {as_csv}", name=path.name, as_csv=_AS_CSV)
        )
    for start, what in _STRANGE.items():
        if head.startswith(start):
            raise ImportFailed(
                said("{name} is {what}, not a table; drop a CSV, Parquet or NDJSON file", name=path.name, what=what)
            )
    if head.lstrip()[:1] == b"<":
        raise ImportFailed(said("{name} is a web page or XML, not a table; export it as CSV", name=path.name))
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ImportFailed(
            said("{name} is no text, and no Parquet file; drop a CSV, Parquet or NDJSON file", name=path.name)
        )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _holds(path: Path, what: bytes) -> bool:
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return content.find(what) >= 0


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path, "rb") as file:
            return file.read(_HEAD)
    except (OSError, EOFError):
        raise ImportFailed(
            said("{name} is a packed file that is broken or was cut off; send it again", name=path.name)
        ) from None
