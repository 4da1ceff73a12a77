"""The raw messages behind the engine's state: the history, and the log's tail by sent id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.attribute.column import Ints, Mask, Pool
from hundredfold.attribute.order import before, place_of, ref_of, refs_of
from hundredfold.live.index import Index
from hundredfold.log.base import Log
from hundredfold.log.part import Asked
from hundredfold.log.partition import partitions_of
from hundredfold.log.stored import STORED, Positions
from hundredfold.log.undone import without_withdrawn
from hundredfold.words.span import Span


class Past(Protocol):
    """What the engine asks of a history."""

    @property
    def positions(self) -> Positions:
        """Below these, messages are in the history; the log is read from here."""

    def rows_of(self, keys: Sequence[str], columns: Sequence[str] | None = None) -> pa.Table:
        """All messages of some sent ids."""

    def pieces(self, bucket: int, columns: Sequence[str], rows: int, asked: Asked | None = None) -> Iterator[pa.Table]:
        """All messages of a bucket by sent id, in tables of about so many rows; columns that it lacks are left out.

        Payloads may be null in a table for which `asked` says that they are not needed.
        """

    def known(self, columns: Sequence[str]) -> list[str]:
        """Those of some columns that any message has."""

    def scan(self, bucket: int, columns: Sequence[str] | None = None) -> pa.Table:
        """All messages of a bucket."""

    @property
    def buckets(self) -> int:
        """How many buckets there are."""


class Places(NamedTuple):
    """Where messages of some sent ids lie: places in the log's tail, and the keys of those in history."""

    tail: list[tuple[int, int]]
    keys: list[str]


class Raw:
    """Messages of sent ids that the engine has applied, wherever they lie; without those of `undone` imports."""

    def __init__(self, log: Log, past: Past | None, sids: Pool, undone: Sequence[Span] = ()) -> None:
        self._log, self._past, self._sids, self._undone = log, past, sids, undone
        self.tail = Index()

    def note(self, sids: Ints, refs: Ints) -> None:
        """Notes applied messages of the log's tail."""
        self.tail.add(sids, refs)

    def in_tail(self, refs: Ints) -> Mask:
        """Which messages lie in the log's tail, behind what the history has."""
        return ~before(refs, self._past.positions if self._past is not None else {})

    def rows_of(self, sids: Ints, typed: Sequence[str] = ()) -> pa.Table:
        """All applied messages of some sent ids, duplicates included, in no order; `typed` columns as far as known."""
        return self.fetch(self.places(sids), typed)

    def places(self, sids: Ints) -> Places:
        """Where the messages of some sent ids lie."""
        refs = self.tail.values(np.unique(sids))
        places = np.stack(place_of(refs[self.in_tail(refs)])).T.tolist()
        return Places([(partition, offset) for partition, offset in places], self._sids.texts(sids))

    def fetch(self, places: Places, typed: Sequence[str] = ()) -> pa.Table:
        """The messages at some places; any thread may ask."""
        # The tail first: what the history takes over meanwhile is then in both, and its copies are of no account.
        parts = [self._log.fetch(places.tail)] if places.tail else []
        if self._past is not None:
            found = self._past.rows_of(places.keys, [*STORED.names, *self._past.known(typed)])
            parts.append(without_withdrawn(found, self._undone))
        return pa.concat_tables(parts, promote_options="default") if parts else STORED.empty_table()

    def parts(self, columns: Sequence[str], rows: int, asked: Asked | None = None) -> Iterator[pa.Table]:
        """All stored messages, duplicates included, in tables of about so many rows, no two of which share a sent id.

        They have the columns of `STORED`, and of the others those that the history has. `asked`: see `Past.pieces`.
        """
        start = self._log.start() if self._past is None else self._past.positions
        tail = pa.concat_tables([STORED.empty_table(), *self._log.read(start)])
        buckets = 1 if self._past is None else self._past.buckets
        of = partitions_of(tail["key"], buckets)
        for bucket in range(buckets):
            own = tail.filter(pa.array(of == bucket)).sort_by("key")
            pieces = iter(()) if self._past is None else self._past.pieces(bucket, columns, rows, asked)
            for table in _by_key(pieces, own, rows):
                yield without_withdrawn(table, self._undone)

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
            there = refs_of(table)
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
            keys.update(table.filter(pc.is_in(table["hash"], wanted))["key"].to_pylist())
        return sorted(keys)


def _by_key(pieces: Iterator[pa.Table], tail: pa.Table, rows: int) -> Iterator[pa.Table]:
    """Messages of history, and others behind them, both by sent id, together and cut between sent ids."""
    keys, done, last = np.array(tail["key"].to_pylist(), object), 0, ""
    held: list[pa.Table] = []
    for piece in pieces:
        first = piece["key"][0].as_py()
        if held:
            before_it = _joined(held)
            cut = pc.index(before_it["key"], first).as_py() if first == last else len(before_it)
            end = int(np.searchsorted(keys, first))
            if cut:
                yield _joined([before_it.slice(0, cut), tail.slice(done, end - done)])
                done = end
            held = [before_it.slice(cut)]
        held.append(piece)
        last = piece["key"][-1].as_py()
    while held or done < len(keys):
        end = max(_end(keys, done, rows), int(np.searchsorted(keys, last, side="right")))
        yield _joined([*held, tail.slice(done, end - done)])
        held, done = [], end


def _end(keys: npt.NDArray[np.object_], start: int, rows: int) -> int:
    """Where about so many rows end, behind the last one of a key."""
    if start + rows >= len(keys):
        return len(keys)
    return int(np.searchsorted(keys, keys[start + rows], side="right"))


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables, promote_options="default")
