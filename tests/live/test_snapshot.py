"""Snapshots: whoever goes on from one gets where he would have got, and what is damaged is not believed."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.shop import NOON, Shop, time
from exactness import PlacedLog, answers_of, audited, learnt, scoring, setup_of
from hundredfold.attribute.block import NEVER
from hundredfold.batch.process import keep_history, load_history
from hundredfold.errors import WorkspaceError
from hundredfold.live import image, snapshot
from hundredfold.live.engine import Engine
from hundredfold.live.manifest import Manifest, newest, next_folder, snapshots, tidy
from hundredfold.live.packed import Packed
from hundredfold.live.setup import compiled
from hundredfold.live.snapshot import open_engine, write
from hundredfold.log.history import History
from hundredfold.words.calendar import DAY, EARLIEST
from stored import stored
from worlds import World, worlds

SEEDS = st.integers(0, 2**32 - 1)


def began(world: World, folder: Path) -> Engine:
    log = PlacedLog(stored(world.messages, world.setting.zone), world.partitions)
    return scoring(Engine(setup_of(world), log, None, folder / "seen", lambda: EARLIEST), world)


def opened(world: World, engine: Engine, folder: Path, *, canonical: bool) -> Engine:
    """The engine that goes on from a snapshot of another one."""
    write(engine, folder, canonical=canonical)
    seen = folder.with_suffix(".seen")
    return scoring(open_engine(folder, setup_of(world), engine.log, engine.past, seen, lambda: EARLIEST), world)


def interleaved(table, random: Random):
    """The same log, its partitions read in another order."""
    partition = table["partition"].to_numpy()
    order = np.array(random.sample(range(len(partition)), len(partition)), np.int64)
    mixed = partition[order]
    for number in np.unique(partition):
        order[mixed == number] = np.flatnonzero(partition == number)
    return table.take(order)


def lived_through(world: World, folder: Path, seed: int, *, snapshots: float, shuffle: bool = False) -> Engine:
    """An engine fed in random chunks while the clock moves; now and then another goes on from its snapshot."""
    random = Random(seed)
    table = stored(world.messages, world.setting.zone)
    engine = began(world, folder)
    table = interleaved(table, random) if shuffle else table
    times = sorted(random.choice(table["time"].to_pylist() or [0]) for _ in range(6))
    first = made = 0
    while first < table.num_rows:
        size = random.choice((1, 1, 2, 3, 8, 40))
        engine.apply(table.slice(first, size))
        first += size
        if random.random() < 0.3 and times and times[0] <= world.at:
            engine.advance(times.pop(0))
        while random.random() < snapshots:
            made += 1
            engine = opened(world, engine, folder / f"snapshot-{made:06d}", canonical=random.random() < 0.5)
    engine.advance(world.at)
    return engine


@given(worlds(), SEEDS)
def test_whoever_goes_on_from_a_snapshot_gets_the_audits_values(world: World, seed: int):
    expected = audited(world, world.at, None)

    with TemporaryDirectory() as folder:
        engine = lived_through(world, Path(folder), seed, snapshots=0.25)

        assert answers_of(engine, world.at, learnt(world, world.at, None)) == expected


def canonical_bytes(engine: Engine, folder: Path) -> dict[str, bytes]:
    """Every file of the canonical snapshot but those that tell where raw messages lie, and which were seen."""
    write(engine, folder, canonical=True)
    found = {path.name: path.read_bytes() for path in folder.glob("*.arrow") if path.name != "tail.arrow"}
    manifest = json.loads((folder / "snapshot.json").read_bytes())["snapshot"]
    del manifest["files"]
    return {**found, "manifest": json.dumps(manifest, sort_keys=True).encode()}


@given(worlds(), SEEDS)
def test_the_canonical_state_is_the_same_whatever_way_the_messages_came(world: World, seed: int):
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        straight = lived_through(world, Path(one), seed, snapshots=0.0)
        winding = lived_through(world, Path(other), seed + 1, snapshots=0.15, shuffle=True)

        expected, found = (
            canonical_bytes(engine, Path(folder) / "canonical")
            for engine, folder in ((straight, one), (winding, other))
        )

        assert found.keys() == expected.keys()
        assert [name for name in found if found[name] != expected[name]] == []


@given(worlds(), SEEDS)
def test_the_history_may_move_on_and_the_log_be_trimmed_behind_a_snapshot(world: World, seed: int):
    random = Random(seed)
    log = PlacedLog(stored(world.messages, world.setting.zone), world.partitions)
    cuts = [sorted(random.randint(0, end) for _ in range(3)) for end in log.end().values()]
    first, cut, last = (dict(enumerate(ends)) for ends in zip(*cuts, strict=True))
    expected = audited(world, world.at, None)

    with TemporaryDirectory() as name:
        folder = Path(name)
        history = History(folder / "history", buckets=4)
        keep_history(log, history, first, compiled(setup_of(world)))
        engine = scoring(Engine(setup_of(world), log, history, folder / "seen", lambda: world.at), world)
        load_history(engine, history)
        for table in log.read(first):
            engine.apply(_before(table, cut))
        write(engine, folder / "snapshot", canonical=random.random() < 0.5)
        keep_history(log, history, last, engine.compiled)
        log.trim(cut)
        again = open_engine(folder / "snapshot", setup_of(world), log, history, folder / "again", lambda: world.at)
        engine = scoring(again, world)
        engine.catch_up()

        assert answers_of(engine, world.at, learnt(world, world.at, None)) == expected


def _before(table, ends):
    wanted = [o < ends[p] for p, o in zip(table["partition"].to_pylist(), table["offset"].to_pylist(), strict=True)]
    return table.filter(wanted)


# --- what a snapshot must not forget ---------------------------------------------------------------------------------


CUSTOMERS = 40
"""So many that the run of their first orders is not merged with the corrections."""


def everything_happens() -> tuple[World, int]:
    """A world in which what comes before a snapshot bears on what comes after; and how many messages come before."""
    shop = Shop(
        {
            "revenue": {"event": "Order Completed", "value": "properties.total", "aggregate": "sum"},
            "points": {"foreign": "crm", "event": "Points", "value": "properties.points", "aggregate": "sum"},
        },
        events={"Order Completed": {"key": "properties.order_id"}},
    )
    for customer in range(CUSTOMERS):
        shop.order("2026-03-01", 10, more={"order_id": f"k{customer}"}, userId=f"c{customer}")
    shop.order("2026-03-01", 5, userId="c7")
    shop.order("2026-03-01", 20, received="2026-02-01T00:00Z", more={"order_id": "k2"}, userId="c2")
    shop.say("identify", "2026-03-01", userId="c1", anonymousId="x1")
    shop.say("identify", "2026-03-01", userId="c3", anonymousId="x3")
    shop.order("2026-03-09", 10, userId="c4")
    shop.say("profile", userId="c6", source="crm", covers_until="2026-03-05", values={"points": 100})
    shop.messages[-1].payload["source"] = "crm"
    shop.delete("u:c5").payload["userId"] = "c5"
    before = len(shop.messages)
    shop.order("2026-03-02", 7, userId=None, anonymousId="x1")
    shop.say("identify", "2026-03-02", userId="c8", anonymousId="x3")
    shop.order("2026-03-02", 30, received="2026-02-01T00:00Z", more={"order_id": "k7"}, userId="c7")
    shop.order("2026-03-02", 50, more={"order_id": "k5"}, userId="c1")
    shop.track("Points", "2026-03-04", {"points": 1}, source="crm", userId="c6")
    world = World({}, shop.setting, shop.tables, tuple(shop.messages), time(NOON), None, (), 1)
    world.__dict__["definitions"] = shop.definitions
    return world, before


def resumed(world: World, before: int, folder: Path, *, canonical: bool = False):
    """The answers of an engine that goes on from a snapshot written a few days before the end."""
    table = stored(world.messages, world.setting.zone)
    engine = began(world, folder)
    engine.advance(time("2026-03-05"))
    engine.apply(table.slice(0, CUSTOMERS))
    for row in range(CUSTOMERS, before):
        engine.apply(table.slice(row, 1))
    engine = opened(world, engine, folder / "snapshot", canonical=canonical)
    engine.catch_up()
    engine.advance(world.at)
    return answers_of(engine, world.at, {})


@pytest.mark.parametrize("canonical", [False, True])
def test_what_came_before_a_snapshot_bears_on_what_comes_after(canonical: bool, tmp_path: Path):
    world, before = everything_happens()

    found = resumed(world, before, tmp_path, canonical=canonical)

    assert found == audited(world, world.at, None)


def _nothing(array):
    return array[:0]


FAULTS = {
    "since": lambda found: found.per_id.since.fill(0),
    "labels": lambda found: setattr(found.per_id, "label", np.arange(len(found.per_id.label))),
    "first messages": lambda found: found.per_id.first_time.fill(NEVER),
    "covered": lambda found: found.covered["points"].fill(NEVER),
    "keys": lambda found: setattr(found, "keys", []),
    "tail": lambda found: setattr(found, "tail", []),
    "statements": lambda found: setattr(found, "statements", found.statements.take(np.empty(0, np.int64))),
    "pending": lambda found: setattr(found, "pending", tuple(map(_nothing, found.pending))),
    "deletions": lambda found: setattr(found, "deletions", []),
    "void keys": lambda found: [deletion.void_keys.clear() for deletion in found.deletions],
}
"""What a snapshot might forget, as what happens to the image that is opened."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_snapshot_that_forgets_something_is_found_out(fault: str, tmp_path: Path, monkeypatch):
    world, before = everything_happens()
    whole = image.Image.read

    def forgetful(*arguments):
        found = whole(*arguments)
        FAULTS[fault](found)
        return found

    monkeypatch.setattr(snapshot.Image, "read", staticmethod(forgetful))

    assert resumed(world, before, tmp_path) != audited(world, world.at, None)


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path):
    """A world, an engine that has applied it, and a folder with two snapshots of it, the first as it stood halfway."""
    world, before = everything_happens()
    engine = began(world, tmp_path)
    engine.advance(world.at)
    table = stored(world.messages, world.setting.zone)
    folder = tmp_path / "snapshots"
    for part in (table.slice(0, before), table.slice(before)):
        engine.apply(part)
        write(engine, next_folder(folder), canonical=False)
    return world, engine, folder


