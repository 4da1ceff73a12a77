"""Times, local dates and windows. Times are microseconds UTC, dates days since 1970-01-01, minutes since then, too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

MICROSECOND: Final = 1
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
QUARTER: Final = 15 * MINUTE
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
EARLIEST: Final = -2_208_988_800 * SECOND  # 1900-01-01
LATEST: Final = 9_214_646_400 * SECOND  # 2262-01-01

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)

# The parts of the spelling that nearly all senders use: looked up, they are checked and read at once.
_MINUTES: Final = {
    f"T{hour:02}:{minute:02}": hour * HOUR + minute * MINUTE for hour in range(24) for minute in range(60)
}
_SECONDS: Final = {f":{second:02}": second * SECOND for second in range(60)}
_MILLIS: Final = {f".{milli:03}": milli * 1_000 for milli in range(1_000)}
_MICROS: Final = {f"{micro:03}": micro for micro in range(1_000)}
_UTC: Final = frozenset(("Z", "+00:00"))
_ENDS: Final = {milli + utc: time for milli, time in {"": 0, **_MILLIS}.items() for utc in _UTC}


def parse_time(text: str, zone: tzinfo = UTC) -> int | None:
    """Microseconds UTC of an ISO 8601 time (semantics S1); None when the text is none. Without a zone: local time.

    An ambiguous local time is the earlier one, a nonexistent one is moved forward.

    >>> parse_time("1970-01-01T00:00:01.5Z"), parse_time("1970-01-02"), parse_time("yesterday")
    (1500000, 86400000000, None)
    """
    time = _usual_time(text)
    if time is None:
        time = _any_time(text, zone)
    return time if time is not None and EARLIEST <= time < LATEST else None


def _usual_time(text: str) -> int | None:
    """A time spelled `2026-11-22T10:00:00[.123[456]]` and `Z` or `+00:00`; None for every other text."""
    minute, second = _MINUTES.get(text[10:16]), _SECONDS.get(text[16:19])
    if minute is None or second is None:
        return None
    day, fraction = _midnight(text[:10]), _ENDS.get(text[19:])
    if fraction is None:
        fraction = _micro_fraction(text[19:])
    return None if day is None or fraction is None else day + minute + second + fraction


def _micro_fraction(end: str) -> int | None:
    milli, micro = _MILLIS.get(end[:4]), _MICROS.get(end[4:7])
    return None if milli is None or micro is None or end[7:] not in _UTC else milli + micro


def _any_time(text: str, zone: tzinfo) -> int | None:
    found = _ISO.fullmatch(text.strip(" "))
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    micros = int((fraction or "0").ljust(6, "0")[:6])
    try:
        local = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001
        whole = from_local(local, zone) if offset is None else _micros(local.replace(tzinfo=UTC)) - _offset(offset)
    except (ValueError, OverflowError):
        # No such date; or one of the year 1 or 9999 that leaves the calendar on its way to UTC.
        return None
    return whole + micros


@lru_cache(maxsize=4096)
def _midnight(day: str) -> int | None:
    """Microseconds of a date's start in UTC; None for a text that is no date."""
    try:
        return (date.fromisoformat(day).toordinal() - _EPOCH_DAY) * DAY if _DATE.fullmatch(day) else None
    except ValueError:
        return None


def epoch_time(number: float) -> int | None:
    """Microseconds UTC of a JSON number: milliseconds when |x| >= 1e11, else seconds (semantics S1).

    >>> epoch_time(1_700_000_000) == epoch_time(1_700_000_000_000)
    True
    """
    if number != number or abs(number) > 1e16:
        return None
    scale = 1_000 if abs(number) >= 1e11 else SECOND
    time = number * scale if isinstance(number, int) else round(number * scale)
    return time if EARLIEST <= time < LATEST else None


