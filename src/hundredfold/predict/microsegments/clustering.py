"""Clusters of one layer, and how many clusters each layer gets.

Nothing is drawn at random: a cluster more is the worst one split in two, so the same rows in the same order give
the same clusters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict.likelihood import Floats

Centres: TypeAlias = list[list[float]]
Numbered: TypeAlias = NDArray[np.int64]

ROUNDS: Final = 12
"""After so many rounds centres hardly move; a few steps more or less change nothing that the merging leaves."""
MOST: Final = 12
"""Clusters of one layer."""


def nearest(centres: Sequence[Sequence[float]], columns: Sequence[Floats]) -> Numbered:
    """The number of each customer's nearest centre, the lowest of those equally near.

    Centre by centre and column by column, so that a customer alone gets the bits that he gets among a million.
    """
    found = np.zeros(len(columns[0]), np.int64)
    least = _distance(centres[0], columns)
    for number, centre in enumerate(centres[1:], 1):
        distance = _distance(centre, columns)
        nearer = distance < least
        found[nearer] = number
        least = np.minimum(least, distance)
    return found


def clusters_by_layer(layers: Mapping[str, list[Floats]], tuples: int) -> dict[str, Centres]:
    """The centres of each layer's clusters, with at most so many tuples of clusters.

    Half of the customers, every other one, is clustered. A cluster more goes to the layer in which it lowers the
    squared distance of the other half most, as long as it lowers it; everybody is clustered with as many.
    """
    learnt = {layer: [column[::2] for column in columns] for layer, columns in layers.items()}
    judged = {layer: [column[1::2] for column in columns] for layer, columns in layers.items()}
    whole = {layer: [[float(column.mean()) for column in columns]] for layer, columns in layers.items()}
    now = {layer: [[float(column.mean()) for column in columns]] for layer, columns in learnt.items()}
    more = {layer: _one_more(now[layer], columns) for layer, columns in learnt.items()}
    gain = {layer: _left(now[layer], judged[layer]) - _left(more[layer], judged[layer]) for layer in layers}
    while True:
        count = int(np.prod([len(centres) for centres in now.values()]))
        able = [a for a in now if gain[a] > 0 and len(now[a]) < MOST and count // len(now[a]) * len(more[a]) <= tuples]
        if not able:
            return whole
        layer = max(able, key=lambda a: gain[a])
        now[layer], whole[layer] = more[layer], _one_more(whole[layer], layers[layer])
        more[layer] = _one_more(now[layer], learnt[layer])
        gain[layer] = _left(now[layer], judged[layer]) - _left(more[layer], judged[layer])


def _one_more(centres: Centres, columns: list[Floats]) -> Centres:
    """The centres after the worst cluster was split across its widest column; as they are, if none can be split."""
    own = nearest(centres, columns)
    places = np.array(centres)
    squares = [np.bincount(own, (column - places[own, c]) ** 2, len(centres)) for c, column in enumerate(columns)]
    worst = int(np.sum(squares, axis=0).argmax())
    widest = int(np.argmax([by_cluster[worst] for by_cluster in squares]))
    inside = np.flatnonzero(own == worst)
    upper = columns[widest][inside] > centres[worst][widest]
    if not upper.any() or upper.all():
        return centres
    halves = [[float(column[inside[side]].mean()) for column in columns] for side in (~upper, upper)]
    return _settled([*centres[:worst], *halves, *centres[worst + 1 :]], columns)


def _settled(centres: Centres, columns: list[Floats]) -> Centres:
    for _ in range(ROUNDS):
        own = nearest(centres, columns)
        count = np.bincount(own, minlength=len(centres))
        sums = np.column_stack([np.bincount(own, column, len(centres)) for column in columns])
        means = (sums / np.maximum(count, 1)[:, None]).tolist()
        moved = [mean if has else centre for mean, has, centre in zip(means, count, centres, strict=True)]
        if moved == centres:
            break
        centres = moved
    return centres


def _left(centres: Centres, columns: list[Floats]) -> float:
    """The squared distance of customers to their nearest centres."""
    own, places = nearest(centres, columns), np.array(centres)
    return float(sum(((column - places[own, c]) ** 2).sum() for c, column in enumerate(columns)))


def _distance(centre: Sequence[float], columns: Sequence[Floats]) -> Floats:
    total: Floats = (columns[0] - centre[0]) ** 2
    for place, column in zip(centre[1:], columns[1:], strict=True):
        total = total + (column - place) ** 2
    return total
