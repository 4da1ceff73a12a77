"""How far back windows reach: cells of earlier buckets are needed by nobody any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from hundredfold.attribute.plan import Family, Plan
from hundredfold.words.calendar import DAY, QUARTER, reach_days, window_minutes

Reach: TypeAlias = Mapping[Family, int]
"""The first bucket that counts, for each family that has buckets."""


def reach_of(plan: Plan, clock: int) -> Reach:
    """The buckets that a window can reach at the clock (microseconds UTC) or later."""
    return {family: first_bucket(plan, family, clock) for family in plan.families if family.bucket is not None}


def first_bucket(plan: Plan, family: Family, clock: int) -> int:
    """The first bucket that a window of a family can reach at the clock or later.

    Dates are counted generously, whatever the zone: wherever it is, its date is at most one day off that of UTC, for
    the clock and, where buckets are quarter hours, for the cells, too.
    """
    windows = [r.window for r in plan.readings.values() if r.family == family and r.window is not None]
    if family.bucket == "minute":
        return min(window_minutes(window, clock)[0] for window in windows)
    first_day = clock // DAY - max(map(reach_days, windows))
    return first_day if family.bucket == "day" else (first_day - 1) * (DAY // QUARTER)
