"""The hand-written limit: NumPy scatter on dense arrays, what a program for these very attributes would cost.

It knows more than an engine may: customers are numbers already, the windows' ends are constants (so it keeps no days
and could not answer tomorrow), nothing is retracted, and all events are at hand in order of time, so that "last" is the
one written last. Sums are exact int64 millionths; squares are added in doubles.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from benchmarks.rules import Condition, FamilyRule, Rule, grouped_by_family
from benchmarks.workload import ABSENT, TEXTS, Columns

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Cells: TypeAlias = dict[str, Array]

CHUNK = 262_144
"""Events at a time: their columns stay in the cache while the families pass over them."""
_LEAST, _MOST = np.iinfo(np.int64).max, np.iinfo(np.int64).min
_EMPTY = {"min": _LEAST, "max": _MOST, "since": _LEAST, "until": _MOST, "first": -1, "last": -1}
_NEEDS = {
    "count": ("n",),
    "sum": ("sum",),
    "mean": ("n", "sum"),
    "min": ("min",),
    "max": ("max",),
    "first": ("first",),
    "last": ("last",),
    "variance": ("n", "sum", "squares"),
    "stddev": ("n", "sum", "squares"),
    "time_since_first": ("since",),
    "time_since_last": ("until",),
    "mean_gap": ("n", "since", "until"),
}


def profiles(events: Columns, rules: tuple[Rule, ...], customers: int, at: int) -> dict[str, Array]:
    """Every unkeyed attribute as an array over customers, the keyed ones as their (customer, key) counts or sums.

    Amounts are millionths, times seconds; a missing value is -1, the column's extreme or NaN. `first` and `last` take
    the order of `events`, which must be by time.
    """
    families = grouped_by_family(rules)
    dense = {family: _cells(found, customers) for family, found in families.items()}
    runs: dict[FamilyRule, list[tuple[Array, Array | None]]] = {
        f: [] for f, found in families.items() if found[0].keyed
    }
    for start in range(0, len(events), CHUNK):
        chunk = events.take(slice(start, start + CHUNK))
        masks: dict[Any, Array] = {}
        for family, found in families.items():
            hit = np.flatnonzero(hits(chunk, family, masks))
            if family in runs:
                runs[family].append(_keyed(chunk, family, found[0], hit))
            else:
                _scatter(chunk, family, hit, dense[family])
    keyed = {family: _merged(parts) for family, parts in runs.items()}
    return {
        rule.name: keyed[rule.family] if rule.keyed else _read(rule, dense[rule.family][rule.window], at)
        for rule in rules
    }


def hits(events: Columns, family: FamilyRule, known: dict[Any, Array] | None = None) -> Array:
    """The events that a family counts, as a mask; `known` keeps the masks of conditions for the next family."""
    known = {} if known is None else known
    mask = _of_event(events, family.events, known)
    for condition in family.conditions:
        mask = mask & _holds(events, condition, known)
    for column in (family.value, family.by):
        if column is not None:
            mask = mask & _present(events, column, known)
    return mask


def _of_event(events: Columns, codes: tuple[int, ...] | None, known: dict[Any, Array]) -> Array:
    if codes not in known:
        wanted = np.full(256, codes is None)
        wanted[list(codes or ())] = True
        known[codes] = wanted[events.event]
    return known[codes]


def _present(events: Columns, column: str, known: dict[Any, Array]) -> Array:
    if column not in known:
        values = getattr(events, column)
        known[column] = values != ABSENT if column in TEXTS else values >= 0
    return known[column]


def _holds(events: Columns, condition: Condition, known: dict[Any, Array]) -> Array:
    if condition not in known:
        values, name = getattr(events, condition.column), condition.column
        if name in TEXTS:
            wanted = np.zeros(256, bool)
            wanted[[TEXTS[name].index(str(option)) for option in condition.options]] = True
            wanted ^= condition.operator == "!="
            known[condition] = wanted[values] & (values != ABSENT)
        else:
            compare = {"<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal, "=": np.equal}
            bound = round(float(condition.options[0]) * 1_000_000)
            known[condition] = compare[condition.operator](values, bound) & (values >= 0)
    return known[condition]


def _cells(rules: list[Rule], customers: int) -> dict[tuple[int, int] | None, Cells]:
    """Window to the arrays that its attributes read."""
    cells: dict[tuple[int, int] | None, Cells] = {}
    for rule in rules:
        for column in () if rule.keyed else _NEEDS[rule.aggregate]:
            kind = np.float64 if column == "squares" else np.int64
            cells.setdefault(rule.window, {}).setdefault(column, np.full(customers, _EMPTY.get(column, 0), kind))
    return cells


def _scatter(events: Columns, family: FamilyRule, hit: Array, cells: dict[tuple[int, int] | None, Cells]) -> None:
    for window, into in cells.items():
        rows = hit
        if window is not None:
            time = events.time[hit]
            rows = hit[(time >= window[0]) & (time < window[1])]
        if not len(rows):
            continue
        who = events.customer[rows]
        value = getattr(events, family.value)[rows] if family.value else None
        _add(into, who, value, events.time[rows] if "since" in into or "until" in into else None)


def _add(into: Cells, who: Array, value: Array | None, time: Array | None) -> None:
    if "n" in into:
        np.add.at(into["n"], who, 1)
    if time is not None and "since" in into:
        np.minimum.at(into["since"], who, time)
    if time is not None and "until" in into:
        np.maximum.at(into["until"], who, time)
    if value is None:
        return
    if "sum" in into:
        np.add.at(into["sum"], who, value)
    if "min" in into:
        np.minimum.at(into["min"], who, value)
    if "max" in into:
        np.maximum.at(into["max"], who, value)
    if "squares" in into:
        np.add.at(into["squares"], who, np.square(value / 1e6))
    if "last" in into:
        into["last"][who] = value
    if "first" in into:
        fresh = into["first"][who] < 0
        into["first"][who[fresh][::-1]] = value[fresh][::-1]


def _keyed(events: Columns, family: FamilyRule, rule: Rule, hit: Array) -> tuple[Array, Array | None]:
    """(customer, key) of a chunk's hits in one number, summed when there is a value to weigh keys with."""
    key = getattr(events, family.by or family.value or "")[hit]
    joined = (events.customer[hit].astype(np.int64) << 32) | key
    if not (family.by and family.value):
        return joined, None
    return joined, getattr(events, family.value)[hit]


