"""`complements`: three products that go with what a customer of Online Retail II has bought: does he buy one of them?

On each day the family learns from what was known by then, and is judged by the 90 days after: a hit is a customer who
then buys one of the three for the first time, out of those who buy anything for the first time. The peers are told the
same: the products that most customers have bought, and those newly bought by most in the last 14 days, as for ours;
neither tells a customer what he has. `rolling` has each day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks import retail
from benchmarks.harness import Bar, alone, result
from benchmarks.measure import Meter
from benchmarks.shopping import Shopping, foretold

AHEAD: Final = 90
SHOWN: Final = 3
SAMPLE: Final = 4
"""Of so many customers a quick run looks at one."""
DAYS: Final = (date(2011, 3, 10), date(2011, 6, 10), date(2011, 9, 10))
BARS: Final = (Bar("times_bestsellers", "times their hit rate", least=1.5),)
NAIVE: Final = ("bestsellers", "bestsellers of late")


def run(quick: bool) -> dict[str, Any]:
    """One contestant, who judges the peers on the same customers."""
    found = alone("benchmarks.complements:told", quick=quick)
    rates, measured = found["rates"], found["measured"]
    figures = {
        "hit_rate": rates["ours"],
        "without_a_hit": 1 - rates["ours"],
        "times_bestsellers": rates["ours"] / rates["bestsellers"],
        "times_bestsellers_of_late": rates["ours"] / rates["bestsellers of late"],
        "cpu_seconds": measured["cpu"],
        "version_bytes": float(found["bytes"]),
    }
    peers = {name: {"without_a_hit": 1 - rates[name]} for name in NAIVE}
    return result("complements", figures, peers, BARS, quick, rolling=found["rolling"], load=measured["load"])


def told(meter: Meter, quick: bool) -> dict[str, Any]:
    """Ours and the peers on every day; what is measured is our training and scoring."""
    import json

    from hundredfold.predict.lifts import bestsellers
    from hundredfold.predict.models.complements import MODEL

    lines = retail.lines()
    if quick:
        lines = lines.filter(pl.col("customer") % SAMPLE == 0)
    past = Shopping(retail.orders(lines), 0, lines)
    options = MODEL.checked({"horizon_days": AHEAD, "shown": SHOWN})
    days = DAYS[-1:] if quick else DAYS
    with meter:
        found = {day: foretold(MODEL, options, past.until(day)) for day in days}
    rolling = {}
    for day, (_, ours) in found.items():
        then, now = (bought(past.until(day + timedelta(days=days))) for days in (0, AHEAD))
        fresh = newly(past, day, options["late_days"])
        real = [set(now[customer]).difference(has) for customer, has in then.items()]
        naive = (bestsellers(sold, then.values(), SHOWN) for sold in ([*then.values()], fresh))
        rates = {name: hit_rate(each, real) for name, each in zip(("ours", *NAIVE), (ours, *naive), strict=True)}
        rolling[str(day)] = {"customers": sum(map(bool, real)), **rates}
    rates = {name: float(np.mean([each[name] for each in rolling.values()])) for name in ("ours", *NAIVE)}
    return {"rolling": rolling, "rates": rates, "bytes": len(json.dumps(found[days[-1]][0]))}


def bought(past: Shopping) -> dict[int, list[str]]:
    """What each customer has bought at the cut."""
    customers, inputs = past.at(past.cut)
    return dict(zip(customers.tolist(), inputs["bought"], strict=True))


def newly(past: Shopping, day: date, days: int) -> list[list[str]]:
    """What of what each customer has bought he had not bought so many days before."""
    before = {customer: set(had) for customer, had in bought(past.until(day - timedelta(days=days))).items()}
    now = bought(past.until(day))
    return [[name for name in has if name not in before.get(customer, ())] for customer, has in now.items()]


def hit_rate(told: Any, real: list[set[str]]) -> float:
    """The share of those who bought something new who bought a product that they were told."""
    hits = [not new.isdisjoint(products or ()) for products, new in zip(told, real, strict=True) if new]
    return float(np.mean(hits))
