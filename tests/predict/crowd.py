"""Customers who behave exactly as a model says, drawn from a seed: what they did until now, and what they then did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LONGEST = 300
"""Orders of one customer that are drawn; nobody here gets so far."""


@dataclass(frozen=True)
class Crowd:
    frequency: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    later: np.ndarray
    """Orders in the horizon after now."""

    @property
    def rows(self):
        return self.frequency, self.recency, self.age


def crowd(model, size, horizon, seed=3):
    """Customers of different ages up to 60, who buy as `model` says."""
    random = np.random.default_rng(seed)
    rate = random.gamma(model.r, 1 / model.alpha, (size, 1))
    times = np.cumsum(random.exponential(1 / rate, (size, LONGEST)), axis=1)
    age = random.uniform(20, 60, (size, 1))
    real = times <= ended(model, times, random)
    before = real & (times <= age)
    after = real & (times > age) & (times <= age + horizon)
    recency = np.where(before, times, 0).max(axis=1)
    return Crowd(before.sum(axis=1).astype(float), recency, age[:, 0], after.sum(axis=1))


def ended(model, times, random):
    """When each of them stops: at any time, or right after an order."""
    size = len(times)
    if model.name == "pareto_nbd":
        return random.exponential(1 / random.gamma(model.s, 1 / model.beta, (size, 1)))
    chance = random.beta(model.a, model.b, (size, 1))
    stops = random.random(times.shape) < chance
    last = np.where(stops.any(axis=1), stops.argmax(axis=1), LONGEST - 1)
    return times[np.arange(size), last][:, None]
