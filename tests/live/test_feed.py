"""What readers of the feed hear, whatever they ask for, however slow they are, and when they come back."""

from __future__ import annotations

import asyncio
from threading import Thread

from tests.live.shadow import current
from tests.live.shop import everything, identify, new, order, unmerge, view

from hundredfold.profile.records import Wish


def test_an_order_is_told_with_old_and_new_values(shop):
    reader = shop.feed.subscribe()
    shop.send(order("c1", 10.5, coupon="A"))
    shop.settle()
    shop.send(order("c1", 2, coupon="B"))

    shop.settle()

    first, second = everything(reader)
    assert first["customer_id"] == "c1"
    assert first["at"] == "2026-11-22T10:00:00Z"
    assert new(first) == {"orders": 1, "spent": 10.5, "spent_today": 10.5, "coupons": ["A"], "views_in_5_minutes": 0}
    assert second["changes"]["spent"] == {"old": 10.5, "new": 12.5}
    assert second["changes"]["coupons"] == {"old": ["A"], "new": ["B", "A"]}
    assert second["sequence"] == first["sequence"] + 1
    assert sum(second["position"].values()) == sum(first["position"].values()) + 1


def test_several_messages_of_a_customer_between_two_flushes_are_one_record(shop):
    reader = shop.feed.subscribe()
    shop.send(order("c1", 1), order("c1", 2), order("c2", 3))

    shop.settle()

    assert {r["customer_id"]: new(r)["spent"] for r in everything(reader)} == {"c1": 3.0, "c2": 3.0}


def test_values_that_run_with_the_clock_are_told_beside_others_and_never_alone(shop):
    shop.send(order("c1"))
    shop.settle()
    reader = shop.feed.subscribe()
    shop.now += 60_000_000
    shop.send({"type": "page", "userId": "c1"})
    shop.settle()

    alone = everything(reader)
    shop.send(view("c1"))
    shop.settle()

    (beside,) = everything(reader)
    assert alone == []
    assert beside["changes"]["since_order"] == {"old": 0.0, "new": 60.0}


def test_a_reader_hears_only_of_the_customers_and_attributes_that_he_asked_for(shop):
    reader = shop.feed.subscribe(wish=Wish.of({"c2"}, {"spent", "country"}))
    shop.send(order("c1"), order("c2", 5), view("c2"))
    shop.settle()
    shop.send(view("c2"))

    shop.settle()

    (record,) = everything(reader)
    assert record["customer_id"] == "c2"
    assert record["changes"] == {"spent": {"old": None, "new": 5.0}}


def test_traits_and_other_ids_are_for_those_who_may_see_personal_data(shop):
    shop.send({"type": "page", "anonymousId": "v1"})
    shop.settle()
    all_of_it, rest = shop.feed.subscribe(), shop.feed.subscribe(wish=Wish.of(personal_data=False))
    shop.send(identify("c1", "v1", country="PT"))

    shop.settle()

    seen, hidden = everything(all_of_it), everything(rest)
    assert [r.get("into") for r in seen] == [None, "c1"]
    assert "country" in seen[0]["changes"]
    assert [r.get("into") for r in hidden] == [None, None]
    assert "country" not in hidden[0]["changes"]


def test_a_visitor_who_turns_out_to_be_a_customer_is_gone_and_comes_back_when_it_was_wrong(shop):
    shop.send({"type": "page", "anonymousId": "v1"}, order("c1"))
    shop.settle()
    reader = shop.feed.subscribe()
    shop.send(identify("c1", "v1"))
    shop.settle()
    shop.now += 1_000_000
    merged = everything(reader)
    shop.send(unmerge("c1", "v1"))

    shop.settle()

    assert [(r["customer_id"], r["gone"], r["into"]) for r in merged if "gone" in r] == [("v1", "merged", "c1")]
    assert ("v1", True) in [(r["customer_id"], r.get("anonymous")) for r in everything(reader)]


def test_a_visitor_who_becomes_a_customer_is_renamed(shop):
    shop.send({"type": "page", "anonymousId": "v1"})
    shop.settle()
    reader = shop.feed.subscribe()
    shop.send(identify("c1", "v1"))

    shop.settle()

    found = everything(reader)
    assert [r["customer_id"] for r in found] == ["c1", "v1"]
    assert (found[1]["gone"], found[1]["into"], found[1]["anonymous"]) == ("renamed", "c1", True)


