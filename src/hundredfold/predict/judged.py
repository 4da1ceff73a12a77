"""How wrong predictions are: the errors that families report, and figures beside them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict.likelihood import Floats

TENTHS: Final = 10
SURE: Final = 1e-6
"""No chance counts as nearer to 0 or 1 than this: one customer who is certainly gone and buys must not decide all."""


def log_loss(chance: Floats, happened: NDArray[np.bool_]) -> float:
    """The mean of -log(chance given to what happened); smaller is better.

    >>> round(log_loss(np.array([0.5, 0.5]), np.array([True, False])), 3)
    0.693
    """
    kept = np.clip(chance, SURE, 1 - SURE)
    return float(-np.log(np.where(happened, kept, 1 - kept)).mean())


def calibration(chance: Floats, happened: NDArray[np.bool_]) -> float:
    """How far chances are from shares, on average: customers in order of their chance, ten parts of one size.

    >>> calibration(np.full(20, 0.75), np.arange(20) % 2 == 0)
    0.25
    """
    parts = np.array_split(np.argsort(chance, kind="stable"), min(TENTHS, len(chance)))
    off = [abs(float(chance[part].mean() - happened[part].mean())) * len(part) for part in parts]
    return sum(off) / len(chance)


def mean_off(expected: Floats, real: Floats) -> float:
    """The mean absolute error."""
    return float(np.abs(expected - real).mean())


def root_off(expected: Floats, real: Floats) -> float:
    """The root of the mean squared error.

    >>> root_off(np.array([1.0, 0.0, 2.0, 1.0]), np.array([1.0, 0.0, 2.0, 3.0]))
    1.0
    """
    return float(np.sqrt(np.square(expected - real).mean()))
