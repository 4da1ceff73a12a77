"""A sum that leaves int64 is an error on reading, never a wrap."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from exactness import PlacedLog
from hundredfold.definition.load import load_text
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Setup
from hundredfold.profile.answers import Answers
from hundredfold.words.message import Message
from hundredfold.words.value import Number
from stored import stored

DEFINITIONS = """
attributes:
  total: {event: Order Completed, value: properties.total, aggregate: sum}
  orders: {event: Order Completed, aggregate: count}
  twice: {formula: total * 2}
"""
NOW = 1_700_000_000_000_000


def test_a_sum_beyond_int64_has_no_value_and_says_so(tmp_path: Path):
    answers = _answers(9_300, tmp_path)

    answer = answers.profile("c1")

    assert answer.values == {"total": None, "orders": Number(9_300_000_000), "twice": None}
    assert set(answer.errors) == {"total"}


def test_a_sum_just_within_int64_is_exact(tmp_path: Path):
    answers = _answers(9_223, tmp_path)

    answer = answers.profile("c1")

    assert answer.values["total"] == Number(9_223 * 10**15)
    assert answer.errors == {}


def _answers(orders: int, folder: Path) -> Answers:
    messages = [
        Message(
            0,
            i,
            NOW,
            "server",
            "s",
            f"m{i}",
            {"type": "track", "event": "Order Completed", "userId": "c1", "properties": {"total": 1e9}},
        )
        for i in range(orders)
    ]
    log = PlacedLog(stored(messages, UTC), 1)
    engine = Engine(Setup(load_text(DEFINITIONS), UTC), log, None, folder / "seen", lambda: NOW)
    for first in range(0, orders, 1_000):
        engine.apply(next(iter(log.read(engine.positions, limit_rows=1_000))))
        assert first < orders
    engine.catch_up()
    return Answers(engine)
