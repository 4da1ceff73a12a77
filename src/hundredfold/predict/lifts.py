"""Which products go with which: a table of bounded size, and what it says of those who have bought some."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hundredfold.words.amount import MILLION

Bought = Sequence[Sequence[str]]

ROOTS: Final = ("fourth root", "square root")
"""Which root weighs popularity."""
LEAST: Final = 3
"""Customers who have both products of a pair; fewer may be chance."""
SMOOTH: Final = 10
"""Buyers that a product is thought to have besides, so that a new one does not seem a rage."""
CHUNK: Final = 4_096


@dataclass(frozen=True)
class Lifts:
    """The products that go best with each product. Strengths are whole millionths, so their sums are exact."""

    products: Sequence[str]
    strengths: sparse.csr_array
    """(products, products): of the row for the column."""

    @classmethod
    def learnt(
        cls, bought: Bought, fresh: Bought, *, products: int, neighbours: int, roots: Collection[str] = ROOTS
    ) -> dict[str, Self]:
        """By each of some roots, from what each customer has bought, and what of it he had not bought some time ago.

        A strength is how many bought both, by the root of how many bought one times how many bought the other, times
        the root of the share of the product's buyers who are new: what is out of season or no longer sold is no
        complement. The square root favours rarities, the fourth what many buy.
        """
        names = _most_bought(bought, products)
        has, new = _table(bought, names), _table(fresh, names)
        buyers = np.asarray(has.sum(axis=0)).ravel()
        newly = np.asarray(new.sum(axis=0)).ravel()
        both = (has.T @ has).tocoo()
        row, column, count = both.row, both.col, both.data
        kept = (row != column) & (count >= LEAST)
        row, column, count = row[kept], column[kept], count[kept]
        trend = (newly + 1) / (buyers + SMOOTH)
        root = np.sqrt(trend[column] / (buyers[row] * buyers[column]))
        size = (len(names), len(names))
        found = {}
        for name in roots:
            # Of square roots alone: those are rounded in the same way on every machine.
            by = root if name == "square root" else np.sqrt(root)
            whole = np.maximum(np.round(count * by * MILLION), 1).astype(np.int64)
            best = _first(row, column, whole, neighbours)
            found[name] = cls(names, sparse.csr_array((whole[best], (row[best], column[best])), shape=size))
        return found

    def beside(self, bought: Bought, shown: int) -> list[list[str]]:
        """The products that go best with what each customer has bought, the best first, none that he has."""
        place = {name: at for at, name in enumerate(self.products)}
        found: list[list[str]] = []
        for start in range(0, len(bought), CHUNK):
            some = bought[start : start + CHUNK]
            has = _matrix(some, place)
            total = (has @ self.strengths).tocoo()
            row, column = total.row, total.col
            free = ~np.isin(row.astype(np.int64) * len(place) + column, _keys(has, len(place)))
            row, column, strength = row[free], column[free], total.data[free]
            told: list[list[str]] = [[] for _ in some]
            for at in _first(row, column, strength, shown):
                told[row[at]].append(self.products[column[at]])
            found += told
        return found

    def plain(self) -> dict[str, Any]:
        """As plain JSON."""
        table = self.strengths
        return {
            "products": list(self.products),
            "starts": table.indptr.tolist(),
            "others": table.indices.tolist(),
            "strengths": table.data.tolist(),
        }

    @classmethod
    def of(cls, version: Mapping[str, Any]) -> Self:
        """From plain JSON."""
        products = version["products"]
        data, others, starts = (np.array(version[name], np.int64) for name in ("strengths", "others", "starts"))
        return cls(products, sparse.csr_array((data, others, starts), shape=(len(products), len(products))))


def bestsellers(bought: Bought, of: Iterable[Sequence[str]], shown: int) -> list[list[str]]:
    """The products that most customers have bought, to each of those `of` whom he has not."""
    ranked = _most_bought(bought, sum(map(len, bought)))
    told = []
    for has in of:
        own = set(has)
        told.append([name for name in ranked[: shown + len(own)] if name not in own][:shown])
    return told


def _most_bought(bought: Bought, most: int) -> list[str]:
    names, times = np.unique(np.array([*chain.from_iterable(map(set, bought))], dtype=object), return_counts=True)
    ranked = np.lexsort((np.arange(len(names)), -times))
    return [str(names[at]) for at in ranked[:most]]


def _table(bought: Bought, names: Sequence[str]) -> sparse.csr_array:
    return _matrix(bought, {name: at for at, name in enumerate(names)})


def _matrix(bought: Bought, place: Mapping[str, int]) -> sparse.csr_array:
    """(customers, products): 1 where he has bought it."""
    rows = [sorted({place[name] for name in has if name in place}) for has in bought]
    starts = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter(chain.from_iterable(rows), np.int64, int(starts[-1]))
    ones = np.ones(len(columns), np.int64)
    return sparse.csr_array((ones, columns, starts), shape=(len(rows), len(place)))


def _keys(has: sparse.csr_array, width: int) -> NDArray[np.int64]:
    pairs = has.tocoo()
    keys: NDArray[np.int64] = pairs.row.astype(np.int64) * width + pairs.col
    return keys


def _first(
    row: NDArray[np.int64], column: NDArray[np.int64], strength: NDArray[np.int64], most: int
) -> NDArray[np.int64]:
    """The places of the strongest of each row, at most so many; of equals the one that more have bought."""
    order = np.lexsort((column, -strength, row))
    ordered = row[order]
    begins = np.searchsorted(ordered, ordered, side="left")
    best: NDArray[np.int64] = order[np.arange(len(order)) - begins < most]
    return best
