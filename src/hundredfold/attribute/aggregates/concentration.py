"""How much of the weight lies on few keys: the Herfindahl-Hirschman index."""

import numpy as np

from hundredfold.attribute.aggregate import Aggregate, View
from hundredfold.attribute.arithmetic import OVERFLOW, added
from hundredfold.attribute.column import NUMBER, Column, Ints, Mask
from hundredfold.attribute.states import COUNT, SUM, State
from hundredfold.words.amount import INT64, MILLION, half_even


class Concentration(Aggregate):
    """The sum of the squares of the keys' shares: 1 for one key, 1/n for n equal ones; null when all weigh 0."""

    name = "concentration"
    takes = "nothing"
    keyed = "by"
    needs = frozenset({"by"})

    def states(self) -> tuple[State, ...]:
        """The weight."""
        return (COUNT, SUM) if self.weighted else (COUNT,)

    def read(self, view: View) -> Column:
        """Indices in millionths."""
        weight = view.arrays["sum" if self.weighted else "count"]
        starts = view.starts()
        if len(starts) == 0:
            return view.spread(weight[:0], NUMBER, rows=starts)
        sizes = view.sizes(starts)
        wholes = added(weight, starts)
        results, certain = _guessed(weight, starts, sizes, wholes)
        fits = wholes != 0
        for i in np.flatnonzero(fits & ~certain).tolist():
            exact = _index(weight[starts[i] : starts[i] + sizes[i]].tolist())
            fits[i] = exact is not None
            results[i] = exact or 0
        return view.spread(results[fits], NUMBER, rows=starts[fits])


def _guessed(weight: Ints, starts: Ints, sizes: Ints, wholes: Ints) -> tuple[Ints, Mask]:
    """Indices in doubles, and which of these are certain: those that the doubles' error cannot take over a half."""
    squares = np.add.reduceat(weight.astype(np.float64) ** 2, starts)
    near = squares * MILLION / np.where(wholes == 0, 1, wholes).astype(np.float64) ** 2
    off = near * (sizes + 8) * 2.0**-52
    certain: Mask = (np.abs(near - np.floor(near) - 0.5) > off) & (wholes != OVERFLOW)
    return np.rint(np.where(certain, near, 0)).astype(np.int64), certain


def _index(weights: list[int]) -> int | None:
    """The same by Python's integers; None for one that leaves int64, or of a key whose weight has left it."""
    whole = sum(weights)
    if whole == 0 or OVERFLOW in weights:
        return None
    exact = half_even(sum(one * one for one in weights) * MILLION, whole * whole)
    return exact if exact <= INT64 else None
