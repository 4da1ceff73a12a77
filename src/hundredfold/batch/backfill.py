"""Back-fill: new attributes made right for all messages, beside what an engine knows already.

Persons, duplicates, business keys, erasures, pending messages and the cells of the attributes that stay are taken over;
only what is new is folded, from the raw messages, by the engine's sure way: sent id by sent id, everything that counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from hundredfold.attribute.anew import fold_anew
from hundredfold.attribute.block import NEVER, Block, block_of
from hundredfold.attribute.cells import Cells, merged
from hundredfold.attribute.column import Ints
from hundredfold.attribute.order import before, refs_of
from hundredfold.attribute.plan import Family, Plan
from hundredfold.attribute.reach import first_bucket, reach_of
from hundredfold.attribute.typed import columns_of, needs_json
from hundredfold.batch.process import Progress
from hundredfold.definition.model import Aggregate, Definitions
from hundredfold.live.engine import Engine
from hundredfold.live.image import image_of, put
from hundredfold.live.setup import Compiled, Setup
from hundredfold.log.once import without_duplicates
from hundredfold.log.stored import STORED
from hundredfold.words.message import KINDS

_MARKER: Final = KINDS.index("marker")
_PROFILE: Final = KINDS.index("profile")
_AT_ONCE: Final = 200_000
"""Messages that are folded together."""
_FEW: Final = 2_000
"""Sent ids that are fetched together where each has to do with others."""


def only_attributes_differ(old: Definitions, new: Definitions) -> bool:
    """Whether cells of the old definitions are right under the new ones, family by family.

    An attribute with another system's values keeps its cells under its own name: it must not have changed.
    """
    return (
        dict(old.events) == dict(new.events)
        and dict(old.lookups) == dict(new.lookups)
        and all(
            old.attributes.get(name, attribute) == attribute
            for name, attribute in new.attributes.items()
            if isinstance(attribute, Aggregate) and attribute.foreign is not None
        )
    )


def extended(
    old: Engine, setup: Setup, scratch: Path, progress: Progress = lambda done, of: None
) -> tuple[Engine, set[Family]]:
    """The engine under a setup of which only attributes differ, where the old one stands, and the families folded anew.

    The old engine must not be used any more. Everything that it has applied must be in its history or its log.
    """
    engine = Engine(setup, old.log, old.past, scratch, old.now, sids=old.sids, pool=old.compiled.pool, seen=old.seen)
    image = image_of(old)
    nothing = np.full(len(old.sids), NEVER)
    image.covered = {name: image.covered.get(name, nothing.copy()) for name in engine.state.covered}
    put(image, engine)
    engine.state.clock, engine.state.epoch = old.state.clock, old.state.epoch
    engine.scored_at = old.scored_at
    engine.positions, engine.snapshot = dict(old.positions), old.snapshot
    fresh = set()
    for family, runs in engine.state.runs.items():
        if _holds(old.compiled.plan, engine.compiled.plan, family, old.reads_from):
            runs.restore(old.state.runs[family].base(), old.state.runs[family].runs())
        else:
            fresh.add(family)
    if fresh:
        _fill(engine, fresh, fresh & old.compiled.plan.families.keys(), progress)
    return engine, fresh


def _holds(old: Plan, new: Plan, family: Family, clock: int) -> bool:
    """Whether an old plan keeps, of a family, just what a new one needs; nothing that windows reach was left out."""
    if family not in old.families or old.merges(family) != new.merges(family):
        return False
    return family.bucket is None or first_bucket(new, family, clock) >= first_bucket(old, family, clock)


def _fill(engine: Engine, families: set[Family], known: set[Family], progress: Progress) -> None:
    """Folds some families. `known` ones have had cells before, whose files are no base for these."""
    filling = _Filling(engine, families)
    parts: dict[Family, list[Cells]] = {family: [] for family in families}
    for cells in filling.cells(progress):
        for family, some in cells.items():
            if len(some):
                parts[family].append(some)
    state, plan = engine.state, engine.compiled.plan
    for family, pieces in parts.items():
        if not pieces:
            continue
        whole, runs = merged(pieces, plan.merges(family), state.people.ids), state.runs[family]
        # What counts for everybody from the first is a base that later snapshots take over as it is.
        base = (state.since[whole.sid] == 0) & (family not in known)
        runs.add(0, whole.take(np.flatnonzero(base)), state.since, state.people.ids)
        runs.settle(0, state.since, state.people.ids)
        runs.add(state.epoch, whole.take(np.flatnonzero(~base)), state.since, state.people.ids)


class _Filling:
    """The raw messages of an engine, folded into some families."""

    def __init__(self, engine: Engine, families: set[Family]) -> None:
        self._engine, self._part = engine, _part_of(engine.compiled, families)
        self._plan = replace(
            self._part.plan, families={each: s for each, s in self._part.plan.families.items() if each in families}
        )
        self._void = engine.state.void_keys
        self._together = engine.state.keys.shared()
        self._reach = reach_of(self._plan, engine.reads_from)

    def cells(self, progress: Progress) -> Iterator[dict[Family, Cells]]:
        """The cells of everybody, part by part; a sent id's are in one part."""
        engine, done, total = self._engine, 0, sum(self._engine.positions.values())
        repeated = _repeats(engine)
        columns = [*STORED.names, *columns_of(self._part.decoder)]
        for table in engine.raw.parts(columns, _AT_ONCE, self._asks):
            done += table.num_rows
            yield self._folded(self._counting(table, repeated=repeated), None)
            progress(min(done, total), total)
        for first in range(0, len(self._together), _FEW):
            yield self._shared(self._together[first : first + _FEW])

    def _asks(self, table: pa.Table) -> bool:
        """Whether payloads are needed: for paths that have no columns, and for other systems' values."""
        return bool((table["kind"].to_numpy() == _PROFILE).any()) or needs_json(table, self._part.decoder)

    def _shared(self, sids: Ints) -> dict[Family, Cells]:
        """Those of sent ids that tell of facts together with others."""
        engine = self._engine
        counting = self._counting(engine.stored(sids), repeated=False)
        around = engine.sharing_keys(counting[0], sids)
        return self._folded(self._counting(engine.stored(around), repeated=False), sids)

    def _counting(self, table: pa.Table, *, repeated: bool) -> tuple[Block, pa.Table]:
        """The messages that were applied and count. `repeated`: there may be copies among them."""
        engine = self._engine
        kept = table["kind"].to_numpy() != _MARKER
        kept &= before(refs_of(table), engine.positions)
        if repeated:
            kept &= engine.seen.counting(table["hash"], table["received"], table["content"])
        table = table if kept.all() else table.filter(pa.array(kept))
        if repeated:
            table = without_duplicates(table)
        block = block_of(table, self._part.decoder, engine.sids, self._part.pool)
        engine.state.grow()
        counts = ~engine.state.voided(block) & (block.time <= engine.state.clock)
        if counts.all():
            return block, table
        return block.take(np.flatnonzero(counts)), table.filter(pa.array(counts))

    def _folded(self, counting: tuple[Block, pa.Table], only: Ints | None) -> dict[Family, Cells]:
        """The cells of some sent ids; None: of all that do not tell of facts together with others."""
        block, table = counting
        if only is None and len(self._together):
            only = np.setdiff1d(block.sid, self._together)
        cells, foreign = fold_anew(
            block,
            table,
            self._plan,
            self._part.around,
            len(self._engine.sids),
            void=self._void,
            only=only,
            reach=self._reach,
        )
        for name, covered in foreign.covered.items():
            mine = np.unique(block.sid) if only is None else only
            self._engine.state.covered[name][mine] = covered[mine]
        return cells


def _part_of(whole: Compiled, families: set[Family]) -> Compiled:
    """What a plan needs for some of its families: fewer paths are decoded."""
    wanted = {name for name, reading in whole.plan.readings.items() if reading.family in families}
    wanted |= {name for name, family in whole.plan.traits.items() if family in families}
    return whole.of(wanted)


def _repeats(engine: Engine) -> bool:
    """Whether any message was stored more than once: positions count all copies, and the markers."""
    start, stored = engine.log.start(), [STORED.empty_table()]
    if engine.past is not None:
        start, stored = engine.past.positions, [engine.past.rows_of([""], STORED.names)]
    markers = 0
    for table in chain(stored, engine.log.read(start)):
        applied = before(refs_of(table), engine.positions)
        markers += int((applied & (table["kind"].to_numpy() == _MARKER)).sum())
    return len(engine.seen) + markers < sum(engine.positions.values())
