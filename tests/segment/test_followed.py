"""Who comes into segments and leaves them, as readers of the feed hear it: by messages, by the clock, by new names."""

from __future__ import annotations

import numpy as np
import pytest
from tests.live.shop import Shop, everything, identify, live_on, order, view

from hundredfold.profile.records import Wish
from hundredfold.segment.members import members_of
from hundredfold.words.calendar import DAY, HOUR, MINUTE

SEGMENTS = {
    "buyers": {"where": "orders > 0"},
    "big": {"where": "spent >= 100"},
    "looking": {"where": "views_in_5_minutes >= 1 and spent_today = 0"},
    "bought_today": {"where": "spent_today > 0"},
    "quiet": {"where": "since_order > 7200"},
    "portuguese": {"where": "country = 'PT'"},
}


@pytest.fixture
def shop(tmp_path):
    made = opened(tmp_path)
    yield made
    made.close()


def opened(folder, **further):
    made = Shop(folder, segments=SEGMENTS, keeping=members_of, **further)
    made.settle()
    return made


def heard(reader):
    """What is told of segments: customer, which he has come into, which he has left."""
    return [(r["customer_id"], r["entered"], r["left"]) for r in everything(reader) if "entered" in r]


def inside(shop, name):
    """The members that are kept."""
    segments = shop.live.following.segments
    found = segments.membership.members(segments.names.index(name))
    return {shop.engine.sids.text(sid)[2:] for sid in found.tolist()}


def test_an_order_brings_its_customer_into_segments(shop):
    reader = shop.feed.subscribe()
    shop.send(order("c1", 60), view("c2"))
    shop.settle()
    assert heard(reader) == [("c1", ["buyers", "bought_today"], []), ("c2", ["looking"], [])]

    shop.send(order("c1", 60), order("c2", 1))
    shop.settle()
    assert heard(reader) == [("c1", ["big"], []), ("c2", ["buyers", "bought_today"], ["looking"])]
    assert inside(shop, "buyers") == {"c1", "c2"}
    assert inside(shop, "looking") == set()


def test_the_record_stands_where_the_values_that_moved_him_stand(shop):
    reader = shop.feed.subscribe()
    shop.send(order("c1"))
    shop.settle()

    values, moved = everything(reader)
    assert "changes" in values
    assert moved["sequence"] == values["sequence"] + 1
    assert (moved["position"], moved["at"]) == (values["position"], values["at"])


def test_the_clock_alone_moves_customers(shop):
    shop.send(order("c1"), view("c2"))
    shop.settle()
    reader = shop.feed.subscribe()

    shop.now += 6 * MINUTE
    shop.settle()
    assert heard(reader) == [("c2", [], ["looking"])]

    shop.now += 2 * HOUR
    shop.settle()
    assert heard(reader) == [("c1", ["quiet"], [])]

    shop.now += DAY
    shop.settle()
    assert heard(reader) == [("c1", [], ["bought_today"])]


def test_who_waits_to_be_read_is_not_moved_by_the_clock_before(shop):
    """An order that came in the very second in which its customer would have become quiet keeps him out."""
    shop.send(order("c1"))
    shop.settle()
    reader = shop.feed.subscribe()
    shop.now += 2 * HOUR + 1
    shop.send(order("c1"))
    shop.settle()

    assert heard(reader) == []


def test_a_visitor_who_becomes_a_customer_stays_in_his_segments(shop):
    shop.send({"type": "track", "event": "Product Viewed", "anonymousId": "v1", "properties": {}})
    shop.settle()
    reader = shop.feed.subscribe()

    shop.send(identify("c1", anonymous="v1", country="PT"))
    shop.settle()

    assert heard(reader) == [("c1", ["portuguese"], [])]
    assert inside(shop, "looking") == {"c1"}


def test_a_visitor_who_was_a_customer_before_brings_him_his_segments_and_leaves(shop):
    shop.send({"type": "track", "event": "Product Viewed", "anonymousId": "v1", "properties": {}}, order("c1"))
    shop.settle()
    shop.now += DAY
    shop.send({"type": "track", "event": "Product Viewed", "anonymousId": "v1", "properties": {}})
    shop.settle()
    reader = shop.feed.subscribe()

    shop.send(identify("c1", anonymous="v1"))
    shop.settle()

    assert sorted(heard(reader)) == [("c1", ["looking"], []), ("v1", [], ["looking"])]
    assert inside(shop, "looking") == {"c1"}


