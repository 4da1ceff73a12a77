"""How long ago, and how far apart; in seconds."""

import numpy as np

from hundredfold.attribute.aggregate import Aggregate, View, quotient
from hundredfold.attribute.aggregates.variance import Stddev
from hundredfold.attribute.arithmetic import summed
from hundredfold.attribute.column import NUMBER, Column, Ints
from hundredfold.attribute.states import COUNT, FIRST_AT, LAST_AT, State, square_limbs

# A second is a million microseconds and a million millionths, so times are seconds in millionths as they stand.


class TimeSinceFirst(Aggregate):
    """The time from the first event to now."""

    name = "time_since_first"
    takes = "nothing"

    def states(self) -> tuple[State, ...]:
        """The first time."""
        return (FIRST_AT,)

    def read(self, view: View) -> Column:
        """Seconds."""
        return view.spread(view.at - view.arrays["first_at"], NUMBER)


class TimeSinceLast(Aggregate):
    """The time from the last event to now."""

    name = "time_since_last"
    takes = "nothing"

    def states(self) -> tuple[State, ...]:
        """The last time."""
        return (LAST_AT,)

    def read(self, view: View) -> Column:
        """Seconds."""
        return view.spread(view.at - view.arrays["last_at"], NUMBER)


class MeanGap(Aggregate):
    """The mean time between neighbouring events."""

    name = "mean_gap"
    takes = "nothing"

    def states(self) -> tuple[State, ...]:
        """The ends and the count."""
        return COUNT, FIRST_AT, LAST_AT

    def read(self, view: View) -> Column:
        """Seconds; null for fewer than two events."""
        several = view.arrays["count"] > 1
        found = quotient(
            view, view.arrays["last_at"] - view.arrays["first_at"], np.maximum(view.arrays["count"] - 1, 1)
        )
        found.kind[view.person[~several]], found.data[view.person[~several]] = 1, 0
        return found


class MaxGap(Aggregate):
    """The longest time between neighbouring events."""

    name = "max_gap"
    takes = "nothing"
    keyed = "time"

    def states(self) -> tuple[State, ...]:
        """How many events at each time."""
        return (COUNT,)

    def read(self, view: View) -> Column:
        """Seconds; null for fewer than two events."""
        assert view.key is not None
        starts = view.starts()
        if len(starts) == 0:
            return view.spread(view.person[:0], NUMBER, rows=starts)
        longest = np.maximum.reduceat(_gaps(view.key, starts), starts)
        several = np.add.reduceat(view.arrays["count"], starts) > 1
        return view.spread(longest[several], NUMBER, rows=starts[several])


class StddevGap(Stddev):
    """The standard deviation of the times between neighbouring events."""

    name = "stddev_gap"
    takes = "nothing"
    keyed = "time"

    def states(self) -> tuple[State, ...]:
        """How many events at each time."""
        return (COUNT,)

    def read(self, view: View) -> Column:
        """Seconds; null for fewer than three events."""
        assert view.key is not None
        starts = view.starts()
        if len(starts) == 0:
            return view.spread(view.person[:0], NUMBER, rows=starts)
        events = np.add.reduceat(view.arrays["count"], starts)
        several = np.flatnonzero(events > 2)
        total = view.key[starts + view.sizes(starts) - 1] - view.key[starts]
        limbs = [summed(limb, starts)[several] for limb in square_limbs(_gaps(view.key, starts))]
        results, fits = self.spreads(events[several] - 1, total[several], limbs)
        return view.spread(results[fits], NUMBER, rows=starts[several[fits]])


def _gaps(times: Ints, starts: Ints) -> Ints:
    """The time from each row to the one before it of the same person; 0 for his first."""
    gaps = np.diff(times, prepend=times[:1])
    gaps[starts] = 0
    return gaps
