"""Rules 1 to 4, 12 and section 4; S1 to S6, S27, S28, S37."""

import pytest

from audit.shop import ORDERS, Shop, number, time
from hundredfold.audit.messages import canonical, content_hash, sent_id
from hundredfold.words.value import Moment

TIMES = {"last_at": {"event": "Order Completed", "value": "timestamp", "aggregate": "max"}}


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        # rule 1: the client's clock is an hour late, so the event happened an hour later than it says
        ({"at": "2026-03-01T09:00Z", "sent": "2026-03-01T09:05Z"}, "2026-03-01T09:55Z"),
        ({"at": "2026-03-01T09:00Z"}, "2026-03-01T09:00Z"),
        ({"at": None}, "2026-03-01T10:00Z"),
        ({"at": None, "sent": "2026-03-01T09:05Z"}, "2026-03-01T10:00Z"),  # S27
        ({"at": "2026-03-01T10:10Z"}, "2026-03-01T10:10Z"),
        ({"at": "2026-03-01T10:10:00.000001Z"}, "2026-03-01T10:00Z"),
        ({"at": 1772355600}, "2026-03-01T09:00Z"),  # S1: seconds
        ({"at": 1772355600000}, "2026-03-01T09:00Z"),  # S1: milliseconds
    ],
)
def test_a_tracked_event_happened_when_both_clocks_agree(stamps, expected):
    shop = Shop(TIMES)

    shop.order(**stamps, received="2026-03-01T10:00Z", trust="browser")

    assert shop.value("last_at") == Moment(time(expected))


def test_an_imported_event_happened_when_it_says_whatever_sent_at_says():
    shop = Shop(TIMES)

    shop.order("2026-03-01T09:00Z", sent="2026-03-01T09:05Z", received="2026-03-01T10:00Z")

    assert shop.value("last_at") == Moment(time("2026-03-01T09:00Z"))


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-07-01T12:00", "2026-07-01T10:00Z"),
        ("2026-07-01", "2026-06-30T22:00Z"),
        ("2026-10-25T02:30", "2026-10-25T00:30Z"),  # ambiguous: the earlier
        ("2026-03-29 02:30", "2026-03-29T01:30Z"),  # nonexistent: moved forward
        ("2026-07-01T12:00:00.1234569+02", "2026-07-01T10:00:00.123456Z"),
    ],
)
def test_a_time_without_zone_is_local(local, expected):
    shop = Shop(TIMES, zone="Europe/Berlin")

    shop.order(local)

    assert shop.value("last_at", at="2027-01-01T00:00Z") == Moment(time(expected))


def test_an_imported_future_event_waits_until_the_clock_reaches_it():
    shop = Shop(ORDERS)

    shop.order("2026-01-01T00:00Z")
    shop.order("2026-05-01T00:00Z")

    assert shop.value("orders", at="2026-04-30T23:59Z") == number(1)
    assert shop.value("orders", at="2026-05-01T00:00Z") == number(2)


def test_of_two_copies_the_one_received_first_counts():
    shop = Shop(ORDERS)

    shop.order("2026-01-01T00:00Z", 10, id="x", received="2026-01-03T00:00Z")
    shop.order("2026-01-01T00:00Z", 20, id="x", received="2026-01-02T00:00Z")

    assert shop.value("revenue") == number(20)
    assert shop.profiles(known_at="2026-01-01T00:00Z") == {}


def test_of_copies_received_together_the_one_with_the_least_content_hash_counts():
    shop = Shop(ORDERS)

    copies = [shop.order("2026-01-01T00:00Z", total, id="x", sent="2026-01-01T00:00Z") for total in (10, 20, 30)]

    least = min(copies, key=lambda message: content_hash(message.payload))
    assert shop.value("revenue") == number(least.payload["properties"]["total"])
    assert len({content_hash(message.payload) for message in copies}) == 3


def test_the_content_hash_is_that_of_canonical_json_without_the_stamps_of_the_way():
    payload = {"type": "track", "messageId": "x", "sentAt": "y", "properties": {"b": 17.0, "a": [1.5, None, True, "é"]}}

    assert canonical(payload["properties"]) == '{"a":[1.5,null,true,"é"],"b":17}'
    assert content_hash(payload) == content_hash({**payload, "messageId": "z", "receivedAt": "w", "writeKey": "k"})
    assert content_hash(payload) != content_hash({**payload, "event": "z"})


