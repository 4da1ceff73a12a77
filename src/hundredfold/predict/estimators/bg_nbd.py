"""BG/NBD: everybody buys at a rate of his own, and may stop for good after any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betaln, gammaln, hyp2f1, psi

from hundredfold.predict.estimator import Buying, checked
from hundredfold.predict.likelihood import Floats

NUDGE: Final = 1e-6
"""Where a formula divides 0 by 0, a parameter moves by so much; the answer then differs in its sixth digit at most."""


@dataclass(frozen=True)
class BgNbd(Buying):
    """Rates are Gamma(r, alpha), chances to stop after an order Beta(a, b).

    Fader, Hardie, Lee: "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing
    Science 24 (2005). Who never came back counts as alive, by the model's own assumption.

    >>> model = BgNbd(0.243, 4.414, 0.793, 2.426)
    >>> model.expected_orders(39, np.array([2.0]), np.array([30.43]), np.array([38.86])).round(3)
    array([1.226])
    """

    r: float
    alpha: float
    a: float
    b: float

    name = "bg_nbd"
    start = (0.5, 1.0, 0.5, 1.0)
    units = (False, True, False, False)

    @staticmethod
    def _terms(parameters: Floats, *columns: Floats) -> tuple[Floats, Floats]:
        (r, alpha, a, b), (x, recency, age) = parameters, columns
        back = x > 0
        alive = -(r + x) * np.log(alpha + age)
        # b + x - 1 is 0 at worst where x is, and counts only where x is not.
        past = np.where(back, b + x - 1, 1.0)
        gone = np.where(back, np.log(a) - np.log(past) - (r + x) * np.log(alpha + recency), -np.inf)
        both = np.logaddexp(alive, gone)
        left = np.exp(gone - both)
        values = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b) + both
        mean_log = (1 - left) * np.log(alpha + age) + left * np.log(alpha + recency)
        mean_inverse = (1 - left) / (alpha + age) + left / (alpha + recency)
        whole = psi(a + b + x) - psi(a + b)
        slopes = np.stack(
            [
                psi(r + x) - psi(r) + np.log(alpha) - mean_log,
                r / alpha - (r + x) * mean_inverse,
                left / a - whole,
                psi(b + x) - psi(b) - whole - left / past,
            ]
        )
        return values, slopes

    def p_alive(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """The chance that each customer still buys; 1 for those who did not come back."""
        x, last, now = checked(frequency, recency, age)
        odds = np.log(self.a) - np.log(np.where(x > 0, self.b + x - 1, 1.0))
        odds = odds + (self.r + x) * (np.log(self.alpha + now) - np.log(self.alpha + last))
        alive: Floats = np.where(x > 0, np.exp(-np.logaddexp(0.0, odds)), 1.0)
        return alive

    def expected_orders(self, horizon: float, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """How many days with an order each customer is expected to have in the next `horizon`.

        The paper's formula after Euler's transformation. Then of all that the hypergeometric function is given only its
        divisor grows with the orders, so it converges at once where the paper's own form overflows.
        """
        x, _, now = checked(frequency, recency, age)
        a = self.a + NUDGE if abs(self.a - 1) < NUDGE else self.a
        top = a + self.b + x - 1
        top = np.where(np.abs(top) < NUDGE, NUDGE, top)
        reach = horizon / (self.alpha + now)
        series = hyp2f1(a - 1, a + self.b - 1 - self.r, top, reach / (1 + reach))
        unbought = np.exp((1 - a) * np.log1p(reach)) * series
        orders: Floats = top / (a - 1) * (1 - unbought) * self.p_alive(frequency, recency, age)
        return orders
