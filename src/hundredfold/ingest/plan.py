"""A table of the mapping made ready for one file: every cell settled, every value with its place in the message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, TypeAlias

from hundredfold.errors import ImportFailed
from hundredfold.ingest.cell import Cell, settled
from hundredfold.ingest.mapping import Column, Customers, Events, Messages, Orders, Refunds
from hundredfold.words.calendar import zone_named

Path: TypeAlias = tuple[str, ...]
Leaves: TypeAlias = tuple[tuple[Path, Cell], ...]

_WHOLE: Final = {
    "type": "type_from",
    "event": "event",
    "name": "name",
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "timestamp": "timestamp",
    "messageId": "message_id",
    "receivedAt": "received",
    "sentAt": "sent",
    "previousId": "previous_id",
    "groupId": "group_id",
}
"""The columns of a table of whole messages, and what `Events` calls them."""
_NESTED: Final = ("properties", "traits", "context")


@dataclass(frozen=True, slots=True)
class Grouping:
    """How the rows of one key become the lines of one message."""

    key: Cell | None
    """None: every row is a message of its own."""
    key_path: Path
    lines: Leaves
    """Without price and quantity."""
    price: Cell | None
    quantity: Cell | None
    total: Cell | None
    turned: bool
    """A negative total changes its sign, and the quantities theirs (semantics 7)."""

    @property
    def has_lines(self) -> bool:
        """Whether the message lists its rows at all."""
        return bool(self.lines) or self.price is not None or self.quantity is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the rows of a file become. `leaves` has all of the message but ids, times and what `grouping` makes."""

    type: Cell
    user: Cell | None
    anonymous: Cell | None
    time: Cell | None
    message_id: Cell | None
    received: Cell | None
    sent: Cell | None
    leaves: Leaves
    grouping: Grouping | None = None

    @property
    def columns(self) -> frozenset[str]:
        """The columns it reads."""
        cells = [self.type, self.user, self.anonymous, self.time, self.message_id, self.received, self.sent]
        cells += [cell for _, cell in self.leaves]
        if self.grouping is not None:
            group = self.grouping
            cells += [group.key, group.price, group.quantity, group.total, *(cell for _, cell in group.lines)]
        return frozenset(column for cell in cells if cell is not None for column in cell.columns)


def plan_of(table: Messages | Events | Customers | Orders | Refunds, columns: Iterable[str], zone: tzinfo) -> Plan:
    """The plan of a table for a file with these columns; `zone` is the workspace's."""
    if isinstance(table, Messages):
        table = whole_messages(table, columns)
    zone = (zone_named(table.timezone) or zone) if table.timezone else zone

    def cell(column: Column | None) -> Cell | None:
        return None if column is None else settled(column, table, zone)

    leaves: list[tuple[Path, Cell]] = [
        (("context", *_path(p)), settled(c, table, zone)) for p, c in table.context.items()
    ]
    grouping, kind = None, Column(constant="track")
    if isinstance(table, Events):
        kind = table.type_from or Column(constant=table.type)
        for name, column in (("event", table.event), ("name", table.name)):
            leaves += [] if column is None else [((name,), settled(column, table, zone, type="text"))]
        for name, column in (("previousId", table.previous_id), ("groupId", table.group_id)):
            leaves += [] if column is None else [((name,), settled(column, table, zone))]
        leaves += [(("properties", *_path(p)), settled(c, table, zone)) for p, c in table.properties.items()]
        leaves += [(("traits", *_path(p)), settled(c, table, zone, deletes=False)) for p, c in table.traits.items()]
    elif isinstance(table, Customers):
        kind, deletes = Column(constant="identify"), table.empty == "delete"
        leaves += [(("traits", *_path(p)), settled(c, table, zone, deletes=deletes)) for p, c in table.traits.items()]
    else:
        leaves.append((("event",), settled(Column(constant=table.event), table, zone)))
        leaves += [(("properties", *_path(p)), settled(c, table, zone)) for p, c in table.properties.items()]
        if table.currency is not None:
            leaves.append((("properties", "currency"), settled(table.currency, table, zone, type="text")))
        grouping = _grouping(table, zone)
    return Plan(
        type=settled(kind, table, zone, type="text"),
        user=cell(table.user_id),
        anonymous=cell(table.anonymous_id),
        time=cell(table.timestamp),
        message_id=cell(table.message_id),
        received=cell(table.received),
        sent=cell(table.sent),
        leaves=tuple(leaves),
        grouping=grouping,
    )


def whole_messages(table: Messages, columns: Iterable[str]) -> Events:
    """The mapping of a table whose columns are called like the fields of a message.

    `userId` may be written `user_id`; `properties.a`, `traits.a` and `context.a` lie where they say; every other column
    is a property. Raises ImportFailed where the columns do not say whose the messages are, or what they are.
    """
    known: dict[str, Column] = {}
    nested: dict[str, dict[str, Column]] = {name: {} for name in _NESTED}
    spelled = {name.lower(): name for name in _WHOLE}
    for name in columns:
        field = spelled.get(name.replace("_", "").lower())
        outer, dot, path = name.partition(".")
        if field is not None and field not in known:
            known[field] = Column(column=name)
        elif dot and outer in nested:
            nested[outer][path] = Column(column=name)
        else:
            nested["properties"][name] = Column(column=name)
    if not known.keys() & {"userId", "anonymousId"} or not known.keys() & {"event", "type"}:
        raise ImportFailed(
            "a table of messages needs a column userId or anonymousId, and a column event or type; "
            f"say with a mapping what its rows become (it has: {', '.join(columns)})"
        )
    shared = {name: getattr(table, name) for name in type(table).model_fields if name != "kind"}
    stamps = {_WHOLE[field]: column for field, column in known.items()}
    return Events.model_validate({"kind": "events", **shared, **stamps, **nested})


def _grouping(table: Orders | Refunds, zone: tzinfo) -> Grouping:
    lines = dict(table.lines)
    price, quantity = lines.pop("price", None), lines.pop("quantity", None)
    texts = ("sku", "name", "category", "brand")

    def number(column: Column | None) -> Cell | None:
        return None if column is None else settled(column, table, zone, type="number")

    return Grouping(
        key=None if table.key is None else settled(table.key, table, zone, type="text"),
        key_path=("properties", table.key_name),
        lines=tuple((_path(p), settled(c, table, zone, type="text" if p in texts else None)) for p, c in lines.items()),
        price=number(price),
        quantity=number(quantity),
        total=number(table.total),
        turned=isinstance(table, Refunds),
    )


def _path(path: str) -> Path:
    return tuple(path.split("."))
