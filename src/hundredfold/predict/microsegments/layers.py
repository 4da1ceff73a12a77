"""What layers are made of, and the scale on which their inputs are compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Final, Self

import numpy as np

from hundredfold.predict.likelihood import Floats

LAYERS: Final[Mapping[str, tuple[str, ...]]] = {
    "spend": ("spent", "recent_spent", "order_value"),
    "frequency": ("orders", "recent_orders", "last_order"),
    "preference": ("products", "item_price"),
    "engagement": ("first_order", "active_months", "visits"),
    "discount": ("discount_share",),
}
"""The inputs of each layer, by role. A layer with no input is left out."""
EDGES: Final = (0.005, 0.995)
"""Where the scale ends: what the most extreme customers have counts as what the last before them have."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How an input is compared: the logarithm beyond a usual amount, in standard deviations, times a weight."""

    unit: float
    low: float
    high: float
    middle: float
    spread: float
    weight: float = 1.0

    @classmethod
    def of(cls, values: Floats) -> Self | None:
        """The scale of these values, NaN where there is none; None when they do not tell customers apart.

        Values below 0 count as 0. The order of the values plays no part.
        """
        there = np.sort(np.maximum(values[np.isfinite(values)], 0.0))
        if not there.size or there[0] == there[-1]:
            return None
        unit = float(np.median(there[there > 0]))
        steps = np.log1p(there / unit)
        low, high = (float(edge) for edge in np.quantile(steps, EDGES))
        steps = np.clip(steps, low, high)
        spread = float(steps.std())
        return cls(unit, low, high, float(steps.mean()), spread) if spread > 0 else None

    def put(self, values: Floats) -> Floats:
        """The values on this scale; who has none stands in the middle."""
        # One stretch of memory: then the logarithm is computed the same way whatever the array was cut from.
        amounts = np.maximum(np.ascontiguousarray(values), 0.0)
        steps = np.clip(np.log1p(amounts / self.unit), self.low, self.high)
        found = (steps - self.middle) / self.spread * self.weight
        found[np.isnan(found)] = 0.0
        return found

    def plain(self) -> dict[str, float]:
        """The scale as a version keeps it; `Scale(**plain)` reads it."""
        return asdict(self)


def layered(roles: Collection[str]) -> dict[str, list[str]]:
    """The layers that have any of these roles, with those they have."""
    found = {layer: [role for role in own if role in roles] for layer, own in LAYERS.items()}
    return {layer: own for layer, own in found.items() if own}
