"""A mapping: what the rows of tables become. The models are the document; `mapping_file` reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, model_validator

from hundredfold.said import said
from hundredfold.words.calendar import parse_time, zone_named

ColumnType = Literal["text", "number", "integer", "boolean", "time", "json"]
Scalar: TypeAlias = bool | int | float | str
EventType = Literal["track", "identify", "page", "screen", "group", "alias"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Column(_Strict):
    """Where a value comes from: a column, several joined as text, or a constant; and how its cells are read.

    A bare text in the document is the name of a column. What is not said is taken from the table.
    """

    column: str | None = None
    join: tuple[str, ...] = ()
    between: str = " "
    constant: Scalar | None = None
    type: ColumnType | None = None
    """None: as the file has it; the cells of a CSV file are text."""
    format: str | None = None
    """Of times: the letters of `strptime`, or `epoch` for seconds or milliseconds since 1970."""
    decimal: Literal[".", ","] | None = None
    thousands: str | None = Field(None, min_length=1, max_length=1)
    timezone: str | None = None
    missing: tuple[str, ...] | None = None
    """Cells that mean an empty one, as text."""
    empty: Literal["ignore", "delete"] | None = None
    """What an empty cell of a trait does (semantics 21)."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        origins = [self.column is not None, bool(self.join), self.constant is not None]
        if sum(origins) != 1:
            raise ValueError(said("say exactly one of `column`, `join` or `constant`"))
        _known_zone(self.timezone)
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file that it reads."""
        return (self.column,) if self.column is not None else self.join


def _column(given: object) -> object:
    return {"column": given} if isinstance(given, str) else given


From: TypeAlias = Annotated[Column, BeforeValidator(_column)]


def _moment(given: object) -> object:
    return given.isoformat() if isinstance(given, date) else given


class Condition(_Strict):
    """A test of one column; all that is said must hold. A cell that cannot be compared fulfils nothing."""

    column: str
    starts_with: str | None = None
    is_in: tuple[Scalar, ...] | None = Field(None, alias="in")
    empty: bool | None = None
    below: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    above: float | None = None
    before: Annotated[str | None, BeforeValidator(_moment)] = None
    since: Annotated[str | None, BeforeValidator(_moment)] = None
    negated: bool = Field(False, alias="not")
    format: str | None = None

    @model_validator(mode="after")
    def _readable(self) -> Self:
        for time in (self.before, self.since):
            if time is not None and parse_time(time) is None:
                raise ValueError(said("{time!r} is no time; write 2026-01-31 or 2026-01-31T09:30", time=time))
        return self


class Skip(Condition):
    """Rows that are left out on purpose, and counted under their reason."""

    reason: str


class _Table(_Strict):
    """What all kinds of tables share: which files, how they are written, which rows count."""

    files: str = "*"
    """A pattern of file names, such as `orders_*.csv`."""
    rows: tuple[Condition, ...] = ()
    """The table takes the rows for which all conditions hold; of several tables the first that takes a row has it."""
    skip: tuple[Skip, ...] = ()
    separator: str | None = Field(None, min_length=1, max_length=1)
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    thousands: str | None = Field(None, min_length=1, max_length=1)
    signs: tuple[Annotated[str, Field(min_length=1, max_length=8, pattern=r"^[^\d\s.,()+-][^\d\s,()+-]*$")], ...] = ()
    """Signs and codes of currencies that may stand around numbers, such as `R$` and `EUR`."""
    timezone: str | None = None
    """The zone of times without one; default: the workspace's."""
    missing: tuple[str, ...] = ()

    group: ClassVar[bool] = False

    @model_validator(mode="after")
    def _zone(self) -> Self:
        _known_zone(self.timezone)
        try:
            "".encode(self.encoding)
        except LookupError:
            raise ValueError(
                said("no encoding is called {encoding!r}; try utf-8, latin-1 or cp1252", encoding=self.encoding)
            ) from None
        if self.thousands == self.decimal:
            raise ValueError(said("`thousands` and `decimal` cannot be the same character"))
        return self

    def origins(self) -> Iterator[Column]:
        """Every column or constant that the table reads."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Column):
                yield value
            elif isinstance(value, dict):
                yield from (part for part in value.values() if isinstance(part, Column))

    @cached_property
    def needed(self) -> frozenset[str]:
        """The columns that a file must have."""
        tested = {condition.column for condition in (*self.rows, *self.skip)}
        return frozenset(tested.union(*(origin.columns for origin in self.origins())))


class _Stamped(_Table):
    """Whose message it is, and when it happened and was received."""

    user_id: From | None = Field(None, alias="userId")
    anonymous_id: From | None = Field(None, alias="anonymousId")
    timestamp: From | None = None
    message_id: From | None = Field(None, alias="messageId")
    received: From | None = Field(None, alias="receivedAt")
    sent: From | None = Field(None, alias="sentAt")
    context: dict[str, From] = {}

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.user_id is None and self.anonymous_id is None:
            raise ValueError(said("say whose the rows are: `userId` or `anonymousId`"))
        for paths in ("properties", "traits", "context"):
            _no_path_inside_another(getattr(self, paths, {}))
        return self


class Messages(_Table):
    """Every row or line is a whole message; columns are called as in Segment's specification."""

    kind: Literal["messages"]


