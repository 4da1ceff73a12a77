"""`basket_level`: whether a customer's baskets are low, medium or high."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Any, Final

import numpy as np

from hundredfold.predict.clusters import cuts
from hundredfold.predict.likelihood import Floats
from hundredfold.predict.option import checked
from hundredfold.predict.span import enough, numbers
from hundredfold.said import said
from hundredfold.words.model import Inputs, Option, Past, Role, Texts, Trained, Version

LEVELS: Final = ["low", "medium", "high"]
BY: Final = ("quantiles", "thresholds", "clusters")
FEWEST: Final = 10
"""Customers a level at least, where levels are learnt."""
MOST: Final = 20


class BasketLevel:
    """Levels of one number: equal shares of the customers, thresholds of one's own, or clusters. It describes, and so
    has no report.
    """

    name: Final = "basket_level"
    answers: Final = "whether what the customer usually buys at once is little or much"
    roles: Final[Mapping[str, Role]] = {"basket": Role("number", "what an order of the customer is worth on average")}
    result: Final = "text"
    options: Final[Mapping[str, Option]] = {
        "levels": Option("texts", "what the levels are called, from low to high", LEVELS),
        "by": Option("word", "how levels are made", BY[0], words=BY),
        "thresholds": Option("numbers", "where each level but the first begins, by thresholds"),
        "groups": Option("numbers", "how many clusters make each level, by clusters"),
    }
    horizons: Final = 0

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        found = checked(self.options, options)
        found["levels"] = _levels(found["levels"])
        for name, way in (("thresholds", "thresholds"), ("groups", "clusters")):
            if name in options and found["by"] != way:
                by = found["by"]
                raise ValueError(
                    said("{name} is said, but levels are by {by}; expected by: {way}", name=name, by=by, way=way)
                )
        levels = len(found["levels"])
        if found["by"] == "thresholds":
            found["thresholds"] = _thresholds(found.get("thresholds"), levels)
        if found["by"] == "clusters":
            found["groups"] = _groups(found.get("groups", [1] * levels), levels)
        return found

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """The thresholds as of the cut."""
        levels = options["levels"]
        if options["by"] == "thresholds":
            return Trained({"levels": levels, "thresholds": options["thresholds"]})
        basket = numbers(past.at(past.cut)[1], "basket")
        basket = basket[np.isfinite(basket)]
        advice = said("Wait for more orders, or say thresholds of your own.")
        enough(len(basket), FEWEST * len(levels), said("customers have a basket value"), advice)
        clusters = sum(options.get("groups", [1] * len(levels)))
        enough(len(np.unique(basket)), clusters, said("basket values are different from each other"), advice)
        if options["by"] == "quantiles":
            return Trained({"levels": levels, "thresholds": _quantiles(basket, len(levels))})
        ends = list(accumulate(options["groups"]))[:-1]
        found = cuts(basket, clusters)
        return Trained({"levels": levels, "thresholds": [found[end - 1] for end in ends]})

    def apply(self, version: Version, inputs: Inputs) -> Texts:
        """The level of everybody with a basket value."""
        basket, levels = numbers(inputs, "basket"), version["levels"]
        place = np.searchsorted(np.array(version["thresholds"], float), basket, side="right")
        return [levels[at] if has else None for at, has in zip(place, np.isfinite(basket), strict=True)]


def _quantiles(basket: Floats, levels: int) -> list[float]:
    return [float(cut) for cut in np.quantile(basket, np.arange(1, levels) / levels)]


def _levels(told: object) -> list[str]:
    if not isinstance(told, list) or not all(isinstance(level, str) and level for level in told):
        raise ValueError(said("levels is {found}; expected a list of names, from low to high", found=repr(told)))
    if not 2 <= len(told) <= MOST or len(set(told)) < len(told):
        raise ValueError(
            said("levels has {count} names; expected 2 to {most} different ones", count=len(told), most=MOST)
        )
    return told


def _thresholds(told: object, levels: int) -> list[float]:
    found = [float(at) for at in _numbers(told) if np.isfinite(at)]
    if len(found) != levels - 1 or any(a >= b for a, b in pairwise(found)):
        raise ValueError(
            said(
                "thresholds is {found}; expected {count} ascending numbers: where levels begin, the first apart",
                found=repr(told),
                count=levels - 1,
            )
        )
    return found


def _groups(told: object, levels: int) -> list[int]:
    found = [int(size) for size in _numbers(told) if size == int(size) and size >= 1]
    if len(found) != levels or sum(found) > MOST:
        raise ValueError(
            said(
                "groups is {found}; expected {count} numbers of clusters, one a level, {most} in all at most",
                found=repr(told),
                count=levels,
                most=MOST,
            )
        )
    return found


def _numbers(told: object) -> list[int | float]:
    """The numbers of a list; none when it has anything else."""
    if not isinstance(told, list) or not all(isinstance(one, int | float) for one in told):
        return []
    return told


MODEL: Final = BasketLevel()
