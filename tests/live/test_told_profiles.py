"""One customer's profile from the current values is what the engine reads, value by value, whenever it is given."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from exactness import PlacedLog, learnt, setup_of
from hundredfold.attribute.read import Clock
from hundredfold.attribute.values import profile_values
from hundredfold.live.engine import Engine
from hundredfold.live.following import Following
from hundredfold.profile.feed import Feed
from hundredfold.words.calendar import EARLIEST
from stored import stored
from worlds import World, worlds

GIVEN = {True: 0, False: 0}
"""How often a profile was given, and how often it was not."""


@given(worlds(), st.integers(0, 10_000))
def test_a_profile_from_the_current_values_is_the_engines(world: World, seed: int):
    random = Random(seed)
    table = stored(world.messages, world.setting.zone)
    asked = learnt(world, world.at, None)
    told = {} if random.random() < 0.5 else asked["cuts"]
    with tempfile.TemporaryDirectory() as folder:
        log = PlacedLog(table, world.partitions)
        engine = Engine(setup_of(world), log, None, Path(folder), lambda: EARLIEST)
        following = Following(engine, Feed("boot"), lambda: told, lambda: asked["models"])
        first, times = 0, sorted(random.choice(table["time"].to_pylist() or [0]) for _ in range(8))
        while first < table.num_rows or times:
            size = random.choice((1, 1, 2, 3, 8, 40))
            engine.apply(table.slice(first, size))
            first += size
            if times and (first >= table.num_rows or random.random() < 0.3):
                engine.advance(min(times.pop(0), world.at))
            if random.random() < 0.7:
                following.tick()
                following.flush()
            compared(engine, following, asked)


def test_most_profiles_were_given():
    assert GIVEN[True] > GIVEN[False] / 3 > 0


def compared(engine: Engine, following: Following, known: dict[str, Any]) -> None:
    """What is given of every sent id is what the engine reads of his person."""
    clock, people = Clock(engine.state.clock, **known), engine.state.people
    for sid in range(len(engine.sids)):
        found = following.profile(sid, clock)
        GIVEN[found is not None] += 1
        if found is not None:
            read = engine.read(np.array([people.label(sid)]), clock)
            assert found.values == profile_values(read, engine.compiled.pool)[0]
            assert list(found.values) == list(read.values)
            assert found.errors == read.errors(0)
    assert following.profile(0, Clock(clock.at + 1, **known)) is None if len(engine.sids) else True