def test_numbers_in_canonical_json_are_integers_or_shortest_doubles():
    assert canonical([1e16, 1e-7, 0.1, 12345678901234567890, float("nan")]) == (
        "[10000000000000000,1e-07,0.1,12345678901234567890,null]"
    )


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"userId": "x", "anonymousId": "y"}, "u:x"),
        ({"anonymousId": "x"}, "a:x"),
        ({"userId": 17}, "u:17"),
        ({"userId": "", "anonymousId": "y"}, "a:y"),
        ({"userId": "e\u0301"}, "u:\u00e9"),  # S2: NFC
        ({"userId": "x" * 257, "anonymousId": "y"}, "a:y"),
        ({"userId": "a\tb"}, None),
        ({"userId": True}, None),
        ({}, None),
    ],
)
def test_the_sent_id_is_the_user_else_the_anonymous_id(payload, expected):
    assert sent_id(payload) == expected


def test_a_message_received_after_k_was_not_known():
    shop = Shop(ORDERS)

    shop.order("2026-01-01T00:00Z", received="2026-01-01T00:00Z")
    shop.order("2026-01-01T00:00Z", received="2026-02-01T00:00Z")

    assert shop.value("orders", known_at="2026-01-31T00:00Z") == number(1)
    assert shop.value("orders", known_at="2026-02-01T00:00Z") == number(2)


def test_a_deletion_voids_what_lay_before_it_at_every_t_and_k():
    shop = Shop(ORDERS)
    shop.order("2026-01-01T00:00Z", received="2026-01-01T00:00Z")
    shop.order("2026-01-02T00:00Z", userId=None, anonymousId="a1")
    shop.order("2026-01-02T00:00Z", userId="c2")

    shop.delete("u:c1", "a:a1")
    shop.order("2026-01-01T00:00Z", received="2026-03-01T00:00Z")

    assert sorted(shop.profiles()) == ["u:c1", "u:c2"]
    assert shop.value("orders") == number(1)
    assert sorted(shop.profiles(known_at="2026-01-02T00:00Z")) == ["u:c2"]


def test_a_copy_of_an_erased_message_is_a_duplicate_and_nothing_else():
    shop = Shop(ORDERS)
    shop.order("2026-01-01T00:00Z", id="x", received="2026-01-01T00:00Z")

    shop.delete("u:c1")
    shop.order("2026-01-01T00:00Z", id="x", received="2026-02-01T00:00Z")

    assert shop.profiles() == {}


def test_a_deletion_reaches_only_as_far_as_its_positions():
    shop = Shop(ORDERS)

    for partition in (0, 0, 1):
        shop.order("2026-01-01T00:00Z", partition=partition)
    shop.delete("u:c1", positions={"0": 1})

    assert shop.value("orders") == number(2)


KEYED = {"Order Completed": {"key": "properties.order_id", "also": ["Order Updated"], "revision": "properties.rev"}}


def test_a_key_whose_winner_was_voided_stays_void():
    shop = Shop(ORDERS, events=KEYED)
    shop.order("2026-01-01T00:00Z", more={"order_id": "k", "rev": 1}, userId="c2")
    shop.order("2026-01-01T00:00Z", more={"order_id": "k", "rev": 2}, userId="c1")

    shop.delete("u:c1")
    shop.order("2026-01-01T00:00Z", more={"order_id": "k", "rev": 3}, userId="c2")

    assert shop.value("orders", who="u:c2") == number(0)


def test_a_key_whose_winner_lives_on_stays_a_fact():
    shop = Shop(ORDERS, events=KEYED)
    shop.order("2026-01-01T00:00Z", 10, more={"order_id": "k", "rev": 1}, userId="c1")
    shop.order("2026-01-01T00:00Z", 20, more={"order_id": "k", "rev": 2}, userId="c2")

    shop.delete("u:c1")

    assert shop.value("revenue", who="u:c2") == number(20)


def test_messages_after_t_and_after_k_help_to_decide_what_is_void():
    shop = Shop(ORDERS, events=KEYED)
    shop.order("2026-01-01T00:00Z", more={"order_id": "k", "rev": 1}, userId="c2")
    shop.order("2027-01-01T00:00Z", more={"order_id": "k", "rev": 2}, userId="c1", received="2026-02-01T00:00Z")

    shop.delete("u:c1")

    assert shop.value("orders", who="u:c2", known_at="2026-01-15T00:00Z") == number(0)


def test_types_that_are_no_events_count_for_nothing():
    shop = Shop({"all": {"event": [{"type": "track"}, {"type": "page"}, {"type": "alias"}], "aggregate": "count"}})

    shop.order("2026-01-01T00:00Z")
    shop.say("page", "2026-01-01T00:00Z", userId="c1")
    shop.say("alias", "2026-01-01T00:00Z", userId="c1", previousId="c0")
    shop.say("unmerge", "2026-01-01T00:00Z", userId="c1", anonymousId="x")
    shop.say("profile", covers_until="2026-01-01T00:00Z", userId="c1", values={})

    assert shop.value("all") == number(3)
