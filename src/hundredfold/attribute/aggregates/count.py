"""How many events (or lines)."""

from hundredfold.attribute.aggregate import Aggregate, View
from hundredfold.attribute.column import NUMBER, Column
from hundredfold.attribute.states import COUNT, State
from hundredfold.words.amount import MILLION


class Count(Aggregate):
    """The number of events; 0 without any."""

    name = "count"
    takes = "nothing"
    result = "count"

    def states(self) -> tuple[State, ...]:
        """The count."""
        return (COUNT,)

    def read(self, view: View) -> Column:
        """Counts, in millionths like every number."""
        return view.spread(view.arrays["count"] * MILLION, NUMBER, empty=0)
