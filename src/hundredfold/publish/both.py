"""A feed for readers, and what is published, told alike."""

from __future__ import annotations

from collections.abc import Mapping

from hundredfold.live.current import Changes
from hundredfold.live.following import Feed
from hundredfold.publish.newest import Newest


class Both:
    """A feed for readers, and everybody's newest profile: whatever is told to one is told to the other."""

    def __init__(self, feed: Feed, newest: Newest) -> None:
        self._feed, self._newest = feed, newest

    @property
    def readers(self) -> int:
        """How many read the feed."""
        return self._feed.readers

    @property
    def resets(self) -> int:
        """How often a reader had fallen too far behind."""
        return self._feed.resets

    def publish(self, changes: Changes, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        self._feed.publish(changes, at, positions)
        self._newest.publish(changes, at, positions)

    def turn(self, day: str, zone: str | None, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        self._feed.turn(day, zone, at, positions)
        self._newest.turn(day, zone, at, positions)

    def restart(self, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        self._feed.restart(at, positions)
        self._newest.restart(at, positions)
