"""A record's state and the events behind its `covers` are as good as the whole history."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.publish.goings_on import EARLY, FOREIGN, SEVERAL, batch, go_on

from audit.shop import NOON, ORDERS, Shop, number, of, time
from exactness import setup_of
from hundredfold.app.settings import parse_settings
from hundredfold.attribute.aggregate import AGGREGATES
from hundredfold.attribute.read import Clock
from hundredfold.attribute.values import profile_values
from hundredfold.definition.load import from_document
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.live.setup import compiled
from hundredfold.log.stored import STORED
from hundredfold.publish import batch as publishing
from hundredfold.publish.numbers import numbers_in, varints
from hundredfold.publish.resumed import Resumed, StateError, resumed
from hundredfold.publish.state import States
from worlds import World

WORLDS = 90
SEEN: Counter[str] = Counter()
"""What the worlds have met; filled by the first test."""


def test_a_state_and_later_events_give_the_engine_s_own_values():
    for seed in range(WORLDS):
        SEEN.update(go_on(seed))


@pytest.mark.parametrize("met", [*AGGREGATES, "trait", "formula", EARLY, SEVERAL, FOREIGN])
def test_each_was_met(met):
    assert SEEN[met] > 0


@pytest.mark.slow
def test_so_it_is_in_many_worlds():
    for seed in range(WORLDS, 3_000):
        go_on(seed)


# --- faults that the worlds must show --------------------------------------------------------------------------------


def test_cells_of_a_family_that_are_left_out_are_found(monkeypatch):
    real = States._cells

    def without_the_largest_family(self, sids):
        found = real(self, sids)
        most = max(found, key=lambda one: len(one.member))
        most.member = most.member[:0]
        most.columns = {name: column[:0] for name, column in most.columns.items()}
        return found

    monkeypatch.setattr(States, "_cells", without_the_largest_family)

    assert differs()


def test_values_of_other_systems_that_cover_nothing_are_found(monkeypatch):
    monkeypatch.setattr(Resumed, "covered", lambda self: {})

    assert differs()


def differs():
    """Whether any of the worlds shows a difference."""
    for seed in range(WORLDS):
        try:
            go_on(seed)
        except AssertionError:
            return True
    return False


# --- one shop --------------------------------------------------------------------------------------------------------

ATTRIBUTES = ORDERS | {"latest": of("last"), "favourite": of("most_frequent", value=None, by="properties.shop")}


class Published:
    """A shop's orders, published with `at` as the run's cut."""

    def __init__(self, folder):
        self.shop = Shop(ATTRIBUTES)
        self.shop.order("2026-03-01T10:00Z", 10, id="order-message-9", more={"shop": "Évora"})
        self.shop.order("2026-03-12T10:00Z", 5)
        self.shop.order("2026-03-12T10:00Z", 7, userId="c2")
        self.shop.order("2026-03-02T10:00Z", 1, userId="c2")
        self.folder = folder

    def batch(self, at=NOON, row=None):
        document = {"attributes": ATTRIBUTES}
        made = World(document, self.shop.setting, self.shop.tables, tuple(self.shop.messages), time(at), None, (), 1)
        return batch(made, len(self.shop.messages) if row is None else row, self.folder)


@pytest.fixture
def published(tmp_path):
    return Published(tmp_path)


def states(run):
    return [(record["ids"], record["state"]) for record in run.records]


def values(found, ready, later, at):
    return profile_values(found.profiles(later, Clock(time(at))), ready.pool)


def test_a_state_suffices_until_a_message_that_was_early_counts(published):
    run = published.batch()
    ready = compiled(setup_of(run.world))
    found = resumed(states(run), ready)

    assert found.until == [time("2026-03-12T10:00Z")] * 2
    one, other = values(found, ready, STORED.empty_table(), "2026-03-12T09:59Z")
    assert (one["revenue"], one["favourite"], other["revenue"]) == (number(10), "Évora", number(1))
    with pytest.raises(StateError, match="had come before the batch run and counts only now"):
        values(found, ready, STORED.empty_table(), "2026-03-12T10:00Z")


def test_of_two_events_of_one_time_the_whole_message_ids_decide(published):
    published.shop.order("2026-03-01T10:00Z", 20, id="order-message-10")
    published.shop.order("2026-03-01T10:00Z", 30, id="order-message-91")
    run = published.batch(row=4)
    ready = compiled(setup_of(run.world))
    (behind,) = run.log.read(run.covers)
    found = resumed(states(run)[:1], ready)

    assert values(found, ready, behind.slice(0, 1), NOON)[0]["latest"] == number(10)
    assert values(found, ready, behind, NOON)[0]["latest"] == number(30)


def test_nobody_has_a_state_too(published):
    assert (
        resumed([], compiled(setup_of(published.batch().world))).profiles(STORED.empty_table(), Clock(0)).persons == 0
    )


def test_a_state_of_other_definitions_or_settings_is_refused(published):
    run = published.batch()
    setup = setup_of(run.world)
    for other, said in (
        (replace(setup, definitions=from_document({"attributes": ORDERS})), "other definitions"),
        (replace(setup, currency="USD"), "other zone, currency, tables or rates"),
    ):
        with pytest.raises(StateError, match=said):
            resumed(states(run), compiled(other))


def test_a_state_of_another_form_is_refused(published):
    run = published.batch()
    ids, found = states(run)[0]

    with pytest.raises(StateError, match="form 2, and this version of hundredfold knows form 1"):
        resumed([(ids, b"\x02" + found[1:])], compiled(setup_of(run.world)))


def test_a_damaged_state_is_refused_wherever_it_is_cut(published):
    run = published.batch()
    ids, found = states(run)[0]
    ready = compiled(setup_of(run.world))

    for size in range(len(found)):
        with pytest.raises(StateError, match="damaged"):
            resumed([(ids, found[:size])], ready)
    with pytest.raises(StateError, match="damaged"):
        resumed([(ids, found + b"\x00")], ready)
    with pytest.raises(StateError, match="damaged"):
        resumed([([*ids, "c9"], found)], ready)


def test_whatever_byte_is_damaged_nothing_worse_happens(published):
    run = published.batch()
    ids, found = states(run)[0]
    ready, refused = compiled(setup_of(run.world)), 0

    for place in range(len(found)):
        for wrong in (found[place] ^ 0x80, 0xFF, 0x01):
            try:
                resumed([(ids, found[:place] + bytes([wrong]) + found[place + 1 :])], ready)
            except StateError:
                refused += 1

    assert refused > len(found)


def test_two_records_of_one_customer_are_refused(published):
    run = published.batch()

    with pytest.raises(StateError, match="have an id in common"):
        resumed([*states(run), states(run)[0]], compiled(setup_of(run.world)))


def test_a_state_that_would_leave_the_values_no_room_is_left_out(published, monkeypatch):
    monkeypatch.setattr(publishing, "MOST", 50)

    records = published.batch().records

    assert [record["state"] for record in records] == [None, None]
    assert [record["values"]["orders"] for record in records] == [1, 1]


# --- what it is made of ----------------------------------------------------------------------------------------------

EXTREMES = [0, -1, 63, 64, -64, -65, 2**62, 2**63 - 1, -(2**63)]


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-200, 200) | st.sampled_from(EXTREMES), max_size=50))
def test_numbers_survive(numbers):
    written, ends = varints(np.array(numbers, np.int64))

    assert numbers_in(written).tolist() == numbers
    assert ends.tolist() == (np.flatnonzero(written < 0x80) + 1).tolist()


@pytest.mark.parametrize(
    ("content", "why"), [([0x80], "cut short"), ([*(10 * [0x80]), 0x01], "more bytes than any number needs")]
)
def test_bytes_that_are_no_numbers_are_refused(content, why):
    with pytest.raises(ValueError, match=why):
        numbers_in(np.array(content, np.uint8))


def test_states_are_in_records_in_avro_only():
    assert parse_settings("profiles: {state: true}").profiles.state
    assert not parse_settings("profiles: {form: avro}").profiles.state
    with pytest.raises(DefinitionErrors, match="only records in Avro have room for states"):
        parse_settings("profiles: {form: json, state: true}")
