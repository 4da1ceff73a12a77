"""How customers are parted: clusters of every layer within every stage, and the group of each tuple of clusters.

A partition is plain JSON: `scales` by role, `layers` (which roles each has), `stages` (by name: the centres of each
layer's clusters, and the group of every tuple there can be) and `groups` (each with its stage, how many customers it
had, and by role how far its middle is from that of its stage, in standard deviations of all customers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict.likelihood import Floats
from hundredfold.predict.microsegments.clustering import Centres, Numbered, clusters_by_layer, nearest
from hundredfold.predict.microsegments.layers import Scale, layered
from hundredfold.predict.microsegments.merging import merged
from hundredfold.predict.microsegments.told import Told

TUPLES: Final = 600
"""Tuples of clusters that a stage may have before they are merged."""
SAMPLE: Final = 40_000
"""Customers that weights, and centres of a stage, are learnt from; of more, every second, third, ..."""
NOWHERE: Final = -1
"""The group of a customer whose stage the partition does not know."""

Partition = Mapping[str, Any]


@dataclass(frozen=True)
class People:
    """Customers to be parted: the stage of each (empty where there is none), and numbers by role, NaN where none."""

    stages: NDArray[np.str_]
    values: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.stages)

    def of(self, rows: NDArray[Any]) -> People:
        """Some of them, by mask or by places."""
        return People(self.stages[rows], {role: column[rows] for role, column in self.values.items()})

    def order(self, *beside: Floats) -> Numbered:
        """Their places in an order that depends on what they are alone, not on where they stand."""
        found: Numbered = np.lexsort([*beside, *(self.values[role] for role in sorted(self.values)), self.stages])
        return found

    def scales(self) -> dict[str, Scale]:
        """The scale of each role that tells customers apart."""
        found = {role: Scale.of(column) for role, column in self.values.items()}
        return {role: scale for role, scale in found.items() if scale is not None}

    def put(self, scales: Mapping[str, Scale]) -> dict[str, Floats]:
        """Where everybody stands on scales, by role."""
        return {role: scale.put(self.values[role]) for role, scale in scales.items()}


def learnt(then: People, later: Floats) -> Told:
    """What the inputs of customers at an earlier time told of the money that each has spent since."""
    order = _some(then.order(later))
    then, later = then.of(order), later[order]
    return Told.learnt(then.put(then.scales()), later)


def parted(people: People, told: Told | None, most: int, smallest: int) -> dict[str, Any]:
    """A partition of customers who have a stage, and inputs that tell them apart, into at most so many groups (one a
    stage at least) of at least so many customers (where the stage has as many). Without anything told all layers count
    alike.
    """
    people = people.of(people.stages != "")
    people = people.of(people.order())
    scales = _weighed(people.scales(), told)
    layers = layered(scales)
    stages, stage_of = np.unique(people.stages, return_inverse=True)
    columns = people.put(scales)
    parts = [{role: column[stage_of == stage] for role, column in columns.items()} for stage in range(len(stages))]
    clusters = [_clustered(layers, part) for part in parts]
    # In the order of the stages people stand already.
    tuples = np.concatenate([_tuples(layers, own, part) for own, part in zip(clusters, parts, strict=True)])
    codes, tuple_of = np.unique(stage_of * TUPLES + tuples, return_inverse=True)
    seen = np.column_stack(np.divmod(codes, TUPLES))
    places = np.column_stack([*columns.values()])
    alike_by = _seen_with(told, scales, _means(places, tuple_of, len(seen)))
    group_of = merged(alike_by, np.bincount(tuple_of), seen[:, 0], most, smallest)
    middles = _means(places, group_of[tuple_of], int(group_of.max()) + 1)
    tables = {}
    for number, stage in enumerate(stages.tolist()):
        own = seen[:, 0] == number
        table = _table(layers, list(scales), clusters[number], seen[own, 1], group_of[own], middles)
        tables[stage] = {"clusters": clusters[number], "groups": table.tolist()}
    stage_of_group = np.zeros(len(middles), np.int64)
    stage_of_group[group_of] = seen[:, 0]
    weights = np.array([scale.weight for scale in scales.values()])
    apart = (middles - _means(places, stage_of, len(stages))[stage_of_group]) / weights
    return {
        "scales": {role: scale.plain() for role, scale in scales.items()},
        "layers": layers,
        "stages": tables,
        "groups": [
            {"stage": str(stages[stage]), "customers": int(size), "apart": dict(zip(scales, row, strict=True))}
            for stage, size, row in zip(
                stage_of_group, np.bincount(group_of[tuple_of]), apart.round(4).tolist(), strict=True
            )
        ],
    }


def placed(partition: Partition, people: People) -> Numbered:
    """The number of everybody's group; NOWHERE where the stage is none that the partition knows."""
    found = np.full(len(people), NOWHERE, np.int64)
    columns = people.put({role: Scale(**scale) for role, scale in partition["scales"].items()})
    for stage, parts in partition["stages"].items():
        rows = np.flatnonzero(people.stages == stage)
        if rows.size:
            own = {role: column[rows] for role, column in columns.items()}
            found[rows] = np.array(parts["groups"], np.int64)[_tuples(partition["layers"], parts["clusters"], own)]
    return found


