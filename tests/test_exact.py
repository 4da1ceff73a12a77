"""The promise itself: over random definitions and random messages, engine, full columnar rebuild and audit agree.

By day a quick look; `make nightly` lives through a hundred thousand worlds, in shards that can be run again by number.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given

from lives import agree
from shards import shard
from situations import SITUATIONS
from worlds import NUMBERS, World, many_worlds

SEEN: Counter[str] = Counter()
"""How many lives met each situation."""
SHARDS = 200


@given(many_worlds(), NUMBERS)
def test_engine_rebuild_and_audit_agree(world: World, seed: int):
    SEEN.update(agree(world, seed))


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_situation_was_met(situation: str):
    assert SEEN[situation] > 0


@pytest.mark.slow
def test_a_hundred_thousand_lives_agree_and_a_fifth_of_them_meets_each_situation():
    with ProcessPoolExecutor(mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        seen = sum(pool.map(shard, range(SHARDS)), Counter())

    assert seen["lives"] >= 100_000
    assert {s: seen[s] / seen["lives"] for s in SITUATIONS if seen[s] < 0.2 * seen["lives"]} == {}
