"""A feed for readers, and what is published, told alike."""

from __future__ import annotations

from collections.abc import Mapping

from hundredfold.live.changes import Changes
from hundredfold.live.following import Feed
from hundredfold.live.passing import Passing
from hundredfold.publish.newest import Newest


class Both(Passing):
    """A feed for readers, and everybody's newest profile: whatever is told to one is told to the other.

    But for the moves of segments, of which profiles say nothing.
    """

    def __init__(self, feed: Feed, newest: Newest) -> None:
        super().__init__(feed)
        self._newest = newest

    def publish(self, changes: Changes, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        super().publish(changes, at, positions)
        self._newest.publish(changes, at, positions)

    def turn(self, day: str, zone: str | None, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        super().turn(day, zone, at, positions)
        self._newest.turn(day, zone, at, positions)

    def restart(self, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        super().restart(at, positions)
        self._newest.restart(at, positions)
