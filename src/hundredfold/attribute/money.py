"""Amounts in the workspace's currency, at the rate of the day (semantics 15, S15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hundredfold.attribute.arithmetic import multiplied_divided
from hundredfold.attribute.column import BEYOND, MISSING, NULL, NUMBER, TEXT, Column, Ints, Mask, Pool
from hundredfold.words.amount import LIMIT

_NANO = 10**9


class Rates:
    """Daily rates: currency to local date to the workspace's units for one unit, in billionths."""

    def __init__(self, rates: Mapping[str, Mapping[int, int]], currency: str) -> None:
        self._own = currency.upper()
        self._rates = {
            code.upper(): (np.array(sorted(days), np.int64), np.array([days[day] for day in sorted(days)], np.int64))
            for code, days in rates.items()
            if days
        }

    def converted(self, amount: Column, currency: Column, days: Ints, rows: Mask, pool: Pool) -> Column:
        """Amounts of the rows in the workspace's currency; no value where there is no rate. Shapes (n,)."""
        kind, data = amount.kind.copy(), amount.data.copy()
        absent = np.isin(currency.kind, (MISSING, NULL))
        number = rows & (kind == NUMBER) & ~absent
        unpriced = number.copy()
        for code in np.unique(currency.data[number & (currency.kind == TEXT)]).tolist():
            name = pool.text(code).upper()
            chosen = np.flatnonzero(number & (currency.kind == TEXT) & (currency.data == code))
            if name == self._own:
                unpriced[chosen] = False
                continue
            if name not in self._rates:
                continue
            since, rates = self._rates[name]
            place = np.searchsorted(since, days[chosen], side="right") - 1
            chosen, place = chosen[place >= 0], place[place >= 0]
            result, fits = multiplied_divided(data[chosen], rates[place], np.int64(_NANO))  # type: ignore[arg-type]
            within = fits & (np.abs(result) <= LIMIT)
            kind[chosen], data[chosen] = np.where(within, NUMBER, BEYOND), np.where(within, result, 0)
            unpriced[chosen] = False
        # A price in a currency without a rate is something that is no value.
        kind[unpriced], data[unpriced] = BEYOND, 0
        return Column(kind, data)


def money_paths(declared: Sequence[str]) -> frozenset[str]:
    """The resolved paths that a declaration means."""
    return frozenset(declared) | frozenset(f"properties.{path}" for path in declared)
