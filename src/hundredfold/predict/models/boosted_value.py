"""`boosted_value`: what a customer is expected to spend within the horizon, by trees over all that is known of him."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from hundredfold.predict import trees
from hundredfold.predict.behaviour import BEHAVIOUR, SPENT, columns, for_buyers
from hundredfold.predict.growth import OF_MONEY, Growth
from hundredfold.predict.option import checked, horizon
from hundredfold.predict.span import enough, longer
from hundredfold.said import said
from hundredfold.words.model import Inputs, Numbers, Option, Past, Role, Trained, Version

NEEDED: Final = 300
"""Customers who spent something in the horizon: trees learn chance from fewer."""


class BoostedValue:
    """Boosted trees, with Poisson's loss, whose answer is a mean also where most spend nothing.

    Learnt from the horizon before the last one and judged by the last one; learnt anew from the last one.
    """

    name: Final = "boosted_value"
    answers: Final = "what the customer is expected to spend within the horizon, by all that is known"
    roles: Final[Mapping[str, Role]] = {**BEHAVIOUR, "spent": SPENT}
    result: Final = "number"
    options: Final[Mapping[str, Option]] = horizon("how many days are looked ahead")
    horizons: Final = 2

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        return checked(self.options, options)

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """A version from the last two horizons."""
        days = options["horizon_days"]
        learnt, judged = (_enough(Growth.last(past, "spent", days, ago=ago), days) for ago in (days, 0))
        report = judged.report(self.apply(_grown(learnt), judged.before), OF_MONEY)
        return Trained(_grown(judged), report)

    def apply(self, version: Version, inputs: Inputs) -> Numbers:
        """What everybody who has ordered is expected to spend."""
        return for_buyers(inputs, lambda some: np.exp(trees.walked(version, columns(some))))


def _enough(spending: Growth, days: int) -> Growth:
    who = said("customers spent something within {days} days", days=days)
    enough(int((spending.grown > 0).sum()), NEEDED, who, longer(days))
    return spending


def _grown(spending: Growth) -> dict[str, Any]:
    return trees.grown(columns(spending.before), np.maximum(spending.grown, 0.0), "poisson")


MODEL: Final = BoostedValue()
