"""Customers of a shop at two times, with what each spends between and after: more of whoever has spent more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hundredfold.predict.microsegments.partition import People


@dataclass(frozen=True)
class Shoppers:
    then: People
    since: np.ndarray
    """Money spent between the two times."""
    now: People
    later: np.ndarray
    """Money spent after the second one."""


def shoppers(count, seed=1, spends=1.0):
    """Some with many orders and some with few, big and small baskets, discounts or none; all money times `spends`."""
    random = np.random.default_rng(seed)
    rate, basket = random.gamma(1.0, 4.0, count), random.lognormal(3.0, 0.7, count) * spends
    cheap, tenure = random.beta(1, 3, count), random.uniform(100, 700, count)
    orders = 1.0 + random.poisson(rate * (tenure - 60) / 300)
    more, later = (random.poisson(rate * 0.3) * basket * random.lognormal(0, 0.3, count) for _ in range(2))
    then = people(orders, orders * basket, 60 + random.exponential(90, count) % (tenure - 60), tenure - 60, cheap)
    counted = orders + np.round(more / basket)
    silent = np.where(more > 0, random.uniform(0, 60, count), then.values["last_order"] + 60)
    return Shoppers(then, more, people(counted, then.values["spent"] + more, silent, tenure, cheap), later)


def people(orders, spent, silent, tenure, cheap):
    stages = np.select([(tenure < 250) & (silent <= 120), silent <= 120], ["new", "active"], "churned").astype(str)
    visits = np.where(orders > 2, orders * 3, np.nan)
    values = {"orders": orders, "spent": spent, "order_value": spent / orders, "last_order": silent}
    return People(stages, {**values, "first_order": tenure, "visits": visits, "discount_share": cheap})
