"""What the engine keeps of all messages it has applied: a cache of the log, never more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

import numpy as np
import pyarrow as pa

from hundredfold.attribute.block import NEVER, Block
from hundredfold.attribute.cells import Cells
from hundredfold.attribute.column import Ints, Mask, Pool
from hundredfold.attribute.order import before
from hundredfold.attribute.plan import Family
from hundredfold.live.grown import grown
from hundredfold.live.index import Index
from hundredfold.live.people import People
from hundredfold.live.runs import Runs
from hundredfold.live.setup import Compiled

_NOTHING: Final = np.empty(0, np.int64)


@dataclass
class Deletion:
    """An erasure: the sent ids, the positions before which their messages are void, and the keys voided with them."""

    sids: frozenset[int]
    positions: Mapping[int, int]
    void_keys: set[tuple[str, str]] = field(default_factory=set, compare=False)


class State:
    """Cells by family, persons, business keys, erasures and pending messages."""

    def __init__(self, compiled: Compiled, people: People, sids: Pool) -> None:
        self.compiled, self.people, self.sids = compiled, people, sids
        self.runs = {
            family: Runs(self.empty(family), compiled.plan.merges(family)) for family in compiled.plan.families
        }
        self.epoch = 1
        self.since: Ints = np.empty(0, np.int64)
        self.keys = Index()
        self.deletions: list[Deletion] = []
        self.covered = {name: np.empty(0, np.int64) for name in compiled.plan.foreign}
        """For each foreign attribute the time up to which another system's value covers each sent id."""
        self.pending: tuple[Ints, Ints, Ints] = (_NOTHING, _NOTHING, _NOTHING)
        """Time, sent id and ref of messages in the future, by time."""
        self.replaced: set[int] = set()
        """Sent ids of messages that a smaller copy has replaced: indexes may still know what the old copies said."""
        self.clock = 0
        """Messages up to this time are counted; later ones are pending."""

    def empty(self, family: Family) -> Cells:
        """No cells of a family."""
        return Cells.empty(
            self.compiled.plan.merges(family), bucket=family.bucket is not None, key=family.key is not None
        )

    def grow(self) -> None:
        """Makes room for the sent ids that have come."""
        self.people.grow()
        self.since = cast(Ints, grown(self.since, len(self.sids), 0))
        for name, covered in self.covered.items():
            self.covered[name] = cast(Ints, grown(covered, len(self.sids), NEVER))

    @property
    def void_keys(self) -> set[tuple[str, str]]:
        """The (event, key) of facts that erasures have voided."""
        return set().union(*(deletion.void_keys for deletion in self.deletions))

    def add(self, cells: Mapping[Family, Cells]) -> None:
        """Adds the cells of new events."""
        for family, some in cells.items():
            self.runs[family].add(self.epoch, some, self.since, self.people.ids)

    def renew(self, sids: Ints, cells: Mapping[Family, Cells]) -> None:
        """Puts cells in place of all that there were of some sent ids."""
        self.epoch += 1
        self.since[sids] = self.epoch
        self.add(cells)

    def settle(self) -> None:
        """Packs the cells that were added since this was last done: while much is added, so that it takes less room."""
        for runs in self.runs.values():
            runs.settle(self.epoch, self.since, self.people.ids)

    def settle_all(self) -> None:
        """Packs all cells as the base: from now on it is as if nothing had ever been folded anew."""
        for runs in self.runs.values():
            runs.settle_all(self.since, self.people.ids)
        self.since[:] = 0
        self.epoch = 1

    def voided(self, block: Block) -> Mask:
        """Which messages erasures have voided."""
        void = np.zeros(len(block), np.bool_)
        for deletion in self.deletions:
            void |= np.isin(block.sid, list(deletion.sids)) & before(block.ref, deletion.positions)
        return void

    def wait_for(self, time: Ints, sid: Ints, ref: Ints) -> None:
        """Keeps messages that lie in the future."""
        all_of = [np.concatenate(pair) for pair in zip(self.pending, (time, sid, ref), strict=True)]
        order = np.argsort(all_of[0], kind="stable")
        self.pending = (all_of[0][order], all_of[1][order], all_of[2][order])

    def due(self, clock: int) -> tuple[Ints, Ints]:
        """Takes out the messages whose time has come: sent ids and refs."""
        time, sid, ref = self.pending
        n = int(np.searchsorted(time, clock, side="right"))
        if n:
            self.pending = (time[n:], sid[n:], ref[n:])
        return sid[:n], ref[:n]


def filtered(table: pa.Table, mask: Mask) -> pa.Table:
    """The rows of a table where a mask holds."""
    return table if mask.all() else table.filter(pa.array(mask))
