"""The least and the greatest value."""

from hundredfold.attribute.aggregate import Aggregate, View
from hundredfold.attribute.column import Column
from hundredfold.attribute.states import LEAST, MOST, State


class Min(Aggregate):
    """The least value; of times, the earliest."""

    name = "min"
    takes = "ordered"
    result = "same"

    def states(self) -> tuple[State, ...]:
        """The least value."""
        return (LEAST,)

    def read(self, view: View) -> Column:
        """Least values."""
        return view.spread(view.arrays["least"])


class Max(Aggregate):
    """The greatest value; of times, the latest."""

    name = "max"
    takes = "ordered"
    result = "same"

    def states(self) -> tuple[State, ...]:
        """The greatest value."""
        return (MOST,)

    def read(self, view: View) -> Column:
        """Greatest values."""
        return view.spread(view.arrays["most"])
