"""`next_order`: in how many days a customer's next order is expected; below 0 it is overdue by so many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from hundredfold.predict.behaviour import ORDERS, buyers, for_buyers, histories, ordered
from hundredfold.predict.judged import mean_off
from hundredfold.predict.likelihood import Floats
from hundredfold.predict.option import checked, horizon
from hundredfold.predict.span import Span, enough, longer, numbers
from hundredfold.said import said
from hundredfold.words.model import Inputs, Numbers, Option, Past, Report, Role, Trained, Version

NEEDED: Final = 50
STRENGTHS: Final = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""How many intervals of his own everybody's interval may count as; the one that errs least is taken."""


class NextOrder:
    """The customer's own mean interval, drawn to everybody's the fewer he has.

    Judged by those who ordered in the last horizon: their mean interval since the last order before it.
    """

    name: Final = "next_order"
    answers: Final = "in how many days the next order of the customer is expected; below 0 it is overdue"
    roles: Final[Mapping[str, Role]] = ORDERS
    result: Final = "number"
    options: Final[Mapping[str, Option]] = horizon("from how many days back intervals are learnt", 180)
    horizons: Final = 2

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        return checked(self.options, options)

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """A version from the last two horizons."""
        days = options["horizon_days"]
        learnt, judged = (_who_ordered(Span.last(past, days, ago=ago), days) for ago in (days, 0))
        version, real = _learnt(learnt), _intervals(judged)
        usual = np.full(len(real), np.median(_intervals(learnt)))
        report = Report(
            "mean absolute error in days",
            mean_off(_expected(version, judged.before), real),
            mean_off(usual, real),
            "everybody's median interval",
            len(real),
            {"median interval": float(np.median(real))},
        )
        return Trained(_learnt(judged), report)

    def apply(self, version: Version, inputs: Inputs) -> Numbers:
        """Days until the next order of everybody who has ordered."""
        return for_buyers(inputs, lambda some: _expected(version, some) - numbers(some, "last_order"))


def _who_ordered(span: Span, days: int) -> Span:
    again = numbers(span.after, "orders") > numbers(span.before, "orders")
    found = span.of(buyers(span.before) & ordered(span.after, days) & again)
    enough(len(found.customers), NEEDED, said("customers ordered again within {days} days", days=days), longer(days))
    return found


def _intervals(span: Span) -> Floats:
    """The mean interval of each since his last order before the span: what he was waited for, order by order."""
    more = numbers(span.after, "orders") - numbers(span.before, "orders")
    since = numbers(span.before, "first_order") - numbers(span.before, "last_order")
    until = numbers(span.after, "first_order") - numbers(span.after, "last_order")
    found: Floats = np.maximum(until - since, 0.0) / more
    return found


def _learnt(span: Span) -> dict[str, Any]:
    real = _intervals(span)
    ways = [{"usual": float(np.median(real)), "strength": strength} for strength in STRENGTHS]
    return min(ways, key=lambda way: mean_off(_expected(way, span.before), real))


def _expected(version: Version, inputs: Inputs) -> Floats:
    """From the last order to the next one, in days. Means are of logarithms: intervals are many short, few long."""
    frequency, recency, _ = histories(inputs)
    usual, strength = version["usual"], version["strength"]
    own = np.where(frequency > 0, recency / np.maximum(frequency, 1.0), usual)
    weight = np.where(frequency > 0, frequency / (np.maximum(frequency, 1.0) + strength), 0.0)
    drawn: Floats = np.exp(weight * np.log1p(own) + (1 - weight) * np.log1p(usual)) - 1
    return drawn


MODEL: Final = NextOrder()
