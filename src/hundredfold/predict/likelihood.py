"""Maximum likelihood over positive parameters: the search that all estimators share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import polars as pl

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Terms: TypeAlias = Callable[[Floats], tuple[Floats, Floats]]
"""Parameters (k,) to the log likelihood of each row (n,) and its derivatives by the parameters (k, n)."""

FARTHEST: Final = 12.0
"""Logarithms of parameters, in the units of the search, stay in [-12, 12]: data without spread would drive them on."""
STEPS: Final = 500
CLOSE: Final = 1e-12
"""Relative change of the mean log likelihood at which the search ends; parameters then stand to five digits."""


def distinct(*columns: Floats) -> tuple[list[Floats], Floats]:
    """The rows of these columns, each once, and how often each occurs."""
    frame = pl.DataFrame({str(place): column for place, column in enumerate(columns)})
    counted = frame.group_by(pl.all(), maintain_order=True).agg(pl.len().alias("times"))
    found = [counted[str(place)].to_numpy() for place in range(len(columns))]
    return found, counted["times"].cast(pl.Float64).to_numpy()


def most_likely(terms: Terms, times: Floats, start: Sequence[float]) -> Floats:
    """The parameters that make rows, each occurring `times` times, most likely; the search begins at `start`.

    It goes over logarithms, so parameters stay positive; the mean of the rows is judged, so its end does not depend on
    how many there are.
    """
    from scipy.optimize import minimize  # slow to load, and only learning needs it

    weights = times / times.sum()

    def judged(logarithms: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logarithms)
        values, slopes = terms(parameters)
        return -float(weights @ values), -(slopes @ weights) * parameters

    found = minimize(
        judged,
        np.log(start),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-FARTHEST, FARTHEST)] * len(start),
        options={"maxiter": STEPS, "ftol": CLOSE, "gtol": 1e-9},
    )
    parameters: Floats = np.exp(found.x)
    return parameters
