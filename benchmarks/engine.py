"""Ours, on columns in memory: the workload's events as the engine's own blocks, folded and read.

Everything that knows the engine's insides for the sake of a benchmark is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.definitions import EVENTS
from benchmarks.files import message_ids
from benchmarks.workload import NUMBERS, TEXTS, Columns
from hundredfold.attribute.block import NEVER, Block, block_of, coded
from hundredfold.attribute.cells import Cells, merged
from hundredfold.attribute.column import MISSING, NUMBER, TEXT, Column, Pool, millionths_of
from hundredfold.attribute.decode import Decoded, Decoder, Mode
from hundredfold.attribute.facts import counted
from hundredfold.attribute.fold import fold
from hundredfold.attribute.order import ref_of, ties
from hundredfold.attribute.plan import Family, Plan, plan
from hundredfold.attribute.read import Clock, Profiles, Reader
from hundredfold.attribute.rows import Surroundings
from hundredfold.definition.load import from_document
from hundredfold.words.message import KINDS

State = dict[Family, Cells]


@dataclass(frozen=True)
class Engine:
    """A plan and what it needs to fold blocks and to read them back."""

    plan: Plan
    around: Surroundings
    sids: Pool = field(default_factory=Pool)

    def blocks(self, events: Columns, size: int) -> Iterator[Block]:
        """The events as decoded blocks: what the engine sees behind the decoder."""
        for start in range(0, len(events), size):
            yield self._block(events.take(slice(start, start + size)))

    def decoded(self, stored: Iterable[pa.Table]) -> Iterator[Block]:
        """Tables of stored messages (`log.stored.STORED`) as blocks, their JSON decoded."""
        decoder = Decoder(self.plan.wanted, self.around.pool)
        for table in stored:
            yield block_of(table, decoder, self.sids, self.around.pool)

    def typed(self, file: Path) -> Iterator[Block]:
        """A file of typed Parquet as blocks of its row groups; only the columns that the plan asks for are read."""
        source = pq.ParquetFile(file, read_dictionary=["key"])
        asked = [path for path, _ in self.plan.wanted.root if path in source.schema_arrow.names]
        columns = list(dict.fromkeys(["key", "time", "message_id", "event", *asked]))
        first = 0
        for batch in source.iter_batches(batch_size=1 << 20, columns=columns):
            yield self._typed(pa.Table.from_batches([batch]), asked, first)
            first += batch.num_rows

    def known(self) -> int:
        """How many sent ids the decoded messages had."""
        return len(self.sids)

    def fold(self, blocks: Iterable[Block]) -> State:
        """The cells of all blocks: each block folded, then all merged."""
        parts: list[State] = []
        every: list[Block] = []
        for block in blocks:
            parts.append(fold(counted(block, {}, self.around.pool), self.plan, self.around))
            every.append(block)
        if len(parts) == 1:
            return parts[0]
        return {
            family: merged(
                [part.pop(family) for part in parts], {s.name: s.merge for s in states}, lambda refs: _ids(every, refs)
            )
            for family, states in self.plan.families.items()
        }

    def read(self, state: State, customers: int, at: int) -> Profiles:
        """All values of all customers at an instant."""
        reader = Reader(self.plan, self.around, state.__getitem__, _unasked)
        return reader.read(customers, Clock(at))

    def _typed(self, table: pa.Table, asked: list[str], first: int) -> Block:
        n, pool = table.num_rows, self.around.pool
        time = table["time"].cast(pa.int64()).to_numpy()
        ids = table["message_id"].combine_chunks()
        return Block(
            sid=coded(table["key"], self.sids),
            time=time,
            received=time,
            sent=np.full(n, NEVER),
            kind=np.full(n, KINDS.index("track"), np.uint8),
            source=np.zeros(n, np.int64),
            tie=ties(ids),
            ref=ref_of(np.zeros(n, np.int64), np.arange(first, first + n)),
            message_ids=ids,
            decoded=Decoded(n, {(path, "value"): _column(table[path], pool) for path in asked}, {}, Pool()),
        )

    def _block(self, events: Columns) -> Block:
        n = len(events)
        ids = message_ids(events.number)
        paths: dict[tuple[str, Mode], Column] = {("event", "value"): self._texts(events.event, EVENTS)}
        wanted = self.plan.wanted.root
        for name, values in TEXTS.items():
            if (f"properties.{name}", "value") in wanted:
                paths[f"properties.{name}", "value"] = self._texts(getattr(events, name), values)
        for name in NUMBERS:
            if (f"properties.{name}", "value") in wanted:
                numbers = getattr(events, name)
                there = numbers >= 0
                paths[f"properties.{name}", "value"] = Column(
                    np.where(there, np.uint8(NUMBER), np.uint8(MISSING)), np.where(there, numbers, 0)
                )
        return Block(
            sid=events.customer.astype(np.int64),
            time=events.time,
            received=events.time,
            sent=np.full(n, NEVER),
            kind=np.full(n, KINDS.index("track"), np.uint8),
            source=np.zeros(n, np.int64),
            tie=ties(ids),
            ref=ref_of(np.zeros(n, np.int64), events.number),
            message_ids=ids,
            decoded=Decoded(n, paths, {}, Pool()),
        )

    def _texts(self, codes: Any, values: tuple[str, ...]) -> Column:
        in_pool = np.append(self.around.pool.codes(values), np.zeros(256 - len(values), np.int64))
        kinds = np.full(256, TEXT, np.uint8)
        kinds[len(values) :] = MISSING
        return Column(kinds[codes], in_pool[codes])


def engine(document: dict[str, Any]) -> Engine:
    """The engine for a definitions document."""
    pool = Pool()
    definitions = from_document(document)
    return Engine(plan(definitions, pool), Surroundings(definitions, pool))


def _column(values: pa.ChunkedArray, pool: Pool) -> Column:
    """A typed column as the engine's: texts by code, numbers as millionths, missing where null."""
    if pa.types.is_string(values.type) or pa.types.is_dictionary(values.type):
        kind, data = TEXT, coded(values, pool)
    else:
        kind, (data, _) = NUMBER, millionths_of(values.cast(pa.float64()).fill_null(0.0).to_numpy())
    if values.null_count == 0:
        return Column(np.full(len(data), kind, np.uint8), data)
    there = values.is_valid().to_numpy()
    return Column(there * np.uint8(kind), data * there)


def _unasked(refs: Any) -> list[str]:
    """Merged cells hold one winner each: reading them has no two events of one time and tie to tell apart."""
    raise LookupError(
        f"the workload has {len(refs)} events of one customer with the same time and tie; give ids to read"
    )


def _ids(blocks: list[Block], refs: Any) -> list[str]:
    """Message ids by ref over several blocks; asked for only where time and tie of two events agree."""
    known: dict[int, str] = {}
    for block in blocks:
        rows = np.flatnonzero(np.isin(block.ref, refs))
        known |= {int(block.ref[row]): str(block.message_ids[int(row)]) for row in rows}
    return [known[ref] for ref in refs.tolist()]
