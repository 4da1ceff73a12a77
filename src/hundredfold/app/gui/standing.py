"""What of stored messages may still be shown to people: nothing of an undone import, nothing of who was erased."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.order import before, refs_of
from hundredfold.log.undone import without_withdrawn


def standing(opened: OpenWorkspace) -> Callable[[pa.Table], pa.Table]:
    """What takes out of stored messages whatever is withdrawn or erased by now; they have `key` and `WHERE`."""
    with opened.guard:
        engine = opened.engine()
        undone, texts = engine.compiled.setup.undone, engine.sids.text
        erased = [([texts(sid) for sid in one.sids], one.positions) for one in engine.state.deletions]

    def stands(table: pa.Table) -> pa.Table:
        table = without_withdrawn(table, undone)
        for keys, positions in erased:
            theirs = pc.is_in(table["key"], value_set=pa.array(keys, pa.string())).to_numpy()
            table = table.filter(pa.array(~(theirs & before(refs_of(table), positions))))
        return table

    return stands
