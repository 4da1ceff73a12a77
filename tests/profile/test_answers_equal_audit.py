"""Whatever is asked, now or at any (T, K), the answer is the audit's."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from exactness import PlacedLog, audited, setup_of
from hundredfold.batch.run import Run
from hundredfold.live.engine import Engine
from hundredfold.profile.answers import Answers, plain
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


@given(worlds())
def test_everybody_at_any_instant_is_what_the_audit_finds(world: World):
    expected = audited(world, world.at, world.known_at)

    with TemporaryDirectory() as folder:
        found = _answers(world, Path(folder), clock=world.at).everybody(at=world.at, known_at=world.known_at)

    assert sorted(found.customers) == sorted(plain(key) for key in expected)


def _answers(world: World, folder: Path, *, clock: int) -> Answers:
    log = PlacedLog(stored(world.messages, world.setting.zone), world.partitions)
    engine = Engine(setup_of(world), log, None, folder, lambda: clock)
    engine.catch_up()
    ordered = sorted(enumerate(world.runs), key=lambda pair: (pair[1].cut, pair[1].published, -pair[0]))
    return Answers(engine, [Run(run.cut, run.published, {}, run.tiers) for _, run in ordered])
