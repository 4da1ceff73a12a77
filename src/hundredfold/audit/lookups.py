"""Lookups and exchange rates: the row, and the rate, that held at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from hundredfold.audit.messages import read_time
from hundredfold.audit.paths import MISSING, as_text
from hundredfold.definition.model import LookupRule
from hundredfold.errors import DefinitionError
from hundredfold.words.amount import half_even
from hundredfold.words.calendar import EARLIEST, local_day

ALWAYS = EARLIEST - 1
"""The `valid_from` of a row that is always valid."""


class Lookup:
    """The rows of one table by key, each from its `valid_from` on (rule 22).

    Raises DefinitionError when two rows have one key and one `valid_from`.
    """

    def __init__(self, rule: LookupRule, rows: Sequence[Mapping[str, Any]], zone: tzinfo) -> None:
        self.source = rule.source
        self._zone = zone
        by_key: dict[str, dict[int, Mapping[str, Any]]] = {}
        for row in rows:
            key = as_text(row.get(rule.key))
            if key is None:
                continue
            start = self._start(rule, row)
            if by_key.setdefault(key, {}).setdefault(start, row) is not row:
                raise DefinitionError(
                    f"lookup {rule.name}: two rows have the same key and valid_from; keep one of them"
                )
        self._by_key = {
            key: sorted(versions.items(), key=lambda version: version[0]) for key, versions in by_key.items()
        }

    def _start(self, rule: LookupRule, row: Mapping[str, Any]) -> int:
        raw = row.get("valid_from")
        if raw is None or raw == "":
            return ALWAYS
        start = raw if isinstance(raw, int) else read_time(raw, self._zone)
        if start is None:
            raise DefinitionError(f"lookup {rule.name}: a valid_from is no time; write YYYY-MM-DD or leave it empty")
        return start

    def field(self, key: str | None, name: str, time: int) -> Any:
        """S11: a field of the newest row that was valid at a time; MISSING without row or field."""
        valid = [row for start, row in self._by_key.get(key or "", ()) if start <= time]
        return valid[-1].get(name, MISSING) if valid else MISSING


class Rates:
    """Daily exchange rates into the workspace's currency (rule 15)."""

    def __init__(self, rates: Mapping[str, Mapping[int, int]], currency: str, zone: tzinfo) -> None:
        self._own = currency.upper()
        self._zone = zone
        self._days = {code.upper(): sorted(days.items()) for code, days in rates.items()}

    def convert(self, millionths: int, currency: Any, time: int) -> int | None:
        """An amount in the workspace's currency, rounded once; None without a rate for its day or any before it."""
        if currency is MISSING or currency is None:
            return millionths
        if not isinstance(currency, str):
            return None  # S15
        if currency.upper() == self._own:
            return millionths
        days = self._days.get(currency.upper(), [])
        known = bisect_right(days, local_day(time, self._zone), key=lambda rate: rate[0])
        return half_even(millionths * days[known - 1][1], 10**9) if known else None
