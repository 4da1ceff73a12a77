"""The engine's ways to a profile, beside the audit's, in one form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from hundredfold.attribute.read import Clock
from hundredfold.attribute.values import profile_values
from hundredfold.audit import audit
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Setup, compiled
from hundredfold.log.memory import MemoryLog
from hundredfold.log.undone import without_withdrawn
from hundredfold.profile.rebuild import rebuild
from hundredfold.words.model import Fitted
from making.models import MODELS
from worlds import World


def setup_of(world: World) -> Setup:
    """What the engine is told of a world."""
    setting = world.setting
    return Setup(
        world.definitions,
        setting.zone,
        setting.currency,
        setting.shared_over,
        world.tables.lookups,
        world.tables.rates,
        setting.undone,
        MODELS,
    )


def learnt(world: World, at: int, known_at: int | None) -> dict[str, Any]:
    """The cut points and the models of the newest run that counts, as a clock takes them."""
    runs = [r for r in world.runs if r.cut <= at and (known_at is None or r.published <= known_at)]
    runs = sorted(runs, key=lambda r: (r.cut, r.published))
    return {
        "cuts": {name: cuts for run in runs for name, cuts in run.tiers.items()},
        "models": {key: Fitted(run.cut, version) for run in runs for key, version in run.models.items()},
    }


def scoring(engine: Engine, world: World) -> Engine:
    """The engine, which keeps what is needed to read scores of any run."""
    engine.scored_at = min((run.cut for run in world.runs), default=None)
    return engine


def audited(world: World, at: int, known_at: int | None) -> dict[str, tuple]:
    """Customer to ids and values, by the audit."""
    found = audit(
        world.messages,
        world.definitions,
        world.setting,
        world.tables,
        at=at,
        known_at=known_at,
        runs=world.runs,
        models=MODELS,
    )
    return {key: (p.ids, {n: p.values[n] for n in sorted(p.values)}) for key, p in found.items()}


def rebuilt(world: World, at: int, known_at: int | None) -> dict[str, tuple]:
    """Customer to ids and values, by the columnar rebuild."""
    ready = compiled(setup_of(world))
    found = rebuild(
        without_withdrawn(world.table, world.setting.undone),
        ready.plan,
        ready.around,
        Clock(at, **learnt(world, at, known_at)),
        known_at=known_at,
        shared_over=world.setting.shared_over,
    )
    members, starts = found.persons.members()
    ids = [
        tuple(sorted(found.sids.texts(members[a:b])))
        for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    ]
    names = found.sids.texts(found.persons.customer)
    values = profile_values(found.profiles, ready.pool)
    return {n: (i, {a: v[a] for a in sorted(v)}) for n, i, v in zip(names, ids, values, strict=True)}


class PlacedLog(MemoryLog):
    """A log that holds messages at the places that they name."""

    def __init__(self, table: pa.Table, partitions: int) -> None:
        super().__init__(partitions)
        self._batches = table.to_batches()
        self._end = np.array([(table["partition"].to_numpy() == p).sum() for p in range(partitions)], np.int64)


def answers_of(engine: Engine, at: int, known: dict[str, Any]) -> dict[str, tuple]:
    """Everybody's ids and values, read from an engine's state."""
    labels = engine.state.people.everybody()
    values = profile_values(engine.read(labels, Clock(at, **known)), engine.compiled.pool)
    people, found = engine.state.people, {}
    for label, value in zip(labels.tolist(), values, strict=True):
        ids = tuple(sorted(engine.sids.text(sid) for sid in people.members(label)))
        found[engine.sids.text(people.customer(label))] = (ids, {a: value[a] for a in sorted(value)})
    return found
