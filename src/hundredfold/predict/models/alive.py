"""`alive`: the chance that a customer still is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hundredfold.predict.behaviour import ORDERS, for_buyers, histories, of_buyers
from hundredfold.predict.buying import buying
from hundredfold.predict.estimators.pareto_nbd import ParetoNbd
from hundredfold.predict.judged import calibration, log_loss
from hundredfold.predict.likelihood import Floats
from hundredfold.predict.naive import RECENCY, by_silence, gone
from hundredfold.predict.option import checked, horizon
from hundredfold.words.model import Inputs, Numbers, Option, Past, Report, Role, Trained, Version


class Alive:
    """Pareto/NBD's chance that a customer has not left for good.

    Nobody sees who has left. So it is judged by what follows from it: the chance of an order in the last horizon, which
    is the chance of being alive times that of an order at the customer's own rate.
    """

    name: Final = "alive"
    answers: Final = "the chance that the customer has not left for good"
    roles: Final[Mapping[str, Role]] = ORDERS
    result: Final = "number"
    options: Final[Mapping[str, Option]] = horizon("by the orders of how many days it is judged")
    horizons: Final = 2

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        return checked(self.options, options)

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """A version from everybody's history at the cut."""
        days = options["horizon_days"]
        learnt, judged = (of_buyers(past, days, ago=ago) for ago in (days, 0))
        real = gone(judged, days)
        silent = 1 - _back(_fitted(judged.before), judged.before, days)
        naive = by_silence(learnt, judged, days)
        figures = {"calibration": calibration(silent, real), f"calibration of {RECENCY}": calibration(naive, real)}
        report = Report("log loss", log_loss(silent, real), log_loss(naive, real), RECENCY, len(real), figures)
        return Trained(_fitted(past.at(past.cut)[1]), report)

    def apply(self, version: Version, inputs: Inputs) -> Numbers:
        """The chance for everybody who has ordered."""
        model = ParetoNbd(**version["buying"])
        return for_buyers(inputs, lambda some: model.p_alive(*histories(some)))


def _fitted(inputs: Inputs) -> dict[str, Any]:
    return {"buying": buying(inputs).parameters}


def _back(version: Version, customers: Inputs, days: int) -> Floats:
    """The chance of an order within days, leaving meanwhile left out."""
    model, rows = ParetoNbd(**version["buying"]), histories(customers)
    frequency, _, age = rows
    silent = ((model.alpha + age) / (model.alpha + age + days)) ** (model.r + frequency)
    back: Floats = model.p_alive(*rows) * (1 - silent)
    return back


MODEL: Final = Alive()
