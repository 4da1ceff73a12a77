"""The mean of the value."""

from hundredfold.attribute.aggregate import Aggregate, View, quotient
from hundredfold.attribute.column import Column
from hundredfold.attribute.states import COUNT, SUM, State


class Mean(Aggregate):
    """The exact quotient of sum and count, rounded once."""

    name = "mean"

    def states(self) -> tuple[State, ...]:
        """Count and sum, divided out when read."""
        return COUNT, SUM

    def read(self, view: View) -> Column:
        """Means in millionths."""
        return quotient(view, view.arrays["sum"], view.arrays["count"])
