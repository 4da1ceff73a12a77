"""Drift: an event that comes more or less often than it used to, and fields that are sent otherwise than before.

Days are those of the catalogue, local ones. Fields are judged by the messages that were looked into, some of each day
(`catalogue.OF_A_DAY`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import Final, Literal

from hundredfold.ingest.catalogue import TYPES, Event, Field, Type
from hundredfold.ingest.course import DAYS, Course

What = Literal["volume", "type_new", "type_gone", "appeared", "vanished", "filled"]

VOLUME_DAYS: Final = 3
"""So many whole days, the last ones, are held against the same weekdays of the weeks before (volume, values)."""
VOLUME_WEEKS: Final = 4
LEAST_WEEKS: Final = 2
"""With fewer weeks since its first message nothing is said of an event's volume."""
LEAST_EXPECTED: Final = 20
"""Messages that must be expected before a difference is said."""
TIMES: Final = 2.0
"""So many times as many, or as few, are drift."""
RECENT_DAYS: Final = 7
"""The last days, today with them, in which fields and types are new or gone."""
LEAST_LOOKED_AT: Final = 30
"""So many messages must have been looked into, of the last days and of those before."""
LEAST_SEEN: Final = 3
"""So often a type or a field must have been seen to be new."""
USUAL: Final = 0.10
"""A field or a type with this share of the messages is missed when it does not come any more."""
MOVED: Final = 0.20
"""By so much the share of messages in which a field has a value must have moved."""
SURE: Final = 4.0
"""And by so many standard errors."""
_NULL: Final = TYPES.index("null")


@dataclass(frozen=True, slots=True)
class OfDay:
    """A day (from 1970-01-01) beside the same weekdays of the weeks before: messages, or a share from 0 to 1."""

    day: int
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Drift:
    """What has changed. `before` and `now` are messages for `volume`, else shares from 0 to 1.

    `each` and `path` are the field's, None for the event's volume; `type` is the one that is new or gone. `looked_at`
    is of how many messages (or lines) of the last days `now` is told; for `volume` it is their number. `days` has, of
    `volume` and `filled`, each of the last days: what was usual on its weekday, and what came.
    """

    what: What
    before: float
    now: float
    looked_at: int
    each: str | None = None
    path: str | None = None
    type: Type | None = None
    days: tuple[OfDay, ...] = ()


def drifts(event: Event, today: int) -> list[Drift]:
    """What has changed of an event lately, its volume first; `today` counts from 1970-01-01."""
    found = [drift for drift in (_volume(event, today),) if drift is not None]
    for (each, _), field in event.fields.items():
        looked_at = event.course if each is None else event.lines.get(each)
        if looked_at is not None:
            found += _of_field(field, looked_at, today)
    return found


def _volume(event: Event, today: int) -> Drift | None:
    """The last whole days against the same weekdays before."""
    last = range(today - VOLUME_DAYS, today)
    first_day = min(event.days, default=today)
    weeks = [week for week in range(1, VOLUME_WEEKS + 1) if last.start - 7 * week >= first_day]
    if len(weeks) < LEAST_WEEKS:
        return None
    now = sum(event.days[day] for day in last)
    # The median: a week of holidays, or one with a sale, is no measure.
    expected = median(sum(event.days[day - 7 * week] for day in last) for week in weeks)
    if expected < LEAST_EXPECTED or expected / TIMES < now < expected * TIMES:
        return None
    days = (OfDay(day, median(event.days[day - 7 * week] for week in weeks), event.days[day]) for day in last)
    return Drift("volume", expected, now, now, days=tuple(days))


def _of_field(field: Field, looked_at: Course, today: int) -> Iterator[Drift]:
    recent, end = today - RECENT_DAYS + 1, today + 1
    (total_before,), (total,) = looked_at.between(end - DAYS, recent), looked_at.between(recent, end)
    if min(total_before, total) < LEAST_LOOKED_AT:
        return
    before, now = field.course.between(end - DAYS, recent), field.course.between(recent, end)
    share_before, share = sum(before) / total_before, sum(now) / total

    place = field.each, field.path
    if not any(before):
        # One that was sent long ago and comes again is new, too.
        if sum(now) >= LEAST_SEEN:
            yield Drift("appeared", 0.0, share, total, *place)
    elif not any(now):
        if share_before >= USUAL:
            yield Drift("vanished", share_before, 0.0, total, *place)
    else:
        for what, kind, old, new in _types(before, now):
            yield Drift(what, old, new, total, *place, kind)
        filled = _filled(field, looked_at, today)
        if filled is not None:
            yield filled


def _filled(field: Field, looked_at: Course, today: int) -> Drift | None:
    """In how many messages of the last whole days a field has a value, against the same weekdays before.

    Of few days where enough messages were looked into then, else of a whole week.
    """
    for recent in (VOLUME_DAYS, RECENT_DAYS):
        last = range(today - recent, today)
        weekdays = [[day - 7 * week for week in range(1, VOLUME_WEEKS + 1)] for day in last]
        here = [looked_at.of(day)[0] for day in last]
        there = [sum(looked_at.of(day)[0] for day in same) for same in weekdays]
        if min(sum(here), sum(there)) < LEAST_LOOKED_AT:
            continue
        if not all(before for now, before in zip(here, there, strict=True) if now):
            continue  # a weekday that never had any is no measure
        now = [_with_value(field, [day]) for day in last]
        shares = [_with_value(field, same) / max(1, of) for same, of in zip(weekdays, there, strict=True)]
        total = sum(here)
        old = sum(of * share for of, share in zip(here, shares, strict=True)) / total
        new = sum(now) / total
        spread = sum(
            (of / total) ** 2 * share * (1 - share) / before
            for of, before, share in zip(here, there, shares, strict=True)
            if of
        )
        if abs(new - old) < max(MOVED, SURE * sqrt(spread + new * (1 - new) / total)):
            return None
        days = (
            OfDay(day, share, found / of) for day, share, found, of in zip(last, shares, now, here, strict=True) if of
        )
        return Drift("filled", old, new, total, field.each, field.path, days=tuple(days))
    return None


def _with_value(field: Field, days: Iterable[int]) -> int:
    found = [field.course.of(day) for day in days]
    return sum(map(sum, found)) - sum(one[_NULL] for one in found)


def _types(before: tuple[int, ...], now: tuple[int, ...]) -> Iterator[tuple[What, Type, float, float]]:
    """The types that are new or gone, with their shares of the values; null is no type."""
    values_before, values = sum(before) - before[_NULL], sum(now) - now[_NULL]
    if min(values_before, values) < LEAST_LOOKED_AT:
        return
    for number, kind in enumerate(TYPES):
        old, new = before[number] / values_before, now[number] / values
        if number == _NULL:
            continue
        if before[number] == 0 and now[number] >= LEAST_SEEN:
            yield "type_new", kind, old, new
        elif now[number] == 0 and old >= USUAL:
            yield "type_gone", kind, old, new
