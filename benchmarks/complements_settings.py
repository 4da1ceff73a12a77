"""What the settings of `complements` were chosen by: hit rates on days whose 90 days end before any test day begins.

python -m benchmarks.complements_settings    prints a line a setting, the best first; takes some minutes
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import numpy as np

from benchmarks import retail
from benchmarks.complements import AHEAD, DAYS, NAIVE, SHOWN, bought, hit_rate, newly
from benchmarks.shopping import Shopping
from hundredfold.predict.lifts import Lifts, bestsellers
from hundredfold.predict.models.complements import MODEL

INNER: Final = (date(2010, 6, 10), date(2010, 9, 10), date(2010, 12, 10))
LATE: Final = (7, 14, 30, 90)
PRODUCTS: Final[int] = MODEL.checked({})["products"]
NEIGHBOURS: Final = (3, 5, 10)
"""At least as many as are told, so that who has bought one product is told three, too."""


def rates(past: Shopping, day: date) -> Iterator[tuple[str, float]]:
    """The hit rate of every setting, and of bestsellers, on one day."""
    then, after = bought(past.until(day)), bought(past.until(day + timedelta(days=AHEAD)))
    had, real = [*then.values()], [set(after[customer]).difference(has) for customer, has in then.items()]
    yield NAIVE[0], hit_rate(bestsellers(had, had, SHOWN), real)
    for late in LATE:
        fresh = newly(past, day, late)
        yield f"{NAIVE[1]}, {late} days", hit_rate(bestsellers(fresh, had, SHOWN), real)
        for neighbours in NEIGHBOURS:
            ways = Lifts.learnt(had, fresh, products=PRODUCTS, neighbours=neighbours)
            for root, way in ways.items():
                yield f"{late} days, {root}, {neighbours} neighbours", hit_rate(way.beside(had, SHOWN), real)


def main() -> None:
    """Print every setting with its rate on each day and their mean."""
    assert max(INNER) + timedelta(days=AHEAD) <= min(DAYS)
    lines = retail.lines()
    past = Shopping(retail.orders(lines), 0, lines)
    by_day = [dict(rates(past, day)) for day in INNER]
    for name in sorted(by_day[0], key=lambda name: -sum(one[name] for one in by_day)):
        found = [one[name] for one in by_day]
        print(f"{np.mean(found):.4f}  {'  '.join(f'{rate:.4f}' for rate in found)}  {name}")


if __name__ == "__main__":
    main()
