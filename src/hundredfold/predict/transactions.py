"""Orders in a frame of the user's own: who, when, how much; read to whole days and whole millionths, or refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw
import polars as pl

from hundredfold.errors import FrameError
from hundredfold.words.amount import LIMIT, MILLION


def read(
    frame: nw.DataFrame[Any], customer: str, time: str, amount: str, until: str | date | datetime | None
) -> tuple[pl.DataFrame, int]:
    """The orders up to a clock as `Histories` takes them, and the clock's day; without a clock, the last order's.

    Raises FrameError for what is missing, empty, of a wrong kind or below 0.
    """
    columns = {"customer": customer, "time": time, "value": amount}
    missing = [name for name in columns.values() if name not in frame.columns]
    if missing:
        raise FrameError(
            f"the frame has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, frame.columns))}. "
            "Name yours: lifetime_value(frame, customer=..., time=..., amount=...)."
        )
    rows = pl.DataFrame({name: _filled(frame[column].to_polars(), column) for name, column in columns.items()})
    rows = rows.with_columns(_moments(rows["time"], time), _exact(rows["value"], amount))
    clock = _clock(rows["time"], until)
    rows = rows.filter(pl.col("time").le(clock))
    if rows.is_empty():
        raise FrameError(f"no order is from before {clock}. Give a later `until`, or more orders.")
    days = pl.col("time").dt.date().to_physical().cast(pl.Int64).alias("day")
    return rows.select("customer", days, "value"), clock.toordinal() - date(1970, 1, 1).toordinal()


def _filled(column: pl.Series, name: str) -> pl.Series:
    empty = column.null_count() + (int(column.is_nan().sum()) if column.dtype.is_float() else 0)
    if empty:
        raise FrameError(f"column {name!r} is empty in {empty} of {len(column)} rows. Leave those rows out.")
    return column


def _moments(times: pl.Series, name: str) -> pl.Series:
    if times.dtype == pl.Date:
        return times.cast(pl.Datetime("us"))
    if not isinstance(times.dtype, pl.Datetime):
        raise FrameError(f"column {name!r} is {times.dtype}; expected dates or times. Parse them first.")
    return times.dt.cast_time_unit("us")


def _exact(amounts: pl.Series, name: str) -> pl.Series:
    """Amounts as whole millionths, the nearest to each."""
    if not amounts.dtype.is_numeric():
        raise FrameError(f"column {name!r} is {amounts.dtype}; expected numbers.")
    wrong = (amounts < 0) | (amounts > LIMIT // MILLION)
    if wrong.any():
        raise FrameError(
            f"column {name!r} has {wrong.sum()} amounts below 0 or above one billion, the first in row "
            f"{wrong.arg_max()}. Take what was refunded from the order itself, or leave such rows out."
        )
    if amounts.dtype.is_integer():
        return amounts.cast(pl.Int64) * MILLION
    if amounts.dtype.is_decimal():
        return (amounts.cast(pl.Decimal(38, 6)) * MILLION).cast(pl.Int64)
    return (amounts.cast(pl.Float64) * MILLION).round(mode="half_to_even").cast(pl.Int64)


def _clock(times: pl.Series, until: str | date | datetime | None) -> datetime:
    """The instant up to which orders count, in the zone of the column; a date stands for its last moment."""
    assert isinstance(times.dtype, pl.Datetime)
    zone = ZoneInfo(times.dtype.time_zone) if times.dtype.time_zone else None
    if until is None:
        last = times.max()
        if not isinstance(last, datetime):
            raise FrameError("the frame has no orders. Give at least those of a few months.")
        return last
    if isinstance(until, str):
        until = _parsed(until)
    if not isinstance(until, datetime):
        return datetime(until.year, until.month, until.day, 23, 59, 59, 999_999, tzinfo=zone)
    if until.tzinfo is None:
        return until.replace(tzinfo=zone)
    return until.astimezone(zone) if zone else until.astimezone(UTC).replace(tzinfo=None)


def _parsed(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-22") else datetime.fromisoformat(text)
    except ValueError:
        raise FrameError(f"until is {text!r}; expected an ISO 8601 date or time, such as 2026-11-22.") from None
