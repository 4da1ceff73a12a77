"""Variance and standard deviation of the value, exact to the last millionth.

Both come from n times the sum of squares less the square of the sum, a numerator that may need more than 64 bits. Its
lower 64 bits are right in int64 arithmetic, which wraps; a double says about how large it is. So a result is guessed in
doubles, and what the guess leaves, which is small, is exact again. Where that is not certain, Python's integers decide.
"""

from abc import abstractmethod
from dataclasses import dataclass
from math import isqrt

import numpy as np
import numpy.typing as npt

from hundredfold.attribute.aggregate import Aggregate, View
from hundredfold.attribute.column import NUMBER, Column, Ints, Mask
from hundredfold.attribute.states import COUNT, SQUARES, SUM, State
from hundredfold.words.amount import INT64, MILLION, half_even

_SURE = float(2**62)


@dataclass(slots=True)
class Numerators:
    """Numerators of square millionths: their `lower` 64 bits; `near` them in doubles, at most `off` from the truth."""

    lower: Ints
    near: npt.NDArray[np.float64]
    off: npt.NDArray[np.float64]


class _Spread(Aggregate):
    """Of a sample (n - 1); null for fewer than two values."""

    def states(self) -> tuple[State, ...]:
        """Count, sum, and the sum of squares in four limbs."""
        return COUNT, SUM, *SQUARES

    @abstractmethod
    def _of(self, numerator: int, denominator: int) -> int:
        """The result, from the variance in square millionths as a quotient."""

    @abstractmethod
    def _guessed(self, numerators: Numerators, denominators: Ints) -> tuple[Ints, Mask]:
        """The same of many persons, and where it is certain."""

    def read(self, view: View) -> Column:
        """Results in millionths."""
        rows = np.flatnonzero(view.arrays["count"] > 1)
        n, total, *limbs = (view.arrays[name][rows] for name in ("count", "sum", *(state.name for state in SQUARES)))
        results, fits = self.spreads(n, total, limbs)
        return view.spread(results[fits], NUMBER, rows=rows[fits])

    def spreads(self, n: Ints, total: Ints, limbs: list[Ints]) -> tuple[Ints, Mask]:
        """Results in millionths of n > 1 values, from their sum and the limbs of that of squares; and which fit."""
        denominators = n * (n - 1)
        results, fits = self._guessed(_numerators(n, total, limbs), denominators)
        for i in np.flatnonzero(~fits).tolist():
            squares = sum(int(limb[i]) << (32 * place) for place, limb in enumerate(limbs))
            exact = self._of(int(n[i]) * squares - int(total[i]) ** 2, int(denominators[i]))
            fits[i] = abs(exact) <= INT64
            results[i] = exact if fits[i] else 0
        return results, fits


def _numerators(n: Ints, total: Ints, limbs: list[Ints]) -> Numerators:
    lower = n * (limbs[0] + (limbs[1] << 32)) - total * total
    all_squares = n * sum(limb * float(2 ** (32 * place)) for place, limb in enumerate(limbs))
    small = all_squares < _SURE  # then the lower bits are all there is
    near = np.where(small, lower, np.maximum(all_squares - total.astype(np.float64) ** 2, 0))
    return Numerators(lower, near, np.where(small, near, all_squares) * 2.0**-48)


class Variance(_Spread):
    """The sample variance."""

    name = "variance"

    def _of(self, numerator: int, denominator: int) -> int:
        return half_even(numerator, denominator * MILLION)

    def _guessed(self, numerators: Numerators, denominators: Ints) -> tuple[Ints, Mask]:
        divisors = denominators * MILLION
        guess = np.rint(numerators.near / divisors)
        left = numerators.off + divisors * (guess * 2.0**-48 + 2)
        certain = (left < _SURE) & (guess < _SURE) & (denominators < 1 << 40)
        guesses = np.where(certain, guess, 0).astype(np.int64)
        whole, rest = np.divmod(numerators.lower - guesses * divisors, divisors)
        result = guesses + whole
        above = divisors - rest  # compares 2 * rest with the divisor
        return result + ((rest > above) | ((rest == above) & (result & 1 == 1))), certain


class Stddev(_Spread):
    """The root of the sample variance."""

    name = "stddev"

    def _of(self, numerator: int, denominator: int) -> int:
        root = isqrt(numerator // denominator)
        # The root lies in [root, root + 1); above the middle it is rounded up, on it to even.
        middle, four = (2 * root + 1) ** 2 * denominator, 4 * numerator
        return root + (four > middle or (four == middle and root % 2 == 1))

    def _guessed(self, numerators: Numerators, denominators: Ints) -> tuple[Ints, Mask]:
        guess = np.rint(np.sqrt(numerators.near / denominators))
        middle = (2 * guess + 1) ** 2 * denominators
        left = np.abs(4 * numerators.near - middle) + 4 * numerators.off + middle * 2.0**-48 + 16 * guess * denominators
        certain = (left < _SURE) & (guess < _SURE)
        root = np.where(certain, guess, 0).astype(np.int64)
        root += _too_small(root, numerators.lower, denominators)
        root -= ~_too_small(root - 1, numerators.lower, denominators) & (root > 0)
        right = ~_too_small(root, numerators.lower, denominators)
        right &= _too_small(root - 1, numerators.lower, denominators) | (root == 0)
        return root, certain & right


def _too_small(root: Ints, lower: Ints, denominators: Ints) -> Mask:
    """Where the true root lies above the middle between this one and the next, or on it and the next is even."""
    above = 4 * lower - (2 * root + 1) ** 2 * denominators
    result: Mask = (above > 0) | ((above == 0) & (root & 1 == 1))
    return result
