"""The share of one key, or of whichever is the favourite."""

import numpy as np

from hundredfold.attribute.aggregate import Aggregate, View
from hundredfold.attribute.arithmetic import multiplied_divided
from hundredfold.attribute.column import NUMBER, Column
from hundredfold.attribute.states import COUNT, SUM, State
from hundredfold.words.amount import MILLION


class Share(Aggregate):
    """The weight of the key `of`, else of the favourite, over the weight of all keys; null when that is 0."""

    name = "share"
    takes = "nothing"
    keyed = "by"
    needs = frozenset({"by"})
    may = frozenset({"of"})

    def states(self) -> tuple[State, ...]:
        """The weight."""
        return (COUNT, SUM) if self.weighted else (COUNT,)

    def read(self, view: View) -> Column:
        """Shares in millionths."""
        weight = view.arrays["sum" if self.weighted else "count"]
        starts = view.starts()
        if len(starts) == 0:
            return view.spread(weight[:0], NUMBER, rows=starts)
        whole = np.add.reduceat(weight, starts)
        if self.of is None:
            part = np.maximum.reduceat(weight, starts)
        else:
            part = np.add.reduceat(np.where(view.key == self.of, weight, 0), starts)
        some = whole != 0
        shares, _ = multiplied_divided(part[some], np.int64(MILLION), whole[some])  # type: ignore[arg-type]
        return view.spread(shares, NUMBER, rows=starts[some])
