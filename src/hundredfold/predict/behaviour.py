"""How a customer behaves, as columns that chances are learnt from; and as the rows that estimators take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict.likelihood import Floats
from hundredfold.predict.span import Span, height, numbers, only
from hundredfold.words.model import Inputs, Past, Role

ORDERS: Final[Mapping[str, Role]] = {
    "first_order": Role("time", "when the customer first ordered"),
    "last_order": Role("time", "when the customer last ordered"),
    "orders": Role("number", "how often the customer has ordered"),
}
SPENT: Final = Role("number", "what the customer has spent in all, in one currency")
BEHAVIOUR: Final[Mapping[str, Role]] = {
    **ORDERS,
    "spent": Role("number", SPENT.meaning, needed=False),
    "recent_orders": Role("number", "how often the customer ordered of late, for example in 90 days", needed=False),
    "recent_spent": Role("number", "what the customer spent of late, for example in 90 days", needed=False),
    "visits": Role("number", "how often the customer visited the site of late", needed=False),
}


def buyers(inputs: Inputs) -> NDArray[np.bool_]:
    """Who has ordered at all; nothing is said of others."""
    orders, first, last = (numbers(inputs, role) for role in ("orders", "first_order", "last_order"))
    return (orders > 0) & np.isfinite(first) & np.isfinite(last)


def for_buyers(inputs: Inputs, told: Callable[[Inputs], Floats]) -> Floats:
    """What is told of those who have ordered, NaN for all others."""
    some = np.flatnonzero(buyers(inputs))
    found = np.full(height(inputs), np.nan)
    found[some] = told(only(inputs, some))
    return found


def of_buyers(past: Past, days: int, *, ago: int = 0) -> Span:
    """The `days` that ended `ago` days before the cut, of those who had ordered before."""
    span = Span.last(past, days, ago=ago)
    return span.of(buyers(span.before))


def ordered(inputs: Inputs, days: int) -> NDArray[np.bool_]:
    """Who has ordered in the last days."""
    since = numbers(inputs, "last_order")
    return np.isfinite(since) & (since < days)


def columns(inputs: Inputs) -> list[Floats]:
    """What is known of buyers, each column on a scale on which doubling is a step; NaN where it is not known."""
    frequency, recency, age = histories(inputs)
    silent = age - recency
    back = frequency > 0
    interval = np.where(back, recency / np.maximum(frequency, 1.0), np.nan)
    spent = numbers(inputs, "spent")
    of_late = [numbers(inputs, role) for role in ("recent_orders", "recent_spent", "visits")]
    amounts = [silent, age, frequency, interval, spent, spent / (frequency + 1), *of_late]
    # Silence beside the customer's own interval: what is long for one is short for another.
    return [*(np.log1p(np.maximum(amount, 0.0)) for amount in amounts), np.log((silent + 1) / (interval + 1))]


def histories(inputs: Inputs) -> tuple[Floats, Floats, Floats]:
    """Frequency, recency and age of buyers in days, as `Buying` takes them."""
    first, last, orders = (numbers(inputs, role) for role in ("first_order", "last_order", "orders"))
    age = np.maximum(first, 0.0)
    between = np.clip(first - last, 0.0, age)
    frequency = np.where(between > 0, np.maximum(orders - 1, 0.0), 0.0)
    return frequency, np.where(frequency > 0, between, 0.0), age


def in_days(rows: tuple[Floats, Floats, Floats]) -> tuple[Floats, Floats, Floats]:
    """The rows by whole days, so that many customers are alike and a fit is quick."""
    frequency, recency, age = rows
    back = np.where(frequency > 0, np.maximum(np.round(recency), 1.0), 0.0)
    return frequency, back, np.maximum(np.round(age), back)
