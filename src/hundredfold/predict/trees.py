"""Boosted trees: grown by a library, kept as plain numbers, walked customer by customer without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np

from hundredfold.predict.likelihood import Floats

TREES: Final = 100
LEAVES: Final = 8
SMALLEST: Final = 40
"""Customers in a leaf at least."""
RATE: Final = 0.05
CHUNK: Final = 4_096
"""Customers walked together, so that their places stay in the processor's cache."""

Loss = Literal["log_loss", "poisson"]


def grown(columns: Sequence[Floats], target: Floats, loss: Loss) -> dict[str, Any]:
    """Trees that foresee the target, as plain JSON: a list for each field of all nodes, and where each tree begins.

    What they add up to is a logarithm: of the odds with `log_loss`, of the amount with `poisson`.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    how = {
        "learning_rate": RATE,
        "max_iter": TREES,
        "max_leaf_nodes": LEAVES,
        "min_samples_leaf": SMALLEST,
        "l2_regularization": 1.0,
        "early_stopping": False,
        "random_state": 0,
    }
    kind = HistGradientBoostingClassifier if loss == "log_loss" else HistGradientBoostingRegressor
    # The library knows no column without any number; one of zeros is never split either.
    table = np.column_stack([column if np.isfinite(column).any() else np.zeros(len(column)) for column in columns])
    with threadpool_limits(1):  # sums of several threads depend on how many there are
        found = kind(loss=loss, **how).fit(table, target)
    return plain(found)


def plain(found: Any) -> dict[str, Any]:
    """The library's trees as lists; a leaf leads to itself."""
    each = [tree.nodes for (tree,) in found._predictors]
    starts = np.cumsum([0, *(len(nodes) for nodes in each[:-1])])
    nodes = np.concatenate(each)
    first = np.repeat(starts, [len(nodes) for nodes in each])
    leaf, here = nodes["is_leaf"].astype(bool), np.arange(len(nodes))
    most = np.finfo(np.float64).max
    return {
        "constant": float(found._baseline_prediction.item()),
        "starts": starts.tolist(),
        "depth": max(int(nodes["depth"].max()) for nodes in each),
        "column": np.where(leaf, 0, nodes["feature_idx"]).tolist(),
        "threshold": np.where(leaf, 0.0, np.minimum(nodes["num_threshold"], most)).tolist(),
        "unknown_left": nodes["missing_go_to_left"].astype(int).tolist(),
        "left": np.where(leaf, here, nodes["left"] + first).tolist(),
        "right": np.where(leaf, here, nodes["right"] + first).tolist(),
        "value": np.where(leaf, nodes["value"], 0.0).tolist(),
    }


def walked(version: Mapping[str, Any], columns: Sequence[Floats]) -> Floats:
    """What the trees add up to for each customer, tree after tree."""
    table = np.stack(columns)
    fields = {name: np.array(version[name]) for name in ("starts", "column", "threshold", "left", "right", "value")}
    unknown_left = np.array(version["unknown_left"], bool)
    found = np.empty(table.shape[1])
    for start in range(0, len(found), CHUNK):
        rows = table[:, start : start + CHUNK]
        place = np.repeat(fields["starts"][:, None], rows.shape[1], axis=1)
        for _ in range(version["depth"]):
            value = rows[fields["column"][place], np.arange(rows.shape[1])]
            left = (value <= fields["threshold"][place]) | (np.isnan(value) & unknown_left[place])
            place = np.where(left, fields["left"][place], fields["right"][place])
        total = np.full(rows.shape[1], version["constant"])
        for leaves in fields["value"][place]:
            total = total + leaves
        found[start : start + CHUNK] = total
    return found
