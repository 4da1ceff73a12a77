"""A mapping of one table as a form: one line for each column that is read. It is written as YAML, and read from it."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from hundredfold.ingest.mapping import (
    Column,
    ColumnType,
    Customers,
    Events,
    Mapping,
    Orders,
    Products,
    Refunds,
    Skip,
    Table,
)

Kind: TypeAlias = Literal["messages", "events", "orders", "refunds", "customers", "products"]
_FIRST: Final = ("order_id", "refund_id", "userId", "anonymousId", "timestamp", "event", "total", "currency")
_NESTED: Final = ("lines", "properties", "traits", "context", "columns")
_OWN_EVENT: Final = {"orders": "Order Completed", "refunds": "Order Refunded"}
_PLAIN: Final = frozenset(("column", "constant", "type", "format", "timezone"))


class MappingPart(BaseModel):
    """A column that is read, and where in the message it goes: `userId`, `lines.price`, `traits.email` ..."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: str
    column: str
    type: ColumnType | None = None
    format: str | None = None
    timezone: str | None = None


class MappingForm(BaseModel):
    """A mapping of one table. `event` and `currency` are what holds for all rows; columns of that name go before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    source: str | None = None
    event: str | None = None
    currency: str | None = None
    key: str | None = None
    """Of a lookup table: which of its columns is the key."""
    file: str | None = None
    """Of a lookup table: its file in the workspace."""
    separator: str | None = None
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    thousands: str | None = None
    signs: tuple[str, ...] = ()
    timezone: str | None = None
    missing: tuple[str, ...] = ()
    skip: tuple[Skip, ...] = ()
    parts: tuple[MappingPart, ...] = Field(())

    def column(self, target: str) -> str | None:
        """The column that goes there."""
        return next((part.column for part in self.parts if part.target == target), None)


def written(form: MappingForm) -> str:
    """The mapping file."""
    document: dict[str, Any] = {} if form.source is None else {"source": form.source}
    document |= {"kind": form.kind, **_settings(form)}
    if form.skip:
        document["skip"] = [skip.model_dump(by_alias=True, exclude_defaults=True, mode="json") for skip in form.skip]
    for part in sorted(form.parts, key=lambda part: _place(part.target)):
        outer, dot, path = part.target.partition(".")
        if dot and outer in _NESTED:
            document.setdefault(outer, {})[path] = _origin(part)
        else:
            document[part.target] = _origin(part)
    if form.kind == "customers":
        document.setdefault("traits", {})
    yaml = YAML()
    yaml.width = 10_000
    out = StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def form_of(mapping: Mapping) -> MappingForm | None:
    """The form that says the same as a mapping; None for one that says more than a form can."""
    table = mapping.tables[0]
    if len(mapping.tables) > 1 or table.rows or table.files != "*":
        return None
    constants: dict[str, Any] = {}
    parts: list[MappingPart] = []
    for target, column in _targets(table):
        said = column.model_fields_set | ({"column"} if column.column is not None else set())
        if said - _PLAIN or column.join:
            return None
        if column.column is None:
            if target not in ("event", "currency"):
                return None
            constants[target] = str(column.constant)
        else:
            told = {name: getattr(column, name) for name in ("column", "type", "format", "timezone")}
            parts.append(MappingPart(target=target, **told))
    if isinstance(table, Events) and table.type != "track":
        return None
    if isinstance(table, Customers) and table.empty != "ignore":
        return None
    if isinstance(table, Orders | Refunds):
        constants["event"] = table.event
    if isinstance(table, Products):
        constants |= {"key": table.key, "file": table.file}
    shared = {
        name: getattr(table, name) for name in ("separator", "encoding", "decimal", "thousands", "signs", "timezone")
    }
    return MappingForm(
        kind=table.kind,
        source=mapping.source,
        **constants,
        **shared,
        missing=table.missing,
        skip=table.skip,
        parts=tuple(parts),
    )


def _targets(table: Table) -> Iterator[tuple[str, Column]]:
    for name, field in type(table).model_fields.items():
        value = getattr(table, name)
        if isinstance(value, Column):
            yield field.alias or name, value
        elif isinstance(value, dict):
            yield from ((f"{name}.{path}", column) for path, column in value.items())


def _settings(form: MappingForm) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name in ("separator", "thousands", "timezone", "key", "file"):
        if getattr(form, name) is not None:
            said[name] = getattr(form, name)
    if form.encoding != "utf-8":
        said["encoding"] = form.encoding
    if form.decimal != ".":
        said["decimal"] = form.decimal
    if form.signs:
        said["signs"] = list(form.signs)
    if form.missing:
        said["missing"] = list(form.missing)
    has_event = form.column("event") is not None
    if form.event is not None and form.event != _OWN_EVENT.get(form.kind) and not has_event:
        said["event"] = {"constant": form.event} if form.kind == "events" else form.event
    if form.currency is not None and form.column("currency") is None:
        said["currency"] = {"constant": form.currency}
    return said


def _origin(part: MappingPart) -> str | dict[str, str]:
    told = part.model_dump(include={"column", "type", "format", "timezone"}, exclude_none=True)
    return part.column if len(told) == 1 else told


def _place(target: str) -> tuple[int, int]:
    """Ids and times first, then what is nested; else as it was."""
    outer, dot, _ = target.partition(".")
    if dot and outer in _NESTED:
        return 1, _NESTED.index(outer)
    return 0, _FIRST.index(target) if target in _FIRST else len(_FIRST)
