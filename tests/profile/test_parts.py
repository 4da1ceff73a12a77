"""What the batch covers and what has come since: known at once where nothing has come, and then what folding gives."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from exactness import setup_of
from hundredfold.attribute.order import before, refs_of
from hundredfold.audit import audit
from hundredfold.batch.process import keep_history
from hundredfold.batch.run import Run
from hundredfold.ingest.sent import as_sent
from hundredfold.live.engine import Engine
from hundredfold.log.history import History
from hundredfold.log.memory import MemoryLog
from hundredfold.log.stored import STORED
from hundredfold.profile.answers import Answers
from stored import stored
from worlds import World, worlds

STOOD = {True: 0, False: 0}
"""How often nothing had surely come since the batch, and how often something may have."""
JUDGED: Counter[str] = Counter()
"""How often the audit could say what is covered."""


@given(worlds(most_messages=30), st.integers(0, 10_000))
def test_the_parts_of_whom_nothing_has_come_since_are_those_of_a_fold(world: World, seed: int):
    random = Random(seed)
    clock = [world.at - random.choice((0, 1, 40)) * 86_400_000_000]
    table = stored(world.messages, world.setting.zone)
    with TemporaryDirectory() as folder:
        log = MemoryLog(world.partitions, shuffle=random)
        history = History(Path(folder) / "history", buckets=2) if random.random() < 0.5 else None
        engine = Engine(setup_of(world), log, history, Path(folder) / "seen", lambda: clock[0])
        marked, covers = random.randint(0, table.num_rows), None
        for first in range(0, table.num_rows, 4):
            if covers is None and first >= marked:
                if random.random() < 0.5:
                    engine.catch_up()
                covers = log.mark("batch", {"batch": "now"}, time=clock[0])
                if history is not None:
                    keep_history(log, history, covers, engine.compiled)
            log.append_table(table.slice(first, 4).drop_columns(["partition", "offset"]))
            if random.random() < 0.5:
                one = next(log.read(engine.positions, limit_rows=random.choice((1, 5, 100))), None)
                engine.advance(clock[0])
                if one is not None:
                    engine.apply(one)
            if covers is not None and first % 3 == 0:
                compared(engine, Run(clock[0], clock[0], covers), world)
        clock[0] = world.at
        engine.catch_up()
        compared(engine, Run(clock[0] - 1, clock[0], covers or {}), world)


def test_both_ways_were_taken():
    assert STOOD[True] > 0 < STOOD[False]
    assert JUDGED["judged"] > 0


def compared(engine: Engine, run: Run, world: World) -> None:
    """The parts of everybody, both ways; what is covered beside the audit, where nothing was taken back."""
    answers = Answers(engine, [run])
    erased = any(one.payload["type"] == "delete" for one in world.messages)
    covered = {} if erased or _replaced(engine, run) else _audited(engine, run, world)
    for key in engine.sids.all:
        label = engine.state.people.label(engine.sids.code(key))
        sids = np.array(engine.state.people.members(label))
        found = answers.profile(key)
        STOOD[engine.stands_since(run.covers, sids)] += 1
        with patch.object(Engine, "stands_since", lambda *_: False):
            folded = answers.profile(key)
        assert (found.until_batch, found.since) == (folded.until_batch, folded.since)
        judged = covered.get(key)
        if judged is not None and judged.ids == tuple(sorted(engine.sids.texts(sids))):
            JUDGED["judged"] += 1
            assert found.until_batch == {name: judged.values[name] for name in found.until_batch}


def _applied(engine: Engine, run: Run) -> tuple[pa.Table, pa.Table]:
    """The messages that were applied: those that the run covers, and those behind it."""
    table = pa.concat_tables([STORED.empty_table(), *engine.log.read(engine.log.start())])
    refs = refs_of(table)
    applied, covered = before(refs, engine.positions), before(refs, run.covers)
    return table.filter(pa.array(applied & covered)), table.filter(pa.array(applied & ~covered))


def _replaced(engine: Engine, run: Run) -> bool:
    """Whether a copy behind what the run covers may count in place of one that it covers: the audit takes that."""
    covered, behind = (set(table["message_id"].to_pylist()) for table in _applied(engine, run))
    return not covered.isdisjoint(behind)


def _audited(engine: Engine, run: Run, world: World):
    """Everybody by the audit, from the messages that were applied and that the run covers."""
    covered, _ = _applied(engine, run)
    return audit(as_sent(covered), world.definitions, world.setting, world.tables, at=engine.state.clock)