def _merged(parts: list[tuple[Array, Array | None]]) -> Array:
    """Rows (customer << 32 | key, count or summed value), sorted."""
    joined = np.concatenate([key for key, _ in parts])
    order = np.argsort(joined)
    joined = joined[order]
    starts = np.flatnonzero(np.diff(joined, prepend=-1))
    weight = [value for _, value in parts if value is not None]
    sums = np.add.reduceat(np.concatenate(weight)[order], starts) if weight else np.diff(starts, append=len(joined))
    return np.stack([joined[starts], sums])


def _read(rule: Rule, cells: Cells, at: int) -> Array:
    n = cells.get("n", np.empty(0))
    with np.errstate(invalid="ignore", divide="ignore"):
        match rule.aggregate:
            case "count":
                return cells["n"]
            case "mean":
                return cells["sum"] / n
            case "variance" | "stddev":
                total = cells["sum"] / 1e6
                variance = np.where(n > 1, (cells["squares"] - total * total / n) / (n - 1), np.nan)
                return np.sqrt(variance) if rule.aggregate == "stddev" else variance
            case "time_since_first":
                return np.where(cells["since"] == _LEAST, np.nan, (at - cells["since"].astype(np.float64)) / 1e6)
            case "time_since_last":
                return np.where(cells["until"] == _MOST, np.nan, (at - cells["until"].astype(np.float64)) / 1e6)
            case "mean_gap":
                gap = cells["until"].astype(np.float64) - cells["since"]
                return np.where(n > 1, gap / 1e6 / (n - 1), np.nan)
            case name:
                return cells[name]
