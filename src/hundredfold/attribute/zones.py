"""Local dates of whole columns of times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np

from hundredfold.attribute.column import Ints
from hundredfold.words.calendar import DAY, EARLIEST, LATEST, SECOND

Bucket: TypeAlias = Literal["day", "quarter", "minute"]
"""Local dates of the workspace; UTC quarter hours, for the customer's own calendar; UTC minutes."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BLOCK = 400 * DAY
_STEP = 5 * DAY
"""No zone has changed its offset and changed it back within so few days."""


def local_days(times: Ints, zone: tzinfo) -> Ints:
    """The local date of each time, as days since 1970-01-01."""
    return (times + local_offsets(times, zone)) // DAY


def local_offsets(times: Ints, zone: tzinfo) -> Ints:
    """What has to be added to each time to get the local clock, in microseconds."""
    if len(times) == 0 or zone is UTC:
        return np.zeros(len(times), np.int64)
    changes, offsets = _offsets(zone, int(times.min()) // _BLOCK, int(times.max()) // _BLOCK)
    if len(offsets) == 1:
        return np.broadcast_to(offsets, len(times))
    result: Ints = offsets[np.searchsorted(changes, times, side="right")]
    return result


@lru_cache(maxsize=1024)
def days_ascend(zone: tzinfo) -> bool:
    """Whether a later time never has an earlier local date: no clock was or will be put back over midnight."""
    # Before 1900 local clocks were not put back, and behind 2037 the rules of a zone repeat.
    first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * SECOND // _BLOCK for year in (1900, 2060))
    changes, offsets = _offsets(zone, first, last)
    days_before, days_after = (changes - 1 + offsets[:-1]) // DAY, (changes + offsets[1:]) // DAY
    return bool((days_before <= days_after).all())


@lru_cache(maxsize=1024)
def _offsets(zone: tzinfo, first: int, last: int) -> tuple[Ints, Ints]:
    """The instants at which the offset changes and the offsets between them, over a stretch of blocks."""
    time, end = max(first * _BLOCK, EARLIEST), min((last + 1) * _BLOCK, LATEST)
    offset = _offset(zone, time)
    changes: list[int] = []
    offsets = [offset]
    while time < end:
        following = min(time + _STEP, end)
        after = _offset(zone, following)
        if after != offset:
            changes.append(_change(zone, time, following, offset))
            offsets.append(after)
        time, offset = following, after
    return np.array(changes, np.int64), np.array(offsets, np.int64)


def _change(zone: tzinfo, low: int, high: int, before: int) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: tzinfo, time: int) -> int:
    offset = (_EPOCH + timedelta(microseconds=time)).astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) * SECOND