class Events(_Stamped):
    """One row, one message."""

    kind: Literal["events"]
    type: EventType = "track"
    type_from: From | None = None
    """The column that holds the type, where it differs from row to row."""
    event: From | None = None
    name: From | None = None
    properties: dict[str, From] = {}
    traits: dict[str, From] = {}
    previous_id: From | None = Field(None, alias="previousId")
    group_id: From | None = Field(None, alias="groupId")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.type == "track" and self.event is None and self.type_from is None:
            raise ValueError(said("say the name of the event: `event: {{constant: Order Completed}}`, or a column"))
        return self


class Customers(_Stamped):
    """One row, one `identify` with traits."""

    kind: Literal["customers"]
    traits: dict[str, From]
    empty: Literal["ignore", "delete"] = "ignore"


class _Grouped(_Stamped):
    """The rows of one key are one message, with a line for each row."""

    event: str
    currency: From | None = None
    total: From | None = None
    lines: dict[str, From] = {}
    """A line's fields; `price` and `quantity` give the total where there is no column for it."""
    properties: dict[str, From] = {}

    group: ClassVar[bool] = True
    key_name: ClassVar[str]
    taken: ClassVar[tuple[str, ...]] = ("total", "currency", "products")

    @property
    def key(self) -> Column | None:
        """Where the rows' common key comes from."""
        found: Column | None = getattr(self, self.key_name)
        return found

    @model_validator(mode="after")
    def _own_properties(self) -> Self:
        _no_path_inside_another(self.lines)
        for path in self.properties:
            if path.split(".")[0] in (*self.taken, self.key_name):
                raise ValueError(
                    said("`properties: {path}` is made by the table itself; map `{path}` beside `kind`", path=path)
                )
        return self


class Orders(_Grouped):
    """The rows of one order id are one `Order Completed`."""

    kind: Literal["orders"]
    event: str = "Order Completed"
    order_id: From

    key_name: ClassVar[str] = "order_id"


class Refunds(_Grouped):
    """The rows of one refund id are one `Order Refunded`; its total is positive, whichever sign the file gives it."""

    kind: Literal["refunds"]
    event: str = "Order Refunded"
    refund_id: From | None = None

    key_name: ClassVar[str] = "refund_id"


class Products(_Table):
    """The rows become a lookup table of the workspace."""

    kind: Literal["products"]
    file: str = "products.parquet"
    key: str
    """Which of `columns` is the key."""
    columns: dict[str, From]
    valid_from: From | None = None

    @model_validator(mode="after")
    def _has_key(self) -> Self:
        if self.key not in self.columns:
            raise ValueError(
                said("`key: {key}` is none of `columns`: {known}", key=self.key, known=", ".join(self.columns))
            )
        if "valid_from" in self.columns:
            raise ValueError(said("map `valid_from` beside `columns`, not in them"))
        if Path(self.file).suffix != ".parquet" or Path(self.file).is_absolute() or ".." in Path(self.file).parts:
            raise ValueError(said("`file` is the name of a .parquet file in the workspace"))
        return self


Table: TypeAlias = Messages | Events | Customers | Orders | Refunds | Products


class Mapping(_Strict):
    """A mapping file: the tables, in the order in which they take rows. `source` yields to the command's."""

    source: str | None = None
    tables: tuple[Annotated[Table, Discriminator("kind")], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_table_a_file(self) -> Self:
        written = [table.file for table in self.tables if isinstance(table, Products)]
        if len(set(written)) < len(written):
            raise ValueError(said("two tables write the same lookup `file`; use one with a pattern in `files:`"))
        return self


def _known_zone(name: str | None) -> None:
    if name is not None and zone_named(name) is None:
        raise ValueError(said("no time zone is called {name!r}; write it like Europe/London", name=name))


def _no_path_inside_another(paths: dict[str, Column]) -> None:
    for path in paths:
        parts = path.split(".")
        if not all(parts):
            raise ValueError(said("{path!r} is no path: its parts are separated by single dots", path=path))
        for end in range(1, len(parts)):
            if (outer := ".".join(parts[:end])) in paths:
                raise ValueError(
                    said("{path!r} cannot lie inside {outer!r}, which is a value itself", path=path, outer=outer)
                )


WHOLE_MESSAGES = Mapping(tables=(Messages(kind="messages"),))
"""What holds without a mapping file."""
