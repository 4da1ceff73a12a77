"""The latest values as a list."""

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

    def states(self) -> tuple[State, ...]:
        """Each event for itself."""
        return (LAST,)

    def read(self, view: View) -> Lists:
        """Lists of at most k values."""
        order = view.by_last()
        starts = view.starts()
        sizes = view.sizes(starts)
        places = np.arange(len(order))
        latest_first = order[np.repeat(2 * starts + sizes - 1, sizes) - places]
        kept = latest_first[places - np.repeat(starts, sizes) < (self.k or 10)]
        return view.lists(kept, view.arrays["last.value"][kept])
