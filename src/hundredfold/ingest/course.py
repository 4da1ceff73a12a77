"""How often something was seen on each of the last days, kind by kind, in a fixed room."""

from __future__ import annotations

from array import array
from typing import Final

DAYS: Final = 36
"""Today and the 35 days before it."""


class Course:
    """Counts of each of the last days; days count from 1970-01-01. What is older falls out by itself."""

    __slots__ = ("_counts", "_kinds", "newest")

    def __init__(self, kinds: int = 1) -> None:
        self._kinds, self.newest = kinds, 0  # the newest day
        self._counts = array("I", bytes(4 * DAYS * kinds))

    def add(self, day: int, kind: int = 0) -> None:
        """Counts one more on a day."""
        if day > self.newest:
            self._turn(day)
        elif day <= self.newest - DAYS:
            return
        self._counts[day % DAYS * self._kinds + kind] += 1

    def of(self, day: int) -> tuple[int, ...]:
        """The counts of a day, by kind."""
        if not self.newest - DAYS < day <= self.newest:
            return (0,) * self._kinds
        start = day % DAYS * self._kinds
        return tuple(self._counts[start : start + self._kinds])

    def between(self, first: int, end: int) -> tuple[int, ...]:
        """The sums of the days from `first` on and before `end`, by kind."""
        return tuple(map(sum, zip(*map(self.of, range(first, end)), strict=True)))

    def _turn(self, day: int) -> None:
        """Days that come anew begin with nothing."""
        for fresh in range(max(self.newest + 1, day - DAYS + 1), day + 1):
            start = fresh % DAYS * self._kinds
            self._counts[start : start + self._kinds] = array("I", bytes(4 * self._kinds))
        self.newest = day
