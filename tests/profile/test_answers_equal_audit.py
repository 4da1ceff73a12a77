"""Whatever is asked, now or at any (T, K), the answer is the audit's."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from exactness import PlacedLog, audited, scoring, setup_of
from hundredfold.attribute.read import Profiles
from hundredfold.attribute.values import profile_values
from hundredfold.audit import Run as Audited
from hundredfold.batch.process import keep_history, load_history
from hundredfold.batch.run import Run, Training
from hundredfold.live.engine import Engine
from hundredfold.live.setup import compiled
from hundredfold.log.history import History
from hundredfold.profile import past
from hundredfold.profile.answers import Answers, plain
from hundredfold.words.calendar import DAY
from stored import stored
from worlds import World, worlds


@given(worlds(), st.integers(-400 * 86_400_000_000, 400 * 86_400_000_000), st.booleans())
def test_time_travel_answers_what_the_audit_finds(world: World, ahead: int, now_only: bool):
    expected = audited(world, world.at, None if now_only else world.known_at)

    with TemporaryDirectory() as folder:
        answers = _answers(world, Path(folder), clock=world.at if now_only else world.at + ahead)
        found = {}
        for key in expected:
            asked = {} if now_only else {"at": world.at, "known_at": world.known_at}
            answer = answers.profile(key, **asked)
            found[key] = (sorted(answer.ids), {name: answer.values[name] for name in sorted(answer.values)})

    assert found == {key: (sorted(map(plain, ids)), values) for key, (ids, values) in expected.items()}


@given(worlds(), st.integers(0, 2**32))
def test_everybody_at_any_instant_is_what_the_audit_finds(world: World, seed: int):
    expected, random = audited(world, world.at, world.known_at), Random(seed)
    names = sorted(world.definitions.attributes)
    some = random.sample(names, random.randint(0, min(3, len(names))))

    with TemporaryDirectory() as folder, patch.object(past, "ROWS", random.choice((1, 3, 1000))):
        answers = _answers(world, Path(folder), clock=world.at + random.choice((-1, 0, 1)) * DAY, seed=seed)
        found = answers.everybody(at=world.at, known_at=world.known_at)
        few = answers.everybody(at=world.at, known_at=world.known_at, only=some)
        assert answers.attributes == world.definitions.attributes
        pool = answers._engine.compiled.pool

    for asked, told in ((names, found), (some, few)):
        values = profile_values(Profiles(len(told.customers), {name: told.values[name] for name in asked}), pool)
        assert _sorted(zip(told.customers, values, strict=True)) == _sorted(
            (plain(key), {name: profile[name] for name in asked}) for key, (_, profile) in expected.items()
        )


@given(worlds())
def test_everybody_now_is_what_the_audit_finds(world: World):
    expected = audited(world, world.at, None)

    with TemporaryDirectory() as folder:
        answers = _answers(world, Path(folder), clock=world.at)
        found = answers.everybody()
        pool = answers._engine.compiled.pool

    values = profile_values(Profiles(len(found.customers), found.values), pool)
    assert _sorted(zip(found.customers, values, strict=True)) == _sorted(
        (plain(key), profile) for key, (_, profile) in expected.items()
    )


def _sorted(profiles):
    """Customers, who need not have different plain ids, with their values, in an order of their own."""
    return sorted((name, [(a, repr(values[a])) for a in sorted(values)]) for name, values in profiles)


def _answers(world: World, folder: Path, *, clock: int, seed: int | None = None) -> Answers:
    """Answers over a log; with a seed some of it may lie in a history."""
    log = PlacedLog(stored(world.messages, world.setting.zone), world.partitions)
    random, history = Random(seed), None
    if seed is not None and random.random() < 0.7:
        history = History(folder / "history", buckets=random.choice((1, 2, 4)))
        for _ in range(random.choice((1, 2))):
            start = history.positions
            cut = {p: random.randint(start.get(p, 0), end) for p, end in log.end().items()}
            keep_history(log, history, cut, compiled(setup_of(world)))
    engine = Engine(setup_of(world), log, history, folder / "seen", lambda: clock)
    scoring(engine, world)
    if history is not None:
        load_history(engine, history)
    engine.catch_up()
    ordered = sorted(enumerate(world.runs), key=lambda pair: (pair[1].cut, pair[1].published, -pair[0]))
    return Answers(engine, [_run(run) for _, run in ordered])


def _run(run: Audited) -> Run:
    models = {key: Training(version) for key, version in run.models.items()}
    return Run(run.cut, run.published, {}, run.tiers, models=models)
