"""Polars as a peer: one lazy `group_by` with a filtered expression per attribute, keyed ones included.

The liberties are those of `peers_duckdb`: doubles, constant windows, ties of frequency by name and not by time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_

import polars as pl

from benchmarks.definitions import EVENTS
from benchmarks.peers_duckdb import arrow
from benchmarks.rules import Condition, FamilyRule, Rule, weighed
from benchmarks.workload import TEXTS, Columns

_COMPARE = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def frame(events: Columns) -> pl.DataFrame:
    """The events with texts as enumerations and numbers as doubles."""
    kinds = {"event": pl.Enum(EVENTS), **{column: pl.Enum(values) for column, values in TEXTS.items()}}
    found = pl.DataFrame(arrow(events))
    return found.with_columns(pl.col(column).cast(pl.String).cast(kind) for column, kind in kinds.items())


def profiles(events: pl.LazyFrame, rules: Sequence[Rule], at: int) -> pl.DataFrame:
    """`customer` and one column an attribute."""
    plain = [expression(rule, at).alias(rule.name) for rule in rules if not weighed(rule)]
    tables = [events.group_by("customer").agg(plain)]
    tables += [_ranked(events, rule) for rule in rules if weighed(rule)]
    joined = reduce(lambda left, right: left.join(right, on="customer", how="left"), tables)
    return joined.select("customer", *(rule.name for rule in rules)).collect(engine="streaming")


def expression(rule: Rule, at: int) -> pl.Expr:
    """The aggregate of one attribute over the events that count for it."""
    keep = hits(rule.family, rule.window)
    value = pl.col(rule.family.value or "time").filter(keep)
    time, key = pl.col("time").filter(keep), pl.col(rule.family.by or "event").filter(keep)
    gaps = keep.sum().cast(pl.Int64) - 1
    spelt: dict[str, Callable[[], pl.Expr]] = {
        "count": lambda: keep.sum(),
        "sum": lambda: value.sum(),
        "mean": lambda: value.mean(),
        "min": lambda: value.min(),
        "max": lambda: value.max(),
        "first": lambda: value.sort_by(time).first(),
        "last": lambda: value.sort_by(time).last(),
        "variance": lambda: value.var(),
        "stddev": lambda: value.std(),
        "time_since_first": lambda: (at - time.min()) / 1e6,
        "time_since_last": lambda: (at - time.max()) / 1e6,
        "mean_gap": lambda: pl.when(gaps > 0).then((time.max() - time.min()) / 1e6 / gaps),
        "distinct": lambda: key.n_unique(),
        "unique_list": lambda: key.unique().sort(),
        "most_frequent": lambda: key.mode().sort().first(),
        "median": lambda: value.quantile(rule.q, "linear"),
        "quantile": lambda: value.quantile(rule.q, "linear"),
    }
    return spelt[rule.aggregate]()


def hits(family: FamilyRule, window: tuple[int, int] | None) -> pl.Expr:
    """The events that count, as a mask."""
    terms = [_holds(condition) for condition in family.conditions]
    if family.events is not None:
        terms.append(pl.col("event").is_in([EVENTS[code] for code in family.events]))
    terms += [pl.col(column).is_not_null() for column in (family.value, family.by) if column]
    if window:
        terms.append((pl.col("time") >= window[0]) & (pl.col("time") < window[1]))
    return reduce(and_, terms, pl.col("time").is_not_null()).fill_null(value=False)


def _holds(condition: Condition) -> pl.Expr:
    column = pl.col(condition.column)
    if condition.operator == "in":
        return column.is_in(list(condition.options))
    found: pl.Expr = getattr(column, _COMPARE[condition.operator])(condition.options[0])
    return found


def _ranked(events: pl.LazyFrame, rule: Rule) -> pl.LazyFrame:
    """The keys of each customer, the heaviest first; equal weights by the later last event."""
    family = rule.family
    weight = pl.col(family.value).sum() if family.value else pl.len()
    keys = (
        events.filter(hits(family, rule.window))
        .group_by("customer", family.by)
        .agg(weight=weight, latest=pl.col("time").max())
    )
    key = pl.col(family.by or "").sort_by("weight", "latest", descending=True)
    return keys.group_by("customer").agg(
        (key.head(rule.k) if rule.aggregate == "top" else key.first()).alias(rule.name)
    )
