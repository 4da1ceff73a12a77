"""Tables beside the events: a row by key and time (semantics 22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any

import numpy as np

from hundredfold.attribute.column import ABSENT, MISSING, TEXT, Column, Ints, Pool, column_of
from hundredfold.attribute.decode import as_text
from hundredfold.errors import DefinitionError
from hundredfold.words.calendar import parse_time

_ALWAYS = np.iinfo(np.int64).min


class LookupTable:
    """The rows of a lookup as columns, sorted by (key, valid_from).

    Rows are mappings of JSON scalars; `valid_from` is a time (semantics S1) or microseconds UTC, null or empty for
    "always". Two rows of one key and time are refused where the table is loaded.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]], key: str, pool: Pool, zone: tzinfo = UTC) -> None:
        keyed = [(text, row) for row in rows if isinstance(text := as_text(row.get(key)), str)]
        codes = pool.codes([text for text, _ in keyed])
        since = np.array([_since(row.get("valid_from"), zone) for _, row in keyed], np.int64)
        order = np.lexsort((since, codes))
        self._codes, self._since = codes[order], since[order]
        self._rows = [keyed[i][1] for i in order.tolist()]
        self._pool = pool
        self._fields: dict[tuple[str, bool], Column] = {}

    def rows_of(self, key: Column, time: Ints) -> Ints:
        """The row of each key (texts) at each time; -1 where there is none."""
        low = np.searchsorted(self._codes, key.data, side="left")
        high = np.searchsorted(self._codes, key.data, side="right")
        first = low.copy()
        while (searching := low < high).any():
            middle = (low + high) // 2
            later = searching & (self._since[np.minimum(middle, len(self._since) - 1)] <= time)
            low = np.where(later, middle + 1, low)
            high = np.where(searching & ~later, middle, high)
        found = (low > first) & (key.kind == TEXT)
        return np.where(found, low - 1, -1)

    def field(self, name: str, *, text: bool = False) -> Column:
        """A column of the table, as it is or as text, with one more row, missing, at its end (the row -1)."""
        if (name, text) not in self._fields:
            cells = [row.get(name, ABSENT) for row in self._rows]
            column = column_of([as_text(cell) for cell in cells] if text else cells, self._pool)
            self._fields[name, text] = Column.concatenate([column, Column.full(1, MISSING)])
        return self._fields[name, text]


def _since(since: Any, zone: tzinfo) -> int:
    if since is None or since == "":
        return int(_ALWAYS)
    if isinstance(since, int):
        return since
    time = parse_time(str(since), zone)
    if time is None:
        raise DefinitionError(f"a lookup's valid_from is {since!r}; write YYYY-MM-DD or leave it empty")
    return time
