"""The latest, or the first, values as a list."""

from typing import ClassVar

import numpy as np

from hundredfold.attribute.aggregate import Aggregate, Lists, View
from hundredfold.attribute.states import LAST, State


class List(Aggregate):
    """The k latest values, the latest first."""

    name = "list"
    takes = "any"
    keyed = "event"
    may = frozenset({"k"})
    result = "list"
    latest_first: ClassVar[bool] = True

    def states(self) -> tuple[State, ...]:
        """Each event for itself."""
        return (LAST,)

    def read(self, view: View) -> Lists:
        """Lists of at most k values."""
        order = view.by_last()
        starts = view.starts()
        sizes = view.sizes(starts)
        places = np.arange(len(order))
        if self.latest_first:
            order = order[np.repeat(2 * starts + sizes - 1, sizes) - places]
        kept = order[places - np.repeat(starts, sizes) < (self.k or 10)]
        return view.lists(kept, view.arrays["last.value"][kept])


class FirstList(List):
    """The k earliest values, the earliest first."""

    name = "first_list"
    latest_first = False
