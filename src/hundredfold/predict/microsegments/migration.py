"""Who moved from which group to which between two days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

NOBODY: Final = -1
"""The number of no group at all."""


@dataclass(frozen=True)
class Numbered:
    """The groups of n customers on a day: `who` (n,) are customers by number, ascending, each once, `number` (n,) the
    place of each one's group among `groups`, NOBODY where he is in none.
    """

    who: NDArray[Any]
    number: NDArray[Any]
    groups: Sequence[str]


@dataclass(frozen=True)
class Migration:
    """How many customers were in a group on one day and in another on a later one; None is no group at all."""

    customers: dict[tuple[str | None, str | None], int]
    """By the group before and the group after, in order of the groups; pairs without customers are left out."""

    @classmethod
    def between(
        cls, whose: NDArray[np.int64], before: Sequence[str | None], who: NDArray[np.int64], now: Sequence[str | None]
    ) -> Self:
        """From the groups of two days: customers by number, each once a day, and the group of each.

        Whoever is missing on one of the days counts as in no group then.
        """
        return cls.of(_numbered(whose, before), _numbered(who, now))

    @classmethod
    def of(cls, before: Numbered, now: Numbered) -> Self:
        """The same of groups that are numbered."""
        height, width = len(before.groups) + 1, len(now.groups) + 1
        place = np.searchsorted(now.who, before.who)
        found = np.minimum(place, max(len(now.who) - 1, 0))
        both = now.who[found] == before.who if len(now.who) else np.zeros(len(before.who), np.bool_)
        later = np.zeros(len(before.who), np.int64)
        later[both] = now.number[found[both]] + 1
        came = np.ones(len(now.who), np.bool_)
        came[found[both]] = False
        counts = np.bincount((before.number + 1) * width + later, minlength=height * width)
        counts[:width] += np.bincount(now.number[came] + 1, minlength=width)
        olds, news = [None, *before.groups], [None, *now.groups]
        pairs = np.flatnonzero(counts).tolist()
        customers = {(olds[pair // width], news[pair % width]): int(counts[pair]) for pair in pairs}
        return cls(dict(sorted(customers.items(), key=lambda pair: [(a is not None, a or "") for a in pair[0]])))

    @property
    def before(self) -> dict[str | None, int]:
        """How many were in each group on the first day."""
        return self._by(0)

    @property
    def after(self) -> dict[str | None, int]:
        """How many are in each group on the later day."""
        return self._by(1)

    @property
    def moved(self) -> int:
        """How many are in another group than before."""
        return sum(count for (one, other), count in self.customers.items() if one != other)

    def _by(self, side: int) -> dict[str | None, int]:
        found: Counter[str | None] = Counter()
        for pair, count in self.customers.items():
            found[pair[side]] += count
        return dict(found)


def _numbered(who: NDArray[np.int64], groups: Sequence[str | None]) -> Numbered:
    known = sorted({group for group in groups if group is not None})
    places: dict[str | None, int] = {None: NOBODY} | {group: place for place, group in enumerate(known)}
    order = np.argsort(who)
    return Numbered(who[order], np.array([places[group] for group in groups], np.int64)[order], known)
