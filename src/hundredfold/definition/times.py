"""The times that every message has, and their parts, which paths name like fields: `timestamp.weekday`."""

from __future__ import annotations

from typing import Final

TIMES: Final = ("timestamp", "receivedAt", "sentAt")
"""The paths that are times of every message."""
PARTS: Final = ("year", "month", "day", "weekday", "hour", "part_of_day")
"""The parts of a time, each the function of formulas of that name."""


def part_of(path: str) -> tuple[str, str] | None:
    """The time and the part of it that a path means; None for every other path.

    >>> part_of("timestamp.hour"), part_of("timestamp"), part_of("properties.hour")
    (('timestamp', 'hour'), None, None)
    """
    head, dot, part = path.partition(".")
    return (head, part) if dot and head in TIMES else None


def of_times(path: str) -> bool:
    """Whether a path is a time of every message, or a part of one: no field that somebody sends."""
    return path.partition(".")[0] in TIMES
