"""What is recorded of segments: moves, sizes, members across restarts; held to what is kept and told, at every step."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace

import numpy as np
import pytest
from tests.live.shop import Shop, identify, live_on, order, view
from tests.segment.test_followed import SEGMENTS, asked_of_everybody, heard, inside

from hundredfold.live.engine import Engine
from hundredfold.live.moves import Moves
from hundredfold.segment.history import moves, sizes
from hundredfold.segment.members import members_of
from hundredfold.segment.moments import Moments
from hundredfold.segment.recorded import Recorder
from hundredfold.segment.recording import Recording
from hundredfold.store.movements import FILE, Movements
from hundredfold.words.calendar import DAY, HOUR, MINUTE
from hundredfold.words.span import Span

MOMENTS = {
    **SEGMENTS,
    "gone_quiet": {"where": "days_since(entered(quiet)) >= 1 and not looking"},
    "looked_lately": {"where": "hours_since(left(looking)) < 3"},
    "never_looked": {"where": "entered(looking) is null and orders > 0"},
    "not_anew": {"where": "left(looked_lately) >= entered(big) or (big and not gone_quiet)"},
    "after": {"where": "entered(not_anew) > time('2026-11-22T12:00:00Z') and spent > 20"},
}
"""Segments that ask when customers entered and left others, three levels deep."""


class Recorded(Shop):
    """A shop whose moves are recorded; they are written when the test says so."""

    def __init__(self, folder, segments=SEGMENTS):
        self.store = Movements(folder / FILE)
        self.recorder = Recorder(Recording(self.store))
        super().__init__(folder, segments=segments, keeping=self.recorder.members_of)
        self.reader = self.feed.subscribe()

    def settle(self):
        super().settle()
        return self

    def change(self, segments):
        """Other segments come into force."""
        self._folder = self._folder / "next"
        engine = self.with_segments(segments)
        self.live.successor(engine)()
        self.engine = engine
        return self.settle()

    def write(self):
        self.recorder.recording.write()
        return self

    def sizes(self, *at):
        self.write()
        return sizes(self.store, at or [self.now])

    def moves(self, segment, limit=1_000, **further):
        self.write()
        return [(one.key, one.entered) for one in moves(self.store, segment, limit, **further)]

    def close(self, *, crash=False):
        super().close()
        if not crash:
            self.write()
        self.store.close()


def again(shop, folder, segments=SEGMENTS, *, crash=False, later=0):
    """The shop after a restart; the clock has gone on."""
    shop.close(crash=crash)
    made = Recorded(folder, segments)
    made.numbers, made.now = shop.numbers, shop.now + later
    return made


def counts(shop):
    segments = shop.live.following.segments
    return dict(zip(segments.names, segments.membership.counts.tolist(), strict=True))


def now(shop):
    return {name: found[-1] for name, found in shop.sizes().items()}


def plainly_recorded(shop):
    """Who is in which segment, asked of everybody anew, with nothing but what is recorded of moves."""
    shop.write()
    fresh = members_of(shop.engine, shop.live.following.current, dict)
    for place, name in enumerate(fresh.names):
        for one in reversed(moves(shop.store, name, 1_000_000)):
            if one.key is not None:
                sid, entered = np.array([shop.engine.sids.code(one.key)]), np.array([one.entered], np.uint8)
                fresh.moments.recall(Moves(np.array([place]), sid, entered), np.array([one.at]))
    return asked_of_everybody(fresh, shop)


@pytest.fixture
def shop(tmp_path):
    made = Recorded(tmp_path).settle()
    yield made
    made.close()


def test_who_entered_and_left_is_recorded_with_when_and_where(shop):
    shop.send(order("c1", 60), view("c2"))
    shop.settle()
    first, stood = shop.now, dict(shop.engine.positions)
    shop.now += MINUTE
    shop.send(order("c1", 60), order("c2", 1))
    shop.settle()
    shop.write()

    assert shop.moves("big") == [("u:c1", True)]
    assert shop.moves("looking") == [("u:c2", False), ("u:c2", True)]
    newest = moves(shop.store, "buyers", 10)
    assert [(one.key, one.at, one.positions) for one in newest] == [
        ("u:c2", shop.now, dict(shop.engine.positions)),
        ("u:c1", first, stood),
    ]


def test_moves_come_in_pages_and_between_instants(shop):
    for number in range(7):
        shop.send(order(f"c{number}"))
        shop.settle()
        shop.now += 40 * MINUTE
        shop.write()
    pages, before = [], None
    while page := moves(shop.store, "buyers", 2, before=before):
        pages.append([one.key for one in page])
        before = page[-1].place

    assert pages == [["u:c6", "u:c5"], ["u:c4", "u:c3"], ["u:c2", "u:c1"], ["u:c0"]]
    begun = shop.now - 7 * 40 * MINUTE
    between = moves(shop.store, "buyers", 10, since=begun + 40 * MINUTE, until=begun + 80 * MINUTE)
    assert [one.key for one in between] == ["u:c2", "u:c1"]


def test_a_segment_begins_with_its_size_and_no_moves(tmp_path):
    shop = Recorded(tmp_path)
    shop.send(order("c1", 150), order("c2", 5))
    shop.settle()
    begun = shop.now
    assert shop.sizes(begun - 1, begun)["buyers"] == [None, 2]
    assert shop.moves("buyers") == []

    shop.now += HOUR
    rich = {"where": "spent >= 5"}
    shop.change({**SEGMENTS, "big": rich, "new": rich})
    shop.now += HOUR
    shop.send(order("c3", 7))
    shop.settle()

    assert shop.moves("new") == [("u:c3", True)]
    assert shop.moves("big") == [("u:c3", True)], "what it was recorded as before ended"
    assert shop.sizes(begun, begun + HOUR, shop.now)["big"] == [1, 2, 3]
    assert shop.sizes(begun, begun + HOUR, shop.now)["new"] == [None, 2, 3]
    assert now(shop) == counts(shop)

    shop.change({"new": rich})
    assert shop.sizes(begun, shop.now) == {"new": [None, 3]}
    assert sizes(shop.store, [begun, shop.now], ["big"]) == {"big": [1, None]}
    shop.close()


def test_a_segment_that_means_something_else_after_a_restart_begins_anew(tmp_path):
    shop = Recorded(tmp_path).settle()
    shop.send(order("c1", 150))
    shop.settle().write()
    shop.close()
    changed = Recorded(tmp_path, {**SEGMENTS, "big": {"where": "spent > 99"}}).settle()

    assert changed.moves("big") == [("u:c1", True)], "of what it meant before"
    assert [one.size for one in changed.store.stretches() if one.segment == "big"] == [0, 1]
    assert [one.size for one in changed.store.stretches() if one.segment == "buyers"] == [0]
    changed.close()


NAMED = {
    "buyers": {"where": "orders > 0"},
    "big": {"where": "spent > 100"},
    "small": {"where": "buyers and not big"},
    "was_big": {"where": "left(big) is not null or entered(big) is not null"},
    "no_longer_big": {"where": "was_big and not big"},
}
RENAMED = {
    "buyers": {"where": "orders > 0"},
    "great": {"where": "spent > 100"},
    "small": {"where": "buyers and not great"},
    "was_great": {"where": "left(great) is not null or entered(great) is not null"},
    "no_longer_big": {"where": "was_great and not great"},
}
OTHER_NAMES = {"big": "great", "was_big": "was_great"}


def under(names, told):
    return {names.get(name, name): one for name, one in told.items()}


@pytest.mark.parametrize("taken_up", ["serving", "killed as it is", "at a start", "after a kill"])
def test_a_segment_under_another_name_is_recorded_on_and_nobody_moves(tmp_path, taken_up):
    shop = Recorded(tmp_path, NAMED).settle()
    shop.send(order("c1", 150), order("c2", 5), order("c3", 150))
    shop.settle()
    shop.change({**NAMED, "big": {"where": "spent > 120"}})
    shop.change(NAMED)
    begun = shop.now
    shop.now += HOUR
    shop.send(order("c2", 100), order("c4", 1))
    shop.settle()
    before = shop.sizes(begun - DAY, begun, begun + MINUTE, shop.now)
    moved = {name: shop.moves(name) for name in NAMED}
    members = {name: inside(shop, name) for name in NAMED}
    heard(shop.reader)

    if taken_up in ("serving", "killed as it is"):
        shop.change(RENAMED)
        assert heard(shop.reader) == []
    if taken_up != "serving":
        shop = again(shop, tmp_path, RENAMED, crash="kill" in taken_up)
        shop.settle()

    assert heard(shop.reader) == []
    assert {name: inside(shop, name) for name in RENAMED} == under(OTHER_NAMES, members)
    assert {name: shop.moves(name) for name in RENAMED} == under(OTHER_NAMES, moved)
    assert shop.sizes(begun - DAY, begun, begun + MINUTE, shop.now) == under(OTHER_NAMES, before)
    assert inside(shop, "was_great") == {"c2"}
    shop.send(order("c5", 150))
    shop.settle()
    assert shop.moves("great")[0] == ("u:c5", True)
    shop = again(shop, tmp_path, RENAMED)
    shop.settle()
    assert heard(shop.reader) == []
    assert inside(shop, "was_great") == {"c2", "c5"}
    assert now(shop) == counts(shop)

    shop.change(NAMED)
    assert heard(shop.reader) == [], "the name is undone"
    assert shop.moves("big") == [("u:c5", True), *moved["big"]]
    assert sizes(shop.write().store, [shop.now], ["great"]) == {"great": [None]}
    shop.close()


def test_a_name_that_a_removed_segment_had_is_the_one_s_that_has_it_now(tmp_path):
    first, second = {"where": "orders > 0"}, {"where": "spent > 100"}
    shop = Recorded(tmp_path, {"one": first, "two": second}).settle()
    shop.send(order("c1", 150), order("c2", 5))
    shop.settle()
    begun = shop.now
    shop.change({"one": first})
    shop.now += HOUR
    shop.change({"two": first})

    assert sorted(shop.moves("two")) == [("u:c1", True), ("u:c2", True)]
    assert shop.sizes(begun, shop.now) == {"two": [2, 2]}
    shop.change({"two": second, "one": first})
    shop.write()
    assert sizes(shop.store, [shop.now], ["one", "two"]) == {"one": [2], "two": [1]}, "a name that stays is no rename"
    assert shop.moves("one") == []
    shop.close()


def test_whoever_moved_while_nobody_served_is_found_recorded_and_told_once(tmp_path):
    shop = Recorded(tmp_path).settle()
    shop.send(order("c1", 60), view("c2"))
    shop.settle()
    shop.send(order("c1", 60))
    before = {name: inside(shop, name) for name in SEGMENTS}

    shop = again(shop, tmp_path, later=3 * HOUR)
    shop.settle()

    assert before["looking"] == {"c2"}
    assert sorted(heard(shop.reader)) == [("c1", ["big", "quiet"], []), ("c2", [], ["looking"])]
    assert shop.moves("big") == [("u:c1", True)]
    assert shop.moves("looking") == [("u:c2", False), ("u:c2", True)]
    assert now(shop) == counts(shop)
    shop = again(shop, tmp_path)
    shop.settle()
    assert heard(shop.reader) == []
    assert shop.moves("big") == [("u:c1", True)]
    shop.close()


def test_a_visitor_keeps_his_moves_under_his_new_name_also_across_a_restart(tmp_path):
    shop = Recorded(tmp_path).settle()
    shop.send({"type": "track", "event": "Product Viewed", "anonymousId": "v1", "properties": {}})
    shop.send({"type": "track", "event": "Product Viewed", "anonymousId": "v2", "properties": {}})
    shop.settle()
    shop.send(identify("c1", anonymous="v1"))
    shop.settle()
    assert shop.moves("looking") == [("a:v2", True), ("u:c1", True)]

    shop.send(identify("c2", anonymous="v2"))
    shop = again(shop, tmp_path)
    shop.settle()

    assert sorted(shop.moves("looking")) == [("u:c1", True), ("u:c2", True)]
    assert heard(shop.reader) == []
    assert now(shop) == counts(shop)
    shop.close()


def erase(shop, customer):
    """Erases a user, as the door does."""
    positions = {str(p): end for p, end in shop.log.end().items()}
    shop.send({"type": "delete", "userId": customer, "ids": [f"u:{customer}"], "positions": positions})


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("comes_back", [False, True])
def test_who_is_erased_is_named_nowhere(tmp_path, restarts, comes_back):
    shop = Recorded(tmp_path).settle()
    shop.send(order("hers-alone", 150), order("c2", 150))
    shop.settle().write()
    erase(shop, "hers-alone")
    if comes_back:
        shop.send(order("hers-alone", 5))
    if restarts:
        shop = again(shop, tmp_path)
    shop.settle()
    shop.live.turn()

    assert shop.moves("big") == [(None, False), ("u:c2", True), (None, True)] or not restarts
    assert sorted(shop.moves("big"), key=str) == [("u:c2", True), (None, False), (None, True)]
    assert ("u:hers-alone" in [key for key, _ in shop.moves("buyers")]) == comes_back
    assert now(shop) == counts(shop)
    shop.store.empty_journal()
    if not comes_back:
        content = b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE}*"))
        assert b"hers-alone" not in content
        assert b"u:c2" in content
    shop = again(shop, tmp_path)
    shop.settle()
    assert heard(shop.reader) == []
    assert now(shop) == counts(shop)
    shop.close()


def lives(folder, seed, steps=30):
    """Lives with restarts, crashes and new definitions; what is recorded is compared at every step."""
    made, told = np.random.default_rng(seed), []
    segments = MOMENTS if seed % 2 else SEGMENTS
    shop = Recorded(folder, segments).settle()
    for step in range(steps):
        live_on(shop, made, messages=5, customers=9, visitors=7)
        if made.random() < 0.1:
            erase(shop, f"c{made.integers(0, 9)}")
        match int(made.integers(0, 12)):
            case 0:
                shop.settle()
                shop = again(shop, folder, segments, crash=bool(made.integers(0, 2)), later=int(made.choice([0, HOUR])))
            case 1:
                shop.live.following.begin_anew()
            case 2 if step % 2:
                segments = {**segments, "big": {"where": f"spent > {made.integers(50, 100)}"}}
                shop.change(segments)
                shop = again(shop, folder, segments) if made.random() < 0.3 else shop
        shop.settle()
        if made.random() < 0.7:
            shop.write()
        found = counts(shop)
        told = [(at, was) for at, was in told if at < shop.now] + [(shop.now, found)]
        kept = {name: inside(shop, name) for name in shop.live.following.segments.names}
        assert kept == plainly_recorded(shop)
        recorded = sizes(shop.write().store, [at for at, _ in told])
        for place, (_, was) in enumerate(told):
            assert {name: one[place] for name, one in recorded.items() if one[place] is not None} == {
                name: was[name] for name, one in recorded.items() if one[place] is not None
            }
        assert {name: one[-1] for name, one in recorded.items()} == found
        numbers, keys = shop.store.customers()
        named = dict(zip(numbers.tolist(), keys, strict=True))
        stretches = {one.number: one.segment for one in shop.store.stretches()}
        members = {
            stretches[number]: {named[n][2:] for n in np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist()}
            for number, bits in shop.store.members().items()
        }
        assert members == kept
    shop.close()


@pytest.mark.parametrize("seed", range(8))
def test_what_is_recorded_is_what_is_kept_and_was_told(tmp_path, seed):
    lives(tmp_path, seed)


def test_a_move_that_is_not_recorded_is_found(tmp_path, monkeypatch):
    written = Recording.moves

    def forgetful(self, at, positions, stretch, customer, entered):
        keep = np.arange(len(stretch)) % 5 != 4
        if keep.any():
            written(self, at, positions, stretch[keep], customer[keep], entered[keep])

    monkeypatch.setattr(Recording, "moves", forgetful)
    with pytest.raises(AssertionError):
        lives(tmp_path, 0)


def test_a_move_of_which_those_who_ask_hear_nothing_is_found(tmp_path, monkeypatch):
    noted = Moments.note

    def forgetful(self, moves, at):
        some = moves.customer % 3 != 0
        noted(self, Moves(moves.segment[some], moves.customer[some], moves.entered[some]), at)

    monkeypatch.setattr(Moments, "note", forgetful)
    with pytest.raises(AssertionError):
        lives(tmp_path, 1)


def test_when_somebody_entered_and_left_is_known_behind_a_restart_and_forgotten_with_him(tmp_path):
    segments = {
        **SEGMENTS,
        "looked": {"where": "left(looking) >= time('2026-11-22T10:00:00Z')"},
        "longer_ago": {"where": "days_since(left(looking)) >= 1"},
        "not_left": {"where": "left(looking) is null"},
    }
    shop = Recorded(tmp_path, segments).settle()
    shop.send(view("c1"), view("c2"))
    shop.settle()
    assert inside(shop, "not_left") == {"c1", "c2"}
    shop.now += 6 * MINUTE
    shop.send(order("c3"))
    shop.settle()
    assert (inside(shop, "looked"), inside(shop, "not_left")) == ({"c1", "c2"}, {"c3"})

    shop = again(shop, tmp_path, segments, later=DAY)
    shop.settle()
    assert inside(shop, "looked") == inside(shop, "longer_ago") == {"c1", "c2"}
    erase(shop, "c1")
    shop.send(order("c1"))
    shop.settle()
    shop.live.turn()
    shop.settle()
    assert (inside(shop, "looked"), inside(shop, "not_left")) == ({"c2"}, {"c1", "c3"})
    shop.change({**segments, "others": {"where": "left(looking) is null or spent > 5"}})
    assert inside(shop, "others") == {"c1", "c3"}
    assert inside(shop, "looked") == {"c2"}
    shop.close()


def test_after_a_kill_at_any_byte_the_record_is_whole_and_goes_on(tmp_path):
    """The journal is cut at many places, as a kill or a power cut leaves it."""
    folder = tmp_path / "shop"
    folder.mkdir()
    shop = Recorded(folder).settle()
    steps = []
    for step in range(4):
        shop.now += MINUTE
        shop.send(*(order(f"c{number}", 30) for number in range(step, step + 3)))
        shop.settle().write()
        steps.append(dict(shop.sizes()))
    shop.send(order("c9", 200))
    shop.settle()
    final = counts(shop)
    size = (folder / f"{FILE}-wal").stat().st_size
    for cut in sorted({*range(0, size, size // 12), size}):
        there = tmp_path / f"cut-{cut}"
        shutil.copytree(folder, there)
        with (there / f"{FILE}-wal").open("r+b") as journal:
            journal.truncate(cut)
        (there / f"{FILE}-shm").unlink()
        found = Recorded(there)
        stood = found.store.stretches()
        members = found.store.members()
        assert [one.now for one in stood] == [int(np.bitwise_count(members[one.number]).sum()) for one in stood]
        found.now = shop.now + MINUTE
        found.settle()
        assert counts(found)["buyers"] == final["buyers"]
        assert now(found) == counts(found)
        found.close()
    shop.close()


def test_what_the_disk_does_not_take_stays_noted(shop, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    shop.send(order("c1", 200))
    shop.settle()
    with monkeypatch.context() as patched:
        patched.setattr(Movements, "add", full)
        with pytest.raises(sqlite3.OperationalError):
            shop.write()
    assert shop.moves("big") == [("u:c1", True)]


def test_who_leaves_while_new_definitions_are_made_ready_does_so_once_and_is_asked_again_in_time(tmp_path):
    shop = Recorded(tmp_path).settle()
    shop.send(view("c1"))
    shop.settle()
    longer = {**SEGMENTS, "three_hours_ago": {"where": "hours_since(left(looking)) >= 3"}}
    engine = shop.with_segments(longer)
    take_over = shop.live.successor(engine)
    shop.now += 6 * MINUTE
    shop.settle()
    assert shop.moves("looking") == [("u:c1", False), ("u:c1", True)]

    shop.now += 10 * MINUTE
    engine.catch_up()
    take_over()
    shop.engine = engine
    shop.settle()
    assert shop.moves("looking") == [("u:c1", False), ("u:c1", True)]
    shop.now += 3 * HOUR - 10 * MINUTE - 1
    shop.settle()
    assert inside(shop, "three_hours_ago") == set()
    shop.now += 1
    shop.settle()

    assert inside(shop, "three_hours_ago") == {"c1"}
    shop.close()


def test_members_are_written_down_again_though_segments_begin_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setattr("hundredfold.segment.recording.KEEP_AFTER", 5)
    shop = Recorded(tmp_path, {"buyers": {"where": "orders > 0"}}).settle()
    segments = {"buyers": {"where": "orders > 0"}}
    for number in range(4):
        shop.send(order(f"c{2 * number}"), order(f"c{2 * number + 1}"))
        shop.settle().write()
        segments[f"after_{number}"] = {"where": f"orders > {number + 1}"}
        shop.change(segments)
        shop.write()

    assert shop.store.behind() == 2
    shop.close()


def test_who_is_there_no_more_behind_an_undo_has_left(tmp_path):
    shop = Recorded(tmp_path, MOMENTS).settle()
    shop.send(order("c1", 150))
    shop.settle()
    first = dict(shop.log.end())
    shop.send(order("c1", 1), order("gone", 150), order("gone-too", 5), trust="import")
    shop.settle()
    span = Span(first, dict(shop.log.end()))
    shop.setup = replace(shop.setup, undone=(span,))
    engine = Engine(shop.setup, shop.log, None, tmp_path / "seen-undone", lambda: shop.now)
    engine.catch_up()
    shop.live.successor(engine)()
    shop.engine = engine
    shop.settle()

    assert counts(shop)["big"] == 1
    assert now(shop) == counts(shop)
    assert shop.moves("big") == [(None, False), (None, True), ("u:c1", True)]
    shop = again(shop, tmp_path, MOMENTS)
    shop.close()


def test_new_definitions_that_come_before_everybody_was_asked_move_nobody(tmp_path):
    shop = Recorded(tmp_path).settle()
    shop.send(order("c1", 150), order("c2", 5))
    shop.settle()
    shop = again(shop, tmp_path)
    shop.change({**SEGMENTS, "other": {"where": "orders > 1"}})

    assert shop.moves("big") == [("u:c1", True)]
    assert now(shop) == counts(shop)
    shop.close()
