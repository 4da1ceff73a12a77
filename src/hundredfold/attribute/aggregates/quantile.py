"""Quantiles of the value, interpolated exactly."""

import numpy as np

from hundredfold.attribute.aggregate import Aggregate, View
from hundredfold.attribute.arithmetic import divided
from hundredfold.attribute.column import NUMBER, Column
from hundredfold.attribute.states import COUNT, State
from hundredfold.words.amount import MILLION


class Quantile(Aggregate):
    """The value at place (n - 1) q of the sorted values, linearly between two neighbours."""

    name = "quantile"
    keyed = "value"
    needs = frozenset({"q"})

    def states(self) -> tuple[State, ...]:
        """How often each value came."""
        return (COUNT,)

    def read(self, view: View) -> Column:
        """Quantiles in millionths."""
        assert view.key is not None
        assert self.q is not None
        starts = view.starts()
        if len(starts) == 0:
            return view.spread(view.person[:0], NUMBER, rows=starts)
        values = Column.of_tagged(view.key).data
        upto = np.cumsum(view.arrays["count"])
        before = np.concatenate(([0], upto))[starts]
        size = np.add.reduceat(view.arrays["count"], starts)
        whole, rest = np.divmod((size - 1) * self.q, MILLION)
        low = values[np.searchsorted(upto, before + whole, side="right")]
        high = values[np.searchsorted(upto, before + np.minimum(whole + 1, size - 1), side="right")]
        # (high - low) * rest / MILLION without leaving int64: the whole millions first.
        millions, units = np.divmod(high - low, MILLION)
        between = millions * rest + divided(units * rest, np.int64(MILLION))  # type: ignore[arg-type]
        exact = (units * rest) % MILLION * 2 == MILLION  # a tie is even in the end, not in the middle
        odd = exact & ((low + between) % 2 != 0)
        up = units * rest // MILLION < divided(units * rest, np.int64(MILLION))  # type: ignore[arg-type]
        result = low + between + np.where(odd, np.where(up, -1, 1), 0)
        return view.spread(result, NUMBER, rows=starts)


class Median(Quantile):
    """The quantile at one half."""

    name = "median"
    needs = frozenset()

    def __init__(
        self, *, weighted: bool = False, k: int | None = None, q: int | None = None, of: int | None = None
    ) -> None:
        super().__init__(weighted=weighted, k=k, q=MILLION // 2, of=of)
