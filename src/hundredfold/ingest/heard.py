"""Who sends: each source with how many messages, when the newest was received, and whether it is quiet unusually long.

A source is usual as long as it is quiet for no more than twice the longest pause of the seven days before its newest
message, and an hour in any case. Who was heard in fewer than three quarters of an hour of them has no usual pause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hundredfold.words.calendar import DAY, HOUR, QUARTER
from hundredfold.words.message import EVENT_KINDS, KINDS, TRUSTS

Way: TypeAlias = Literal["import", "server", "browser", "topic"]
"""How messages come: by an import, with a write key of a server or of a browser, by another system's topic."""

Numbers: TypeAlias = npt.NDArray[Any]

WEEK: Final = 7 * DAY
MOST: Final = 500
"""So many sources are told apart."""
COLUMNS: Final = ("kind", "source", "trust", "received")
_PROFILE: Final = KINDS.index("profile")
_WAYS: Final[dict[str, Way]] = {"import": "import", "server": "server", "browser": "browser"}
_FEWEST: Final = 3


@dataclass
class HeardSource:
    """A source: its messages since ever, when the newest was received (microseconds UTC), and of what type it is."""

    name: str
    count: int = 0
    last: int = 0
    kind: str = ""
    ways: set[Way] = field(default_factory=set)
    quarters: Counter[int] = field(default_factory=Counter)
    """Messages by the quarter of an hour (since 1970) in which they were received, of the eight days to the newest."""

    def within(self, bounds: Sequence[int]) -> list[int]:
        """How many messages were received from each of some times, ascending, to the next one."""
        found = [0] * (len(bounds) - 1)
        for quarter, count in self.quarters.items():
            place = int(np.searchsorted(bounds, quarter * QUARTER, side="right")) - 1
            if 0 <= place < len(found):
                found[place] += count
        return found

    def quiet_until(self) -> int | None:
        """Up to when it may be quiet as usual; None where nothing is usual yet."""
        week = sorted(quarter for quarter in self.quarters if quarter * QUARTER > self.last - WEEK)
        if len(week) < _FEWEST:
            return None
        longest = max(later - earlier for earlier, later in pairwise(week)) * QUARTER
        return self.last + max(HOUR, 2 * longest)


@dataclass
class Senders:
    """All sources that were heard, by name."""

    sources: dict[str, HeardSource] = field(default_factory=dict)
    unnamed: int = 0
    """Messages of further sources, beyond the greatest number of them."""

    @property
    def count(self) -> int:
        """All messages."""
        return sum(one.count for one in self.sources.values()) + self.unnamed

    def take(self, table: pa.Table) -> None:
        """Takes in a chunk of stored messages with `COLUMNS`."""
        kinds = table["kind"].to_numpy()
        sent = np.flatnonzero((kinds < len(EVENT_KINDS)) | (kinds == _PROFILE))
        if not len(sent):
            return
        names = table["source"].take(pa.array(sent)).combine_chunks().dictionary_encode()
        codes = names.indices.to_numpy()
        kinds, trusts, received = kinds[sent], table["trust"].to_numpy()[sent], table["received"].to_numpy()[sent]
        order = np.argsort(codes, kind="stable")
        for own in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
            name = names.dictionary[int(codes[own[0]])].as_py()
            known = self.sources.get(name)
            if known is None and len(self.sources) >= MOST:
                self.unnamed += len(own)
                continue
            if known is None:
                known = self.sources[name] = HeardSource(name)
            _count(known, kinds[own], trusts[own], received[own])


def _count(known: HeardSource, kinds: Numbers, trusts: Numbers, received: Numbers) -> None:
    newest = int(received.argmax())
    known.count += len(received)
    if int(received[newest]) >= known.last:
        known.last, known.kind = int(received[newest]), KINDS[int(kinds[newest])]
    topic = kinds == _PROFILE
    known.ways |= {_WAYS[TRUSTS[trust]] for trust in np.unique(trusts[~topic]).tolist()}
    known.ways |= {"topic"} if topic.any() else set()
    first = (known.last - WEEK - DAY) // QUARTER
    quarters, counts = np.unique(received // QUARTER, return_counts=True)
    fresh = quarters > first
    known.quarters.update(dict(zip(quarters[fresh].tolist(), counts[fresh].tolist(), strict=True)))
    for old in [quarter for quarter in known.quarters if quarter <= first]:
        del known.quarters[old]
