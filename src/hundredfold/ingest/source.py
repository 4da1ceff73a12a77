"""What holds rows: what each place of them must be able to do, and which files a path means."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

import polars as pl

from hundredfold.errors import ImportFailed
from hundredfold.family import Family
from hundredfold.ingest.draft import Rejection

CHUNK: Final = 100_000
"""How many rows are read at once."""
LINE: Final = "line"
"""The only column of a source whose rows are whole messages: their JSON texts."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a file of text is written; a `separator` of None is found out."""

    separator: str | None = None
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file, with the column `draft.ROW`, and those that could not be read."""

    frame: pl.DataFrame
    unreadable: list[Rejection] = field(default_factory=list)


class Rows(ABC):
    """Rows that are read in chunks: of a file, or of a table of a database. Read again they are the same."""

    messages: ClassVar[bool] = False
    """Its rows are whole messages in one column, `LINE`."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What people call it: the name of the file, or of the table."""

    @abstractmethod
    def check(self) -> None:
        """Read as much as tells whether it can be read. Raises ImportFailed."""

    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, those inside of objects with dots."""

    @abstractmethod
    def rows(self) -> int | None:
        """How many rows it has, where that is known without reading it."""

    @abstractmethod
    def chunks(self, columns: Collection[str], size: int = CHUNK) -> Iterator[Chunk]:
        """Its rows in their order, with these columns. Raises ImportFailed."""

    @abstractmethod
    def rows_about(self) -> int:
        """How many rows it may have, to plan for."""


class Source(Rows):
    """A file of rows. A new format is one file in `sources`."""

    name: ClassVar[str]
    endings: ClassVar[tuple[str, ...]]
    """How the names of its files end, in small letters; `.gz` behind them is its own affair."""

    def __init__(self, path: Path, style: Style) -> None:
        self.path, self.style = path, style

    @property
    def title(self) -> str:
        """The file's name."""
        return self.path.name

    def rows_about(self) -> int:
        """How many rows it may have, to plan for."""
        known = self.rows()
        return self.path.stat().st_size // 50 if known is None else known


SOURCES: Final[Family[Source]] = Family(Source, "hundredfold.ingest.sources")  # type: ignore[type-abstract]


def files_of(path: Path) -> list[tuple[str, Path]]:
    """The files that a path means, by name: itself, or all readable ones of a folder, sorted. Raises ImportFailed."""
    if path.is_file():
        source_of(path)
        return [(path.name, path)]
    if not path.is_dir():
        raise ImportFailed(f"there is no file or folder {path}; check the path")
    inside = sorted((found.relative_to(path).as_posix(), found) for found in path.rglob("*") if found.is_file())
    known = [(name, found) for name, found in inside if _variant(found) is not None]
    if not known:
        raise ImportFailed(f"the folder {path} has no file that can be imported; known endings: {_endings()}")
    return known


def source_of(path: Path) -> type[Source]:
    """The format of a file, by its ending. Raises ImportFailed."""
    variant = _variant(path)
    if variant is None:
        raise ImportFailed(f"{path.name} has no known ending; known: {_endings()}")
    return variant


def _variant(path: Path) -> type[Source] | None:
    name = path.name.lower().removesuffix(".gz")
    if name.startswith("."):
        return None
    return next((found for found in SOURCES.values() if name.endswith(found.endings)), None)


def _endings() -> str:
    return ", ".join(ending for found in SOURCES.values() for ending in found.endings)
