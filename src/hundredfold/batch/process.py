"""The batch process: everything up to a marker, folded, ranked, stamped and published.

A run is the engine's own state at the marker, whether it is reached from the last snapshot or from all of history; its
canonical form has the same bytes either way. What lies behind the marker is nobody's but the live side's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from hundredfold.attribute.column import Column, Ints
from hundredfold.attribute.evaluate import evaluate
from hundredfold.attribute.functions import cut_points, tier_key
from hundredfold.attribute.order import before, ref_of
from hundredfold.attribute.read import Clock, Profiles
from hundredfold.attribute.scope import Scope
from hundredfold.batch.run import Run
from hundredfold.definition import syntax as s
from hundredfold.definition.check import fingerprint
from hundredfold.definition.model import Formula
from hundredfold.definition.spelling import walk
from hundredfold.live.engine import Engine
from hundredfold.log.base import Log
from hundredfold.log.history import History
from hundredfold.log.stored import STORED, Positions
from hundredfold.words.amount import MILLION

Progress = Callable[[int, int], None]
"""Is told how many messages were applied, of how many."""
_CHUNK = 200_000


@dataclass(slots=True)
class Batch:
    """What a batch run made: the engine's state at the cut, everybody's profiles there, and the run itself."""

    engine: Engine
    labels: Ints
    profiles: Profiles
    run: Run


def apply_up_to(engine: Engine, log: Log, covers: Positions, progress: Progress = lambda done, of: None) -> int:
    """Applies the log's messages before some positions; returns how many."""
    done, total = 0, sum(covers.values()) - sum(engine.positions.get(p, 0) for p in covers)
    for table in log.read(engine.positions):
        refs = ref_of(table["partition"].to_numpy(), table["offset"].to_numpy())
        wanted = before(refs, covers)
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
    for bucket in range(history.buckets):
        table = history.scan(bucket, STORED.names)
        for first in range(0, table.num_rows, chunk):
            engine.absorb(table.slice(first, chunk))
            done = min(done + chunk, history.rows)
            progress(done, history.rows)
    engine.positions = dict(history.positions)


def finish(engine: Engine, covers: Positions, cut: int, earlier: Mapping[str, tuple[int, ...]]) -> Batch:
    """The run of an engine that has applied everything before `covers`: profiles at the cut, tiers ranked."""
    engine.advance(cut)
    labels = engine.state.people.everybody()
    cuts: dict[str, tuple[int, ...]] = {}
    profiles = engine.read(labels, Clock(cut, earlier))
    for call in _tiers(engine):
        # Tiers of tiers are ranked in the order of the formulas, each on the ranks of this run.
        ranked = _operand(call, engine, profiles, cut)
        cuts[tier_key(call)] = cut_points(ranked, _parts(call))
        profiles = engine.read(labels, Clock(cut, {**earlier, **cuts}))
    events = int(sum(covers.values()))
    version = fingerprint(engine.compiled.setup.definitions)
    return Batch(engine, labels, profiles, Run(cut, engine.now(), dict(covers), cuts, version, len(labels), events))


def _tiers(engine: Engine) -> Iterator[s.Call]:
    for name in engine.compiled.plan.formulas:
        formula = engine.compiled.setup.definitions.attributes[name]
        assert isinstance(formula, Formula)
        for part in walk(formula.expression):
            if isinstance(part, s.Call) and part.function == "tier":
                yield part


def _operand(call: s.Call, engine: Engine, profiles: Profiles, cut: int) -> Column:
    around = engine.compiled.around
    return evaluate(call.arguments[0], Scope(profiles.persons, profiles.column, around.pool, cut, around.zone))


def _parts(call: s.Call) -> int:
    n = call.arguments[1]
    assert isinstance(n, s.Number)
    return n.millionths // MILLION


def keep_history(log: Log, history: History, covers: Positions) -> int:
    """Moves the log's messages before some positions into history; returns how many."""

    def tables() -> Iterator[pa.Table]:
        for table in log.read(history.positions):
            refs = ref_of(table["partition"].to_numpy(), table["offset"].to_numpy())
            yield table.filter(pa.array(before(refs, covers)))

    moved = sum(covers.values()) - sum(history.positions.get(p, 0) for p in covers)
    if moved > 0:
        history.append(tables(), covers)
    return moved
