"""Each fault that the property tests are there to find, planted: they must find it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest

import exactness
from exactness import audited, batched, lived
from hundredfold.attribute import states
from hundredfold.attribute.cells import Merge
from hundredfold.live.engine import Engine
from hundredfold.live.people import People
from hundredfold.log.seen import Seen
from worlds import MOMENTS, World, world

MOST = 600
"""So many worlds are looked through at most; each fault shows much earlier."""


def test_without_a_fault_the_engine_agrees_with_the_audit():
    assert not _found(lived, most=40)
    assert not _found(batched, most=40)


def test_duplicates_counted_twice_are_found(monkeypatch: pytest.MonkeyPatch):
    real = Seen.check

    def everything_is_new(self, hashes, received, contents):
        verdicts = real(self, hashes, received, contents)
        verdicts.verdict[:] = 0
        return verdicts

    monkeypatch.setattr(Seen, "check", everything_is_new)

    assert _found(lived)


def test_a_cut_by_time_instead_of_position_is_found(monkeypatch: pytest.MonkeyPatch):
    real = exactness.keep_history

    def cut_by_time(log, history, covers):
        moved = real(log, history, covers)
        # Late messages from behind the cut lie, by their time, before it: the live side leaves them out.
        last = max(history.scan(b, ["time"])["time"].to_numpy().max(initial=0) for b in range(history.buckets))
        kept = [batch.filter(np.asarray(batch["time"]) > last) for batch in log._batches]
        log._tail_by_time = kept
        return moved

    monkeypatch.setattr(exactness, "keep_history", cut_by_time)
    monkeypatch.setattr(exactness.PlacedLog, "read", _tail_by_time)

    assert _found(batched)


def _tail_by_time(log, after, **_):
    table = exactness.MemoryLog.read(log, {})
    late = getattr(log, "_tail_by_time", None)
    if late is None:
        return iter(table)
    return iter([pa.Table.from_batches(late)] if late else [])


def test_a_marker_that_is_not_aligned_is_found(monkeypatch: pytest.MonkeyPatch):
    real = exactness.load_history

    def one_partition_further(engine, history, **how):
        real(engine, history, **how)
        first = min(engine.positions, default=0)
        engine.positions[first] = engine.positions.get(first, 0) + 1

    monkeypatch.setattr(exactness, "load_history", one_partition_further)

    assert _found(batched)


def test_a_retraction_that_is_ignored_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Engine, "_contested", lambda self, block: np.empty(0, np.int64))

    assert _found(lived)


def test_sums_of_floats_are_found(monkeypatch: pytest.MonkeyPatch):
    def as_floats(hits):
        return {"sum": (np.float32(states.SUM.fold(hits)["sum"] / 1e6) * 1e6).astype(np.int64)}

    monkeypatch.setattr("hundredfold.attribute.aggregates.sum.SUM", states.State("sum", Merge.ADD, as_floats))

    assert _found(lived)


def test_links_that_depend_on_the_order_of_arrival_are_found(monkeypatch: pytest.MonkeyPatch):
    real = People.state

    def by_arrival(self, said):
        said.time = np.full(len(said), len(self._kept))
        return real(self, said)

    monkeypatch.setattr(People, "state", by_arrival)

    assert _found(lived)


def _found(way: Callable[..., dict[str, tuple]], *, most: int = MOST) -> bool:
    """Whether any of many worlds shows a difference between the engine and the audit."""
    return any(_differs(one, way, seed) for seed, one in _worlds(most))


def _differs(one: World, way: Callable[..., dict[str, tuple]], seed: int) -> bool:
    with TemporaryDirectory() as folder:
        return way(one, Path(folder), seed=seed) != audited(one, one.at, None)


def _worlds(most: int) -> Iterator[tuple[int, World]]:
    for seed in range(most):
        random = Random(seed)
        attributes = [random.getrandbits(32) for _ in range(8)]
        said = [random.getrandbits(32) for _ in range(30)]
        yield seed, world(random.choice(MOMENTS), random.getrandbits(32), attributes, said)
