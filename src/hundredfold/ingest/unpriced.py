"""Messages whose money counts nothing, for their currency has no rate for their day (semantics 15, S15, S29)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

import orjson
import polars as pl

from hundredfold.definition.model import EventRule
from hundredfold.words.calendar import day_start, local_day
from hundredfold.words.message import KINDS

_TRACK: Final = KINDS.index("track")
_CODE: Final = re.compile(r"[^\s\d]{1,5}")
MOST: Final = 20
"""So many currencies are told one by one; a column with more has no currencies in it."""
OTHER: Final = ""
"""Stands for what looks like no currency, and for those beyond the first."""


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Rows with money in a currency without a rate, and the local day of the earliest, since 1970-01-01."""

    rows: int
    since: int

    def __add__(self, other: Unpriced) -> Unpriced:
        return Unpriced(self.rows + other.rows, min(self.since, other.since))


@dataclass(frozen=True)
class Pricing:
    """What makes money of amounts: the events that have it, the daily rates (currency to local day), own currency."""

    events: Mapping[str, EventRule]
    rates: Mapping[str, Mapping[int, int]]
    currency: str
    zone: tzinfo

    def unpriced(self, frame: pl.DataFrame) -> dict[str, Unpriced]:
        """Which currencies of messages (`DRAFT`) have no rate for their day nor before it."""
        rules = {rule.name: rule.currency for rule in self.events.values() if rule.currency and rule.money}
        foreign = self._foreign(frame, {path.rpartition(".")[2] for path in rules.values()})
        said = [_currency(payload, rules) for payload in foreign["payload"].to_list()]
        coded = foreign.select("time", "rows", pl.Series("code", said, dtype=pl.String)).drop_nulls("code")
        own, since = self.currency.upper(), {code: day_start(day, self.zone) for code, day in self._first.items()}
        begins = pl.col("code").replace_strict(since, default=None, return_dtype=pl.Int64)
        lacking = coded.filter((pl.col("code") != own) & (begins.is_null() | (pl.col("time") < begins)))
        groups = lacking.group_by("code").agg(pl.col("rows").sum(), pl.col("time").min())
        found = {code: Unpriced(rows, local_day(time, self.zone)) for code, rows, time in groups.iter_rows()}
        return joined({}, found)

    def _foreign(self, frame: pl.DataFrame, names: set[str]) -> pl.DataFrame:
        """The messages that may have another currency: canonical JSON has no blanks, so most need no parsing."""
        payload = pl.col("payload").cast(pl.String)
        written = f':"{self.currency.upper()}"'
        others = [
            payload.str.count_matches(f'"{name}":', literal=True)
            > payload.str.count_matches(f'"{name}"{written}', literal=True)
            for name in names
        ]
        return frame.filter((pl.col("kind") == _TRACK) & pl.any_horizontal(pl.lit(False), *others))

    def lacks(self, code: str, day: int) -> bool:
        """Whether a currency has no rate for a local day nor before it."""
        first = self._first.get(code.upper())
        return code.upper() != self.currency.upper() and (first is None or day < first)

    @property
    def _first(self) -> dict[str, int]:
        """The day of the first rate of each currency."""
        return {code.upper(): min(days) for code, days in self.rates.items() if days}


def _currency(payload: bytes, rules: Mapping[str, str]) -> str | None:
    """The currency of a message's money, in capitals; None where it says none, or has no money."""
    value: Any = orjson.loads(payload)
    path = rules.get(value.get("event"))
    if path is None:
        return None
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return None
    code = value.upper() if isinstance(value, str) else OTHER
    return code if _CODE.fullmatch(code) else OTHER


def joined(one: Mapping[str, Unpriced], other: Mapping[str, Unpriced]) -> dict[str, Unpriced]:
    """Both together, the currency with the most rows first.

    >>> joined({"USD": Unpriced(1, 5)}, {"USD": Unpriced(2, 3), "GBP": Unpriced(1, 9)})
    {'USD': Unpriced(rows=3, since=3), 'GBP': Unpriced(rows=1, since=9)}
    """
    found = dict(one)
    for code, more in other.items():
        found[code] = found[code] + more if code in found else more
    order = sorted(found, key=lambda code: (-found[code].rows, code))
    kept = {code: found[code] for code in order[:MOST]}
    for code in order[MOST:]:
        kept[OTHER] = kept[OTHER] + found[code] if OTHER in kept else found[code]
    return kept
