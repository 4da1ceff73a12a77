"""Definitions documents read for the peers: plain rules with conditions that SQL, NumPy and Polars can spell.

The subset is what the workloads use: `where` is a conjunction of `path operator literal` and `path in (literal, ...)`,
`value` and `by` are paths. Days are UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from benchmarks.definitions import EVENTS

DAY: Final = 86_400_000_000
_TERM: Final = re.compile(r"(?P<path>[\w.]+)\s*(?P<operator>=|!=|<=|>=|<|>|in)\s*(?P<literal>.+)")
_LITERAL: Final = re.compile(r"'([^']*)'|(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Condition:
    """`column operator options`; one option, or several for `in`. Columns are named without `properties.`."""

    column: str
    operator: str
    options: tuple[str | float, ...]


@dataclass(frozen=True, slots=True)
class FamilyRule:
    """What decides whether an event counts: event codes (None = all), conditions, the columns it must have."""

    events: tuple[int, ...] | None
    conditions: tuple[Condition, ...]
    value: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One attribute: its family, the aggregate, the window as half-open microseconds (None = lifetime)."""

    name: str
    family: FamilyRule
    aggregate: str
    window: tuple[int, int] | None
    k: int = 3
    q: float = 0.5

    @property
    def keyed(self) -> bool:
        """Whether its state has one cell a key."""
        return self.aggregate in {"distinct", "most_frequent", "top", "unique_list", "median", "quantile"}


def rules(document: dict[str, Any], at: int) -> tuple[Rule, ...]:
    """The document's attributes with windows as they stand at `at` (microseconds UTC)."""
    found = []
    for name, said in document["attributes"].items():
        family = FamilyRule(
            _codes(said["event"]), conditions(said.get("where")), _column(said.get("value")), _column(said.get("by"))
        )
        q = said.get("q", 0.5)
        found.append(Rule(name, family, said["aggregate"], span(said.get("window"), at), said.get("k", 3), q))
    return tuple(found)


def grouped_by_family(found: Iterable[Rule]) -> dict[FamilyRule, list[Rule]]:
    """The rules under their families, in the order of the document."""
    grouped: dict[FamilyRule, list[Rule]] = {}
    for rule in found:
        grouped.setdefault(rule.family, []).append(rule)
    return grouped


def weighed(rule: Rule) -> bool:
    """Whether keys are ranked by a sum or several are wanted, which takes a statement of its own in SQL and Polars."""
    return rule.aggregate == "top" or (rule.aggregate == "most_frequent" and rule.family.value is not None)


def conditions(where: str | None) -> tuple[Condition, ...]:
    """The terms of a conjunction.

    >>> [(c.column, c.operator, c.options) for c in conditions("properties.channel = 'web' and amount >= 60")]
    [('channel', '=', ('web',)), ('amount', '>=', (60.0,))]
    """
    terms = []
    for term in where.split(" and ") if where else ():
        found = _TERM.fullmatch(term.strip())
        if found is None:
            raise ValueError(f"the peers read only `path operator literal` joined by `and`, not {term!r}")
        options = tuple(text or float(number) for text, number in _LITERAL.findall(found["literal"]))
        terms.append(Condition(_column(found["path"]) or "", found["operator"], options))
    return tuple(terms)


def span(window: str | None, at: int) -> tuple[int, int] | None:
    """From and until (exclusive) of a window of whole UTC days, in microseconds.

    >>> day = 86_400_000_000
    >>> span("previous 2 days", 10 * day + 5) == (7 * day, 9 * day)
    True
    """
    if window is None:
        return None
    midnight = at - at % DAY
    after = midnight + DAY
    if window == "today":
        return midnight, after
    if window == "this month":
        return _micros(_date(at).replace(day=1)), after
    days = int(re.findall(r"\d+", window)[0]) * DAY
    return (after - 2 * days, after - days) if window.startswith("previous") else (after - days, after)


def _date(at: int) -> datetime:
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def _micros(when: datetime) -> int:
    return (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _codes(event: Any) -> tuple[int, ...] | None:
    if isinstance(event, dict):
        return None
    return tuple(sorted(EVENTS.index(name) for name in ([event] if isinstance(event, str) else event)))


def _column(path: str | None) -> str | None:
    return path.removeprefix("properties.") if path else None