def _weighed(scales: Mapping[str, Scale], told: Told | None) -> dict[str, Scale]:
    """The scales of all layers' inputs in the order of the layers, with what each counts."""
    return {
        role: replace(scales[role], weight=told.weight(role) if told else len(own) ** -0.5)
        for own in layered(scales).values()
        for role in own
    }


def _some(rows: Numbered) -> Numbered:
    return rows[:: 1 + len(rows) // SAMPLE]


def _clustered(layers: Mapping[str, list[str]], columns: Mapping[str, Floats]) -> dict[str, Centres]:
    some = _some(np.arange(len(next(iter(columns.values())))))
    return clusters_by_layer({a: [columns[role][some] for role in roles] for a, roles in layers.items()}, TUPLES)


def _tuples(
    layers: Mapping[str, list[str]], clusters: Mapping[str, Centres], columns: Mapping[str, Floats]
) -> Numbered:
    """Everybody's tuple of clusters as one number, the last layer's cluster counting in ones."""
    found = np.zeros(len(next(iter(columns.values()))), np.int64)
    for layer, roles in layers.items():
        found = found * len(clusters[layer]) + nearest(clusters[layer], [columns[role] for role in roles])
    return found


def _seen_with(told: Told | None, scales: Mapping[str, Scale], middles: Floats) -> Floats:
    """Where tuples stand when they are merged: in their layers, and by what is foreseen of them."""
    if told is None:
        return middles
    plain = {role: middles[:, at] / scale.weight for at, (role, scale) in enumerate(scales.items())}
    return np.column_stack([middles, told.foreseen(plain)])


def _table(
    layers: Mapping[str, list[str]],
    roles: list[str],
    clusters: Mapping[str, Centres],
    seen: Numbered,
    groups: Numbered,
    centres_of: Floats,
) -> Numbered:
    """The group of every tuple of a stage: as merged, or, where nobody was, that with the nearest middle."""
    every = list(product(*(clusters[layer] for layer in layers)))
    order = [role for layer in layers.values() for role in layer]
    corners = np.array([[place for centre in corner for place in centre] for corner in every])
    own = np.unique(groups)
    middles = centres_of[own][:, [roles.index(role) for role in order]]
    found: Numbered = own[nearest(middles.tolist(), list(corners.T))]
    found[seen] = groups
    return found


def _means(places: Floats, number: Numbered, count: int) -> Floats:
    sums = np.column_stack([np.bincount(number, column, count) for column in places.T])
    found: Floats = sums / np.bincount(number, minlength=count)[:, None]
    return found