def test_readers_hear_of_the_segments_that_they_ask_for(shop):
    only = shop.feed.subscribe(wish=Wish.of(segments={"big"}))
    both = shop.feed.subscribe(wish=Wish.of(attributes={"spent"}, segments={"big"}))
    values = shop.feed.subscribe(wish=Wish.of(attributes={"spent"}))
    shop.send(order("c1", 200), identify("c2", country="PT"))
    shop.settle()

    assert [(r["customer_id"], r["entered"]) for r in everything(only)] == [("c1", ["big"])]
    assert [set(r) & {"changes", "entered"} for r in everything(both) if r["customer_id"] == "c1"] == [
        {"changes"},
        {"entered"},
    ]
    assert all("changes" in r for r in everything(values))


def test_segments_that_tell_of_traits_are_for_those_who_may_see_personal_data(shop):
    reader = shop.feed.subscribe(wish=Wish.of(personal_data=False))
    shop.send(identify("c1", country="PT"), order("c2"))
    shop.settle()

    assert heard(reader) == [("c2", ["buyers", "bought_today"], [])]


def test_nobody_hears_of_members_that_were_there_before_the_start(tmp_path):
    before = opened(tmp_path)
    before.send(order("c1", 200))
    before.close()
    after = opened(tmp_path)
    reader = after.feed.subscribe(after=0)

    after.settle()

    assert heard(reader) == []
    assert inside(after, "big") == {"c1"}
    after.close()


def test_messages_that_come_while_everybody_is_asked_are_not_lost(shop, monkeypatch):
    """Blocks are asked one by one, and the loop goes on in between."""
    monkeypatch.setattr("hundredfold.live.following.AT_ONCE", 7)
    shop.send(*(order(f"c{number}", 50) for number in range(60)))
    shop.settle()
    shop.live.following.begin_anew()
    for number in range(60):
        shop.send(order(f"c{number}", 50))
        shop.live.turn()
    shop.settle()

    assert inside(shop, "big") == {f"c{number}" for number in range(60)}


def test_new_definitions_are_kept_for_from_the_first_moment(shop):
    shop.send(order("c1", 150), order("c2", 20))
    shop.settle()
    changed = shop.with_segments({"medium": {"where": "spent > 10 and spent < 100"}})

    shop.live.successor(changed)()

    shop.settle()
    segments = shop.live.following.segments
    assert segments.names == ("medium",)
    assert segments.membership.counts.tolist() == [1]


class Believer:
    """Puts the members together from the feed alone."""

    def __init__(self, reader):
        self.reader, self.members = reader, {name: set() for name in SEGMENTS}
        self.included = 0

    def catch_up(self, shop):
        for record in everything(self.reader):
            customer = record.get("customer_id")
            if "reset" in record:
                self.members = {name: inside(shop, name) for name in SEGMENTS}
                self.included = shop.feed.sequence
            elif record["sequence"] <= self.included:
                continue
            elif record.get("gone") == "renamed":
                for members in self.members.values():
                    if customer in members:
                        members.remove(customer)
                        members.add(record["into"])
            for name in record.get("entered", ()):
                assert customer not in self.members[name]
                self.members[name].add(customer)
            for name in record.get("left", ()):
                self.members[name].remove(customer)


@pytest.mark.parametrize("seed", range(8))
def test_whoever_believes_the_feed_knows_the_members(tmp_path, seed):
    made = np.random.default_rng(seed)
    shop = opened(tmp_path)
    believer = Believer(shop.feed.subscribe())
    for _ in range(40):
        live_on(shop, made, messages=6, customers=12, visitors=9)
        if made.random() < 0.1:
            shop.live.following.begin_anew()
        shop.settle()
        believer.catch_up(shop)
        assert believer.members == {name: inside(shop, name) for name in SEGMENTS} == plainly(shop)
    shop.close()


def plainly(shop):
    """Who is in which segment, asked of everybody anew."""
    return asked_of_everybody(members_of(shop.engine, shop.live.following.current, dict), shop)


def asked_of_everybody(fresh, shop):
    for _ in fresh.begin(lambda: shop.engine.state.clock, lambda: np.empty(0, np.int64)):
        pass
    names = {name: fresh.membership.members(place) for place, name in enumerate(fresh.names)}
    return {name: {shop.engine.sids.text(sid)[2:] for sid in found.tolist()} for name, found in names.items()}
