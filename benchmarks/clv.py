"""`clv`: what customers will be worth: those of CDNOW, learnt in 39 weeks and judged in 39 more, and 1 M made-up ones.

`seconds` is one call of `hf.lifetime_value` on the frame of orders: histories, both fits, predictions. Errors are mean
absolute ones of each customer's real orders and money in the 39 weeks that no model saw. The naive peer says that
everybody goes on at the rate of his past. `rolling`: the same at other days, money foreseen and real by tenths of the
customers in order of what was foreseen.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks import cdnow
from benchmarks.harness import Bar, Figures, alone, result
from benchmarks.measure import Meter

BARS: Final = (
    Bar("seconds", "s", most=3),
    Bar("money_error", "USD", most=32.2),
    Bar("million_seconds", "s", most=60),
    Bar("parameters_off", "from those published", most=0.001),
    Bar("likelihood_off", "from those published", most=0.1),
)
PUBLISHED: Final = {
    "bg_nbd": ((0.243, 4.414, 0.793, 2.426), -9_582.4),
    "pareto_nbd": ((0.553, 10.578, 0.606, 11.669), -9_595.0),
}
"""Parameters and log likelihood of the sample of 2,357 customers."""
NAMES: Final = {"customer": "customer", "time": "day", "amount": "value"}
ROLLING: Final = [cdnow.LEARNT + timedelta(weeks=weeks) for weeks in (-13, 0, 13)]
AHEAD: Final = 13 * 7
TENTHS: Final = 10


def run(quick: bool) -> dict[str, Any]:
    """Every contestant in a process of its own."""
    customers = 20_000 if quick else 1_000_000
    ours = {name: alone("benchmarks.clv:foreseen", model=name, sample=quick) for name in PUBLISHED}
    usual, other = ours["pareto_nbd"], ours["bg_nbd"]
    naive = alone("benchmarks.clv:same_rate", sample=quick)
    checked = alone("benchmarks.clv:published_and_rolling", sample=quick)
    million = alone("benchmarks.clv:crowd", customers=customers)
    figures = {
        **_figures(usual),
        **{f"bg_nbd_{name}": figure for name, figure in _figures(other).items()},
        **checked["figures"],
        "million_seconds": million["measured"]["wall"],
        "million_cpu_seconds": million["measured"]["cpu"],
        "million_memory_bytes": float(million["measured"]["memory_peak"] - million["measured"]["memory_before"]),
    }
    more = {"customers": customers, "orders": million["orders"], "loads": million["measured"]["load"]}
    peers = {"same rate as before": _figures(naive)}
    return result("clv", figures, peers, BARS, quick, rolling=checked["rolling"], **more)


def foreseen(meter: Meter, model: str, sample: bool) -> dict[str, Any]:
    """Ours, on the orders of CDNOW; libraries are loaded before."""
    from hundredfold.predict.lifetime import lifetime_value

    orders = cdnow.orders(sample=sample)
    with meter:
        found = lifetime_value(orders, **NAMES, until=cdnow.LEARNT, horizon_days=cdnow.HELD, model=model)
    return {"errors": errors(found, cdnow.held_out(orders))}


def same_rate(meter: Meter, sample: bool) -> dict[str, Any]:
    """The naive peer: as many orders a day as since the first one, each worth the mean of all."""
    orders = cdnow.orders(sample=sample)
    day, value = pl.col("day"), pl.col("value").cast(pl.Float64)
    with meter:
        past = orders.filter(day <= cdnow.LEARNT).group_by("customer", maintain_order=True)
        seen = past.agg(day.n_unique().alias("days"), day.min().alias("first"), value.sum().alias("paid"))
        share = cdnow.HELD / ((pl.lit(cdnow.LEARNT) - pl.col("first")).dt.total_days() + 1)
        rate = (pl.col("days") - 1) * share
        found = seen.select("customer", expected_orders=rate, expected_value=rate * pl.col("paid") / pl.col("days"))
    return {"errors": errors(found, cdnow.held_out(orders))}


def crowd(meter: Meter, customers: int) -> dict[str, Any]:
    """Ours, on made-up orders of two years: rates and life times as in CDNOW, first orders on any day."""
    from hundredfold.predict.lifetime import lifetime_value

    orders = made_up(customers)
    with meter:
        found = lifetime_value(orders, **NAMES, until=date(2026, 1, 1), horizon_days=365)
    assert found.height == customers
    return {"orders": orders.height}


def published_and_rolling(meter: Meter, sample: bool) -> dict[str, Any]:
    """How far our parameters and log likelihoods of the sample are from those published, at most; and the tenths."""
    import narwhals as nw

    from hundredfold.predict.estimator import BUYING
    from hundredfold.predict.histories import Histories
    from hundredfold.predict.transactions import read

    orders = nw.from_native(cdnow.orders(sample=True))
    rows = Histories.of(*read(orders, "customer", "day", "value", cdnow.LEARNT)).buying
    off, far = [], []
    with meter:
        for name, (parameters, likelihood) in PUBLISHED.items():
            model = BUYING[name].fit(*rows)
            off += list(np.abs(np.array([*model.parameters.values()]) - parameters))
            far.append(abs(model.log_likelihood(*rows) - likelihood))
    rolling = {str(day): calibrated(cdnow.orders(sample=sample), day) for day in ROLLING}
    return {"figures": {"parameters_off": float(max(off)), "likelihood_off": max(far)}, "rolling": rolling}


def errors(found: pl.DataFrame, real: pl.DataFrame) -> Figures:
    """Mean absolute errors of orders and money, how far the money of all is off, and the share that the tenth of the
    customers with the highest expectations did not bring.
    """
    judged = found.join(real, on="customer", validate="1:1")
    orders, money = (judged[f"expected_{a}"] - judged[b] for a, b in (("orders", "orders"), ("value", "value")))
    best = judged.top_k(judged.height // TENTHS, by="expected_value")
    return {
        "orders_error": float(orders.abs().mean()),  # type: ignore[arg-type]
        "money_error": float(money.abs().mean()),  # type: ignore[arg-type]
        "money_of_all_off": float(abs(money.sum()) / judged["value"].sum()),
        "money_outside_best_tenth": float(1 - best["value"].sum() / judged["value"].sum()),
    }


def calibrated(orders: pl.DataFrame, day: date) -> list[dict[str, float]]:
    """The 13 weeks after a day, foreseen on it and real: mean money of customers, by tenths of what was foreseen."""
    from hundredfold.predict.lifetime import lifetime_value

    found = lifetime_value(orders, **NAMES, until=day, horizon_days=AHEAD)
    judged = found.join(cdnow.held_out(orders, day, AHEAD), on="customer", validate="1:1")
    tenth = (pl.col("expected_value").rank("ordinal") - 1) * TENTHS // pl.len()
    means = (pl.col("expected_value").mean().alias("foreseen"), pl.col("value").mean().alias("real"))
    tenths = judged.with_columns(tenth=tenth).group_by("tenth").agg(pl.len().alias("customers"), *means).sort("tenth")
    return tenths.drop("tenth").to_dicts()


def made_up(customers: int) -> pl.DataFrame:
    """Orders of customers who buy, stop and spend as those of CDNOW, in days, from a fixed seed."""
    random, ends = np.random.default_rng(6), date(2026, 1, 1)
    age = random.integers(0, 731, customers).astype(float)
    rate = random.gamma(0.553, 1 / (10.578 * 7), customers)
    life = np.minimum(random.exponential(1 / random.gamma(0.606, 1 / (11.669 * 7), customers)), age)
    count = random.poisson(rate * life)
    who = np.repeat(np.arange(customers), count + 1)
    first = np.cumsum(count + 1) - count - 1
    since = random.random(len(who)) * life[who]
    since[first] = 0
    spent = random.gamma(6.25, 1 / random.gamma(3.74, 1 / 15.44, customers)[who])
    days = np.floor(age[who] - since).astype(np.int32)
    when = pl.lit(ends) - pl.duration(days=pl.Series(days))
    return pl.DataFrame({"customer": who, "value": np.round(spent, 2)}).with_columns(day=when.cast(pl.Date))


def _figures(found: dict[str, Any]) -> Figures:
    return {"seconds": found["measured"]["wall"], "cpu_seconds": found["measured"]["cpu"], **found["errors"]}
