"""`send_hour`: the hour of the day at which a customer most likely reacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict.following import Following
from hundredfold.predict.likelihood import Floats
from hundredfold.predict.option import checked, horizon
from hundredfold.predict.span import Span, enough, longer, numbers
from hundredfold.said import said
from hundredfold.words.model import Inputs, Numbers, Option, Past, Report, Role, Trained, Version

HOURS: Final = 24
NEEDED: Final = 200
WEIGHTS: Final = (0.0, 0.5, 1.0)


class SendHour:
    """What hours follow the hours of earlier reactions; a guess is right within an hour.

    Learnt from who reacted in the horizon before the last one, judged by who reacted in the last one; learnt anew from
    these.
    """

    name: Final = "send_hour"
    answers: Final = "the hour of the day at which the customer most likely reacts"
    roles: Final[Mapping[str, Role]] = {
        "reacted": Role("time", "when the customer last reacted, for example opened an e-mail"),
        "hour": Role("number", "the local hour of that, 0 to 23"),
        "other_hour": Role("number", "the hour of another habit, for example of the last order", needed=False),
    }
    result: Final = "number"
    options: Final[Mapping[str, Option]] = horizon("how many days are looked ahead", 30)
    horizons: Final = 2

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        return checked(self.options, options)

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """A version from the last two horizons."""
        days = options["horizon_days"]
        learnt, judged = (_who_reacted(Span.last(past, days, ago=ago), days) for ago in (days, 0))
        then, version = numbers(judged.after, "hour"), _learnt(learnt)
        usual = np.full(len(then), _usual(_hours(learnt.after, "hour")))
        report = Report(
            "share more than an hour off",
            _off(self.apply(version, judged.before), then),
            _off(usual, then),
            "everybody's best hour",
            len(then),
            {"share off of the hour last reacted": _off(numbers(judged.before, "hour"), then)},
        )
        return Trained(_learnt(judged), report)

    def apply(self, version: Version, inputs: Inputs) -> Numbers:
        """The hour of everybody of whom one is known."""
        first, second = _hours(inputs, "hour"), _hours(inputs, "other_hour")
        pairs, which = np.unique(first * (HOURS + 1) + second, return_inverse=True)
        told = _best(Following.of(version), pairs // (HOURS + 1), pairs % (HOURS + 1)).astype(float)[which]
        return np.where((first < HOURS) | (second < HOURS), told, np.nan)


def _who_reacted(span: Span, days: int) -> Span:
    reacted = numbers(span.after, "reacted")
    known_hours = (_hours(span.before, "hour") < HOURS) & (_hours(span.after, "hour") < HOURS)
    found = span.of(known_hours & np.isfinite(reacted) & (reacted < days))
    enough(len(found.customers), NEEDED, said("customers reacted again within {days} days", days=days), longer(days))
    return found


def _learnt(span: Span) -> dict[str, Any]:
    first, second, then = _hours(span.before, "hour"), _hours(span.before, "other_hour"), _hours(span.after, "hour")
    ways = []
    for weight in WEIGHTS:
        way = Following.learnt(first, second, then, HOURS, weight)
        ways.append((_off(_best(way, first, second), then), weight, way))
    return min(ways, key=lambda way: way[:2])[2].plain()


def _best(way: Following, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """The hours around which most of the chance lies, an hour on either side."""
    chances = way.chances(first, second)
    around: Floats = np.roll(chances, 1, axis=1) + chances + np.roll(chances, -1, axis=1)
    best: NDArray[np.int64] = around.argmax(axis=1)
    return best


def _usual(then: NDArray[np.int64]) -> int:
    times = np.bincount(then, minlength=HOURS)
    return int((np.roll(times, 1) + times + np.roll(times, -1)).argmax())


def _hours(inputs: Inputs, role: str) -> NDArray[np.int64]:
    """The hours, `HOURS` where there is none."""
    hour = numbers(inputs, role)
    there = (hour >= 0) & (hour < HOURS)
    return np.where(there, hour, HOURS).astype(np.int64)


def _off(told: Floats | NDArray[np.int64], then: Floats | NDArray[np.int64]) -> float:
    apart = np.abs(told - then) % HOURS
    return float((np.minimum(apart, HOURS - apart) > 1).mean())


MODEL: Final = SendHour()
