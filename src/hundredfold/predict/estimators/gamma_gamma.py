"""Gamma-Gamma: the values of somebody's orders scatter around a mean of his own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import gammaln, psi

from hundredfold.errors import CannotFit
from hundredfold.predict.estimator import Spending
from hundredfold.predict.likelihood import Floats


@dataclass(frozen=True)
class GammaGamma(Spending):
    """Values of one customer are Gamma(p, v), and the v of customers Gamma(q, gamma).

    Fader, Hardie, Lee: RFM and CLV: Using Iso-Value Curves for Customer Base Analysis, Journal of Marketing Research 42
    (2005); Fader, Hardie: The Gamma-Gamma Model of Monetary Value (2013).

    >>> GammaGamma(6.25, 3.74, 15.44).expected_value(np.array([0.0, 4.0]), np.array([0.0, 50.0])).round(2)
    array([35.22, 48.54])
    """

    p: float
    q: float
    gamma: float

    name = "gamma_gamma"
    start = (2.0, 2.0, 1.0)
    units = (False, False, True)

    @classmethod
    def _fitted(cls, columns: list[Floats], times: Floats, unit: float) -> Self:
        found = super()._fitted(columns, times, unit)
        if found.q <= 1:
            raise CannotFit(
                f"the values of orders are so uneven that their mean is not bounded (q = {found.q:.3g}; more than 1 is "
                "needed). Look for orders of another currency or by wholesalers, and leave them out."
            )
        return found

    @staticmethod
    def _terms(parameters: Floats, *columns: Floats) -> tuple[Floats, Floats]:
        (p, q, gamma), (x, mean) = parameters, columns
        shape, total = p * x, gamma + x * mean
        values = (
            *(gammaln(shape + q) - gammaln(shape) - gammaln(q), q * np.log(gamma), (shape - 1) * np.log(mean)),
            *(shape * np.log(x), -(shape + q) * np.log(total)),
        )
        slopes = np.stack(
            [
                x * (psi(shape + q) - psi(shape) + np.log(mean) + np.log(x) - np.log(total)),
                psi(shape + q) - psi(q) + np.log(gamma) - np.log(total),
                q / gamma - (shape + q) / total,
            ]
        )
        return sum(values), slopes

    def expected_value(self, frequency: Floats, value: Floats) -> Floats:
        """What the next order of each customer is worth: his own mean, drawn to everybody's the less he has bought."""
        x = np.asarray(frequency, float)
        mean = np.where(x > 0, np.asarray(value, float), 0.0)
        expected: Floats = self.p * (self.gamma + x * mean) / (self.p * x + self.q - 1)
        return expected
