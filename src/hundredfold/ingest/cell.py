"""One cell of a table as a JSON value: the plainest reading, and the one that settles what a cell means."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from hundredfold.errors import MessageRejected
from hundredfold.ingest.decode import decode
from hundredfold.ingest.mapping import Column, ColumnType, Scalar
from hundredfold.said import said
from hundredfold.words.amount import MILLION, exact_millionths, half_even, millionths
from hundredfold.words.calendar import EARLIEST, LATEST, epoch_time, from_local, iso, parse_time, zone_named

BLANK: Final = " \t\r\n"
"""A text of nothing but these is an empty cell."""
SPACES: Final = BLANK + "\u00a0\u202f"
"""What may stand between a number and the sign of its currency."""
MINUSES: Final = ("-", "\u2212")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TRUE: Final = frozenset(("true", "yes", "y", "t", "1"))
_FALSE: Final = frozenset(("false", "no", "n", "f", "0"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a mapping with everything settled that the mapping left to the table or the workspace."""

    columns: tuple[str, ...]
    between: str
    constant: Scalar | None
    type: ColumnType | None
    format: str | None
    decimal: str
    thousands: str | None
    zone: tzinfo
    missing: frozenset[str]
    deletes: bool
    """An empty cell is a null."""
    signs: tuple[str, ...] = ()
    """Signs of currencies that may stand before or behind a number, the longest first."""

    @property
    def joined(self) -> bool:
        """Whether it is several columns, as one text."""
        return len(self.columns) > 1


def settled(
    column: Column, table: Any, zone: tzinfo, *, type: ColumnType | None = None, deletes: bool | None = None
) -> Cell:
    """A column of `table` with the table's settings; `zone` is the table's, `type` holds where the mapping says none.

    `deletes` is what the table says of empty cells; None where they cannot delete anything.
    """
    missing = table.missing if column.missing is None else column.missing
    return Cell(
        columns=column.columns,
        between=column.between,
        constant=column.constant,
        type=column.type or type,
        format=column.format,
        decimal=column.decimal or table.decimal,
        thousands=column.thousands or table.thousands,
        zone=(zone_named(column.timezone) or zone) if column.timezone else zone,
        missing=frozenset(missing),
        deletes=bool(deletes) if deletes is None or column.empty is None else column.empty == "delete",
        signs=tuple(sorted(table.signs, key=len, reverse=True)),
    )


def read(cell: Cell, row: dict[str, Any]) -> Any:
    """The JSON value of a cell in a row; None when it is empty. Raises MessageRejected when it cannot be read."""
    if cell.constant is not None:
        return cell.constant
    if cell.joined:
        parts = [text(value_of(cell, row[column], None)) for column in cell.columns]
        return None if any(part is None for part in parts) else cell.between.join(part for part in parts if part)
    return value_of(cell, row[cell.columns[0]], cell.type)


def is_empty(cell: Cell, raw: Any) -> bool:
    """Whether a raw cell says nothing: null, NaN, infinity, blanks, or one of the texts declared as missing."""
    if raw is None or (isinstance(raw, float) and not math.isfinite(raw)):
        return True
    if isinstance(raw, Decimal) and not raw.is_finite():
        return True
    if isinstance(raw, str):
        stripped = raw.strip(BLANK)
        return not stripped or stripped in cell.missing
    return bool(cell.missing) and isinstance(raw, int | float) and text(raw) in cell.missing


def value_of(cell: Cell, raw: Any, type: ColumnType | None) -> Any:
    """The JSON value of a raw cell as a value of `type`; None when it is empty."""
    if is_empty(cell, raw):
        return None
    match type:
        case None:
            return _as_it_is(cell, raw)
        case "text":
            return text(_as_it_is(cell, raw))
        case "number":
            return number(cell, raw)
        case "integer":
            return _integer(cell, raw)
        case "boolean":
            return _boolean(raw)
        case "time":
            return iso(time(cell, raw))
        case "json":
            return decode(raw.encode()) if isinstance(raw, str) else _as_it_is(cell, raw)


