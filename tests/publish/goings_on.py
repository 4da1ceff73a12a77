"""A batch run of a made-up world, its records, and whoever goes on from them with the later events alone."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import fastavro
import numpy as np
import pyarrow as pa

from exactness import PlacedLog, learnt, setup_of
from hundredfold.attribute.kinds import fields
from hundredfold.attribute.order import before, refs_of
from hundredfold.attribute.read import Clock
from hundredfold.attribute.values import profile_values
from hundredfold.batch.process import apply_up_to
from hundredfold.live.engine import Engine
from hundredfold.live.setup import compiled
from hundredfold.live.snapshot import open_engine, write
from hundredfold.log.stored import STORED
from hundredfold.publish.avro import Avro
from hundredfold.publish.batch import everybody, portions
from hundredfold.publish.records import Stamp
from hundredfold.publish.resumed import resumed
from hundredfold.publish.schema import schema_of
from hundredfold.words.calendar import EARLIEST
from lives import SCRATCH
from worlds import MOMENTS, World, world

EARLY = "a message that was early"
SEVERAL = "several ids"
FOREIGN = "foreign"
_CORRECTING = ("profile", "delete", "alias", "unmerge")


def rich(seed: int) -> World:
    """A world with many attributes and messages."""
    random = Random(seed)
    attributes, said = ([random.getrandbits(24) for _ in range(size)] for size in (25, 70))
    return world(random.choice(MOMENTS), random.getrandbits(24), attributes, said)


def calmed(made: World, row: int) -> World:
    """The world, but that from a row on nothing corrects or joins what was before."""
    kept, ends = list(made.messages[:row]), Counter(one.partition for one in made.messages[:row])
    known = {one.message_id for one in kept}
    for one in made.messages[row:]:
        if one.payload["type"] in _CORRECTING or one.message_id in known:
            continue
        known.add(one.message_id)
        payload = deepcopy(one.payload)
        if payload["type"] == "identify" and "userId" in payload:
            payload.pop("anonymousId", None)
        if isinstance(payload.get("properties"), dict):
            payload["properties"].pop("order_id", None)
            payload["properties"].pop("refund_id", None)
        kept.append(replace(one, offset=ends[one.partition], payload=payload))
        ends[one.partition] += 1
    return replace(made, messages=tuple(kept))


@dataclass
class Batch:
    """A batch run of the first messages of a world: the records of everybody, and the engine as it was then."""

    world: World
    cut: int
    covers: dict[int, int]
    log: PlacedLog
    engine: Engine
    records: list[dict[str, Any]]


def batch(made: World, row: int, folder: Path, *, early: bool = False, canonical: bool = False) -> Batch:
    """A run that covers the messages before a row; `early`: its cut lies before other messages.

    `canonical`: published from the run's snapshot, as the product does it.
    """
    setup, log = setup_of(made), PlacedLog(made.table, made.partitions)
    partition = made.table["partition"].to_numpy()[:row]
    covers = dict(enumerate(np.bincount(partition, minlength=made.partitions).tolist()))
    times = sorted(time for time in made.table["time"].to_pylist() if time <= made.at)
    cut = times[len(times) // 2] if early and times else made.at
    engine = Engine(setup, log, None, folder / "seen", lambda: EARLIEST)
    engine.advance(cut)
    apply_up_to(engine, log, covers)
    publishing = engine
    if canonical:
        write(engine, folder / "snapshot", canonical=True)
        publishing = open_engine(folder / "snapshot", setup, log, None, folder / "seen-2", lambda: cut)
    found = fields(publishing.compiled.plan)
    encoder, schema = Avro(found, 1), fastavro.parse_schema(schema_of(found))
    stamp = Stamp(cut, cut, cut, cut, "f00d", covers)
    clock = Clock(cut, learnt(made, cut, None)["cuts"])  # states know no scores
    clock = Clock(cut, learnt(made, cut, None)["cuts"])  # states know no scores
    records: list[Any] = [
        fastavro.schemaless_reader(BytesIO(record[5:]), schema, None)
        for portion in portions(publishing, *everybody(publishing), clock, state=True)
        for record in encoder.encode(portion, stamp)
    ]
    return Batch(made, cut, covers, log, engine, records)


def go_on(seed: int) -> Counter[str]:
    """Asserts that records and later events alone give the engine's own values, for whoever was not folded anew.

    Returns how many values later events have changed, by aggregate, and what else was met.
    """
    random, made = Random(seed), rich(seed)
    row = random.randint(len(made.messages) // 3, len(made.messages))
    made = calmed(made, row) if random.random() < 0.8 else made
    with TemporaryDirectory(dir=SCRATCH) as folder:
        early, canonical = random.random() < 0.2, random.random() < 0.5
        return _go_on(batch(made, row, Path(folder), early=early, canonical=canonical))


def _go_on(run: Batch) -> Counter[str]:
    engine, at = run.engine, run.world.at
    epoch, sids = engine.state.epoch, len(engine.sids)
    apply_up_to(engine, run.log, run.log.end())
    engine.advance(at)
    met: Counter[str] = Counter()
    kept, labels = [], []
    for record in run.records:
        name = engine.sids.known(("a:" if record["anonymous"] else "u:") + record["customer_id"])
        label = engine.state.people.label(name)
        members = engine.state.people.members(label)
        found = resumed([(record["ids"], record["state"])], compiled(setup_of(run.world)))
        met[EARLY] += found.until != [None]
        anew = any(sid >= sids or engine.state.since[sid] > epoch for sid in members)
        same = sorted(found.sids.all) == sorted(engine.sids.texts(np.array(members)))
        if not anew and same and engine.state.people.exists(label):
            assert found.until == [None] or found.until[0] > at
            met[SEVERAL] += len(members) > 1
            kept.append((record["ids"], record["state"]))
            labels.append(label)
    whole = engine.counting(pa.concat_tables([STORED.empty_table(), *run.log.read({})]))  # of copies, the first
    later = whole.filter(pa.array(~before(refs_of(whole), run.covers)))
    ready, clock = compiled(setup_of(run.world)), Clock(at, learnt(run.world, at, None)["cuts"])
    together = resumed(kept, ready)
    values = profile_values(together.profiles(later, clock), ready.pool)
    assert values == profile_values(engine.read(np.array(labels, np.int64), clock), engine.compiled.pool)
    older = profile_values(together.profiles(STORED.empty_table(), clock), ready.pool)
    for old, new in zip(older, values, strict=True):
        for name, attribute in run.world.definitions.attributes.items():
            if old[name] != new[name]:
                met[getattr(attribute, "aggregate", type(attribute).__name__.lower())] += 1
                met[FOREIGN] += getattr(attribute, "foreign", None) is not None
    return met
