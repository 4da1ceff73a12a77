"""Imports that were undone: which stored copies they withdraw (semantics S42)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hundredfold.log.base import vector
from hundredfold.words.message import KINDS, TRUSTS
from hundredfold.words.span import Span

WHERE: Final = ("partition", "offset", "kind", "trust")
"""The columns that tell whether a copy is withdrawn."""
_IMPORT: Final = TRUSTS.index("import")
_DELETE: Final = KINDS.index("delete")


def withdrawn(table: pa.Table, undone: Sequence[Span]) -> npt.NDArray[np.bool_]:
    """Which rows were imported within one of some spans; deletions never are. The table has the columns `WHERE`."""
    found = np.zeros(table.num_rows, np.bool_)
    if not undone or not table.num_rows:
        return found
    partitions, offsets = table["partition"].to_numpy(), table["offset"].to_numpy()
    count = int(partitions.max()) + 1
    for span in undone:
        known = ({p: at for p, at in ends.items() if p < count} for ends in (span.first, span.end))
        first, end = (vector(ends, count)[partitions] for ends in known)
        found |= (first <= offsets) & (offsets < end)
    # What the tracking API and other systems stored meanwhile lies between the import's own copies.
    found &= table["trust"].to_numpy() == _IMPORT
    found &= table["kind"].to_numpy() != _DELETE
    return found


def without_withdrawn(table: pa.Table, undone: Sequence[Span]) -> pa.Table:
    """The rows of a table with the columns `WHERE` that no undo has withdrawn."""
    gone = withdrawn(table, undone)
    return table.filter(pa.array(~gone)) if gone.any() else table