def test_an_erased_customer_is_gone(shop):
    shop.send(order("c1"), order("c2"))
    shop.settle()
    reader = shop.feed.subscribe()
    positions = {str(p): offset for p, offset in shop.log.end().items()}
    shop.send({"type": "delete", "userId": "c1", "ids": ["u:c1"], "positions": positions})

    shop.settle()

    (record,) = everything(reader)
    assert (record["customer_id"], record["gone"], record["into"]) == ("c1", "erased", None)


def test_who_was_erased_is_gone_even_when_everybody_is_read_anew_before_that_was_told(shop):
    shop.send(order("c1"), order("c2"))
    shop.settle()
    positions = {str(p): offset for p, offset in shop.log.end().items()}
    shop.send({"type": "delete", "userId": "c1", "ids": ["u:c1"], "positions": positions})
    shop.engine.catch_up()
    shop.live.following.begin_anew()

    shop.settle()

    assert current(shop.live.following, shop.engine).keys() == {"u:c2"}


def test_a_reader_goes_on_behind_the_number_that_he_had(shop):
    first = shop.feed.subscribe()
    for customer in ("c1", "c2", "c3"):
        shop.send(order(customer))
        shop.settle()
    known = first.take()["sequence"]

    again = shop.feed.subscribe(known)

    assert [r["customer_id"] for r in everything(again)] == ["c2", "c3"]
    assert [r["customer_id"] for r in everything(first)] == ["c2", "c3"]


def test_a_reader_goes_on_behind_positions_of_the_log_and_may_hear_their_records_again(shop):
    reader, positions = shop.feed.subscribe(), {}
    for customer in ("c1", "c2", "c3"):
        shop.send(order(customer))
        shop.settle()
        positions[customer] = shop.log.end()

    again = shop.feed.subscribe(positions["c2"])

    assert [r["customer_id"] for r in everything(again)] == ["c2", "c3"]
    assert len(everything(reader)) == 3


def test_a_number_that_was_never_given_gets_a_reset_and_then_what_comes(shop):
    reader = shop.feed.subscribe(10_000)
    first = everything(reader)
    shop.send(order("c1"))

    shop.settle()

    assert [r.get("reset") for r in first] == [True]
    assert [r["customer_id"] for r in everything(reader)] == ["c1"]


def test_a_slow_reader_is_reset_and_nobody_waits_for_him(opened):
    shop = opened(kept=200)
    slow, quick, heard = shop.feed.subscribe(), shop.feed.subscribe(), []
    for number in range(40):
        shop.send(order(f"c{number}"))
        shop.settle()
        heard += everything(quick)

    late = everything(slow)

    assert [r["customer_id"] for r in heard] == [f"c{number}" for number in range(40)]
    assert [r.get("reset") for r in late] == [True]
    assert shop.feed.resets == 1
    assert late[0]["sequence"] == heard[-1]["sequence"]


def test_other_definitions_reset_every_reader(shop):
    reader = shop.feed.subscribe()

    shop.live.successor(shop.engine)()
    shop.settle()

    assert [r.get("reset") for r in everything(reader)] == [True]


def test_readers_in_threads_and_in_an_event_loop_hear_the_same(shop):
    shop.live.start()
    in_thread, in_loop = [], []
    reader = shop.feed.subscribe()
    thread = Thread(target=lambda: in_thread.extend(record for record, _ in zip(reader, range(20), strict=False)))
    thread.start()

    async def listen():
        other = shop.feed.subscribe()
        waiting = asyncio.ensure_future(collect(other))
        await asyncio.to_thread(lambda: [shop.send(order(f"c{number}")) for number in range(20)])
        await waiting

    async def collect(other):
        async for record in other:
            in_loop.append(record)
            if len(in_loop) == 20:
                return

    asyncio.run(asyncio.wait_for(listen(), 30))
    thread.join(30)

    assert sorted(r["customer_id"] for r in in_loop) == sorted(f"c{number}" for number in range(20))
    assert in_thread == in_loop


def test_iterating_ends_when_the_feed_is_closed(shop):
    reader, heard = shop.feed.subscribe(), []
    thread = Thread(target=lambda: heard.extend(reader))
    thread.start()

    shop.feed.close()

    thread.join(30)
    assert not thread.is_alive()
    assert heard == []
