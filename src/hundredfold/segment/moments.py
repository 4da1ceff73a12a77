"""When customers last entered and left segments, for the segments of which conditions ask that.

To a condition such a time is a value like that of an attribute (`Moment`). It changes when the customer moves, and so
whoever moves is asked again about the segments that ask for it: level by level, for these may be asked for, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, cast

import numpy as np

from hundredfold.attribute.block import NEVER
from hundredfold.attribute.column import TIME, Column, Ints, Mask
from hundredfold.definition.nested import Moment
from hundredfold.definition.spelling import names_in
from hundredfold.definition.syntax import Expression
from hundredfold.live.grown import grown
from hundredfold.live.moves import Moves

WAYS: Final = ("left", "entered")
"""By what a move says of itself: 0 and 1."""


class Moments:
    """The times, by segment and customer, both given by numbers; `conditions` are those of all segments, in order."""

    def __init__(self, conditions: Mapping[str, Expression]) -> None:
        places = {name: place for place, name in enumerate(conditions)}
        asked = [[moment for one in names_in(where) if (moment := Moment.named(one))] for where in conditions.values()]
        self._times: dict[tuple[int, int], Ints] = {
            (places[one.segment], WAYS.index(one.way)): np.empty(0, np.int64) for some in asked for one in some
        }
        names = [*conditions]
        self._places = {Moment(WAYS[way], names[place]).name: (place, way) for place, way in self._times}
        self.watched: Mask = np.zeros(len(places), np.bool_)
        """The segments of which anybody asks."""
        self.watched[[place for place, _ in self._times]] = True
        self._asking: dict[int, list[int]] = {}
        for place, some in enumerate(asked):
            for one in some:
                self._asking.setdefault(places[one.segment], []).append(place)
        self.levels: Ints = np.zeros(len(places), np.int64)
        """0: asks for no moments; else one above the highest of the segments of whose it asks."""
        for _ in places:
            for watched, asking in self._asking.items():
                self.levels[asking] = np.maximum(self.levels[asking], self.levels[watched] + 1)

    def add(self, name: str, segment: int, way: int) -> None:
        """From now on a time is kept, too, of which nobody is told; who has moved before is to be recalled."""
        self._times[segment, way], self._places[name] = np.empty(0, np.int64), (segment, way)

    @property
    def segments(self) -> Ints:
        """The segments whose times are kept."""
        return np.unique([place for place, _ in self._times]).astype(np.int64)

    @property
    def names(self) -> frozenset[str]:
        """The names by which conditions ask for the times."""
        return frozenset(self._places)

    def __bool__(self) -> bool:
        return bool(self._times)

    def stages(self, segments: Ints) -> Iterator[Ints]:
        """Which of some segments are to be asked together, those first whose moves others ask for."""
        levels = self.levels[segments]
        for level in np.unique(levels).tolist():
            yield np.flatnonzero(levels == level)

    def reading(self, read: Callable[[str], Column], customers: Ints | slice) -> Callable[[str], Column]:
        """What gives the values of some customers: attributes from `read`, and moments."""

        def of(name: str) -> Column:
            place = self._places.get(name)
            if place is None:
                return read(name)
            end = customers.stop if isinstance(customers, slice) else int(customers.max(initial=-1)) + 1
            times = self._grown(place, end)[customers]
            return Column.where(times != NEVER, TIME, times)

        return of

    def note(self, moves: Moves, at: int) -> None:
        """Customers have moved just now."""
        for (place, way), _ in list(self._times.items()):
            some = moves.customer[(moves.segment == place) & (moves.entered == way)]
            if len(some):
                self._grown((place, way), int(some.max()) + 1)[some] = at

    def concerned(self, moves: Moves, level: int) -> tuple[Ints, Ints]:
        """Who has moved so that he is to be asked about segments of a level, and about which, both ascending."""
        some = self.watched[moves.segment]
        which = np.unique(moves.segment[some]).tolist()
        asking = {one for place in which for one in self._asking[place] if self.levels[one] == level}
        segments = np.array(sorted(asking), np.int64)
        return (np.unique(moves.customer[some]) if asking else np.empty(0, np.int64)), segments

    def rename(self, old: Ints, new: Ints) -> None:
        """Customers go on under other numbers."""
        for place in self._times:
            times = self._grown(place, 1 + int(max(old.max(initial=-1), new.max(initial=-1))))
            times[new] = times[old]
            times[old] = NEVER

    def forget(self, customers: Ints) -> None:
        """Nothing is recorded of customers any more."""
        for place in self._times:
            self._grown(place, int(customers.max(initial=-1)) + 1)[customers] = NEVER

    def recall(self, moves: Moves, at: Ints) -> None:
        """Customers have moved before, each at an instant of his own, in this order."""
        for place, way in list(self._times):
            some = (moves.segment == place) & (moves.entered == way)
            customers = moves.customer[some]
            self._grown((place, way), int(customers.max(initial=-1)) + 1)[customers] = at[some]

    def _grown(self, place: tuple[int, int], size: int) -> Ints:
        self._times[place] = cast(Ints, grown(self._times[place], size, NEVER))
        return self._times[place]


def stages_of(moments: Moments, segments: Ints) -> Sequence[Ints | None]:
    """As `Moments.stages`; None, which means all of them, where nobody asks for moments."""
    return [*moments.stages(segments)] if moments else [None]
