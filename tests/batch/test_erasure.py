"""After an erasure nothing of the customer is left in history, and every value is as it was decided."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from exactness import PlacedLog, answers_of, audited, learnt, setup_of
from hundredfold.batch.erasure import erase_from_history, skeleton
from hundredfold.batch.process import keep_history, load_history
from hundredfold.definition.model import EventRule
from hundredfold.live.engine import Engine
from hundredfold.live.setup import compiled
from hundredfold.log.history import History
from hundredfold.words.calendar import EARLIEST
from stored import stored
from worlds import MOMENTS, World, world


def test_what_stays_of_a_message_is_its_ids_and_what_decides_facts():
    rules = {"Order Completed": EventRule("Order Completed", key="properties.order_id", revision="properties.rev")}
    payload = {
        "type": "track",
        "event": "Order Completed",
        "userId": "c1",
        "context": {"ip": "1.2.3.4"},
        "properties": {"order_id": "o1", "rev": 2, "address": "Rua 1"},
    }

    kept = skeleton(rules)(json.dumps(payload).encode())

    expected = {"type": "track", "event": "Order Completed", "userId": "c1"}
    assert json.loads(kept) == expected | {"properties": {"order_id": "o1", "rev": 2}}
    assert skeleton(rules)(kept) == kept


def test_values_are_the_same_after_payloads_have_left_history():
    erasing = [one for one in map(_world, range(40)) if any(m.payload["type"] == "delete" for m in one.messages)]

    assert len(erasing) > 5
    for one in erasing:
        with TemporaryDirectory() as folder:
            assert _after_erasure(one, Path(folder)) == audited(one, one.at, None)


def _world(seed: int) -> World:
    random = Random(seed)
    attributes = [random.getrandbits(32) for _ in range(6)]
    return world(
        random.choice(MOMENTS), random.getrandbits(32), attributes, [random.getrandbits(32) for _ in range(40)]
    )


def _after_erasure(one: World, folder: Path) -> dict[str, tuple]:
    log = PlacedLog(stored(one.messages, one.setting.zone), one.partitions)
    history = History(folder / "history", buckets=2)
    keep_history(log, history, log.end(), compiled(setup_of(one)))
    first = Engine(setup_of(one), log, history, folder / "first", lambda: EARLIEST)
    load_history(first, history)
    erase_from_history(first, history)
    second = Engine(setup_of(one), log, history, folder / "second", lambda: EARLIEST)
    load_history(second, history)
    second.advance(one.at)
    return answers_of(second, one.at, learnt(one, one.at, None))
