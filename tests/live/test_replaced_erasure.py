"""A smaller copy of an erasure takes its place, whatever the first one erased."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from exactness import PlacedLog, answers_of
from hundredfold.audit import Setting, audit
from hundredfold.definition.load import load_text
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Setup
from hundredfold.words.message import Message
from stored import stored

NOW = 1_700_000_000_000_000
DEFINITIONS = load_text("attributes:\n  orders: {event: Order Completed, aggregate: count}\n")


def test_what_only_the_replaced_copy_erased_counts_again(tmp_path: Path):
    messages = [
        _message(0, "m0", {"type": "track", "event": "Order Completed", "userId": "c1"}),
        _message(1, "m1", {"type": "track", "event": "Order Completed", "userId": "c2"}),
        _message(2, "d", {"type": "delete", "userId": "c1", "ids": ["u:c1"], "positions": {"0": 2}}),
        _message(3, "d", {"type": "delete", "userId": "c1", "ids": ["u:c2"], "positions": {"0": 2}}, earlier=1),
    ]
    log = PlacedLog(stored(messages, UTC), 1)
    engine = Engine(Setup(DEFINITIONS, UTC), log, None, tmp_path / "seen", lambda: NOW)

    for table in log.read({}, limit_rows=1):
        engine.apply(table)
    engine.advance(NOW + 1)

    expected = audit(messages, DEFINITIONS, Setting(UTC), at=NOW + 1)
    assert answers_of(engine, NOW + 1, {}) == {key: (p.ids, p.values) for key, p in expected.items()}
    assert set(expected) == {"u:c1"}


def _message(offset: int, message_id: str, payload: dict, earlier: int = 0) -> Message:
    return Message(0, offset, NOW - earlier, "server", "s", message_id, payload)
