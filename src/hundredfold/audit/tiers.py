"""The cut points of tiers."""

from __future__ import annotations

from collections.abc import Iterable


def cut_points(amounts: Iterable[int], n: int) -> tuple[int, ...]:
    """Rule 24: the amounts at the ascending ranks ceil(k N / n), k = 1 to n-1; none when there are no amounts.

    >>> cut_points([5, 1, 4, 2, 3], 2), cut_points([], 3)
    ((3,), ())
    """
    ascending = sorted(amounts)
    if not ascending:
        return ()
    return tuple(ascending[-(-k * len(ascending) // n) - 1] for k in range(1, n))
