"""Rules 25 and 26; S20."""

import pytest

from audit.shop import Shop, number


def counted(window: str, at: str, *times: str, zone: str = "UTC", own: str | None = None) -> list[bool]:
    """Which of these instants lie in a window at a time; `own` is the customer's zone."""
    attribute = {"event": "Order Completed", "aggregate": "count", "window": window}
    shop = Shop({"a": {**attribute, "zone": "customer"} if own else attribute}, zone=zone)
    shop.say("identify", "1900-01-02T00:00Z", userId="c1", traits={"timezone": own})
    found = []
    for moment in times:
        before = shop.value("a", at=at)
        shop.order(moment)
        found.append(shop.value("a", at=at) != before)
    return found


@pytest.mark.parametrize(
    ("window", "at", "inside", "outside"),
    [
        ("today", "2026-03-10T12:00Z", "2026-03-10T00:00Z", "2026-03-09T23:59:59.999999Z"),
        ("this week", "2026-03-10T12:00Z", "2026-03-09T00:00Z", "2026-03-08T23:59Z"),  # a Tuesday
        ("this week", "2026-03-15T12:00Z", "2026-03-09T00:00Z", "2026-03-08T23:59Z"),  # a Sunday
        ("this month", "2026-03-10T12:00Z", "2026-03-01T00:00Z", "2026-02-28T23:59Z"),
        ("this year", "2026-03-10T12:00Z", "2026-01-01T00:00Z", "2025-12-31T23:59Z"),
        ("1 days", "2026-03-10T12:00Z", "2026-03-10T00:00Z", "2026-03-09T23:59Z"),
        ("30 days", "2026-03-10T12:00Z", "2026-02-09T00:00Z", "2026-02-08T23:59Z"),
        ("previous 30 days", "2026-03-10T12:00Z", "2026-02-08T23:59Z", "2026-02-09T00:00Z"),
        ("previous 30 days", "2026-03-10T12:00Z", "2026-01-10T00:00Z", "2026-01-09T23:59Z"),
        ("same 2 days last year", "2026-03-10T12:00Z", "2025-03-09T00:00Z", "2025-03-08T23:59Z"),
        ("same 2 days last year", "2026-03-10T12:00Z", "2025-03-10T23:59Z", "2025-03-11T00:00Z"),
        ("same 1 days last year", "2024-02-29T12:00Z", "2023-02-28T12:00Z", "2023-03-01T00:00Z"),
        ("same 1 days last year", "2025-02-28T12:00Z", "2024-02-28T12:00Z", "2024-02-29T12:00Z"),
        ("1 hours", "2026-03-10T12:00:30Z", "2026-03-10T11:01:00Z", "2026-03-10T11:00:59Z"),
        ("1 hours", "2026-03-10T12:00:30Z", "2026-03-10T12:00:29Z", "2026-03-10T12:00:31Z"),
        ("24 hours", "2026-03-10T12:00Z", "2026-03-09T12:01Z", "2026-03-09T12:00:59Z"),
        ("1 minutes", "2026-03-10T12:00:59Z", "2026-03-10T12:00:00Z", "2026-03-10T11:59:59Z"),
        ("15 minutes", "2026-03-10T12:00:59Z", "2026-03-10T11:46:00Z", "2026-03-10T11:45:59Z"),
    ],
)
def test_a_window_has_a_first_and_a_last_instant(window, at, inside, outside):
    assert counted(window, at, inside, outside) == [True, False]


def test_days_are_those_of_the_workspaces_zone():
    times = ("2026-03-28T23:00Z", "2026-03-28T22:59Z", "2026-03-29T21:59Z")

    assert counted("today", "2026-03-29T21:59:30Z", *times, zone="Europe/Berlin") == [True, False, True]
    assert counted("today", "2026-03-29T22:00Z", *times, zone="Europe/Berlin") == [False, False, False]


def test_a_day_that_starts_at_one_starts_there():
    times = ("2018-11-04T02:59:59Z", "2018-11-04T03:00Z")

    assert counted("today", "2018-11-04T12:00Z", *times, zone="America/Sao_Paulo") == [False, True]


def test_the_customers_own_calendar():
    times = ("2026-03-09T18:15Z", "2026-03-09T18:14:59Z")

    assert counted("today", "2026-03-10T12:00Z", *times, own="Asia/Kathmandu") == [True, False]
    assert counted("today", "2026-03-09T18:14Z", *times, own="Asia/Kathmandu") == [False, False]


@pytest.mark.parametrize("unknown", ["Nowhere/Land", "", "../etc/localtime"])
def test_an_unknown_zone_is_the_workspaces(unknown):
    times = ("2026-03-09T23:00Z", "2026-03-09T22:59Z")

    assert counted("today", "2026-03-10T12:00Z", *times, zone="Europe/Berlin", own=unknown) == [True, False]


def test_the_customers_calendar_knows_events_by_quarter_hours():
    # Until 1911 Paris was 9 minutes and 21 seconds ahead of Greenwich.
    times = ("1910-06-30T23:52:00Z", "1910-07-01T00:00:00Z")

    assert counted("today", "1910-07-01T12:00Z", *times, zone="Europe/Paris") == [True, True]
    assert counted("today", "1910-07-01T12:00Z", *times, own="Europe/Paris") == [False, True]


def test_a_window_moves_with_the_clock_alone():
    shop = Shop({"a": {"event": "Order Completed", "aggregate": "count", "window": "2 days"}})
    shop.order("2026-03-10T12:00Z")

    found = [shop.value("a", at=f"2026-03-{day}T00:00Z") for day in (11, 12)]

    assert found == [number(1), number(0)]
