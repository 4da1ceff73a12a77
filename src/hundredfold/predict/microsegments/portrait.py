"""What the customers of groups are like now: how many they are, what they have of each input, what sets them apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict.likelihood import Floats
from hundredfold.predict.microsegments.clustering import Numbered
from hundredfold.predict.microsegments.layers import Scale
from hundredfold.predict.microsegments.partition import NOWHERE, Partition

MONEY: Final = ("spent", "recent_spent", "order_value")
"""The inputs that are amounts of money."""
BARS: Final = 12
"""Parts of a scale in which customers are counted."""
QUARTERS: Final = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Portrait:
    """The groups of a partition, in its order; numbers by role, NaN where nobody has one."""

    sizes: Numbered
    sums: Mapping[str, Floats]
    means: Mapping[str, Floats]
    everybody: Mapping[str, float]
    """The mean of all customers who are in a group."""
    apart: Mapping[str, Floats]
    """How far the group's middle is from everybody's, in standard deviations on the scale on which groups are formed;
    roles that tell nobody apart are left out."""

    @classmethod
    def of(cls, partition: Partition, groups: Numbered, values: Mapping[str, Floats]) -> Portrait:
        """From the number of each customer's group (NOWHERE: none), and his inputs by role, NaN where he has none."""
        count, there = len(partition["groups"]), groups != NOWHERE
        rows = groups[there]
        sizes = np.bincount(rows, minlength=count)
        sums: dict[str, Floats] = {}
        means: dict[str, Floats] = {}
        everybody: dict[str, float] = {}
        apart: dict[str, Floats] = {}
        for role, column in values.items():
            own = column[there]
            known = ~np.isnan(own)
            sums[role] = np.bincount(rows[known], own[known], count).astype(np.float64)
            means[role] = _divided(sums[role], np.bincount(rows[known], minlength=count))
            everybody[role] = float(own[known].mean()) if known.any() else float("nan")
            if role in partition["scales"]:
                places = _put(partition, role, own)
                apart[role] = _divided(np.bincount(rows, places, count), sizes) - float(
                    places.mean() if rows.size else 0
                )
        return cls(sizes, sums, means, everybody, apart)


@dataclass(frozen=True)
class Spread:
    """How some customers lie on a scale: the share in each part between two edges, and three quarters of them."""

    shares: list[float]
    quarters: list[float]
    """What a quarter, half and three quarters have at most."""

    @classmethod
    def of(cls, values: Floats, edges: Floats) -> Spread | None:
        """Of values, NaN where there is none; whoever lies beyond an edge counts in the outermost part."""
        known = values[~np.isnan(values)]
        if not known.size:
            return None
        counts = np.histogram(np.clip(known, edges[0], edges[-1]), edges)[0]
        return cls((counts / known.size).tolist(), np.quantile(known, QUARTERS).tolist())


def edges_of(partition: Partition, role: str) -> Floats | None:
    """The parts of a role's scale, in its own unit, in equal steps of the scale; None where it tells nobody apart."""
    if role not in partition["scales"]:
        return None
    scale = Scale(**partition["scales"][role])
    found: Floats = scale.unit * np.expm1(np.linspace(scale.low, scale.high, BARS + 1))
    return found


def clusters_of(partition: Partition) -> list[dict[str, list[int]]]:
    """The clusters of each layer, from 1 on, that lead to each group."""
    layers, found = list(partition["layers"]), []
    for number, group in enumerate(partition["groups"]):
        stage = partition["stages"][group["stage"]]
        table = np.array(stage["groups"]).reshape([len(stage["clusters"][layer]) for layer in layers])
        where = np.nonzero(table == number)
        found.append({layer: (np.unique(own) + 1).tolist() for layer, own in zip(layers, where, strict=True)})
    return found


def _put(partition: Partition, role: str, values: Floats) -> Floats:
    """Where values stand on a role's scale, in standard deviations."""
    found: Floats = Scale(**{**partition["scales"][role], "weight": 1.0}).put(values)
    return found


def _divided(sums: NDArray[Any], counts: NDArray[Any]) -> Floats:
    found: Floats = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return found
