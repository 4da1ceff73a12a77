"""`churn`: the chance that a customer does not order within the horizon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hundredfold.errors import CannotFit
from hundredfold.predict import logistic, trees
from hundredfold.predict.behaviour import BEHAVIOUR, columns, for_buyers, histories, in_days, of_buyers
from hundredfold.predict.estimators.bg_nbd import BgNbd
from hundredfold.predict.judged import calibration, log_loss
from hundredfold.predict.likelihood import Floats
from hundredfold.predict.naive import RECENCY, by_silence, gone
from hundredfold.predict.option import checked, horizon
from hundredfold.predict.span import Span
from hundredfold.words.model import Inputs, Numbers, Option, Past, Report, Role, Trained, Version

WAYS: Final = ("logistic", "boosted trees")


class Churn:
    """Logistic regression and boosted trees over the same columns; the one that errs less is the version.

    Both learn from the horizon before the last one and are judged by the last one; the better is then learnt anew from
    the last one. The baselines learn and are judged the same way.
    """

    name: Final = "churn"
    answers: Final = "the chance that the customer does not order within the horizon"
    roles: Final[Mapping[str, Role]] = BEHAVIOUR
    result: Final = "number"
    options: Final[Mapping[str, Option]] = horizon(
        "within how many days an order means that the customer is still there"
    )
    horizons: Final = 2

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        return checked(self.options, options)

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """A version from the last two horizons."""
        days = options["horizon_days"]
        learnt, judged = (of_buyers(past, days, ago=ago) for ago in (days, 0))
        real, left = gone(judged, days), gone(learnt, days)
        ways = {way: _told(_learnt(way, learnt, left), judged.before) for way in WAYS}
        peers = baselines(learnt, judged, days)
        losses = {name: log_loss(chance, real) for name, chance in {**ways, **peers}.items()}
        best, rival = (min(those, key=lambda name: losses[name]) for those in (ways, peers))
        figures = {
            "calibration": calibration(ways[best], real),
            **{f"calibration of {name}": calibration(chance, real) for name, chance in peers.items()},
            **{f"log loss of {name}": loss for name, loss in losses.items()},
            "share gone": float(real.mean()),
        }
        report = Report("log loss", losses[best], losses[rival], rival, len(real), figures)
        return Trained(_learnt(best, judged, real), report)

    def apply(self, version: Version, inputs: Inputs) -> Numbers:
        """The chance of no order within the horizon, for everybody who has ordered."""
        return for_buyers(inputs, lambda some: _told(version, some))


def baselines(learnt: Span, judged: Span, days: int) -> dict[str, Floats]:
    """What the naive would say of those judged: by silence alone, and by BG/NBD's chance of being alive.

    The latter is no chance of ordering within a horizon, so it is also given weights of its own: as good as it can be.
    """
    found = {RECENCY: by_silence(learnt, judged, days)}
    try:
        model = BgNbd.fit(*in_days(histories(learnt.before)))
    except CannotFit:
        return found
    then, now = (1 - model.p_alive(*histories(span.before)) for span in (learnt, judged))
    weighed = logistic.fitted([_odds(then)], gone(learnt, days))
    return {**found, "BG/NBD": now, "BG/NBD, weighed": logistic.chance(weighed, [_odds(now)])}


def _odds(chance: Floats) -> Floats:
    kept = np.clip(chance, 1e-3, 1 - 1e-3)
    odds: Floats = np.log(kept / (1 - kept))
    return odds


def _learnt(way: str, span: Span, left: NDArray[np.bool_]) -> dict[str, Any]:
    known_of = columns(span.before)
    if way == "logistic":
        return {"way": way, **logistic.fitted(known_of, left)}
    return {"way": way, **trees.grown(known_of, left.astype(float), "log_loss")}


def _told(version: Mapping[str, Any], inputs: Inputs) -> Floats:
    if version["way"] == "logistic":
        return logistic.chance(version, columns(inputs))
    return logistic.sigmoid(trees.walked(version, columns(inputs)))


MODEL: Final = Churn()