def _offset(text: str) -> int:
    if text in "Zz":
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    size = int(digits[:2]) * HOUR + int(digits[2:]) * MINUTE
    return -size if text[0] == "-" else size


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_local(local: datetime, zone: tzinfo) -> int:
    """Microseconds UTC of a naive local time: the earlier of two, moved forward where there is none.

    >>> from_local(datetime(2026, 3, 29, 2, 30), ZoneInfo("Europe/Berlin")) == parse_time("2026-03-29T01:30Z")
    True
    """
    # fold=0 takes the earlier of two; in a gap it takes the offset before it, which moves the clock forward.
    return _micros(local.replace(tzinfo=zone, fold=0).astimezone(UTC))


def iso(time: int) -> str:
    """A time as text, as short as it goes, in UTC.

    >>> iso(0), iso(1_500_000)
    ('1970-01-01T00:00:00Z', '1970-01-01T00:00:01.500000Z')
    """
    return (_EPOCH + timedelta(microseconds=time)).isoformat().replace("+00:00", "Z")


def iso_date(day: int) -> str:
    """A date, given as days since 1970-01-01, as text.

    >>> iso_date(0)
    '1970-01-01'
    """
    return date.fromordinal(day + _EPOCH_DAY).isoformat()


def local_day(time: int, zone: tzinfo) -> int:
    """The local date of a time, as days since 1970-01-01."""
    return (_EPOCH + timedelta(microseconds=time)).astimezone(zone).toordinal() - _EPOCH_DAY


def day_start(day: int, zone: tzinfo) -> int:
    """The first instant of a local date."""
    midnight = datetime.fromordinal(day + _EPOCH_DAY)
    # Where midnight itself is skipped, the day begins at the change; where it occurs twice, at the first.
    return from_local(midnight, zone)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time that moves with the clock (semantics 25, 26)."""

    kind: Literal["today", "week", "month", "year", "days", "previous days", "same days last year", "hours", "minutes"]
    n: int = 1

    @property
    def calendar(self) -> bool:
        """Whether it is made of local dates; else of minutes."""
        return self.kind not in ("hours", "minutes")


def window_days(window: Window, today: int) -> list[tuple[int, int]]:
    """The local dates of a calendar window as half-open stretches of days, ascending.

    >>> window_days(Window("days", 30), 100)
    [(71, 101)]
    """
    current = date.fromordinal(today + _EPOCH_DAY)
    match window.kind:
        case "today":
            return [(today, today + 1)]
        case "week":
            return [(today - current.weekday(), today + 1)]
        case "month":
            return [(today - current.day + 1, today + 1)]
        case "year":
            return [(date(current.year, 1, 1).toordinal() - _EPOCH_DAY, today + 1)]
        case "days":
            return [(today - window.n + 1, today + 1)]
        case "previous days":
            return [(today - 2 * window.n + 1, today - window.n + 1)]
        case "same days last year":
            return _stretches({_year_before(today - i) for i in range(window.n)})
        case _:
            raise ValueError(f"{window.kind} is no calendar window")


def window_minutes(window: Window, now: int) -> tuple[int, int]:
    """The minutes of an hours or minutes window as a half-open stretch of minutes since 1970."""
    minute = now // MINUTE
    length = window.n * (60 if window.kind == "hours" else 1)
    return minute - length + 1, minute + 1


def reach_days(window: Window) -> int:
    """How many days back from today a calendar window may reach at most; what lies further can be dropped."""
    return {
        "today": 1,
        "week": 7,
        "month": 31,
        "year": 366,
        "days": window.n,
        "previous days": 2 * window.n,
        "same days last year": window.n + 367,
    }[window.kind]


def _year_before(day: int) -> int:
    current = date.fromordinal(day + _EPOCH_DAY)
    if current.month == 2 and current.day == 29:
        current = current.replace(day=28)
    return current.replace(year=current.year - 1).toordinal() - _EPOCH_DAY


def _stretches(days: set[int]) -> list[tuple[int, int]]:
    stretches: list[tuple[int, int]] = []
    for day in sorted(days):
        if stretches and stretches[-1][1] == day:
            stretches[-1] = (stretches[-1][0], day + 1)
        else:
            stretches.append((day, day + 1))
    return stretches


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of an IANA name; None when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
