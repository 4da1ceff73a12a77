"""The sum of the value."""

from hundredfold.attribute.aggregate import Aggregate, View
from hundredfold.attribute.arithmetic import OVERFLOW
from hundredfold.attribute.column import BEYOND, NUMBER, Column
from hundredfold.attribute.states import SUM, State


class Sum(Aggregate):
    """The exact sum; 0 without any event."""

    name = "sum"

    def states(self) -> tuple[State, ...]:
        """The sum."""
        return (SUM,)

    def read(self, view: View) -> Column:
        """Sums in millionths."""
        found = view.spread(view.arrays["sum"], NUMBER, empty=0)
        found.kind[view.person[view.arrays["sum"] == OVERFLOW]] = BEYOND
        return found
