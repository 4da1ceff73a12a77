"""`expected_orders`: how many orders a customer is expected to place within the horizon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hundredfold.predict.behaviour import ORDERS, for_buyers, histories
from hundredfold.predict.buying import buying
from hundredfold.predict.estimators.pareto_nbd import ParetoNbd
from hundredfold.predict.growth import OF_ORDERS, Growth
from hundredfold.predict.option import checked, horizon
from hundredfold.predict.span import enough, longer
from hundredfold.said import said
from hundredfold.words.model import Inputs, Numbers, Option, Past, Role, Trained, Version

NEEDED: Final = 100


class ExpectedOrders:
    """Pareto/NBD's mean, leaving for good within the horizon included.

    Judged by the last horizon with the parameters of a horizon ago; fitted anew at the cut.
    """

    name: Final = "expected_orders"
    answers: Final = "how many orders the customer is expected to place within the horizon"
    roles: Final[Mapping[str, Role]] = ORDERS
    result: Final = "number"
    options: Final[Mapping[str, Option]] = horizon("how many days are looked ahead")
    horizons: Final = 1

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        return checked(self.options, options)

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """A version from everybody's history at the cut."""
        days = options["horizon_days"]
        judged = Growth.last(past, "orders", days)
        enough(len(judged.grown), NEEDED, said("customers had ordered {days} days ago", days=days), longer(days))
        report = judged.report(self.apply(_fitted(judged.before, days), judged.before), OF_ORDERS)
        return Trained(_fitted(past.at(past.cut)[1], days), report)

    def apply(self, version: Version, inputs: Inputs) -> Numbers:
        """The mean number of orders of everybody who has ordered."""
        model = ParetoNbd(**version["buying"])
        return for_buyers(inputs, lambda some: model.expected_orders(version["horizon_days"], *histories(some)))


def _fitted(inputs: Inputs, days: int) -> dict[str, Any]:
    return {"horizon_days": days, "buying": buying(inputs).parameters}


MODEL: Final = ExpectedOrders()