def go_on(world: World, engine: Engine, folder: Path, scratch: Path):
    """The answers of an engine that begins with the newest whole snapshot."""
    found = newest(folder, setup_of(world))
    fresh = open_engine(found.folder, setup_of(world), engine.log, None, scratch, lambda: world.at)
    fresh.catch_up()
    return found, answers_of(fresh, world.at, {})


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:-1])


@pytest.mark.parametrize("damage", [flip, cut_short, Path.unlink])
@pytest.mark.parametrize("file", ["snapshot.json", "cells-*.arrow", "ids.arrow", "sids-*.arrow", "seen/*.seen"])
def test_a_damaged_snapshot_is_skipped_and_the_one_before_serves(damage, file: str, kept, tmp_path: Path):
    world, engine, folder = kept
    old, new = snapshots(folder)
    damage(sorted(new.glob(file))[-1])

    found, answers = go_on(world, engine, folder, tmp_path / "again")

    assert found.folder == old
    assert [str(new) in reason for reason in found.skipped] == [True]
    assert answers == audited(world, world.at, None)
    with pytest.raises(WorkspaceError, match="before it"):
        open_engine(new, setup_of(world), engine.log, None, tmp_path / "third", lambda: world.at)


def test_a_crash_before_the_renaming_leaves_the_old_one(kept, tmp_path: Path, monkeypatch):
    world, engine, folder = kept
    there = snapshots(folder)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", crash)
        with pytest.raises(KeyboardInterrupt):
            write(engine, next_folder(folder), canonical=True)
    left = {path.name for path in folder.iterdir()}
    found, answers = go_on(world, engine, folder, tmp_path / "again")

    assert left == {*(path.name for path in there), "snapshot-000003.new"}
    assert found.folder == there[-1]
    assert answers == audited(world, world.at, None)
    assert tidy(folder) == there == sorted(folder.iterdir())


