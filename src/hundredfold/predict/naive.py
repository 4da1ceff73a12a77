"""What anybody would say without a model: the baseline of those that say who will order again."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict import logistic
from hundredfold.predict.behaviour import ordered
from hundredfold.predict.likelihood import Floats
from hundredfold.predict.span import Span, enough, longer, numbers
from hundredfold.said import said

FEWEST: Final = 100
"""Customers of each fate: fewer say more of chance than of customers."""
RECENCY: Final = "recency only"


def gone(span: Span, days: int) -> NDArray[np.bool_]:
    """Who has not ordered in the span.

    Raises TooLittle where too few have, or too few have not.
    """
    found = ~ordered(span.after, days)
    advice = longer(days)
    enough(int(found.sum()), FEWEST, said("customers did not order again within {days} days", days=days), advice)
    enough(int((~found).sum()), FEWEST, said("customers ordered again within {days} days", days=days), advice)
    return found


def by_silence(learnt: Span, judged: Span, days: int) -> Floats:
    """The chance of no order that follows from the days of silence alone, learnt from an earlier span."""
    version = logistic.fitted(_silence(learnt), gone(learnt, days))
    return logistic.chance(version, _silence(judged))


def _silence(span: Span) -> list[Floats]:
    return [np.log1p(np.maximum(numbers(span.before, "last_order"), 0.0))]
