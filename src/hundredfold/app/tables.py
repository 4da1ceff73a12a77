"""The tables beside the events: lookups and exchange rates, read from files and checked."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from io import StringIO
from pathlib import Path
from typing import Any, Final

from hundredfold.attribute.decode import as_text
from hundredfold.definition.model import Definitions, LookupRule
from hundredfold.errors import DefinitionError
from hundredfold.said import said
from hundredfold.words.calendar import epoch_time, iso_date, local_day, parse_time

VALID_FROM: Final = "valid_from"
RATE_COLUMNS: Final = ("date", "currency", "rate")
_NANO: Final = 10**9
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_WORDS: Final[Mapping[str, Any]] = {"": None, "true": True, "false": False}

Row = dict[str, Any]


@dataclass(frozen=True)
class Tables:
    """Rows of each lookup (JSON scalars; `valid_from` in microseconds, None: always) and rates in billionths by day.

    `absent` are the files that definitions name and that are not there (yet); their lookups have no rows.
    """

    lookups: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    rates: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()


def load_tables(folder: Path, definitions: Definitions, rates: str | None, zone: tzinfo) -> Tables:
    """The tables that definitions and settings name; files are relative to the workspace's folder.

    Raises DefinitionError for a file that cannot be read or breaks a rule.
    """
    lookups = {}
    absent = []
    for name, rule in definitions.lookups.items():
        if (folder / rule.file).is_file():
            lookups[name] = load_lookup(folder / rule.file, rule, zone)
        else:
            lookups[name] = []
            absent.append(rule.file)
    return Tables(lookups, load_rates(folder / rates) if rates else {}, tuple(sorted(set(absent))))


def load_lookup(path: Path, rule: LookupRule, zone: tzinfo) -> list[Row]:
    """The rows of one lookup. Raises DefinitionError."""
    columns, rows = read_rows(path, texts=(rule.key, VALID_FROM))
    if rule.key not in columns:
        known = ", ".join(columns)
        raise DefinitionError(
            said(
                "lookup {name}: {file} has no column {key!r}; it has: {known}",
                name=rule.name,
                file=path.name,
                key=rule.key,
                known=known,
            )
        )
    seen: set[tuple[str, int | None]] = set()
    for number, row in enumerate(rows, 1):
        if VALID_FROM in row:
            row[VALID_FROM] = _since(row[VALID_FROM], zone, lambda number=number: _at(rule, path, number))  # type: ignore[misc]
        key = as_text(row[rule.key])
        if not isinstance(key, str) or key == "":
            continue
        mark = (key, row.get(VALID_FROM))
        if mark in seen:
            at = _at(rule, path, number)
            raise DefinitionError(
                said("{at}: a second row with the key {key!r} and one valid_from; keep one of them", at=at, key=key)
                if VALID_FROM in row
                else said("{at}: a second row with the key {key!r}; keep one of them, or date them", at=at, key=key)
            )
        seen.add(mark)
    return rows


def load_rates(path: Path) -> dict[str, dict[int, int]]:
    """Daily rates: currency to local day to billionths. Raises DefinitionError."""
    if not path.is_file():
        raise DefinitionError(
            said("rates: there is no file {file}; add it, or say `rates: null`", file=path.name),
            file="hundredfold.yaml",
        )
    columns, rows = read_rows(path, texts=RATE_COLUMNS)
    return _rates(path.name, columns, rows)


def rates_in(text: str, name: str) -> dict[str, dict[int, int]]:
    """The daily rates that the text of a CSV file says. Raises DefinitionError with the file's name."""
    try:
        columns, rows = _csv_rows(StringIO(text.removeprefix("\ufeff"), newline=""), ",", frozenset(RATE_COLUMNS))
    except ValueError as error:
        raise _unreadable(name, error) from None
    return _rates(name, columns, rows)


def rates_text(rates: Mapping[str, Mapping[int, int]]) -> str:
    """Daily rates as the text of a CSV file, by currency and day; the inverse of `rates_in`.

    >>> rates_text({"USD": {0: 850_000_000}})
    'date,currency,rate\\n1970-01-01,USD,0.85\\n'
    """
    rows = (
        f"{iso_date(day)},{code},{rate_text(rate)}"
        for code in sorted(rates)
        for day, rate in sorted(rates[code].items())
    )
    return "\n".join([",".join(RATE_COLUMNS), *rows, ""])


def rate_text(billionths: int) -> str:
    """A rate as a decimal number.

    >>> rate_text(850_000_000), rate_text(1_000_000_000)
    ('0.85', '1')
    """
    whole, part = divmod(billionths, _NANO)
    return f"{whole}.{part:09d}".rstrip("0").rstrip(".")


def _rates(name: str, columns: Sequence[str], rows: Sequence[Row]) -> dict[str, dict[int, int]]:
    missing = [column for column in RATE_COLUMNS if column not in columns]
    if missing:
        raise DefinitionError(
            said("{file} has no column {name!r}; rates have date, currency, rate", file=name, name=missing[0])
        )
    found: dict[str, dict[int, int]] = {}
    for number, row in enumerate(rows, 1):
        day, code, rate = rate_day(row["date"]), row["currency"], billionths(row["rate"])
        if day is None or not isinstance(code, str) or not code or rate is None:
            raise DefinitionError(
                said(
                    "{file}, row {number}: expected a date (2026-01-31), a currency and a rate above 0",
                    file=name,
                    number=number,
                )
            )
        if found.setdefault(code.upper(), {}).setdefault(day, rate) != rate:
            raise DefinitionError(
                said(
                    "{file}, row {number}: a second rate of {code} on {day}; keep one of them",
                    file=name,
                    number=number,
                    code=code,
                    day=row["date"],
                )
            )
    return found