def test_the_last_two_whole_snapshots_are_kept(kept):
    _, engine, folder = kept
    for _ in range(2):
        write(engine, next_folder(folder), canonical=False)
    flip(folder / "snapshot-000003" / "ids.arrow")

    left = tidy(folder)

    assert [path.name for path in left] == ["snapshot-000002", "snapshot-000004"]
    assert [path.name for path in snapshots(folder)] == ["snapshot-000002", "snapshot-000003", "snapshot-000004"]


def test_what_has_not_changed_is_linked_and_the_base_stays_in_its_file(kept, tmp_path: Path):
    world, engine, folder = kept
    write(engine, next_folder(folder), canonical=True)
    going_on = open_engine(snapshots(folder)[-1], setup_of(world), engine.log, None, tmp_path / "x", lambda: world.at)
    going_on.catch_up()
    write(going_on, next_folder(folder), canonical=False)

    base, new = snapshots(folder)[-2:]

    linked = {path.name for path in new.iterdir() if path.is_file() and path.stat().st_nlink > 1}
    assert {path.name for path in base.glob("cells-*.arrow")} <= linked
    assert "sids-0.arrow" in linked
    (first, cells), *_ = next(base for base in (r.base() for r in going_on.state.runs.values()) if base)
    assert first == 0
    for array in cells.arrays.values():
        held = array.data if isinstance(array, Packed) else array
        assert not held.flags.writeable
        assert not held.flags.owndata
    Manifest.read(new).check(new, thorough=True)


