"""The audit in production finds nothing where the engine is right, and finds it where somebody has spoilt the state."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from tests.live.shop import Shop, identify, order

from exactness import PlacedLog, learnt, scoring, setup_of
from hundredfold.app.door.logbook import fault, logbook
from hundredfold.live.engine import Engine
from hundredfold.profile.watch import Watch
from hundredfold.words.calendar import EARLIEST
from hundredfold.words.value import Number
from stored import stored
from worlds import World, worlds


class Alone:
    """An engine that nobody else uses."""

    def __init__(self, engine):
        self.engine = engine

    def ask(self, question):
        return question(self.engine)


@given(worlds())
def test_whoever_is_audited_is_found_to_be_right(world: World):
    with tempfile.TemporaryDirectory() as folder:
        table = stored(world.messages, world.setting.zone)
        log = PlacedLog(table, world.partitions)
        engine = scoring(Engine(setup_of(world), log, None, Path(folder), lambda: EARLIEST), world)
        random, first = Random(world.at), 0
        while first < table.num_rows:
            engine.apply(table.slice(first, size := random.choice((1, 3, 20))))
            first += size
        engine.advance(world.at)
        known = learnt(world, world.at, None)
        reading = {"cuts": lambda: known["cuts"], "models": lambda: known["models"]}
        watch = watching(Alone(engine), runs=lambda: world.runs, **reading)

        people = len(engine.state.people.everybody())
        while watch.checked < people:
            watch.check(3)

    assert watch.mismatches == 0
    assert watch.checked == people


def watching(live, **further):
    return Watch(live, logbook=logbook(io.StringIO(), lambda: 0), fault=fault, **further)


@pytest.fixture
def shop(tmp_path):
    opened = Shop(tmp_path)
    yield opened
    opened.close()


def test_a_spoilt_state_is_found_and_shown_with_both_sides(shop):
    shop.send(order("c1", 10), order("c2", 20), identify("c3", "v3"))
    shop.settle()
    watch = Watch(shop.live, logbook=logbook(shop.lines, lambda: shop.now), fault=fault)
    watch.check(10)
    before = watch.mismatches
    spoil(shop.engine, "u:c2")

    watch.check(10)

    (found,) = watch.examples
    assert (before, watch.mismatches, watch.checked) == (0, 1, 6)
    assert found.key == "u:c2"
    assert found.values["spent"] == (Number(21_000_000), Number(20_000_000))
    assert '"count": ' in shop.lines.getvalue()
    assert "c2" not in shop.lines.getvalue()


def spoil(engine, key):
    """Adds one to what a customer has spent, behind everybody's back."""
    sid = engine.sids.known(key)
    family = engine.compiled.plan.readings["spent"].family
    for _, cells in engine.state.runs[family].runs():
        cells.arrays["sum"] = cells.arrays["sum"] + np.where(cells.sid == sid, 1_000_000, 0)


def test_everybody_has_his_turn(shop):
    shop.send(*(order(f"c{number}") for number in range(20)))
    shop.settle()
    watch = watching(shop.live)

    counts = [watch.check(8) for _ in range(4)]

    assert counts == [8, 8, 4, 8]


def test_the_pace_keeps_to_its_share_of_a_core():
    watch = watching(None)
    watch._everybody = 10**9

    rest = watch._rest(took=0.2, done=8)

    assert rest / (rest + 0.2) == pytest.approx(0.95)
