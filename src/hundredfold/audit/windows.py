"""Windows: which event times lie in one now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import lru_cache

from hundredfold.words.calendar import MINUTE, QUARTER, Window, local_day, window_days, window_minutes

day_of = lru_cache(maxsize=1 << 17)(local_day)
"""The local date of a time; asked for again by every window."""


@lru_cache(maxsize=1 << 12)
def inside(window: Window | None, at: int, zone: tzinfo, *, of_customer: bool = False) -> Callable[[int], bool]:
    """Rules 25 and 26: whether an event time lies in a window, as of T in a zone.

    `of_customer`: the zone stands for the customer's own calendar, which knows events by quarter hours (S20).
    """
    if window is None:
        return lambda time: True
    if not window.calendar:
        first, end = window_minutes(window, at)
        return lambda time: first <= time // MINUTE < end
    stretches = window_days(window, local_day(at, zone))

    def lies(time: int) -> bool:
        start = time // QUARTER * QUARTER if of_customer else time
        day = day_of(start, zone)
        return any(first <= day < end for first, end in stretches)

    return lies
