"""`churn`: who does not order in the next 90 days, foreseen and real: CDNOW's customers and those of Online Retail II.

On each day the family learns from what was known by then, and is judged by the 90 days after, which nothing has seen:
neither the version nor the choice between its two ways. The peers learn from the same customers: a logistic regression
on the days of silence, BG/NBD's chance of being alive as it is, and the same chance with weights of its own, since by
itself it is no chance of ordering within a time. Errors are means over the days; `rolling` has each of them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks import cdnow, retail
from benchmarks.harness import Bar, Figures, alone, result
from benchmarks.measure import Meter
from benchmarks.shopping import Shopping, foretold
from hundredfold.words.calendar import DAY

AHEAD: Final = 90
ON: Final = {
    "cdnow": (date(1997, 12, 31), date(1998, 3, 31)),
    "retail": (date(2011, 3, 10), date(2011, 6, 10), date(2011, 9, 10)),
}
"""The days on which it is foreseen."""
BARS: Final = tuple(
    Bar(f"{error}_{shop}_by_the_best_peers", "of the best peer's", most=1)
    for shop in ON
    for error in ("log_loss", "calibration")
)


def run(quick: bool) -> dict[str, Any]:
    """Both shops, one after the other."""
    shops = {shop: alone("benchmarks.churn:foreseen", shop=shop, quick=quick) for shop in ON}
    errors = {shop: found["errors"] for shop, found in shops.items()}
    peers = {name: _flat({shop: found[name] for shop, found in errors.items()}) for name in _peers(errors)}
    figures = _flat({shop: found["ours"] for shop, found in errors.items()})
    for name in list(figures):
        figures[f"{name}_by_the_best_peers"] = figures[name] / min(theirs[name] for theirs in peers.values())
    for shop, found in shops.items():
        figures[f"cpu_seconds_{shop}"] = found["measured"]["cpu"]
    loads = {shop: found["measured"]["load"] for shop, found in shops.items()}
    return result(
        "churn", figures, peers, BARS, quick, rolling={s: f["rolling"] for s, f in shops.items()}, loads=loads
    )


def foreseen(meter: Meter, shop: str, quick: bool) -> dict[str, Any]:
    """Ours and the peers on every day of a shop; what is measured is our training and scoring."""
    from hundredfold.predict.judged import calibration, log_loss
    from hundredfold.predict.models.churn import MODEL, baselines
    from hundredfold.predict.span import Span

    past = bought(shop, sample=quick)
    options = MODEL.checked({"horizon_days": AHEAD})
    days = ON[shop][-1:] if quick else ON[shop]
    with meter:
        versions = {day: foretold(MODEL, options, past.until(day)) for day in days}
    rolling = {}
    for day, (version, chance) in versions.items():
        later = past.until(day + timedelta(days=AHEAD))
        judged, learnt = Span.last(later, AHEAD), Span.last(later, AHEAD, ago=AHEAD)
        gone = judged.after["last_order"] >= AHEAD
        told = {"ours": chance, **baselines(learnt, judged, AHEAD)}
        errors = {
            name: {"log_loss": log_loss(found, gone), "calibration": calibration(found, gone)}
            for name, found in told.items()
        }
        rolling[str(day)] = {"way": version["way"], "customers": len(gone), "gone": float(gone.mean()), **errors}
    return {"rolling": rolling, "errors": {name: _mean([each[name] for each in rolling.values()]) for name in told}}


def bought(shop: str, sample: bool) -> Shopping:
    """The orders of a shop; of CDNOW also those of a tenth of the customers."""
    if shop == "retail":
        return Shopping(retail.orders(retail.lines()), 0)
    day, value = pl.col("day").cast(pl.Int64) * DAY, pl.col("value").cast(pl.Float64)
    return Shopping(cdnow.orders(sample=sample).select("customer", day.alias("time"), value), 0)


def _mean(errors: list[dict[str, float]]) -> Figures:
    return {name: float(np.mean([each[name] for each in errors])) for name in errors[0]}


def _peers(errors: dict[str, dict[str, Figures]]) -> list[str]:
    return [name for name in next(iter(errors.values())) if name != "ours"]


def _flat(by_shop: dict[str, Figures]) -> Figures:
    return {f"{name}_{shop}": error for shop, errors in by_shop.items() for name, error in errors.items()}
