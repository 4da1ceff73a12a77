"""Each fault that the property of `test_exact.py` is there to find, planted: it must find it, as quickly as by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from random import Random

import numpy as np
import pyarrow as pa
import pytest

import lives
from hundredfold.attribute import rows, states
from hundredfold.attribute.block import NEVER
from hundredfold.attribute.cells import Merge, merged
from hundredfold.attribute.column import Column
from hundredfold.attribute.functions import FUNCTIONS
from hundredfold.attribute.read import Profiles
from hundredfold.definition.times import PARTS
from hundredfold.live import engine
from hundredfold.live.current import Current
from hundredfold.live.engine import Engine
from hundredfold.live.people import People
from hundredfold.live.state import State
from hundredfold.log import undone
from hundredfold.log.seen import Seen
from hundredfold.words.model import Fitted
from hundredfold.words.span import Span
from worlds import MOMENTS, sown

MOST = 100
"""So many lives are looked at, as many as the quick profile has."""


def test_without_a_fault_nothing_is_found():
    assert not found(most=20)


def test_duplicates_counted_twice_are_found(monkeypatch: pytest.MonkeyPatch):
    real = Seen.check

    def everything_is_new(self, hashes, received, contents):
        verdicts = real(self, hashes, received, contents)
        verdicts.verdict[:] = 0
        return verdicts

    monkeypatch.setattr(Seen, "check", everything_is_new)

    assert found()


def test_a_cut_by_time_instead_of_position_is_found(monkeypatch: pytest.MonkeyPatch):
    real = lives.PlacedLog.read

    def only_what_is_later(self, after, **how):
        (whole,) = real(self, self.start())
        covered = whole["offset"].to_numpy() < np.array([after.get(p, 0) for p in whole["partition"].to_pylist()])
        time = whole["time"].to_numpy()
        late = ~covered & (time <= time[covered].max(initial=lives.EARLIEST))
        return iter([whole.filter(~covered & ~late)])

    monkeypatch.setattr(lives.PlacedLog, "read", only_what_is_later)

    assert found()


def test_a_marker_that_is_not_aligned_is_found(monkeypatch: pytest.MonkeyPatch):
    real = lives.open_engine

    def one_partition_further(*batch, **how):
        engine = real(*batch, **how)
        first = min(engine.positions, default=0)
        engine.positions[first] = engine.positions.get(first, 0) + 1
        return engine

    monkeypatch.setattr(lives, "open_engine", one_partition_further)

    assert found()


def test_a_history_that_is_not_aligned_is_found(monkeypatch: pytest.MonkeyPatch):
    real = lives.load_history

    def one_partition_further(engine, history, **how):
        real(engine, history, **how)
        first = min(engine.positions, default=0)
        engine.positions[first] = engine.positions.get(first, 0) + 1

    monkeypatch.setattr(lives, "load_history", one_partition_further)

    assert found()


def test_a_retraction_that_is_ignored_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Engine, "_contested", lambda self, block: np.empty(0, np.int64))

    assert found()


def test_a_retraction_that_is_ignored_for_max_is_found(monkeypatch: pytest.MonkeyPatch):
    real = State.renew

    def the_greatest_stays(self, sids, cells):
        kept = dict(cells)
        for family, runs in self.runs.items():
            if "most" in self.compiled.plan.merges(family):
                before = runs.of(sids, self.since)
                kept[family] = merged([cells[family], before], self.compiled.plan.merges(family), self.people.ids)
        real(self, sids, kept)

    monkeypatch.setattr(State, "renew", the_greatest_stays)

    assert found()


def test_sums_of_floats_are_found(monkeypatch: pytest.MonkeyPatch):
    def as_floats(hits):
        return {"sum": (np.float32(states.SUM.fold(hits)["sum"] / 1e6) * 1e6).astype(np.int64)}

    monkeypatch.setattr("hundredfold.attribute.aggregates.sum.SUM", states.State("sum", Merge.ADD, as_floats))

    assert found()


def test_parts_of_times_by_the_clock_of_another_zone_are_found(monkeypatch: pytest.MonkeyPatch):
    def by_utc(part):
        return lambda scope, t: FUNCTIONS[part](replace(scope, zone=UTC), t)

    monkeypatch.setattr(rows, "FUNCTIONS", {part: by_utc(part) for part in PARTS})

    assert found()


def test_an_entry_beside_the_one_that_is_asked_for_is_found(monkeypatch: pytest.MonkeyPatch):
    real = Profiles.entry
    monkeypatch.setattr(Profiles, "entry", lambda self, name, place: real(self, name, place + 1))

    assert found()


def test_a_first_time_that_later_parts_move_is_found(monkeypatch: pytest.MonkeyPatch):
    moved = states.State("first_at", Merge.MAX, states.FIRST_AT.fold)
    monkeypatch.setattr("hundredfold.attribute.aggregates.distinct.FIRST_AT", moved)

    assert found(most=4 * MOST)


def test_links_that_depend_on_the_order_of_arrival_are_found(monkeypatch: pytest.MonkeyPatch):
    real = People.state

    def by_arrival(self, said):
        said.time = np.full(len(said), len(self._kept))
        return real(self, said)

    monkeypatch.setattr(People, "state", by_arrival)

    assert found()


def test_an_undo_that_reaches_one_message_too_far_is_found(monkeypatch: pytest.MonkeyPatch):
    def one_further(table, spans):
        ends = [Span(span.first, {p: end + 1 for p, end in span.end.items()}) for span in spans]
        return undone.without_withdrawn(table, ends)

    monkeypatch.setattr(engine, "without_withdrawn", one_further)

    assert found()


def test_an_undo_of_what_the_tracking_api_stored_is_found(monkeypatch: pytest.MonkeyPatch):
    real = undone.withdrawn

    def whoever_stored_it(table, spans):
        trust = table.column_names.index("trust")
        imported = pa.array(np.zeros(table.num_rows, np.uint8))
        return real(table.set_column(trust, "trust", imported), spans)

    monkeypatch.setattr(undone, "withdrawn", whoever_stored_it)
    monkeypatch.setattr("exactness.without_withdrawn", lambda table, spans: table)

    assert found()


def test_an_undo_that_brings_the_erased_back_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(undone, "_DELETE", -1)

    assert found(most=4 * MOST)


def test_a_score_from_last_nights_inputs_is_found(monkeypatch: pytest.MonkeyPatch):
    real = Current.update

    def scores_stay(self, names, profiles, at, loud, gone, into, only=None):
        known = self.knows(names)
        for name in self.plan.models.keys() - self.plan.lists:
            now, before = profiles.column(name), self.column(name, names)
            kept = known & (before.kind > 0)
            profiles.values[name] = Column(np.where(kept, before.kind, now.kind), np.where(kept, before.data, now.data))
        return real(self, names, profiles, at, loud, gone, into, only)

    monkeypatch.setattr(Current, "update", scores_stay)

    assert found(most=4 * MOST, predicting=True)


def test_a_score_read_with_the_runs_clock_though_the_customer_has_moved_is_found(monkeypatch: pytest.MonkeyPatch):
    nobody_moved = property(lambda self: np.full(len(self._label), NEVER), lambda self, _: None)
    monkeypatch.setattr(People, "last_time", nobody_moved, raising=False)

    assert found(most=4 * MOST, predicting=True)


def test_a_stale_version_mixed_in_is_found(monkeypatch: pytest.MonkeyPatch):
    real = lives.learnt

    def the_oldest(world, at, known_at):
        oldest = {}
        for run in sorted(world.runs, key=lambda run: (run.cut, run.published), reverse=True):
            if run.cut <= at:
                oldest |= {key: Fitted(run.cut, version) for key, version in run.models.items()}
        known = real(world, at, known_at)
        return {**known, "models": {k: Fitted(one.cut, oldest[k].version) for k, one in known["models"].items()}}

    monkeypatch.setattr(lives, "learnt", the_oldest)

    assert found(most=4 * MOST, predicting=True)


def found(*, most: int = MOST, predicting: bool = False) -> bool:
    """Whether any of many lives (`predicting`: of those with models) differs between engine, rebuild and audit."""
    return any(differs(Random(seed), predicting=predicting) for seed in range(most))


def differs(random: Random, *, predicting: bool = False) -> bool:
    bits = [random.getrandbits(8) for _ in range(6)]
    world = sown(random.choice(MOMENTS), random.getrandbits(24), bits[0], tuple(bits[1:]))
    if predicting and not any(run.models for run in world.runs):
        return False
    try:
        lives.agree(world, random.getrandbits(24))
    except AssertionError:
        return True
    return False
