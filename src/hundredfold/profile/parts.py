"""A profile's parts: what the newest batch covers of it, and what has come since (semantics 27)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from hundredfold.attribute.anew import fold_anew
from hundredfold.attribute.block import Block
from hundredfold.attribute.cells import Cells
from hundredfold.attribute.column import Ints, Mask
from hundredfold.attribute.order import before
from hundredfold.attribute.plan import Family
from hundredfold.attribute.reach import reach_of
from hundredfold.attribute.read import Clock, Reader
from hundredfold.attribute.values import profile_values
from hundredfold.live.engine import Engine
from hundredfold.log.stored import Positions
from hundredfold.words.value import Value

Values = Mapping[str, Value]


def parts(engine: Engine, now: Values, sids: Ints, clock: Clock, covers: Positions) -> tuple[Values, Values]:
    """The values of the aggregates from a customer's messages before some positions, and from those behind them.

    `now` are his values from all messages; `sids` (ascending) are his sent ids.
    """
    if engine.stands_since(covers, sids):  # as of most customers, nothing has come
        return now, engine.nobody
    stored = engine.stored(sids)
    block = engine.block(stored)
    around = engine.sharing_keys(block, sids)
    if len(around) > len(sids):
        stored = engine.stored(around)
        block = engine.block(stored)
    counts = ~engine.state.voided(block) & (block.time <= clock.at)
    covered = before(block.ref, covers)
    return (
        _values(engine, block, stored, counts & covered, sids, clock),
        _values(engine, block, stored, counts & ~covered, sids, clock),
    )


def _values(engine: Engine, block: Block, stored: pa.Table, rows: Mask, sids: Ints, clock: Clock) -> Values:
    compiled = engine.compiled
    cells, _ = fold_anew(
        block.take(np.flatnonzero(rows)),
        stored.filter(pa.array(rows)),
        compiled.plan,
        compiled.around,
        len(engine.sids),
        void=engine.state.void_keys,
        only=sids,
        reach=reach_of(compiled.plan, clock.at),
    )

    def his(family: Family) -> Cells:
        own = cells[family]
        return Cells(np.zeros(len(own), np.int64), own.bucket, own.key, own.arrays)

    told = {name for name, reading in compiled.plan.readings.items() if len(cells[reading.family])}
    found = Reader(compiled.plan, compiled.around, his, block.ids).read(1, clock, only=told)
    return engine.nobody | profile_values(found, compiled.pool)[0]
