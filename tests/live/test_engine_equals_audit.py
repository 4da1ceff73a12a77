"""The engine, fed in any chunks while the clock moves, and the batch with its tail, give the audit's profiles."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactness import audited, batched, lived
from worlds import World, features, worlds

SEEN: Counter[str] = Counter()
"""How many of the worlds had each interesting situation."""

SITUATIONS = (
    "duplicate",
    "fact across partitions",
    "type unmerge",
    "type delete",
    "type profile",
    "clock change near T",
    "zone customer",
)
WANTED = 0.2 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 0.0
"""In which share of the worlds each situation must have occurred; by day, once is enough."""


@given(worlds(), st.integers(0, 2**32))
def test_the_live_engine_equals_the_audit(world: World, seed: int):
    SEEN.update(features(world) | {"a world"})
    expected = audited(world, world.at, None)

    with TemporaryDirectory() as folder:
        found = lived(world, Path(folder), seed=seed)

    assert found == expected


@given(worlds(), st.integers(0, 2**32))
def test_history_and_the_tail_behind_it_equal_the_audit(world: World, seed: int):
    SEEN.update(features(world) | {"a world"})
    expected = audited(world, world.at, None)

    with TemporaryDirectory() as folder:
        found = batched(world, Path(folder), seed=seed)

    assert found == expected


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_worlds_have_every_situation_in_them(situation: str):
    share = SEEN[situation] / SEEN["a world"]

    assert SEEN[situation] > 0
    assert share >= WANTED
