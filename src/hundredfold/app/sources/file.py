"""A source's file, `sources/NAME.yaml` in the workspace: where the rows of another system are, and what they become."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from hundredfold.errors import DefinitionError, NotFound
from hundredfold.ingest.mapping import Customers, Events, Mapping, Orders, Products, Refunds, Table
from hundredfold.ingest.mapping_file import load_mapping, read_document, with_tables
from hundredfold.said import said

FOLDER: Final = "sources"
OVERLAP: Final = 3_600
TIMEOUT: Final = 3_600


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Connection(_Strict):
    """Where the address of a database stands, with its password: never in the workspace, which is kept in git."""

    env: str | None = Field(None, min_length=1)
    """The name of an environment variable of whoever loads."""
    file: str | None = Field(None, min_length=1)
    """A file beside the workspace, relative to its folder."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError(said("say exactly one of `env` or `file`"))
        if self.env is not None and "://" in self.env:
            raise ValueError(said("`env` is the name of an environment variable, not the address itself"))
        return self


class Incremental(_Strict):
    """Only what is new or changed is read: rows whose `column` is not below what was loaded last.

    `overlap`: from so far behind that on it is read again, for rows whose transactions ended late: seconds of a time,
    or so many of a whole number.
    """

    column: str = Field(min_length=1)
    overlap: int = Field(OVERLAP, ge=0)


def _written_here(given: object) -> object:
    return with_tables(dict(given)) if isinstance(given, dict) else given


class SourceFile(_Strict):
    """What a source's file says. Paths are relative to the workspace's folder."""

    kind: Literal["postgresql", "sqlite", "files"]
    mapping: Annotated[Mapping | str, BeforeValidator(_written_here)] = Field(alias="map")
    """What the rows become: a mapping, the file of one, or the name of a preset."""
    connection: Connection | None = None
    path: str | None = Field(None, min_length=1)
    table: str | None = Field(None, min_length=1)
    query: str | None = Field(None, min_length=1)
    """The file of a query."""
    order: tuple[str, ...] = ()
    """Columns by which the lines of an order are sorted."""
    incremental: Incremental | None = None
    timeout: int = Field(TIMEOUT, ge=1)
    """The most seconds that a statement may take, until its last row is read."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.kind == "postgresql") != (self.connection is not None):
            raise ValueError(said("`connection` says where a PostgreSQL is; it needs one, and nothing else has one"))
        if (self.kind == "postgresql") == (self.path is not None):
            raise ValueError(said("`path` says where files, or the file of an SQLite database, are; say it for these"))
        if self.kind == "files":
            if self.table or self.query or self.incremental or self.order:
                raise ValueError(said("`table`, `query`, `order` and `incremental` are said of databases only"))
        elif (self.table is None) == (self.query is None):
            raise ValueError(said("say exactly one of `table` or `query`"))
        return self


def read_sources(folder: Path) -> dict[str, SourceFile | DefinitionError]:
    """What the files of a workspace's sources say, by name; of one that is wrong, what is wrong."""
    found: dict[str, SourceFile | DefinitionError] = {}
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        try:
            found[path.stem] = _read(path)
        except DefinitionError as error:
            found[path.stem] = error
    return found


def read_source_file(folder: Path, name: str) -> SourceFile:
    """What the file of one source says. Raises NotFound, DefinitionError with the line."""
    known = {path.stem: path for path in sorted((folder / FOLDER).glob("*.yaml"))}
    if name not in known:
        raise NotFound(
            said("no source is called {name}; there are: {known}", name=name, known=", ".join(known))
            if known
            else said("there is no source yet; write what one says into {folder}/NAME.yaml", folder=FOLDER)
        )
    return _read(known[name])


def _read(path: Path) -> SourceFile:
    shown = f"{FOLDER}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DefinitionError(said("the file is no UTF-8 text; save it as UTF-8"), file=shown) from None
    return read_document(
        text, shown, SourceFile.model_validate, otherwise=said("a source is a document with `kind:` and `map:`")
    )


def mapping_of(folder: Path, name: str, one: SourceFile) -> Mapping:
    """What the rows of a source become. Raises DefinitionError, also where loads of what is new would lose rows."""
    mapping, file = one.mapping, f"{FOLDER}/{name}.yaml"
    if isinstance(mapping, str):
        here = folder / mapping
        mapping = load_mapping(here if here.is_file() else mapping, named_in=file)
    if one.incremental is not None:
        for table in mapping.tables:
            _must_tell_apart(table, one.incremental.column, file)
    return mapping


def _must_tell_apart(table: Table, column: str, file: str) -> None:
    """Of two rows that say the same the second is a copy; a change must show in what its message says."""
    if isinstance(table, Products):
        raise DefinitionError(
            said("a table of products is replaced as a whole; leave `incremental` out, or give it a source of its own"),
            file=file,
        )
    if not isinstance(table, Events | Customers | Orders | Refunds) or table.message_id is not None:
        return
    outside = [table.received, table.sent]
    told = {name for origin in table.origins() if origin not in outside for name in origin.columns}
    if column not in told:
        raise DefinitionError(
            said(
                "map {column}, too, such as `properties: {{{column}: {column}}}`, or a `messageId`: of two rows "
                "that say the same the second would be a copy, also when the row went back to what it was",
                column=column,
            ),
            file=file,
        )


def groups_of(mapping: Mapping) -> Iterator[tuple[str, ...]]:
    """The columns by which rows belong together, of each table of a mapping whose rows do."""
    for table in mapping.tables:
        if isinstance(table, Orders | Refunds) and table.key is not None and table.key.columns:
            yield table.key.columns
