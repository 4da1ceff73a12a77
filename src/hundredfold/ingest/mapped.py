"""What a mapping fills: the fields of messages, and the columns that they come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hundredfold.ingest.mapping import Column, Customers, Events, Orders, Refunds, Table


@dataclass(frozen=True, slots=True)
class Filled:
    """A field of a message, by its path, and a column that fills it; `event` None: its name differs from row to row."""

    kind: str
    event: str | None
    path: str
    column: str


def filled_by(table: Table) -> Iterator[Filled]:
    """The fields that a table's rows fill, each column once for each.

    >>> orders = Orders.model_validate({"kind": "orders", "order_id": "no", "userId": "who", "total": "sum"})
    >>> [(one.path, one.column) for one in filled_by(orders)]
    [('userId', 'who'), ('properties.order_id', 'no'), ('properties.total', 'sum')]
    """
    match table:
        case Events():
            name = None if table.event is None or table.event.constant is None else str(table.event.constant)
            kind, event = table.type, name
        case Orders() | Refunds():
            kind, event = "track", table.event
        case Customers():
            kind, event = "identify", None
        case _:
            return
    for path, column in _fields(table):
        for name in () if column is None else column.columns:
            yield Filled(kind, event, path, name)


def _fields(table: Events | Orders | Refunds | Customers) -> Iterator[tuple[str, Column | None]]:
    yield "userId", table.user_id
    yield "anonymousId", table.anonymous_id
    yield "timestamp", table.timestamp
    yield from ((f"context.{path}", column) for path, column in table.context.items())
    if isinstance(table, Orders | Refunds):
        yield f"properties.{table.key_name}", table.key
        yield "properties.total", table.total
        yield "properties.currency", table.currency
        yield from ((f"properties.products.{path}", column) for path, column in table.lines.items())
        if table.total is None:  # then it is price times quantity
            yield from (("properties.total", table.lines.get(part)) for part in ("price", "quantity"))
    if not isinstance(table, Customers):
        yield from ((f"properties.{path}", column) for path, column in table.properties.items())
    if isinstance(table, Customers | Events):
        yield from ((f"traits.{path}", column) for path, column in table.traits.items())
