"""The evidence for some customers is small, and nothing that bears on them is missing."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings

from hundredfold.app.evidence import everything, evidence
from hundredfold.audit import audit
from making.models import MODELS
from stored import stored
from worlds import worlds


@given(worlds(most_messages=30, most_attributes=4))
@settings(max_examples=60, deadline=None)
def test_a_customer_recomputed_from_the_evidence_is_the_one_recomputed_from_everything(world):
    table = stored(world.messages, world.setting.zone)

    def parts():
        return [table.slice(0, 7), table.slice(7)]

    def judged(messages, only=None):
        return audit(
            messages, world.definitions, world.setting, world.tables,
            at=world.at, known_at=world.known_at, runs=world.runs, only=only, models=MODELS,
        )  # fmt: skip

    whole = judged(everything(parts))
    for key, profile in whole.items():
        some = judged(evidence(parts, world.definitions, [key]), [key])
        assert some[key].values == profile.values
        assert some[key].ids == profile.ids


def test_strangers_are_left_out():
    from hundredfold.definition.load import from_document
    from hundredfold.words.calendar import UTC
    from hundredfold.words.message import Message

    def track(number, user, key):
        payload = {"type": "track", "event": "E", "userId": user, "properties": {"order_id": key}}
        return Message(0, number, 1, "server", "s", f"m{number}", payload)

    table: pa.Table = stored([track(0, "a", "k1"), track(1, "b", "k1"), track(2, "c", "k2")], UTC)
    definitions = from_document({"events": {"E": {"key": "properties.order_id"}}})

    found = evidence(lambda: [table], definitions, ["u:a"])

    assert sorted(message.payload["userId"] for message in found) == ["a", "b"]
