"""`microsegments`: how much of customers' later money groups explain, on the orders of CDNOW and of Online Retail II.

Groups are formed of what was known at a day; what counts in forming them was learnt from an earlier day and the time
between. Then half of the customers give each group its mean of the money they spent after that day, and the other half
is foreseen by it: the share of the variance explained, over several halvings. All ways are scored by the same function.

`capped`: the money of the topmost hundredth of the customers is cut off where that begins; `log`: of 1 + money;
`money`: as it is, where a handful of wholesalers are nearly all of the variance. `asked` groups are at most so many.
Cells are fewer where some are empty; ours where one would have fewer customers than the family allows unless told, and
`pressed` where one would have less than half of an even share.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from time import perf_counter
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks import cdnow, retail
from benchmarks.clv import made_up
from benchmarks.harness import Bar, Figures, alone, result
from benchmarks.measure import Meter
from benchmarks.shopping import Shopping, midnight_after
from hundredfold.words.calendar import DAY

BARS: Final = (Bar("worst_lead", "of the variance", least=0), Bar("assign_million_cpu_seconds", "s", most=3))
ASKED: Final = (10, 20, 50, 100, 200, 350, 500)
JUDGED: Final = ("capped", "log")
LIFE: Final = 120
"""Days of the life cycle, as the catalogue has it."""
SEED: Final = 6

Floats = NDArray[np.float64]
Groups = NDArray[np.int64]


@dataclass(frozen=True)
class Task:
    """A shop, the last day that is known, how many days before it weights are learnt from, how many after it judged."""

    shop: str
    known: date
    learnt: int
    judged: int


TASKS: Final = {
    "retail, June": Task("retail", date(2011, 6, 9), 182, 182),
    "retail, December": Task("retail", date(2010, 12, 9), 182, 182),
    "cdnow": Task("cdnow", cdnow.LEARNT, 19 * 7, cdnow.HELD),
    "sample of cdnow": Task("sample of cdnow", cdnow.LEARNT, 19 * 7, cdnow.HELD),
}


def run(quick: bool) -> dict[str, Any]:
    """The curves one after the other, then a million customers."""
    tasks, asked = (["sample of cdnow"], ASKED[:1]) if quick else ([*TASKS][:-1], ASKED)
    curves = {name: alone("benchmarks.microsegments:curve", name=name, asked=asked)["curve"] for name in tasks}
    crowd = alone("benchmarks.microsegments:million", customers=4_000 if quick else 1_000_000)
    leads = {
        f"{name}, {scale}, {point['asked']} groups": point["microsegments"][scale]
        - max(found[scale] for way, found in point.items() if way in RIVALS)
        for name, points in curves.items()
        for point in points
        for scale in JUDGED
    }
    figures: Figures = {
        "worst_lead": min(leads.values()),
        "mean_lead": sum(leads.values()) / len(leads),
        "assign_million_seconds": crowd["measured"]["wall"],
        "assign_million_cpu_seconds": crowd["measured"]["cpu"],
        "assign_one_ms": crowd["one_ms"],
        "train_million_seconds": crowd["train_seconds"],
    }
    return result("microsegments", figures, {}, BARS, quick, curves=curves, leads=leads)


def curve(meter: Meter, name: str, asked: list[int]) -> dict[str, Any]:
    """What each way explains, by how many groups it may have."""
    from hundredfold.predict.microsegments.homogeneity import explained
    from hundredfold.predict.microsegments.partition import learnt, parted, placed
    from hundredfold.predict.models.microsegment import FEWEST, SHARE

    task = TASKS[name]
    shop = SHOPS[task.shop]()
    known = midnight_after(task.known)
    then, now, later = (shop.at(known + days * DAY) for days in (-task.learnt, 0, task.judged))
    people = people_of(now[1])
    money = spent_since(now, later)
    rfm = [now[1][role] for role in ("last_order", "orders", "spent")]
    found = []
    with meter:
        told = learnt(people_of(then[1]), spent_since(then, now))
        for most in asked:
            usual = max(FEWEST, len(people) // SHARE)
            pressed = min(usual, len(people) // (2 * most))
            ways: dict[str, Groups] = {
                "microsegments": placed(parted(people, told, most, usual), people),
                "microsegments, pressed": placed(parted(people, told, most, pressed), people),
                "microsegments, nothing told": placed(parted(people, None, most, usual), people),
                **{way: grouped(rfm, most) for way, grouped in RIVALS.items()},
            }
            scores = {way: {"groups": len(np.unique(g)), **explained(g, money)} for way, g in ways.items()}
            found.append({"asked": most, **scores})
    return {"curve": found, "customers": len(people)}


def million(meter: Meter, customers: int) -> dict[str, Any]:
    """A version is trained on made-up orders of two years; then everybody is assigned, and some alone."""
    from hundredfold.predict.models.microsegment import MODEL
    from hundredfold.predict.span import only

    orders = made_up(customers).with_columns(time=pl.col("day").cast(pl.Int64) * DAY)
    past = Shop(Shopping(orders, midnight_after(date(2026, 1, 1))))
    begun = perf_counter()
    version = MODEL.train(past, MODEL.checked({})).version
    trained = perf_counter() - begun
    _, inputs = past.at(past.cut)
    with meter:
        everybody = MODEL.apply(version, inputs)
    assert len(everybody) == customers
    some = [only(inputs, np.array([place])) for place in range(0, customers, customers // 200)]
    begun = perf_counter()
    for one in some:
        MODEL.apply(version, one)
    return {"train_seconds": trained, "one_ms": (perf_counter() - begun) / len(some) * 1000}


@dataclass(frozen=True)
class Shop:
    """What customers were at any instant, with their stage of life by the catalogue's rule."""

    shopping: Shopping

    @property
    def cut(self) -> int:
        return self.shopping.cut

    def at(self, instant: int) -> tuple[NDArray[np.int64], dict[str, Any]]:
        customers, inputs = self.shopping.at(instant)
        inputs["order_value"] = inputs["spent"] / inputs["orders"]
        once, silent = inputs["orders"] == 1, inputs["last_order"]
        rules = {
            "new": once & (silent <= LIFE / 2),
            "one-time at risk": once & (silent <= LIFE),
            "active": silent <= LIFE,
            "cooling": silent <= LIFE * 1.5,
        }
        inputs["stage"] = np.select([*rules.values()], [*rules], "churned").tolist()
        if self.shopping.lines is not None:
            inputs |= self._of_lines(customers, instant)
        return customers, inputs

    def _of_lines(self, customers: NDArray[np.int64], instant: int) -> dict[str, Floats]:
        """Different products, the middle price, months with an order, and the share of the money of pieces that cost a
        twentieth less than they mostly do.
        """
        assert self.shopping.lines is not None
        seen = self.shopping.lines.filter(pl.col("time") < instant)
        usual = seen.group_by("product").agg(usual=pl.col("price").mode().max())
        low = pl.col("price") < pl.col("usual") * 0.95
        found = (
            seen.join(usual, on="product")
            .group_by("customer")
            .agg(
                products=pl.col("product").n_unique().cast(pl.Float64),
                item_price=pl.col("price").median(),
                active_months=pl.from_epoch("time", "us").dt.truncate("1mo").n_unique().cast(pl.Float64),
                discount_share=pl.col("value").filter(low).sum() / pl.col("value").sum(),
            )
            .sort("customer")
        )
        assert (found["customer"].to_numpy() == customers).all()
        return {role: found[role].to_numpy() for role in found.columns[1:]}


