"""The attributes row by row in plain Python: slow, obvious, and the judge of the peers on small data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import stdev, variance
from typing import Any

from benchmarks.definitions import EVENTS
from benchmarks.rules import Condition, Rule
from benchmarks.workload import NUMBERS, TEXTS, Columns

Event = dict[str, Any]

_COMPARE = {
    "=": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
}


def profiles(events: Columns, rules: Sequence[Rule], at: int) -> dict[int, dict[str, Any]]:
    """Customer to attribute to value; numbers are doubles, missing is None. Times of one customer must differ."""
    people: dict[int, list[Event]] = {}
    for event in sorted(rows(events), key=lambda event: event["time"]):
        people.setdefault(event["customer"], []).append(event)
    return {who: {rule.name: value(rule, own, at) for rule in rules} for who, own in people.items()}


def rows(events: Columns) -> list[Event]:
    """The events as dictionaries of what they have."""
    found = []
    for i in range(len(events)):
        event: Event = {"customer": int(events.customer[i]), "time": int(events.time[i])}
        event["event"] = EVENTS[events.event[i]]
        event |= {c: texts[code] for c, texts in TEXTS.items() if (code := getattr(events, c)[i]) < len(texts)}
        event |= {c: int(number) / 1e6 for c in NUMBERS if (number := getattr(events, c)[i]) >= 0}
        found.append(event)
    return found


def counts(rule: Rule, event: Event) -> bool:
    """Whether an event counts for an attribute."""
    family = rule.family
    return (
        (family.events is None or EVENTS.index(event["event"]) in family.events)
        and all(_holds(condition, event) for condition in family.conditions)
        and all(column is None or column in event for column in (family.value, family.by))
        and (rule.window is None or rule.window[0] <= event["time"] < rule.window[1])
    )


def value(rule: Rule, events: Sequence[Event], at: int) -> Any:
    """An attribute of one customer, whose events come in order of time."""
    own = [event for event in events if counts(rule, event)]
    if rule.family.by is not None:
        return _by_key(rule, own)
    if rule.aggregate == "count":
        return len(own)
    if rule.aggregate.startswith(("time_since", "mean_gap")):
        return _elapsed(rule.aggregate, [event["time"] for event in own], at)
    return _of_numbers(rule, [event[rule.family.value or ""] for event in own])


def _of_numbers(rule: Rule, numbers: list[float]) -> Any:
    if rule.aggregate == "sum":
        return sum(numbers)
    if not numbers:
        return None
    match rule.aggregate:
        case "mean":
            return sum(numbers) / len(numbers)
        case "min" | "max":
            return min(numbers) if rule.aggregate == "min" else max(numbers)
        case "first" | "last":
            return numbers[0 if rule.aggregate == "first" else -1]
        case "variance" | "stddev":
            spread = variance if rule.aggregate == "variance" else stdev
            return spread(numbers) if len(numbers) > 1 else None
        case "median" | "quantile":
            return _quantile(sorted(numbers), rule.q)
    raise LookupError(f"the brute force knows no aggregate {rule.aggregate!r}")


def _quantile(numbers: list[float], q: float) -> float:
    place = (len(numbers) - 1) * q
    below = int(place)
    above = min(below + 1, len(numbers) - 1)
    return numbers[below] + (numbers[above] - numbers[below]) * (place - below)


def _elapsed(aggregate: str, times: list[int], at: int) -> float | None:
    if aggregate == "mean_gap":
        return (times[-1] - times[0]) / 1e6 / (len(times) - 1) if len(times) > 1 else None
    if not times:
        return None
    return (at - times[0 if aggregate == "time_since_first" else -1]) / 1e6


def _by_key(rule: Rule, events: list[Event]) -> Any:
    weight: Counter[str] = Counter()
    latest: dict[str, int] = {}
    for event in events:
        key = event[rule.family.by or ""]
        weight[key] += round(event[rule.family.value] * 100) if rule.family.value else 1
        latest[key] = event["time"]
    ranked = sorted(weight, key=lambda key: (weight[key], latest[key]), reverse=True)
    match rule.aggregate:
        case "distinct":
            return len(ranked)
        case "unique_list":
            return sorted(ranked) or None
        case "top":
            return ranked[: rule.k] or None
        case "most_frequent":
            return ranked[0] if ranked else None
    raise LookupError(f"the brute force knows no aggregate {rule.aggregate!r} by key")


def _holds(condition: Condition, event: Event) -> bool:
    if condition.column not in event:
        return False
    if condition.operator == "in":
        return event[condition.column] in condition.options
    return bool(_COMPARE[condition.operator](event[condition.column], condition.options[0]))
