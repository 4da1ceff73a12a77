"""Distinct keys: how many, which, and when a new one came."""

import numpy as np

from hundredfold.attribute.aggregate import Aggregate, Lists, View
from hundredfold.attribute.column import BOOLEAN, NUMBER, TEXT, TIME, Column
from hundredfold.attribute.states import COUNT, FIRST_AT, State
from hundredfold.words.amount import MILLION

_KIND_ORDER = np.zeros(8, np.int64)
_KIND_ORDER[[BOOLEAN, NUMBER, TIME, TEXT]] = 0, 1, 2, 3


class Distinct(Aggregate):
    """How many different keys; 0 without any."""

    name = "distinct"
    takes = "any"
    keyed = "by or value"
    may = frozenset({"by"})
    result = "count"

    def states(self) -> tuple[State, ...]:
        """That there is a cell says it all; its count lets events be taken back."""
        return (COUNT,)

    def read(self, view: View) -> Column:
        """Numbers of keys."""
        starts = view.starts()
        return view.spread(view.sizes(starts) * MILLION, NUMBER, rows=starts, empty=0)


class UniqueList(Aggregate):
    """The different keys, sorted: booleans, numbers, times, texts."""

    name = "unique_list"
    takes = "any"
    keyed = "by or value"
    may = frozenset({"by"})
    result = "list"

    def states(self) -> tuple[State, ...]:
        """As for `distinct`."""
        return (COUNT,)

    def read(self, view: View) -> Lists:
        """Sorted lists of keys."""
        assert view.key is not None
        keys = Column.of_tagged(view.key)
        text = keys.kind == TEXT
        value = keys.data.copy()
        value[text] = view.ranks()[keys.data[text]] if text.any() else 0
        rows = np.lexsort((value, _KIND_ORDER[keys.kind], view.person))
        return view.lists(rows, view.key[rows])


class LastNew(Aggregate):
    """When a key came last that had not been there before."""

    name = "last_new"
    takes = "nothing"
    keyed = "by"
    needs = frozenset({"by"})
    result = "time"

    def states(self) -> tuple[State, ...]:
        """When each key came first."""
        return (FIRST_AT,)

    def read(self, view: View) -> Column:
        """Times."""
        starts = view.starts()
        if len(starts) == 0:
            return view.spread(view.person[:0], TIME, rows=starts)
        return view.spread(np.maximum.reduceat(view.arrays["first_at"], starts), TIME, rows=starts)