def people_of(inputs: dict[str, Any]) -> Any:
    """The inputs as what is parted."""
    from hundredfold.predict.microsegments.layers import LAYERS
    from hundredfold.predict.microsegments.partition import People

    known = {role: inputs[role] for roles in LAYERS.values() for role in roles if role in inputs}
    return People(np.array(inputs["stage"]), known)


def spent_since(
    then: tuple[NDArray[np.int64], dict[str, Any]], now: tuple[NDArray[np.int64], dict[str, Any]]
) -> Floats:
    """The money that each customer of then has spent until now."""
    money: Floats = now[1]["spent"][np.searchsorted(now[0], then[0])] - then[1]["spent"]
    return money


def k_means(rfm: list[Floats], most: int) -> Groups:
    """k-means on recency, frequency and money, in standard deviations."""
    from sklearn.cluster import KMeans  # takes seconds, which no other contestant needs
    from threadpoolctl import threadpool_limits

    columns = np.column_stack([(column - column.mean()) / column.std() for column in rfm])
    with threadpool_limits(1):
        found: Groups = KMeans(most, n_init=3, random_state=SEED).fit_predict(columns)
    return found


def k_means_of_logs(rfm: list[Floats], most: int) -> Groups:
    """The same on their logarithms."""
    return k_means([np.log1p(np.maximum(column, 0)) for column in rfm], most)


def cells(rfm: list[Floats], most: int) -> Groups:
    """Each of the three by its quantiles, as many as come next to so many cells: quintiles for 100."""
    parts = round(most ** (1 / 3))
    bounds = [np.quantile(column, np.arange(1, parts) / parts) for column in rfm]
    ranks = [np.searchsorted(bound, column, side="right") for bound, column in zip(bounds, rfm, strict=True)]
    found: Groups = (ranks[0] * parts + ranks[1]) * parts + ranks[2]
    return found


def cdnow_shop(*, sample: bool = False) -> Shop:
    """CDNOW's orders, in days."""
    orders = cdnow.orders(sample=sample).select(
        "customer", (pl.col("day").cast(pl.Int64) * DAY).alias("time"), pl.col("value").cast(pl.Float64)
    )
    return Shop(Shopping(orders, midnight_after(cdnow.LEARNT + timedelta(days=cdnow.HELD))))


def retail_shop() -> Shop:
    """Online Retail II's invoices and their lines."""
    lines = retail.lines()
    orders = retail.orders(lines)
    return Shop(Shopping(orders, midnight_after(date(2011, 12, 9)), lines))


SHOPS: Final = {"retail": retail_shop, "cdnow": cdnow_shop, "sample of cdnow": partial(cdnow_shop, sample=True)}
RIVALS: Final = {"k-means": k_means, "k-means of logarithms": k_means_of_logs, "quantile cells": cells}
