"""New attributes on an engine that has lived already: the state is as if they had always been there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from exactness import PlacedLog, answers_of, audited, learnt, scoring, setup_of
from hundredfold.batch.backfill import extended, only_attributes_differ
from hundredfold.batch.process import keep_history, load_history
from hundredfold.definition.check import named_by
from hundredfold.definition.load import from_document
from hundredfold.definition.model import Definitions, EventRule, Formula, Score
from hundredfold.live.engine import Engine
from hundredfold.live.index import Index
from hundredfold.live.manifest import Manifest
from hundredfold.live.setup import compiled
from hundredfold.live.snapshot import open_engine, write
from hundredfold.log.history import History
from hundredfold.words.calendar import EARLIEST
from stored import stored
from worlds import MOMENTS, World, world, worlds

SEEDS = st.integers(0, 2**32 - 1)


def fewer(definitions: Definitions, random: Random) -> Definitions:
    """Some of the attributes, and the formulas that need no others."""
    kept = {
        name: attribute
        for name, attribute in definitions.attributes.items()
        if not isinstance(attribute, Formula | Score) and random.random() < 0.6
    }
    for name, attribute in definitions.attributes.items():
        if isinstance(attribute, Formula | Score) and set(named_by(attribute)) <= kept.keys():
            kept[name] = attribute
    return replace(definitions, attributes=kept, segments={})


def applied(engine: Engine, table, random: Random, upto: int) -> None:
    """The next messages, in chunks, while the clock moves."""
    times = sorted(random.choice(table["time"].to_pylist() or [0]) for _ in range(3))
    first = 0
    while first < table.num_rows:
        size = random.choice((1, 2, 3, 8, 40))
        engine.apply(table.slice(first, size))
        first += size
        if random.random() < 0.3 and times and times[0] <= upto:
            engine.advance(times.pop(0))


@given(worlds(), SEEDS)
def test_attributes_that_are_added_later_have_the_audits_values(world: World, seed: int):
    random = Random(seed)
    expected = audited(world, world.at, None)
    setup = setup_of(world)
    before = replace(setup, definitions=fewer(world.definitions, random))
    table = stored(world.messages, world.setting.zone)
    log = PlacedLog(table, world.partitions)
    half = random.randint(0, table.num_rows)

    with TemporaryDirectory() as name:
        folder = Path(name)
        history = History(folder / "history", buckets=4)
        engine = scoring(Engine(before, log, history, folder / "seen", lambda: EARLIEST), world)
        if random.random() < 0.7:
            keep_history(log, history, cut_in(table.slice(0, half), random), compiled(before))
            load_history(engine, history)
            table = behind(table, history.positions)
            half = random.randint(0, table.num_rows)
        applied(engine, table.slice(0, half), random, world.at)
        write(engine, folder / "old", canonical=random.random() < 0.5)
        old = scoring(open_engine(folder / "old", before, log, history, folder / "again", lambda: EARLIEST), world)
        new, _ = extended(old, setup, folder / "unused")
        write(new, folder / "new", canonical=False)
        new = scoring(open_engine(folder / "new", setup, log, history, folder / "third", lambda: EARLIEST), world)
        applied(new, table.slice(half), random, world.at)
        new.advance(world.at)

        assert answers_of(new, world.at, learnt(world, world.at, None)) == expected
        assert only_attributes_differ(before.definitions, setup.definitions)
        straight = scoring(Engine(setup, log, history, folder / "straight", lambda: EARLIEST), world)
        load_history(straight, history)
        straight.catch_up()
        straight.advance(world.at)
        assert canonical_bytes(new, folder / "one") == canonical_bytes(straight, folder / "other")


def cut_in(table, random: Random) -> dict[int, int]:
    """Positions in a table that a history may reach."""
    ends = Counter(table["partition"].to_pylist())
    return {partition: random.randint(0, end) for partition, end in ends.items()}


def behind(table, positions):
    places = zip(table["partition"].to_pylist(), table["offset"].to_pylist(), strict=True)
    return table.filter(np.array([offset >= positions.get(partition, 0) for partition, offset in places], np.bool_))


def canonical_bytes(engine: Engine, folder: Path) -> dict[str, bytes]:
    write(engine, folder, canonical=True)
    return {path.name: path.read_bytes() for path in folder.glob("*.arrow") if path.name != "tail.arrow"}


def test_what_is_there_already_is_linked_and_not_folded(tmp_path):
    world = next(one for one in map(_world, range(50)) if len(one.definitions.attributes) > 5)
    setup = setup_of(world)
    counted = from_document({"attributes": {"tracked": {"event": {"type": "track"}, "aggregate": "count"}}}).attributes
    before = replace(setup, definitions=replace(world.definitions, attributes=counted, segments={}))
    after = replace(
        setup, definitions=replace(world.definitions, attributes={**world.definitions.attributes, **counted})
    )
    log = PlacedLog(stored(world.messages, world.setting.zone), world.partitions)
    engine = Engine(before, log, None, tmp_path / "seen", lambda: EARLIEST)
    engine.advance(world.at)
    engine.catch_up()
    write(engine, tmp_path / "old", canonical=True)
    old = open_engine(tmp_path / "old", before, log, None, tmp_path / "again", lambda: world.at)

    new, fresh = extended(old, after, tmp_path / "unused")

    write(new, tmp_path / "new", canonical=False)
    (family,) = new.compiled.plan.families.keys() - fresh
    (note,) = Manifest.read(tmp_path / "new").cells[family.name]
    assert (tmp_path / "new" / note.file).stat().st_nlink == 2


def _world(seed: int) -> World:
    random = Random(seed)
    numbers = [random.getrandbits(32) for _ in range(8)]
    return world(random.choice(MOMENTS), random.getrandbits(32), numbers, [random.getrandbits(32) for _ in range(60)])


def test_sent_ids_that_share_a_business_key_are_found():
    keys = Index()
    keys.add(np.array([5, 7, 7, 9]), np.array([1, 2, 2, 3]))
    keys.add(np.array([9, 5, 11]), np.array([4, 1, 5]))

    assert keys.shared().tolist() == [3, 4]
    assert Index().shared().tolist() == []


def test_what_more_than_attributes_hang_on_is_told_apart():
    keyed = Definitions(events={"Order": EventRule("Order", key="properties.id")})

    assert only_attributes_differ(keyed, keyed)
    assert not only_attributes_differ(Definitions(), keyed)
