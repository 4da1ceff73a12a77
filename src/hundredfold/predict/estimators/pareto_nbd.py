"""Pareto/NBD: everybody buys at a rate of his own, and stops for good at a time of his own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final, NamedTuple

import numpy as np
from scipy.special import exprel, gammaln, psi, roots_legendre

from hundredfold.predict.estimator import Buying, checked
from hundredfold.predict.likelihood import Floats

NODES: Final = 16
FAR: Final = 30.0
"""What is left out is less than exp(-FAR) of the whole."""
CHUNK: Final = 2_048
"""Customers looked at together, so that their nodes stay in the processor's cache."""


class _Sides(NamedTuple):
    """Each customer's two pasts: still there, or gone at some time since the last order, and what follows of them."""

    both: Floats
    """Logarithm of the chance of either, without what does not depend on the time of leaving."""
    alive: Floats
    """The chance of the first given either."""
    slopes: Floats
    """Derivatives of `both` by r, alpha, s, beta: (4, n)."""


@dataclass(frozen=True)
class ParetoNbd(Buying):
    """Rates are Gamma(r, alpha), rates of leaving Gamma(s, beta).

    Schmittlein, Morrison, Colombo: Counting Your Customers: Who Are They and What Will They Do Next?, Management
    Science 33 (1987); Fader, Hardie: A Note on Deriving the Pareto/NBD Model and Related Expressions (2005).

    The likelihood is integrated over the time of leaving. The papers' hypergeometric functions lose their digits with
    many orders and have no derivatives by their parameters; the integral has both, and p_alive is one of its parts.

    >>> model = ParetoNbd(0.553, 10.578, 0.606, 11.669)
    >>> rows = np.array([2.0]), np.array([30.43]), np.array([38.86])
    >>> model.p_alive(*rows).round(3), model.expected_orders(39, *rows).round(3)
    (array([0.869]), array([1.455]))
    """

    r: float
    alpha: float
    s: float
    beta: float

    name = "pareto_nbd"
    start = (0.5, 1.0, 0.5, 1.0)
    units = (False, True, False, True)

    @staticmethod
    def _terms(parameters: Floats, *columns: Floats) -> tuple[Floats, Floats]:
        (r, alpha, s, beta), x = parameters, columns[0]
        sides = _of_all(parameters, *columns)
        values = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + sides.both
        slopes = sides.slopes
        slopes[0] += psi(r + x) - psi(r) + np.log(alpha)
        slopes[1] += r / alpha
        slopes[2] += np.log(beta)
        slopes[3] += s / beta
        return values, slopes

    def p_alive(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """The chance that each customer still buys."""
        rows = checked(frequency, recency, age)
        return _of_all(np.array([*self.parameters.values()]), *rows).alive

    def expected_orders(self, horizon: float, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """How many days with an order each customer is expected to have in the next `horizon`."""
        x, _, now = checked(frequency, recency, age)
        there = -np.log1p(horizon / (self.beta + now))
        # (1 - e^((s-1) there)) / (s-1), which has a limit where s is 1.
        stay = -there * exprel((self.s - 1) * there)
        rate = (self.r + x) / (self.alpha + now)
        orders: Floats = rate * (self.beta + now) * stay * self.p_alive(frequency, recency, age)
        return orders


def _of_all(parameters: Floats, x: Floats, recency: Floats, age: Floats) -> _Sides:
    parts = [_sides(parameters, x[rows], recency[rows], age[rows]) for rows in _chunks(len(x))]
    return _Sides(*(np.concatenate(column, axis=-1) for column in zip(*parts, strict=True)))


def _chunks(rows: int) -> Iterator[slice]:
    yield from (slice(start, start + CHUNK) for start in range(0, max(rows, 1), CHUNK))


def _sides(parameters: Floats, x: Floats, recency: Floats, age: Floats) -> _Sides:
    """Gauss-Legendre over the time of leaving, t, as v = log((m + t) / (m + recency)), m the lesser of alpha and beta.

    On that scale the integrand has no singularity near, and falls faster and faster: it stays below exp(-slope v), with
    its slope at v = 0, so what lies behind `FAR` / slope is left out.
    """
    r, alpha, s, beta = parameters
    least = min(alpha, beta)
    slope = (least + recency) * ((r + x) / (alpha + recency) + (s + 1) / (beta + recency)) - 1
    end = np.minimum(np.log((least + age) / (least + recency)), FAR / np.maximum(slope, 1.0))
    v = _PLACES[:, None] * end
    since = (least + recency) * np.expm1(v) + recency
    bought, stayed = alpha + since, beta + since
    log_bought, log_stayed = np.log(bought), np.log(stayed)
    with np.errstate(divide="ignore"):  # who bought just now has not had the time to leave
        # dt = (m + t) dv, and dv = end du with u from 0 to 1.
        gone = np.log(s * end * (least + recency)) + v - (r + x) * log_bought - (s + 1) * log_stayed
    gone += np.log(_WEIGHTS)[:, None]
    alive = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    highest = np.maximum(alive, gone.max(axis=0))
    left, still = np.exp(gone - highest), np.exp(alive - highest)
    total = still + reduce(np.add, left)  # node after node: one customer alone gives the same bits as among many
    left /= total
    still /= total
    away = left.sum(axis=0)
    slopes = np.stack(
        [
            -_mean(left, log_bought) - still * np.log(alpha + age),
            -(r + x) * (_mean(left, 1 / bought) + still / (alpha + age)),
            away / s - _mean(left, log_stayed) - still * np.log(beta + age),
            -(s + 1) * _mean(left, 1 / stayed) - still * s / (beta + age),
        ]
    )
    return _Sides(highest + np.log(total), still, slopes)


def _mean(weights: Floats, values: Floats) -> Floats:
    mean: Floats = np.einsum("ij,ij->j", weights, values)
    return mean


def _unit_nodes() -> tuple[Floats, Floats]:
    places, weights = roots_legendre(NODES)
    return (places + 1) / 2, weights / 2


_PLACES, _WEIGHTS = _unit_nodes()
