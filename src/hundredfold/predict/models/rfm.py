"""How recently, how often and for how much customers buy, each as one of n cells of the population: `5-4-3`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from hundredfold.predict.option import checked, whole
from hundredfold.predict.span import enough
from hundredfold.said import said
from hundredfold.words.model import Inputs, Kind, Numbers, Option, Past, Role, Trained, Version

FEWEST: Final = 20
"""Customers who have bought; with fewer of them cells say more of chance than of customers."""


class Rfm:
    """The cell of each dimension, the best first: `5-5-5` bought lately, often and for much. It predicts nothing."""

    name = "rfm"
    answers = "how recently, how often and for how much the customer buys, each in levels: 5-4-3"
    result: Kind = "text"
    roles: Mapping[str, Role] = {
        "recency": Role("time", "when the customer bought last"),
        "frequency": Role("number", "how often the customer has bought"),
        "money": Role("number", "how much the customer has spent"),
    }
    options: Mapping[str, Option] = {"cells": whole("into how many levels each of the three is cut", 5, 2, 10)}
    horizons = 0

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        return checked(self.options, options)

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """The cut points of everybody who has bought: at the ascending ranks ceil(k N / n), as of `tier`."""
        _, inputs = past.at(past.cut)
        columns = {role: np.asarray(inputs[role], np.float64) for role in self.roles}
        bought = _bought(columns)
        enough(int(np.count_nonzero(bought)), FEWEST, said("customers have bought"), said("Import a longer history."))
        cuts = {role: _cut_points(_upwards(role, column)[bought], options["cells"]) for role, column in columns.items()}
        return Trained({"cuts": cuts})

    def apply(self, version: Version, inputs: Inputs) -> list[str | None]:
        """The cells as a text; None for whoever has not bought."""
        columns = {role: np.asarray(inputs[role], np.float64) for role in self.roles}
        cells = [
            1 + np.searchsorted(np.array(version["cuts"][role]), _upwards(role, column), side="left")
            for role, column in columns.items()
        ]
        rows = zip(_bought(columns).tolist(), *(cell.tolist() for cell in cells), strict=True)
        return [f"{r}-{f}-{m}" if bought else None for bought, r, f, m in rows]


def _bought(columns: Mapping[str, Numbers]) -> Any:
    there = ~np.isnan(columns["recency"]) & ~np.isnan(columns["frequency"]) & ~np.isnan(columns["money"])
    return there & (columns["frequency"] > 0)


def _upwards(role: str, column: Numbers) -> Numbers:
    """The column such that more is better: who bought last is the best."""
    return -column if role == "recency" else column


def _cut_points(column: Numbers, n: int) -> list[float]:
    ascending = np.sort(column)
    return [float(ascending[-(-k * len(ascending) // n) - 1]) for k in range(1, n)]


MODEL = Rfm()