def text(value: Any) -> str | None:
    """A value as text (semantics S7); None stays None.

    >>> text(17.0), text(17.5), text(True), text("x")
    ('17', '17.5', 'true', 'x')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, int):
        return str(value)
    raise MessageRejected("bad_text", said("a list or an object cannot be text; use `type: json`"))


def number(cell: Cell, raw: Any) -> int | float:
    """A number as the file has it or as text, with the declared decimal sign and none but the declared thousands.

    Around it may stand one of the declared signs, and the brackets of accounts for what is below zero.
    """
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, Decimal):
        return int(raw) if raw == raw.to_integral_value() else float(raw)
    if isinstance(raw, str):
        found = float(_digits(cell, raw))
        if math.isfinite(found):
            return int(found) if found.is_integer() else found
    raise _no_number(cell)


def _digits(cell: Cell, raw: str) -> str:
    """A number that is written as declared, as Python writes it. Raises MessageRejected."""
    plain = _bare(cell, raw.strip(SPACES))
    if not _shape(cell.decimal, cell.thousands).fullmatch(plain):
        raise _no_number(cell)
    if cell.thousands is not None:
        plain = plain.replace(cell.thousands, "")
    return plain.replace(cell.decimal, ".")


def _no_number(cell: Cell) -> MessageRejected:
    if cell.thousands:
        signs = said(
            "decimal sign {decimal!r}, thousands {thousands!r}", decimal=cell.decimal, thousands=cell.thousands
        )
    else:
        signs = said("decimal sign {decimal!r}, no thousands", decimal=cell.decimal)
    if cell.signs:
        signs = said("{signs}, around it {others}", signs=signs, others=" ".join(cell.signs))
    return MessageRejected(
        "bad_number",
        said("a number was expected ({signs}); see `decimal:`, `thousands:` and `signs:`", signs=signs),
    )


def _bare(cell: Cell, plain: str) -> str:
    """A number without the sign of a currency; one in brackets has a minus."""
    if plain.startswith("(") and plain.endswith(")"):
        inner = _bare(cell, plain[1:-1].strip(SPACES))
        return plain if inner[:1] in ("-", "+", "(") else f"-{inner}"
    minus = plain[:1] if plain[:1] in ("+", *MINUSES) else ""
    rest = plain[len(minus) :]
    for sign in cell.signs:
        without = rest.strip(SPACES)
        if without.startswith(sign):
            rest = without.removeprefix(sign).lstrip(SPACES)
            break
        if without.endswith(sign):
            rest = without.removesuffix(sign).rstrip(SPACES)
            break
    if minus == "" and rest != plain and rest.startswith("("):
        return _bare(cell, rest)
    return (minus + rest).replace("\u2212", "-", 1)


def amount(cell: Cell, row: dict[str, Any]) -> int | None:
    """A number in whole millionths, texts and decimals exactly; None for an empty cell.

    Raises MessageRejected beyond one billion.
    """
    value = row[cell.columns[0]] if cell.constant is None and not cell.joined else read(cell, row)
    if cell.constant is None and is_empty(cell, value):
        return None
    if isinstance(value, str):
        exact = exact_millionths(Decimal(_digits(cell, value)))
    else:
        exact = exact_millionths(value) if isinstance(value, Decimal) else millionths(number(cell, value))
    if exact is None:
        raise MessageRejected("bad_number", said("a number beyond one billion cannot be an amount"))
    return exact


def product(price: int, quantity: int) -> int:
    """Price times quantity, all in millionths, rounded half-even once (semantics 17).

    >>> product(2_550_000, 3_000_000)
    7650000
    """
    return half_even(price * quantity, MILLION)


def decimal(exact: int) -> int | float:
    """Millionths as a JSON number, without the noise of a float sum.

    >>> decimal(7_650_000), decimal(3_000_000)
    (7.65, 3)
    """
    return exact // MILLION if exact % MILLION == 0 else exact / MILLION


def identifier_text(value: Any) -> Any:
    """An id for `message.identifier`: a whole float, as tables with gaps have it, is an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def time(cell: Cell, raw: Any) -> int:
    """Microseconds UTC of a raw cell that is not empty. Raises MessageRejected when it is no time from 1900 to 2261."""
    found: int | None = None
    if isinstance(raw, datetime):
        found = _micros(raw, cell.zone)
    elif isinstance(raw, date):
        found = from_local(datetime(raw.year, raw.month, raw.day), cell.zone)  # noqa: DTZ001 - it is made local here
    elif isinstance(raw, str):
        found = _time_of_text(raw.strip(BLANK), cell)
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        found = epoch_time(raw)
    if found is None or not EARLIEST <= found < LATEST:
        raise MessageRejected(
            "bad_time",
            said("a time was expected, like {format!r}; see `format:`", format=cell.format)
            if cell.format
            else said("a time was expected, such as 2026-01-31 or 2026-01-31T09:30:00; see `format:`"),
        )
    return found


def _micros(moment: datetime, zone: tzinfo) -> int:
    return from_local(moment, zone) if moment.tzinfo is None else (moment - _EPOCH) // timedelta(microseconds=1)


def _time_of_text(raw: str, cell: Cell) -> int | None:
    if cell.format is None:
        return parse_time(raw, cell.zone)
    try:
        if cell.format == "epoch":
            return epoch_time(int(raw) if raw.lstrip("-").isdigit() else float(raw))
        moment = datetime.strptime(raw, cell.format)  # noqa: DTZ007 - the zone is the cell's
        return _micros(moment, cell.zone)
    except (ValueError, OverflowError):
        return None


def _as_it_is(cell: Cell, raw: Any) -> Any:
    if isinstance(raw, datetime):
        return iso(time(cell, raw))
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, Decimal):
        return number(cell, raw)
    if isinstance(raw, dict):
        return {key: _as_it_is(cell, value) for key, value in raw.items() if value is not None}
    if isinstance(raw, list):
        return [_as_it_is(cell, value) for value in raw]
    if raw is None or isinstance(raw, str | bool | int | float):
        return raw
    raise MessageRejected(
        "bad_type", said("a column of {kind} has no JSON value; leave it out", kind=type(raw).__name__)
    )


def _integer(cell: Cell, raw: Any) -> int:
    found = number(cell, raw)
    if isinstance(found, float) and not found.is_integer():
        raise MessageRejected("bad_number", said("an integer was expected"))
    return int(found)


def _boolean(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(text(raw)).strip(BLANK).lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise MessageRejected("bad_boolean", said("true or false was expected (also yes and no, 1 and 0)"))


@lru_cache(maxsize=32)
def _shape(sign: str, thousands: str | None) -> re.Pattern[str]:
    whole = r"\d+"
    if thousands is not None:
        whole = rf"(?:\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|\d+)"
    point = re.escape(sign)
    return re.compile(rf"[+-]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d{{1,3}})?", re.ASCII)
