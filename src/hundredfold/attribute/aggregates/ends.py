"""The first and the last value."""

from hundredfold.attribute.aggregate import Aggregate, View
from hundredfold.attribute.column import Column
from hundredfold.attribute.states import FIRST, LAST, State


class First(Aggregate):
    """The value of the first event that has one."""

    name = "first"
    takes = "any"
    result = "same"

    def states(self) -> tuple[State, ...]:
        """The first event."""
        return (FIRST,)

    def read(self, view: View) -> Column:
        """First values."""
        return view.spread_tagged(view.arrays["first.value"])


class Last(Aggregate):
    """The value of the last event that has one."""

    name = "last"
    takes = "any"
    result = "same"

    def states(self) -> tuple[State, ...]:
        """The last event."""
        return (LAST,)

    def read(self, view: View) -> Column:
        """Last values."""
        return view.spread_tagged(view.arrays["last.value"])
