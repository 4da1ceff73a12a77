"""Times of the day as cron writes them: five fields, in a zone whose clocks may be changed twice a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from hundredfold.words.calendar import SECOND, from_local

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: Final = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)
_DAYS_AHEAD: Final = 9 * 366
"""29 February comes at least so often: 2096 and 2104 are eight years apart."""


@dataclass(frozen=True)
class Cron:
    """Minutes of the local calendar: `30 3 * * 1-5` is half past three from Monday to Friday.

    A local minute that a change of the clocks leaves out happens at the time it is moved to; one that comes twice
    happens the first time. Where both days are restricted, either will do, as cron has it.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 is Sunday."""
    either_day: bool

    def on(self, day: date) -> bool:
        """Whether it happens on a local date at all."""
        if day.month not in self.months:
            return False
        by_month, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return by_month or by_week if self.either_day else by_month and by_week

    def after(self, time: int, zone: tzinfo) -> int:
        """The first instant behind a time; both in microseconds UTC."""
        first = _local(time, zone) - timedelta(days=2)
        return self._nearest((first + timedelta(days=n) for n in range(_DAYS_AHEAD)), time, zone, later=True)

    def latest(self, time: int, zone: tzinfo) -> int:
        """The last instant up to a time, itself included; both in microseconds UTC."""
        last = _local(time, zone) + timedelta(days=1)
        return self._nearest((last - timedelta(days=n) for n in range(_DAYS_AHEAD)), time, zone, later=False)

    def _nearest(self, days: Iterable[date], time: int, zone: tzinfo, *, later: bool) -> int:
        found: list[int] = []
        for day in days:
            # What is moved may land in the next day, among or behind what that has of its own: one day more is read.
            enough = bool(found)
            found += [at for at in _instants(self, day, zone) if (at > time) == later]
            if enough:
                break
        return min(found) if later else max(found)


def parse_cron(text: str) -> Cron:
    """What five fields say. Raises ValueError, which says what was expected."""
    parts = text.lower().split()
    if len(parts) != len(_FIELDS):
        raise ValueError(
            f"{text!r} has {len(parts)} fields; write five (minute, hour, day of the month, month, day of the week), "
            "such as `30 3 * * *` for every day at half past three"
        )
    minutes, hours, days, months, weekdays = (
        _numbers(part, *field) for part, field in zip(parts, _FIELDS, strict=True)
    )
    either = not parts[2].startswith("*") and not parts[4].startswith("*")
    made = Cron(
        tuple(sorted(minutes)),
        tuple(sorted(hours)),
        frozenset(days),
        frozenset(months),
        frozenset(day % 7 for day in weekdays),
        either,
    )
    if not either and not any(made.on(date(2000, 1, 1) + timedelta(days=n)) for n in range(_DAYS_AHEAD)):
        raise ValueError(f"{text!r} never happens: no such month has such a day")
    return made


def _numbers(part: str, name: str, least: int, most: int, names: tuple[str, ...]) -> set[int]:
    found: set[int] = set()
    for piece in part.split(","):
        span, slash, step = piece.partition("/")
        low, dash, high = span.partition("-")
        if span == "*":
            first, last = least, most - (name == "day of the week")
        else:
            first = _number(low, name, least, most, names)
            last = _number(high, name, least, most, names) if dash else most if slash else first
        every = _number(step, f"step of the {name}", 1, most, ()) if slash else 1
        if first > last:
            raise ValueError(f"{piece!r} in the {name} runs backwards; write the smaller one first, or two pieces")
        found.update(range(first, last + 1, every))
    return found


def _number(text: str, name: str, least: int, most: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + least
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not least <= number <= most:
        known = f", or {names[0]} to {names[-1]}" if names else ""
        raise ValueError(f"{text!r} is no {name}; write {least} to {most}{known}, `*`, a span `1-5` or a step `*/2`")
    return number


@lru_cache(maxsize=256)
def _instants(cron: Cron, day: date, zone: tzinfo) -> tuple[int, ...]:
    """When it happens for a local date: distinct, ascending."""
    if not cron.on(day):
        return ()
    local = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock's time, which `from_local` places
    times = (local.replace(hour=hour, minute=minute) for hour in cron.hours for minute in cron.minutes)
    return tuple(sorted({from_local(time, zone) for time in times}))


def _local(time: int, zone: tzinfo) -> date:
    return (_EPOCH + timedelta(seconds=time // SECOND)).astimezone(zone).date()
