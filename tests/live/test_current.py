"""The current values follow the engine's state, and the feed's records tell of every difference."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.live.shadow import Shadow, current, read_everybody, steady

from exactness import PlacedLog, learnt, setup_of
from hundredfold.live.engine import Engine
from hundredfold.live.following import Following
from hundredfold.profile.feed import Feed
from hundredfold.words.calendar import EARLIEST
from stored import stored
from worlds import World, worlds


@given(worlds(), st.integers(0, 10_000))
def test_the_changes_put_together_from_nothing_are_everybodys_values(world: World, seed: int):
    with tempfile.TemporaryDirectory() as folder:
        told = lived_and_told(world, Path(folder), seed)

    engine, following, shadow = told
    expected = read_everybody(engine, learnt(world, world.at, None))
    assert steady(shadow.profiles, shadow.running) == steady(expected, shadow.running)
    assert steady(current(following, engine), shadow.running) == steady(expected, shadow.running)


def lived_and_told(world: World, folder: Path, seed: int):
    """An engine fed in random chunks while the clock moves and changes are told now and then, and who was told."""
    random = Random(seed)
    table = stored(world.messages, world.setting.zone)
    engine = Engine(setup_of(world), PlacedLog(table, world.partitions), None, folder, lambda: EARLIEST)
    known = learnt(world, world.at, None)
    feed = Feed("boot", kept=random.choice((40, 400, 1_000_000)))
    following = Following(engine, feed, lambda: known["cuts"], lambda: known["models"])
    running = engine.compiled.plan.clocked
    shadow = Shadow(feed.subscribe(), lambda: read_everybody(engine, known), running)
    first, times = 0, sorted(random.choice(table["time"].to_pylist() or [0]) for _ in range(8))
    while first < table.num_rows or times:
        size = random.choice((1, 1, 2, 3, 8, 40))
        if first < table.num_rows:
            engine.apply(table.slice(first, size))
            first += size
        if times and (first >= table.num_rows or random.random() < 0.3):
            engine.advance(min(times.pop(0), world.at))
            following.tick()
        if random.random() < 0.7:
            told(following, shadow)
    engine.advance(world.at)
    following.tick()
    told(following, shadow)
    return engine, following, shadow


def told(following: Following, shadow: Shadow) -> None:
    """Everything is told, and the reader hears it."""
    while following.waiting:
        following.flush()
    shadow.catch_up()