def read_rows(path: Path, texts: Iterable[str] = ()) -> tuple[list[str], list[Row]]:
    """The columns and rows of a file by its ending; cells are JSON scalars. Raises DefinitionError.

    In a CSV file a column is numbers when every cell that is not empty is one (`texts` never are), and an empty cell
    is null.
    """
    try:
        match path.suffix.lower():
            case ".csv" | ".tsv":
                return _csv(path, frozenset(texts))
            case ".ndjson" | ".jsonl":
                return _ndjson(path)
            case ".parquet":
                return _parquet(path)
    except (OSError, ValueError, KeyError) as error:
        raise _unreadable(path.name, error) from None
    raise DefinitionError(said("{file} has no known ending; tables are .csv, .ndjson or .parquet", file=path.name))


def _unreadable(name: str, error: Exception) -> DefinitionError:
    return DefinitionError(said("{file} cannot be read: {reason}", file=name, reason=str(error)))


def _csv(path: Path, texts: frozenset[str]) -> tuple[list[str], list[Row]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return _csv_rows(file, "\t" if path.suffix == ".tsv" else ",", texts)


def _csv_rows(lines: Iterable[str], delimiter: str, texts: frozenset[str]) -> tuple[list[str], list[Row]]:
    import csv

    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        names = next(reader, [])
        cells = [row for row in reader if row]
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from None
    for row, line in enumerate(cells, 1):
        if len(line) != len(names):
            raise ValueError(
                said("row {row} has {count} cells, the first line {names}", row=row, count=len(line), names=len(names))
            )
    if len(set(names)) < len(names):
        raise ValueError(said("two columns have one name"))
    columns = [_typed([line[i] for line in cells], name in texts) for i, name in enumerate(names)]
    return names, [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)] if names else []


def _typed(cells: list[str], text: bool) -> list[Any]:
    said = [cell for cell in cells if cell != ""]
    if text or not said:
        return [cell or None for cell in cells]
    if all(_NUMBER.fullmatch(cell) for cell in said):
        return [None if cell == "" else _scalar(_number(cell)) for cell in cells]
    if all(cell in _WORDS for cell in said):
        return [_WORDS[cell] for cell in cells]
    return [cell or None for cell in cells]


def _number(cell: str) -> int | float:
    return int(cell) if cell.lstrip("-").isdigit() else float(cell)


def _ndjson(path: Path) -> tuple[list[str], list[Row]]:
    import orjson

    names: dict[str, None] = {}
    rows = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        row = orjson.loads(line)
        if not isinstance(row, dict):
            raise ValueError(said("line {number} is no object", number=number))
        names |= dict.fromkeys(row)
        rows.append({name: _scalar(cell) for name, cell in row.items()})
    return list(names), rows


def _parquet(path: Path) -> tuple[list[str], list[Row]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except pa.ArrowException as error:
        raise ValueError(str(error)) from None
    # Nanoseconds are cut off (semantics S1): no date of Python's holds them.
    whole = [_in_micros(table.schema.field(name)) for name in table.column_names]
    table = table.cast(pa.schema(whole), safe=False)
    columns = [[_scalar(cell) for cell in table[name].to_pylist()] for name in table.column_names]
    return table.column_names, [dict(zip(table.column_names, row, strict=True)) for row in zip(*columns, strict=True)]


def _in_micros(column: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        return column.with_type(pa.timestamp("us", column.type.tz))
    return column.with_type(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _scalar(cell: Any) -> Any:
    """A cell as a JSON scalar; dates and times are texts (S1). Raises ValueError for lists and objects."""
    match cell:
        case float() if not math.isfinite(cell):
            return None
        case None | bool() | int() | float() | str():
            return cell
        case datetime():
            return cell.isoformat()
        case date():
            return cell.isoformat()
        case Decimal():
            return int(cell) if cell == cell.to_integral_value() else float(cell)
        case bytes():
            return cell.decode()
        case _:
            raise ValueError(
                said("a cell holds a {kind}; cells are texts, numbers, booleans or times", kind=type(cell).__name__)
            )


def _since(raw: Any, zone: tzinfo, where: Callable[[], str]) -> int | None:
    """From when a row is valid (semantics 22, S1, S30)."""
    if raw is None or raw == "":
        return None
    since = None
    if isinstance(raw, str):
        since = parse_time(raw, zone)
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        since = epoch_time(raw)
    if since is None:
        raise DefinitionError(
            said("{at}: valid_from is no time; write 2026-01-31, 2026-01-31T09:30Z, or nothing", at=where())
        )
    return since


def _at(rule: LookupRule, path: Path, number: int) -> str:
    return said("lookup {name}: {file}, row {number}", name=rule.name, file=path.name, number=number)


def rate_day(raw: Any) -> int | None:
    """A local date as days since 1970."""
    if not isinstance(raw, str):
        return None
    time = parse_time(raw[:10])
    return None if time is None else local_day(time, UTC)


def billionths(raw: Any) -> int | None:
    """A rate in billionths; None for what is no number above 0."""
    if isinstance(raw, bool):
        return None
    try:
        rate = int((Decimal(str(raw)) * _NANO).to_integral_value(ROUND_HALF_EVEN))
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return rate if 0 < rate < 2**62 else None
