"""The batch process: everything up to a marker, folded, ranked, stamped and published.

A run is the engine's own state at the marker, whether it is reached from the last snapshot or from all of history; its
canonical form has the same bytes either way. What lies behind the marker is nobody's but the live side's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from hundredfold.attribute.column import Column, Ints
from hundredfold.attribute.evaluate import evaluate
from hundredfold.attribute.functions import cut_points, tier_key
from hundredfold.attribute.order import before, refs_of
from hundredfold.attribute.read import Clock
from hundredfold.attribute.scope import Scope
from hundredfold.attribute.typed import columns_of, typed
from hundredfold.batch.run import Run
from hundredfold.definition import syntax as s
from hundredfold.definition.check import fingerprint, with_what_they_need
from hundredfold.definition.model import Formula
from hundredfold.definition.spelling import names_in, walk
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Compiled, Setup
from hundredfold.log.base import Log
from hundredfold.log.history import History
from hundredfold.log.stored import STORED, Positions
from hundredfold.log.undone import without_withdrawn
from hundredfold.words.amount import MILLION

Progress = Callable[[int, int], None]
"""Is told how many messages were applied, of how many."""
_CHUNK: Final = 200_000
_AT_ONCE: Final = 1 << 16
"""Persons that are read together."""
_MOST_PARTS: Final = 8
"""Files of a bucket before they are made one: whoever reads a customer looks into each."""


@dataclass(slots=True)
class Batch:
    """What a batch run made: the engine, with its state at the cut, and the run itself."""

    engine: Engine
    run: Run


def apply_up_to(engine: Engine, log: Log, covers: Positions, progress: Progress = lambda done, of: None) -> int:
    """Applies the log's messages before some positions; returns how many."""
    done, total = 0, sum(covers.values()) - sum(engine.positions.get(p, 0) for p in covers)
    for table in log.read(engine.positions):
        wanted = before(refs_of(table), covers)
        table = table if wanted.all() else table.filter(pa.array(wanted))
        if table.num_rows:
            engine.apply(table)
        done += table.num_rows
        progress(done, total)
        if done >= total:
            break
    return done


def load_history(
    engine: Engine, history: History, progress: Progress = lambda done, of: None, *, chunk: int = _CHUNK
) -> None:
    """Applies all of history to an engine that has applied nothing yet."""
    done = 0
    columns = [*STORED.names, *columns_of(engine.compiled.decoder)]
    for bucket in range(history.buckets):
        for table in history.pieces(bucket, columns, chunk):
            engine.absorb(table)
            done += table.num_rows
            progress(done, history.rows)
        engine.state.settle()
    engine.state.settle_all()
    engine.positions = dict(history.positions)


def folded(
    setup: Setup,
    log: Log,
    history: History,
    covers: Positions,
    now: int,
    scratch: Path,
    progress: Progress = lambda done, of: None,
) -> Engine:
    """An engine at a clock that has applied everything before some positions, from nothing."""
    engine = Engine(setup, log, history, scratch, lambda: now)
    load_history(engine, history, progress)
    apply_up_to(engine, log, covers, progress)
    return engine


def finish(engine: Engine, covers: Positions, cut: int, earlier: Mapping[str, tuple[int, ...]]) -> Batch:
    """The run of an engine that has applied everything before `covers`: everybody's tiers ranked at the cut."""
    engine.advance(cut)
    engine.scored_at = cut  # scores will be those of this run, read with a clock that is not before its cut
    labels = engine.state.people.everybody()
    cuts: dict[str, tuple[int, ...]] = {}
    for call in _tiers(engine):
        # Tiers of tiers are ranked in the order of the formulas, each on the ranks of this run.
        ranked = [
            _operand(call, engine, labels[first : first + _AT_ONCE], Clock(cut, {**earlier, **cuts}))
            for first in range(0, len(labels), _AT_ONCE)
        ]
        cuts[tier_key(call)] = cut_points(Column.concatenate([Column.full(0, 0), *ranked]), _parts(call))
    version = fingerprint(engine.compiled.setup.definitions)
    # Positions count the markers of earlier batches, too; messages do not.
    return Batch(engine, Run(cut, engine.now(), dict(covers), cuts, version, len(labels), len(engine.seen)))


def _tiers(engine: Engine) -> Iterator[s.Call]:
    for name in engine.compiled.plan.formulas:
        formula = engine.compiled.setup.definitions.attributes[name]
        assert isinstance(formula, Formula)
        for part in walk(formula.expression):
            if isinstance(part, s.Call) and part.function == "tier":
                yield part


def _operand(call: s.Call, engine: Engine, labels: Ints, clock: Clock) -> Column:
    """What some persons are ranked by; only attributes that it goes back to are read."""
    around = engine.compiled.around
    only = with_what_they_need(engine.compiled.setup.definitions, names_in(call.arguments[0]))
    profiles = engine.read(labels, clock, only=only)
    return evaluate(
        call.arguments[0], Scope(profiles.persons, profiles.column, around.pool, clock.at, around.zone, cuts=clock.cuts)
    )


def _parts(call: s.Call) -> int:
    n = call.arguments[1]
    assert isinstance(n, s.Number)
    return n.millionths // MILLION


def keep_history(log: Log, history: History, covers: Positions, compiled: Compiled) -> int:
    """Moves the log's messages before some positions into history, decoded paths beside them; returns how many."""

    def tables() -> Iterator[pa.Table]:
        for table in log.read(history.positions):
            covered = without_withdrawn(table.filter(pa.array(before(refs_of(table), covers))), compiled.setup.undone)
            yield typed(covered, compiled.decoder, compiled.pool)

    moved = sum(covers.values()) - sum(history.positions.get(p, 0) for p in covers)
    if moved > 0:
        history.append(tables(), covers)
        for bucket in range(history.buckets):
            if history.parts_in(bucket) > _MOST_PARTS:
                history.compact(bucket)
    return moved
