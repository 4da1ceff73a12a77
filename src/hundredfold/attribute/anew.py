"""Messages into cells and persons from nothing: the sure way, for whoever folds raw messages again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import pyarrow as pa

from hundredfold.attribute.block import NEVER, Block
from hundredfold.attribute.cells import Cells, merged
from hundredfold.attribute.column import Ints, Mask, Pool
from hundredfold.attribute.facts import counted
from hundredfold.attribute.fold import fold
from hundredfold.attribute.foreign import ForeignValues, foreign_values
from hundredfold.attribute.order import in_order
from hundredfold.attribute.plan import Family, Plan
from hundredfold.attribute.reach import Reach
from hundredfold.attribute.rows import Surroundings
from hundredfold.identity.persons import Firsts, Statements
from hundredfold.identity.statements import LINK_KINDS, stated_pairs
from hundredfold.words.message import KINDS

_PROFILE: Final = KINDS.index("profile")
_SILENT: Final = tuple(KINDS.index(kind) for kind in ("unmerge", "delete", "marker"))
"""Messages that make no person exist."""


def fold_anew(
    block: Block,
    stored: pa.Table,
    plan: Plan,
    around: Surroundings,
    sids: int,
    *,
    void: Collection[tuple[str, str]] = (),
    only: Ints | None = None,
    reach: Reach | None = None,
) -> tuple[dict[Family, Cells], ForeignValues]:
    """The cells of all messages of a block (of `only` some sent ids), batch values of other systems included.

    The messages count (semantics section 4, steps 1 to 4); `stored` is their table, row by row. Where a business key's
    messages are of several sent ids, the block must hold them all. `reach`: as in `fold`.
    """
    events = counted(block, around.definitions.events, around.pool, void)
    payloads = stored.filter(pa.array(block.kind == _PROFILE))["payload"].to_pylist()
    foreign = foreign_values(block, payloads, plan, around, sids)
    if only is not None:
        events = events.of(np.isin(events.sid, only))
    cells = fold(events, plan, around, foreign.covered, reach)
    for family, values in foreign.cells.items():
        mine = values if only is None else values.take(np.isin(values.sid, only))
        cells[family] = merged([cells[family], mine], plan.merges(family), block.ids)
    return cells, foreign


def statements_of(block: Block, stored: pa.Table, sids: Pool) -> Statements:
    """What the messages of a block state of persons."""
    rows = np.flatnonzero(np.isin(block.kind, LINK_KINDS))
    some = stored.take(pa.array(rows))
    said, ones, others, links = stated_pairs(
        some["payload"].to_pylist(), some["kind"].to_pylist(), some["trust"].to_pylist(), sids.code
    )
    rows = rows[np.array(said, np.int64)]
    pairs = np.array(ones, np.int64), np.array(others, np.int64), np.array(links, np.bool_)
    return Statements(*pairs, block.time[rows], block.tie[rows], block.ref[rows])


def loud(block: Block) -> Mask:
    """The messages by which a person exists."""
    result: Mask = ~np.isin(block.kind, _SILENT)
    return result


def last_times(block: Block, sids: int) -> Ints:
    """The time of the last message of each sent id by which it exists, `NEVER` without one."""
    rows, found = loud(block), np.full(sids, NEVER)
    np.maximum.at(found, block.sid[rows], block.time[rows])
    return found


def first_messages(block: Block) -> Firsts:
    """The first message of each sent id by which it exists."""
    rows = np.flatnonzero(loud(block))
    order = rows[in_order(block.time[rows], block.tie[rows], block.ref[rows], block.ids, block.sid[rows])]
    sid = block.sid[order]
    first = order[np.append(True, sid[1:] != sid[:-1])[: len(sid)]]
    return Firsts(block.sid[first], block.time[first], block.tie[first], block.ref[first])
