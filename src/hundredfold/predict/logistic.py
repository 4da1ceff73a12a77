"""A chance by a weighted sum: learnt by a library, kept as plain numbers, told customer by customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict.likelihood import Floats


def fitted(columns: Sequence[Floats], happened: NDArray[np.bool_]) -> dict[str, Any]:
    """The weights that foresee best what happened, as plain JSON; columns that say nothing weigh nothing."""
    from sklearn.linear_model import LogisticRegression  # slow to load, and only learning needs it

    means = [float(np.nanmean(column)) if np.isfinite(column).any() else 0.0 for column in columns]
    scales = [float(np.nanstd(column)) if np.isfinite(column).any() else 0.0 for column in columns]
    scales = [scale or 1.0 for scale in scales]
    table = np.column_stack(_scaled(columns, means, scales))
    found = LogisticRegression(max_iter=1_000).fit(table, happened)
    weights = [float(weight) for weight in found.coef_[0]]
    return {"means": means, "scales": scales, "weights": weights, "constant": float(found.intercept_[0])}


def chance(version: Mapping[str, Any], columns: Sequence[Floats]) -> Floats:
    """The chance of each customer; what is not known of one counts as usual."""
    total = np.full(len(columns[0]), version["constant"])
    for weight, column in zip(version["weights"], _scaled(columns, version["means"], version["scales"]), strict=True):
        total = total + weight * column
    return sigmoid(total)


def sigmoid(odds: Floats) -> Floats:
    """The chance of these logarithms of odds, without overflow."""
    found: Floats = np.exp(-np.logaddexp(0.0, -odds))
    return found


def _scaled(columns: Sequence[Floats], means: Sequence[float], scales: Sequence[float]) -> list[Floats]:
    return [
        np.where(np.isfinite(column), (column - mean) / scale, 0.0)
        for column, mean, scale in zip(columns, means, scales, strict=True)
    ]
