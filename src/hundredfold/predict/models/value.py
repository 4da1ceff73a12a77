"""`value`: what a customer is expected to spend within the horizon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from hundredfold.errors import CannotFit
from hundredfold.predict.behaviour import ORDERS, SPENT, buyers, for_buyers, histories
from hundredfold.predict.buying import buying
from hundredfold.predict.estimators.gamma_gamma import GammaGamma
from hundredfold.predict.estimators.pareto_nbd import ParetoNbd
from hundredfold.predict.growth import OF_MONEY, Growth
from hundredfold.predict.likelihood import Floats
from hundredfold.predict.option import checked, horizon
from hundredfold.predict.span import enough, longer, numbers, only
from hundredfold.said import said
from hundredfold.words.model import Inputs, Numbers, Option, Past, Role, TooLittle, Trained, Version

NEEDED: Final = 100


class Value:
    """Pareto/NBD for how often, Gamma-Gamma for how much.

    Judged by the last horizon with the parameters of a horizon ago; fitted anew at the cut.
    """

    name: Final = "value"
    answers: Final = "what the customer is expected to spend within the horizon"
    roles: Final[Mapping[str, Role]] = {**ORDERS, "spent": SPENT}
    result: Final = "number"
    options: Final[Mapping[str, Option]] = horizon("how many days are looked ahead")
    horizons: Final = 1

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        return checked(self.options, options)

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """A version from everybody's history at the cut."""
        days = options["horizon_days"]
        judged = Growth.last(past, "spent", days)
        enough(len(judged.grown), NEEDED, said("customers had ordered {days} days ago", days=days), longer(days))
        report = judged.report(self.apply(_fitted(judged.before, days), judged.before), OF_MONEY)
        return Trained(_fitted(past.at(past.cut)[1], days), report)

    def apply(self, version: Version, inputs: Inputs) -> Numbers:
        """What everybody who has ordered is expected to spend."""
        return for_buyers(inputs, lambda some: _expected(version, some))


def _fitted(inputs: Inputs, days: int) -> dict[str, Any]:
    often = buying(inputs)
    try:
        paid = GammaGamma.fit(*_baskets(only(inputs, np.flatnonzero(buyers(inputs)))))
    except CannotFit as why:
        raise TooLittle(str(why)) from why
    return {"horizon_days": days, "buying": often.parameters, "spending": paid.parameters}


def _expected(version: Version, customers: Inputs) -> Floats:
    often, spending = ParetoNbd(**version["buying"]), GammaGamma(**version["spending"])
    orders: Floats = often.expected_orders(version["horizon_days"], *histories(customers))
    return orders * spending.expected_value(*_baskets(customers))


def _baskets(inputs: Inputs) -> tuple[Floats, Floats]:
    orders, spent = numbers(inputs, "orders"), np.nan_to_num(numbers(inputs, "spent"))
    return orders, np.maximum(spent, 0.0) / orders


MODEL: Final = Value()
