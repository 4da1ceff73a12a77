"""The raw messages behind the engine's state: the history, and the log's tail by sent id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa

from hundredfold.attribute.column import Ints, Mask, Pool
from hundredfold.attribute.order import before, place_of, ref_of
from hundredfold.live.index import Index
from hundredfold.log.base import Log
from hundredfold.log.stored import STORED, Positions


class Past(Protocol):
    """What the engine asks of a history."""

    @property
    def positions(self) -> Positions:
        """Below these, messages are in the history; the log is read from here."""

    def rows_of(self, keys: Sequence[str], columns: Sequence[str] | None = None) -> pa.Table:
        """All messages of some sent ids."""

    def scan(self, bucket: int, columns: Sequence[str] | None = None) -> pa.Table:
        """All messages of a bucket."""

    @property
    def buckets(self) -> int:
        """How many buckets there are."""


class Raw:
    """Messages of sent ids that the engine has applied, wherever they lie."""

    def __init__(self, log: Log, past: Past | None, sids: Pool) -> None:
        self._log, self._past, self._sids = log, past, sids
        self.tail = Index()

    def note(self, sids: Ints, refs: Ints) -> None:
        """Notes applied messages of the log's tail."""
        self.tail.add(sids, refs)

    def in_tail(self, refs: Ints) -> Mask:
        """Which messages lie in the log's tail, behind what the history has."""
        return ~before(refs, self._past.positions if self._past is not None else {})

    def rows_of(self, sids: Ints) -> pa.Table:
        """All applied messages of some sent ids, duplicates included, in no order."""
        parts = []
        # The tail first: what the history takes over meanwhile is then in both, and its copies are of no account.
        refs = self.tail.values(np.unique(sids))
        places = np.stack(place_of(refs[self.in_tail(refs)])).T
        if len(places):
            parts.append(self._log.fetch([(p, o) for p, o in places.tolist()]))
        if self._past is not None:
            parts.append(self._past.rows_of(self._sids.texts(sids)).select(STORED.names))
        return pa.concat_tables(parts) if parts else STORED.empty_table()

    def everything(self) -> Iterator[pa.Table]:
        """All stored messages, duplicates included: the history's, then the log's behind it."""
        yield STORED.empty_table()
        for bucket in range(self._past.buckets if self._past is not None else 0):
            assert self._past is not None
            yield self._past.scan(bucket, STORED.names)
        yield from self._log.read(self._log.start() if self._past is None else self._past.positions)

    def ids(self, refs: Ints) -> list[str]:
        """The message ids of refs; needed only where two messages agree in time and in their first letters."""
        known = self._in_history(refs)
        places = np.stack(place_of(refs)).T.tolist()
        rest = [(p, o) for i, (p, o) in enumerate(places) if i not in known]
        fetched = iter(self._log.fetch(rest)["message_id"].to_pylist() if rest else ())
        return [known[i] if i in known else str(next(fetched)) for i in range(len(places))]

    def _in_history(self, refs: Ints) -> dict[int, str]:
        if self._past is None or not len(refs):
            return {}
        positions = self._past.positions
        partition, offset = place_of(refs)
        old = np.array([o < positions.get(p, 0) for p, o in zip(partition.tolist(), offset.tolist(), strict=True)])
        found: dict[int, str] = {}
        wanted = ref_of(partition, offset)
        for bucket in range(self._past.buckets if old.any() else 0):
            table = self._past.scan(bucket, ["partition", "offset", "message_id"])
            there = ref_of(table["partition"].to_numpy(), table["offset"].to_numpy())
            order = np.argsort(there)
            place = np.minimum(np.searchsorted(there, wanted, sorter=order), max(len(there) - 1, 0))
            for i in np.flatnonzero(old & (there[order[place]] == wanted)).tolist() if len(there) else ():
                found[i] = table["message_id"][int(order[place[i]])].as_py()
        return found

    def keys_of(self, hashes: Sequence[bytes]) -> list[str]:
        """The sent ids that have sent messages of some id hashes: a scan, for copies that a smaller one replaces."""
        wanted = pa.array(hashes, pa.binary(16))
        keys: set[str] = set()
        tables = [self._past.scan(b, ["hash", "key"]) for b in range(self._past.buckets)] if self._past else []
        start = self._past.positions if self._past else self._log.start()
        tables += [table.select(["hash", "key"]) for table in self._log.read(start)]
        for table in tables:
            keys.update(table.filter(pa.compute.is_in(table["hash"], wanted))["key"].to_pylist())
        return sorted(keys)
