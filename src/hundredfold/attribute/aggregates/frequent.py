"""The keys with the most, or the least, by the sum of the value or else by count."""

from abc import abstractmethod

import numpy as np

from hundredfold.attribute.aggregate import Aggregate, Lists, View
from hundredfold.attribute.column import Column, Ints
from hundredfold.attribute.states import COUNT, LAST, SUM, State


class _Ranked(Aggregate):
    """Keys ranked by weight; of equal ones the one seen later."""

    takes = "nothing"
    keyed = "by"
    needs = frozenset({"by"})

    def states(self) -> tuple[State, ...]:
        """The weight, and the last event for ties."""
        return (COUNT, SUM, LAST) if self.weighted else (COUNT, LAST)

    def _weight(self, view: View) -> Ints:
        return view.arrays["sum" if self.weighted else "count"]

    def _best_last(self, view: View, weight: Ints) -> tuple[Ints, Ints]:
        """The rows of each person sorted so that the best is the last, and where each person's rows end."""
        order = view.by_last(weight)
        starts = view.starts()
        return order, starts + view.sizes(starts)

    @abstractmethod
    def read(self, view: View) -> Column | Lists:
        """The keys."""


class MostFrequent(_Ranked):
    """The key with the greatest weight."""

    name = "most_frequent"
    result = "same"

    def read(self, view: View) -> Column:
        """A key for every person."""
        assert view.key is not None
        order, ends = self._best_last(view, self._weight(view))
        best = order[ends - 1]
        return view.spread_tagged(view.key[best], rows=best)


class LeastFrequent(_Ranked):
    """The key with the least weight."""

    name = "least_frequent"
    result = "same"

    def read(self, view: View) -> Column:
        """A key for every person."""
        assert view.key is not None
        order, ends = self._best_last(view, -self._weight(view))
        best = order[ends - 1]
        return view.spread_tagged(view.key[best], rows=best)


class Top(_Ranked):
    """The k keys with the greatest weights, the greatest first."""

    name = "top"
    may = frozenset({"k"})
    result = "list"

    def read(self, view: View) -> Lists:
        """Lists of at most k keys."""
        assert view.key is not None
        order, ends = self._best_last(view, self._weight(view))
        starts = view.starts()
        places = np.arange(len(order))
        best_first = order[np.repeat(starts + ends - 1, ends - starts) - places]
        kept = best_first[places - np.repeat(starts, ends - starts) < (self.k or 3)]
        return view.lists(kept, view.key[kept])
