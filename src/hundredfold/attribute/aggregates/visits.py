"""Visits: stretches of events without a long pause."""

import numpy as np

from hundredfold.attribute.aggregate import Aggregate, View
from hundredfold.attribute.column import NUMBER, Column
from hundredfold.attribute.states import COUNT, State
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import MINUTE


class Visits(Aggregate):
    """How many visits: an event more than k minutes behind the one before it begins the next; 0 without any event."""

    name = "visits"
    takes = "nothing"
    keyed = "time"
    may = frozenset({"k"})
    result = "count"

    def states(self) -> tuple[State, ...]:
        """That there was an event at each time; the count lets events be taken back."""
        return (COUNT,)

    def read(self, view: View) -> Column:
        """Numbers of visits."""
        assert view.key is not None
        starts = view.starts()
        if len(starts) == 0:
            return view.spread(view.person[:0], NUMBER, rows=starts, empty=0)
        begins = np.diff(view.key, prepend=view.key[:1]) > (self.k or 30) * MINUTE
        begins[starts] = True
        visits = np.add.reduceat(begins.astype(np.int64), starts)
        return view.spread(visits * MILLION, NUMBER, rows=starts, empty=0)
