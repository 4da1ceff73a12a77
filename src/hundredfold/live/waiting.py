"""What pending messages state of persons: read from the messages when first asked for, and kept while it stands."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from hundredfold.attribute.column import Ints
from hundredfold.identity.statements import LINK_KINDS, stated_pairs
from hundredfold.live.state import State


class Waiting:
    """The statements among an engine's pending messages. `stored` gives all messages of some sent ids."""

    def __init__(self, state: State, stored: Callable[[Ints], pa.Table]) -> None:
        self._state, self._stored = state, stored
        self._read = state.pending, -1
        self._pairs: Ints = np.empty((2, 0), np.int64)

    def pairs(self, refolded: int) -> Ints:
        """The sent ids that pending statements name, (2, n). `refolded`: how many sent ids were ever folded anew."""
        pending = self._state.pending
        # A copy that replaces a pending message, or an erasure of one, is told by the second.
        if pending is not self._read[0] or refolded != self._read[1]:
            self._pairs, self._read = self._named(np.unique(pending[1])), (pending, refolded)
        return self._pairs

    def _named(self, waiting: Ints) -> Ints:
        if len(waiting) == 0:
            return np.empty((2, 0), np.int64)
        table = self._stored(waiting)
        table = table.filter(pa.array(np.isin(table["kind"].to_numpy(), LINK_KINDS)))
        kinds, trust = table["kind"].to_pylist(), table["trust"].to_pylist()
        _, ones, others, _ = stated_pairs(table["payload"].to_pylist(), kinds, trust, self._state.sids.code)
        self._state.grow()
        return np.stack([np.array(ones, np.int64), np.array(others, np.int64)])
