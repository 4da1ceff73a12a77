"""Rows become messages one by one: the plainest way, and the truth that the fast one must equal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from hundredfold.errors import MessageRejected
from hundredfold.ingest import cell as cells
from hundredfold.ingest.cell import Cell, read
from hundredfold.ingest.message import identifier
from hundredfold.ingest.plan import Grouping, Path, Plan
from hundredfold.said import said
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import iso

Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Assembled:
    """A message made of rows, with the stamps that the rows had; times in microseconds UTC."""

    message: dict[str, Any]
    """Without `messageId`, `receivedAt` and `sentAt`."""
    message_id: str | None
    received: int | None
    sent: int | None


class RowRejected(MessageRejected):
    """A row of a message is wrong, and with it the whole message; `row` says which."""

    def __init__(self, row: int, error: MessageRejected) -> None:
        super().__init__(error.reason, str(error))
        self.row = row


def message_of(plan: Plan, row: Row) -> Assembled:
    """The message of one row. Raises MessageRejected."""
    message = _header(plan, row)
    for path, cell in plan.leaves:
        _put(message, path, read(cell, row), cell)
    time = _time(plan.time, row)
    if time is not None:
        message["timestamp"] = iso(time)
    return Assembled(message, _message_id(plan.message_id, row), _time(plan.received, row), _time(plan.sent, row))


def group_key(grouping: Grouping, row: Row) -> str | None:
    """The key that the rows of one message share, as text."""
    return None if grouping.key is None else cells.text(read(grouping.key, row))


def message_of_group(plan: Plan, rows: Iterable[tuple[int, Row]]) -> Assembled:
    """The message of the rows with one key, in the order of the file, each with its number.

    A value of the whole message is the first row's that has one; its time is the earliest. Raises RowRejected.
    """
    grouping = plan.grouping
    assert grouping is not None
    made: list[tuple[Assembled, Any]] = []
    lines: list[_Line] = []
    number = 0
    try:
        for number, row in rows:  # noqa: B007 - the number of the last row seen goes into the error
            made.append((message_of(plan, row), group_key(grouping, row)))
            lines.append(_line(grouping, row))
        message = _united([part.message for part, _ in made], plan)
        first = next((part for part, _ in made if part.message_id is not None), made[0][0])
        _complete(message, grouping, made[0][1], lines)
    except MessageRejected as error:
        raise RowRejected(number, error) from None
    received = [part.received for part, _ in made if part.received is not None]
    sent = [part.sent for part, _ in made if part.sent is not None]
    return Assembled(message, first.message_id, min(received, default=None), max(sent, default=None))


@dataclass(slots=True)
class _Line:
    fields: dict[str, Any]
    amount: int | None
    """Price times quantity, in millionths."""
    total: int | None
    """What the column for the total says, in millionths."""


def _line(grouping: Grouping, row: Row) -> _Line:
    fields: dict[str, Any] = {}
    for path, cell in grouping.lines:
        _put(fields, path, read(cell, row), cell)
    price = quantity = None
    for name, number in (("price", grouping.price), ("quantity", grouping.quantity)):
        if number is not None and (value := read(number, row)) is not None:
            fields[name] = value
    if grouping.total is not None:
        return _Line(fields, None, cells.amount(grouping.total, row))
    if grouping.price is None:
        return _Line(fields, None, None)
    price = cells.amount(grouping.price, row)
    quantity = MILLION if grouping.quantity is None else cells.amount(grouping.quantity, row)
    if price is None or quantity is None:
        raise MessageRejected(
            "no_amount", said("a line without price or quantity makes no total; fill it, or map `total`")
        )
    return _Line(fields, cells.product(price, quantity), None)


def _complete(message: Row, grouping: Grouping, key: str | None, lines: list[_Line]) -> None:
    """Add to a message what only all its rows together say: key, total and products."""
    properties = message.setdefault("properties", {})
    if key is not None:
        properties[grouping.key_path[-1]] = key
    total = next((line.total for line in lines if line.total is not None), None)
    if grouping.total is None and grouping.price is not None:
        total = sum(line.amount for line in lines if line.amount is not None)
    if grouping.turned and total is not None and total < 0:
        total = -total
        for line in lines:
            if "quantity" in line.fields:
                line.fields["quantity"] = -line.fields["quantity"]
    if total is not None:
        properties["total"] = cells.decimal(total)
    if grouping.has_lines:
        properties["products"] = [line.fields for line in lines]
    if not properties:
        del message["properties"]


def _united(parts: list[Row], plan: Plan) -> Row:
    message: Row = {}
    for name in ("userId", "anonymousId"):
        found = {part[name] for part in parts if name in part}
        if len(found) > 1:
            raise MessageRejected(
                "mixed_customers", said("the rows of one key have different {name}; a message is one's", name=name)
            )
        if found:
            message[name] = found.pop()
    message["type"] = parts[0]["type"]
    times = [part["timestamp"] for part in parts if "timestamp" in part]
    if times:
        message["timestamp"] = min(times, key=_by_time)
    for path, _ in plan.leaves:
        for part in parts:
            if (value := _get(part, path)) is not None:
                _put(message, path, value, None)
                break
    return message


def _by_time(text: str) -> str:
    """Times as `iso` writes them, in the order of time: a whole second has no fraction."""
    return text if "." in text else text.replace("Z", ".000000Z")


def _header(plan: Plan, row: Row) -> Row:
    message: Row = {"type": read(plan.type, row) or "track"}
    for name, cell in (("userId", plan.user), ("anonymousId", plan.anonymous)):
        if cell is not None and (value := read(cell, row)) is not None:
            found = identifier(cells.identifier_text(value), name)
            if found is not None:
                message[name] = found
    return message


def _message_id(cell: Cell | None, row: Row) -> str | None:
    if cell is None:
        return None
    try:
        return identifier(cells.identifier_text(read(cell, row)), "messageId")
    except MessageRejected as error:
        raise MessageRejected("bad_message_id", str(error)) from None


def _time(cell: Cell | None, row: Row) -> int | None:
    if cell is None:
        return None
    raw = read(cell, row) if cell.constant is not None or cell.joined else row[cell.columns[0]]
    return None if cells.is_empty(cell, raw) else cells.time(cell, raw)


def _put(target: Row, path: Path, value: Any, cell: Cell | None) -> None:
    """Set the value at a path; an empty cell sets nothing, unless it deletes."""
    if value is None and not (cell is not None and cell.deletes):
        return
    for part in path[:-1]:
        target = target.setdefault(part, {})
    target[path[-1]] = value


def _get(source: Row, path: Path) -> Any:
    value: Any = source
    for part in path:
        if not isinstance(value, dict) or part not in value:
            return None
        value = value[part]
    return value
