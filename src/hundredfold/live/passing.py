"""A feed that passes on whatever it is told: the base of those that do something with it besides."""

from __future__ import annotations

from collections.abc import Mapping

from hundredfold.live.changes import Changes
from hundredfold.live.following import Feed
from hundredfold.live.moves import Moved


class Passing:
    """Stands before a feed."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

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

    def turn(self, day: str, zone: str | None, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        self._feed.turn(day, zone, at, positions)

    def moved(self, moved: Moved, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        self._feed.moved(moved, at, positions)

    def restart(self, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        self._feed.restart(at, positions)
