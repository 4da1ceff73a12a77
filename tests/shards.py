"""Shards of the nightly run: each a process of its own, the same whenever it is run.

To run one again: `PYTHONPATH=tests:. python -c "from shards import shard; print(shard(7))"`.
"""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded

from lives import agree
from worlds import NUMBERS, World, many_worlds

EACH = 500
"""Examples of a shard."""


def shard(number: int) -> Counter[str]:
    """How many of a shard's lives met each situation; raises AssertionError where engine, rebuild and audit differ."""
    pa.set_cpu_count(1)
    seen: Counter[str] = Counter()

    @seeded(number)
    @settings(max_examples=EACH, database=None, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
    @given(many_worlds(), NUMBERS)
    def every_life_agrees(world: World, seed: int) -> None:
        seen.update(agree(world, seed) | {"lives"})

    try:
        every_life_agrees()
    except BaseException as error:
        error.add_note(f"in shard {number} of tests/shards.py")
        raise
    return seen
