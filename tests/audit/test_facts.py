"""Rules 5 to 7; S7 to S9."""

from itertools import pairwise

import pytest

from audit.shop import ORDERS, Shop, number, time
from hundredfold.words.value import Moment

EVENTS = {
    "Order Completed": {
        "key": "properties.order_id",
        "also": ["Order Updated"],
        "removed_by": ["Order Cancelled"],
        "revision": "properties.rev",
    }
}
MORE = {
    **ORDERS,
    "at": {"event": "Order Completed", "value": "timestamp", "aggregate": "last"},
    "updates": {"event": "Order Updated", "aggregate": "count"},
    "cancelled": {"event": "Order Cancelled", "aggregate": "count"},
}


def shop() -> Shop:
    return Shop(MORE, events=EVENTS)


def told(total: float, rev: object = None, *, key: object = "k") -> dict[str, object]:
    stated = {"total": total, "order_id": key}
    return stated if rev is None else {**stated, "rev": rev}


def test_all_messages_with_one_key_are_one_fact_with_the_winners_content_at_the_earliest_time():
    s = shop()

    s.track("Order Completed", "2026-01-02T00:00Z", told(10, 1))
    s.track("Order Updated", "2026-01-01T00:00Z", told(30, 3))
    s.track("Order Updated", "2026-01-03T00:00Z", told(20, 2))

    assert (s.value("orders"), s.value("revenue"), s.value("updates")) == (number(1), number(30), number(0))
    assert s.value("at") == Moment(time("2026-01-01T00:00Z"))


def test_a_fact_belongs_to_the_winners_sender():
    s = shop()

    s.track("Order Completed", "2026-01-01T00:00Z", told(10, 1), userId="c1")
    s.track("Order Completed", "2026-01-01T00:00Z", told(20, 2), userId="c2", source="erp")

    assert s.value("orders", who="u:c1") == number(0)
    assert s.value("revenue", who="u:c2") == number(20)


def test_an_update_after_t_is_not_seen_and_one_before_counts():
    s = shop()

    s.track("Order Completed", "2026-01-01T00:00Z", told(10, 1))
    s.track("Order Updated", "2026-02-01T00:00Z", told(20, 2))

    assert s.value("revenue", at="2026-01-31T00:00Z") == number(10)
    assert s.value("revenue", at="2026-02-01T00:00Z") == number(20)


@pytest.mark.parametrize("cancelled_at", ["2025-01-01T00:00Z", "2026-02-01T00:00Z"])
def test_a_cancellation_removes_the_fact_whatever_its_order(cancelled_at):
    s = shop()

    s.track("Order Cancelled", cancelled_at, {"order_id": "k"}, userId="c2")
    s.track("Order Completed", "2026-01-01T00:00Z", told(10, 99))

    assert s.value("orders") == number(0)
    assert s.value("cancelled", who="u:c2") == number(1)
    assert s.value("orders", at="2026-01-31T00:00Z") == number(1 if cancelled_at > "2026" else 0)


def test_messages_without_a_key_are_facts_of_their_own():
    s = shop()

    for key in ("", None, {}, []):
        s.track("Order Completed", "2026-01-01T00:00Z", told(10, key=key))
    s.track("Order Updated", "2026-01-01T00:00Z", {"total": 5})
    s.track("Order Cancelled", "2026-01-01T00:00Z", {})

    assert s.value("orders") == number(5)
    assert s.value("revenue") == number(45)


def test_keys_compare_as_text():
    s = shop()

    for key in (17, 17.0, "17"):
        s.track("Order Completed", "2026-01-01T00:00Z", told(10, key=key))
    s.track("Order Completed", "2026-01-01T00:00Z", told(10, key="17.0"))
    s.track("Order Completed", "2026-01-01T00:00Z", told(10, key=True))
    s.track("Order Completed", "2026-01-01T00:00Z", told(10, key="true"))

    assert s.value("orders") == number(3)


REVISIONS = [None, -5, 1.5, 1_700_000_000_000, "2026-01-01", "2026-01-01T01:00Z", "7", "v1", "v2"]


@pytest.mark.parametrize(("lower", "higher"), list(pairwise(REVISIONS)))
def test_revisions_compare_numbers_then_times_then_texts(lower, higher):
    s = shop()

    s.track("Order Completed", "2026-01-01T00:00Z", told(20, higher))
    s.track("Order Completed", "2026-01-02T00:00Z", told(10, lower), received="2026-03-01T00:00Z")

    assert s.value("revenue") == number(20)


@pytest.mark.parametrize("odd", [None, True, {}, []])
def test_what_is_no_revision_counts_as_absent(odd):
    s = shop()

    s.track("Order Completed", "2026-01-01T00:00Z", told(10, key="k") | {"rev": odd}, received="2026-03-01T00:00Z")
    s.track("Order Completed", "2026-01-01T00:00Z", told(20, "v"), received="2026-01-01T00:00Z")

    assert s.value("revenue") == number(20)


def test_without_revision_the_later_sent_else_received_wins_then_time_then_id():
    s = shop()
    first = {"received": "2026-02-02T00:00Z", "sent": "2026-02-01T00:00Z"}

    s.track("Order Completed", "2026-01-05T00:00Z", told(10), **first)
    s.track("Order Completed", "2026-01-01T00:00Z", told(20), received="2026-02-03T00:00Z", id="b")
    s.track("Order Completed", "2026-01-01T00:00Z", told(30), received="2026-02-03T00:00Z", id="a")

    assert s.value("revenue") == number(20)


def test_only_track_messages_make_facts_with_keys():
    s = Shop({"all": {"event": [{"type": "track"}, {"type": "page"}], "aggregate": "count"}}, events=EVENTS)

    s.track("Order Completed", "2026-01-01T00:00Z", told(10))
    for _ in range(2):
        s.say("page", "2026-01-01T00:00Z", userId="c1", event="Order Completed", properties=told(10))

    assert s.value("all") == number(3)


def test_refunds_are_facts_of_their_own_and_change_no_order():
    s = Shop(
        {**ORDERS, "refunds": {"event": "Order Refunded", "value": "properties.total", "aggregate": "sum"}},
        events={**EVENTS, "Order Refunded": {"key": "properties.refund_id"}},
    )

    s.track("Order Completed", "2026-01-01T00:00Z", told(10))
    s.track("Order Refunded", "2026-01-02T00:00Z", told(3))
    s.track("Order Refunded", "2026-01-02T00:00Z", told(4) | {"refund_id": "r"})
    s.track("Order Refunded", "2026-01-03T00:00Z", told(4) | {"refund_id": "r"})

    assert (s.value("revenue"), s.value("refunds")) == (number(10), number(7))