def test_a_snapshot_made_with_other_definitions_or_tables_is_refused(kept, tmp_path: Path):
    world, engine, folder = kept
    other = Shop({"orders": {"event": "Order Completed", "aggregate": "count"}}).definitions
    changed = World({}, world.setting, world.tables, world.messages, world.at, None, (), 1)
    changed.__dict__["definitions"] = other
    (_, new) = snapshots(folder)

    with pytest.raises(WorkspaceError, match="other definitions"):
        open_engine(new, setup_of(changed), engine.log, None, tmp_path / "x", lambda: world.at)

    assert newest(folder, setup_of(changed)).folder is None
    assert newest(folder, setup_of(world)).folder == new


def test_a_log_that_no_longer_reaches_back_is_told(kept, tmp_path: Path):
    world, engine, folder = kept
    old, _ = snapshots(folder)
    engine.log.trim(engine.log.end())

    with pytest.raises(WorkspaceError, match="the log begins at"):
        open_engine(old, setup_of(world), engine.log, None, tmp_path / "x", lambda: world.at)


def test_windows_that_have_passed_leave_the_canonical_state_and_their_texts_with_them(tmp_path: Path):
    fields = {"event": "Order Completed", "aggregate": "top", "by": "properties.coupon"}
    shop = Shop({"week": {**fields, "window": "7 days"}, "hours": {**fields, "window": "3 hours"}})
    shop.order("2026-01-01", more={"coupon": "OLD"})
    shop.order("2026-03-09", more={"coupon": "WEEK"})
    shop.order("2026-03-10T11:00:00Z", more={"coupon": "NOW"})
    world = World({}, shop.setting, shop.tables, tuple(shop.messages), time(NOON), None, (), 1)
    world.__dict__["definitions"] = shop.definitions
    engine = began(world, tmp_path)
    engine.catch_up()
    engine.advance(world.at)

    going_on = opened(world, engine, tmp_path / "snapshot", canonical=True)

    sizes = {family.bucket: len(runs) for family, runs in going_on.state.runs.items()}
    assert sizes == {"day": 2, "minute": 1}
    assert "OLD" not in going_on.compiled.pool.all
    assert {"WEEK", "NOW"} <= set(going_on.compiled.pool.all)
    for later in (0, DAY, 5 * DAY):
        assert answers_of(going_on, world.at + later, {}) == audited(world, world.at + later, None)
