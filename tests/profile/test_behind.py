"""What is listed behind a number makes that number, whatever the world."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from exactness import PlacedLog, setup_of
from hundredfold.batch.process import keep_history, load_history
from hundredfold.batch.run import Run
from hundredfold.definition.load import from_document
from hundredfold.definition.model import Aggregate, Formula, Score, Trait
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Setup, compiled
from hundredfold.log.history import History
from hundredfold.profile import dossier
from hundredfold.profile.answers import Answers
from hundredfold.profile.behind import behind, reader_of
from hundredfold.profile.dossier import Dossier, evidence
from hundredfold.words.message import Message
from hundredfold.words.value import Moment, Number, of_count, order
from stored import stored
from worlds import MOMENTS, World, sown, worlds

NOW = 1_780_000_000_000_000
SEEN: Counter[str] = Counter()
"""How often each kind of reason, and of meaning, was met."""


@given(worlds())
@settings(max_examples=35)
def test_what_is_listed_makes_the_value_of_every_customer_now(world: World):
    assert_now(world)


@given(worlds())
@settings(max_examples=25)
def test_and_of_every_customer_at_any_time_in_the_past(world: World):
    with TemporaryDirectory() as folder:
        engine, answers = opened(world, Path(folder), later=400 * 86_400_000_000)
        reader = reader_of(engine.compiled.setup, world.at)
        for key in customers(engine):
            when = {"at": world.at, "known_at": world.known_at}
            asked = Dossier(evidence(engine, answers, key, **when))
            if asked.exists:
                assert_behind(world, asked, reader, answers.profile(key, **when))


@pytest.mark.parametrize(
    "met",
    [
        *("adds", "decides", "weighs", "differs", "among", "says", "names"),
        *("duplicate", "unknown", "erased", "later", "replaced", "cancelled", "elsewhere"),
        *("condition", "value", "window", "no_lines", "source"),
    ],
)
def test_every_meaning_and_every_reason_was_met(met: str):
    assert SEEN[met] > 0


def test_what_another_system_has_counted_already_is_left_out_and_its_own_value_is_a_part(tmp_path: Path):
    points = {"foreign": "crm", "aggregate": "sum", "event": "Points Earned", "value": "properties.points"}
    earned = [
        {"type": "track", "event": "Points Earned", "properties": {"points": n}, "timestamp": f"2026-03-0{n}T00:00:00Z"}
        for n in (1, 2, 3)
    ]
    batch = {"type": "profile", "source": "crm", "covers_until": "2026-03-02T00:00:00Z", "values": {"points": 40}}
    messages = [
        Message(0, n, NOW, "server", "crm", f"m{n}", {"userId": "c1", **said})
        for n, said in enumerate([*earned, batch])
    ]
    setup = Setup(from_document({"attributes": {"points": points}}), UTC)
    engine = Engine(setup, PlacedLog(stored(messages, UTC), 1), None, tmp_path, lambda: NOW)
    engine.catch_up()

    told = behind(
        Dossier(evidence(engine, Answers(engine), "c1")), setup.definitions.attributes["points"], reader_of(setup, NOW)
    )

    assert told.value == total([part.adds for part in told.parts]) == of_count(43)
    assert [(part.heard.message.message_id, part.batch) for part in told.parts] == [("m2", False), ("m3", True)]
    assert [(one.heard.message.message_id, one.reason) for one in told.left_out] == [
        ("m1", "covered"),
        ("m0", "covered"),
    ]


def test_a_list_in_which_duplicates_count_twice_is_found_out(monkeypatch: pytest.MonkeyPatch):
    assert not found()

    monkeypatch.setattr(dossier, "_without_copies", lambda spoken, counts: None)

    assert found()


def test_a_list_that_forgets_what_was_erased_is_found_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dossier.Deletion, "voids", lambda self, heard: False)

    assert found()


def found() -> bool:
    """Whether in any of some worlds what is listed does not make the value."""
    random = Random(7)
    for _ in range(30):
        numbers = [random.getrandbits(24) for _ in range(2)], tuple(random.getrandbits(8) for _ in range(6))
        world = sown(random.choice(MOMENTS), *numbers[0], numbers[1])
        try:
            assert_now(world)
        except AssertionError:
            return True
    return False


def assert_now(world: World):
    with TemporaryDirectory() as folder:
        engine, answers = opened(world, Path(folder))
        reader = reader_of(engine.compiled.setup, world.at)
        for key in customers(engine):
            asked = Dossier(evidence(engine, answers, key))
            found = answers.profile(key)
            assert sorted(one[2:] for one in asked.person.ids) == sorted(found.ids)
            assert_behind(world, asked, reader, found)


def assert_behind(world, asked, reader, found):
    for name, attribute in world.definitions.attributes.items():
        told = behind(asked, attribute, reader)
        SEEN.update([told.meaning, *(one.reason for one in told.left_out)])
        value = found.values[name]
        if isinstance(attribute, Formula | Score):
            assert told.names or isinstance(attribute, Score)
            assert set(told.names) <= set(found.values)
            continue
        assert told.value == value
        assert told.error is not None or name not in found.errors
        assert told.error is None or value is None  # also a result that leaves int64, which is no error (S13)
        assert [one.time for one in told.left_out] == sorted((one.time for one in told.left_out), reverse=True)
        if isinstance(attribute, Trait):
            assert told.parts == [] or told.parts[0].value == value
        else:
            assert_makes(attribute, told, value)


def assert_makes(how: Aggregate, told, value):
    """What people do with the list by eye."""
    deciding = [part.value for part in told.parts if part.decides]
    match how.aggregate:
        case "count" | "sum" if told.error is None:
            assert total([part.adds for part in told.parts]) == value
        case "min" | "max" | "first" | "last":
            assert (deciding == [] and value is None) or (deciding and set(map(order, deciding)) == {order(value)})
        case "list":
            assert tuple(deciding) == (value or ())
        case "first_list":
            assert tuple(deciding[::-1]) == (value or ())
        case "visits":
            assert of_count(len(deciding)) == value
        case "last_new":
            assert {Moment(part.time) for part in told.parts if part.decides} == (
                {value} if value is not None else set()
            )
        case "distinct":
            keys = [part.value if how.by is None else part.key for part in told.parts]
            assert of_count(len({order(key) for key in keys})) == value
        case "most_frequent":
            keys = {order(part.key) for part in told.parts if part.decides}
            assert keys == ({order(value)} if value is not None else set())


def total(rows):
    return Number(sum(row.millionths for row in rows))


def customers(engine):
    people = engine.state.people
    return [engine.sids.text(people.customer(label)) for label in people.everybody().tolist()]


def opened(world: World, folder: Path, later: int = 0):
    """An engine over a world, a part of which a batch has moved into history."""
    log = PlacedLog(stored(world.messages, world.setting.zone), world.partitions)
    history = History(folder / "history", buckets=2)
    covers = {p: end // 2 for p, end in log.end().items()}
    keep_history(log, history, covers, compiled(setup_of(world)))
    engine = Engine(setup_of(world), log, history, folder / "seen", lambda: world.at + later)
    load_history(engine, history)
    engine.catch_up()
    runs = [Run(run.cut, run.published, covers, run.tiers) for run in world.runs]
    return engine, Answers(engine, runs)
