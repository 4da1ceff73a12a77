"""In which stage of their life with the shop customers are, by how long others of theirs wait until they buy again."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any, Final

import numpy as np

from hundredfold.predict.option import checked
from hundredfold.predict.span import enough
from hundredfold.said import said
from hundredfold.words.model import Inputs, Kind, Option, Past, Role, Trained, Version

FEWEST: Final = 20
"""Customers who came back; with fewer of them nobody knows how long it takes to come back."""
STAGES: Final = ("new", "active", "reactivated", "at risk", "lapsed")


class Lifecycle:
    """The stage: `new`, `active`, `reactivated`, `at risk` or `lapsed`. It describes; nothing is predicted.

    Customers wait at risk when the population's quantile `risk` of mean repurchase intervals has passed without an
    order, and are lapsed when that of `lapse` has. Whoever came back after a wait as long as that is reactivated, and
    whoever has bought once is new, as long as neither is at risk.
    """

    name = "lifecycle"
    answers = "the stage of life with the shop: new, active, reactivated, at risk or lapsed"
    result: Kind = "text"
    roles: Mapping[str, Role] = {
        "recency": Role("time", "when the customer bought last"),
        "frequency": Role("number", "how often the customer has bought"),
        "interval": Role("number", "the mean time between two orders of the customer, in seconds"),
        "longest": Role("number", "the longest time between two orders of the customer, in seconds", needed=False),
    }
    options: Mapping[str, Option] = {
        "risk": Option("share", "the share of waits after which a customer is at risk", 0.75),
        "lapse": Option("share", "the share of waits after which a customer has lapsed", 0.95),
    }
    horizons = 0

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        found = checked(self.options, options)
        if found["risk"] >= found["lapse"]:
            raise ValueError(said("risk is not below lapse; whoever has lapsed was at risk before"))
        return found

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """The two waits, in days, from the mean intervals of everybody who came back."""
        _, inputs = past.at(past.cut)
        interval = np.asarray(inputs["interval"], np.float64) / 86_400
        again = np.sort(interval[interval > 0])
        enough(len(again), FEWEST, said("customers came back"), said("Import a longer history."))
        ranks = {name: ceil(part * len(again)) - 1 for name, part in options.items()}
        return Trained({name: float(again[rank]) for name, rank in ranks.items()})

    def apply(self, version: Version, inputs: Inputs) -> list[str | None]:
        """The stage; None for whoever has not bought."""
        recency, frequency, longest = (
            np.asarray(inputs[role], np.float64) for role in ("recency", "frequency", "longest")
        )
        stage = np.where(frequency > 1, 1, 0)
        stage[longest / 86_400 > version["lapse"]] = 2
        stage[recency > version["risk"]] = 3
        stage[recency > version["lapse"]] = 4
        bought = ~np.isnan(recency) & (frequency > 0)
        return [STAGES[one] if there else None for one, there in zip(stage.tolist(), bought.tolist(), strict=True)]


MODEL = Lifecycle()
