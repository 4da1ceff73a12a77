"""Drift is told of what has changed, and of nothing else; a planted fault in each rule is found."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

import orjson
import pyarrow as pa
import pytest

from hundredfold.attribute.zones import local_days
from hundredfold.ingest import drift
from hundredfold.ingest.catalogue import OF_A_DAY, Catalogue, Event
from hundredfold.ingest.course import DAYS, Course
from hundredfold.ingest.drift import RECENT_DAYS, Drift, drifts
from hundredfold.words.calendar import DAY, MINUTE, day_start

TODAY = 20_000
RECENT = TODAY - RECENT_DAYS + 1
ALWAYS = range(TODAY - DAYS - 40, TODAY + 1)


def seen(message, days=ALWAYS, many=lambda day: 12) -> Event:
    """The event of a catalogue that has read so many messages of each day; `message` gives the properties of one."""
    rows = [
        {
            "kind": 0,
            "key": f"u:c{number}",
            "time": day * DAY + number,
            "received": day * DAY + number,
            "payload": orjson.dumps({"type": "track", "event": "E", "properties": message(day, number)}),
        }
        for day in days
        for number in range(many(day))
    ]
    random.Random(7).shuffle(rows)
    catalogue = Catalogue()
    for start in range(0, len(rows), 500):
        catalogue.take(pa.Table.from_pylist(rows[start : start + 500]), TODAY)
    return catalogue.events["track", "E"]


def told(event):
    return [(one.what, one.path, one.type, round(one.before, 2), round(one.now, 2)) for one in drifts(event, TODAY)]


def as_ever(day, number):
    return {"total": number, "note": None if number % 3 else "x", "lines": [{"sku": "a", "n": 1}]}


def test_nothing_is_told_of_what_is_as_ever():
    assert told(seen(as_ever)) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"total": "1"}, [("type_new", "properties.total", "text", 0.0, 1.0),
                          ("type_gone", "properties.total", "number", 1.0, 0.0)]),
        ({"gift": True}, [("appeared", "properties.gift", None, 0.0, 1.0)]),
        ({"total": ...}, [("vanished", "properties.total", None, 1.0, 0.0)]),
        ({"note": "y"}, [("filled", "properties.note", None, 0.33, 1.0)]),
        ({"total": None}, [("filled", "properties.total", None, 1.0, 0.0)]),
        ({"lines": [{"sku": "a"}]}, [("vanished", "n", None, 1.0, 0.0)]),
        ({"lines": [{"sku": 1, "n": 1}]}, [("type_new", "sku", "number", 0.0, 1.0),
                                           ("type_gone", "sku", "text", 1.0, 0.0)]),
    ],
)  # fmt: skip
def test_a_field_that_is_sent_otherwise_is_told(changed, expected):
    def message(day, number):
        new = as_ever(day, number) | (changed if day >= RECENT else {})
        return {name: value for name, value in new.items() if value is not ...}

    assert sorted(told(seen(message))) == sorted(expected)


def test_a_type_that_only_some_have_is_told_with_its_share():
    def message(day, number):
        return {"total": str(number) if day >= RECENT and number % 4 == 0 else number}

    assert told(seen(message)) == [("type_new", "properties.total", "text", 0.0, 0.25)]


@pytest.mark.parametrize(("many", "now"), [(4, 12), (40, 120), (0, 0)])
def test_volume_is_held_against_the_same_weekdays(many, now):
    # Twice as much at the week's end is as ever; so is what has come in of today so far.
    def lively(day):
        usual = 24 if day % 7 in (1, 2) else 12
        return 1 if day == TODAY else many if day >= TODAY - 3 else usual

    (found,) = drifts(seen(as_ever, many=lively), TODAY)

    expected = sum(24 if (TODAY - back) % 7 in (1, 2) else 12 for back in (1, 2, 3))
    assert replace(found, days=()) == Drift("volume", expected, now, now)
    assert [(one.day, one.before, one.now) for one in found.days] == [
        (TODAY - back, 24 if (TODAY - back) % 7 in (1, 2) else 12, many) for back in (3, 2, 1)
    ]


@pytest.mark.parametrize("later", [True, False])
def test_empty_values_are_held_against_the_same_weekdays(later):
    # Half of the week nobody says a note: that is as ever. That the last days lack it, too, is not.
    quiet = {(TODAY - back) % 7 for back in (1, 2, 3)}

    def message(day, number):
        empty = day % 7 in quiet if not later else day >= TODAY - 3
        return {"note": None if empty else "x"}

    found = drifts(seen(message), TODAY)

    assert [(one.what, one.path) for one in found] == ([("filled", "properties.note")] if later else [])
    for one in found:
        assert [(of.day, of.before, of.now) for of in one.days] == [(TODAY - back, 1.0, 0.0) for back in (3, 2, 1)]


def test_with_few_messages_a_day_empty_values_are_held_against_a_whole_week():
    def message(day, number):
        return {"note": None if day >= TODAY - 7 else "x"}

    (found,) = drifts(seen(message, many=lambda day: 5), TODAY)

    assert (found.what, found.before, found.now, len(found.days)) == ("filled", 1.0, 0.0, 7)


def test_little_is_no_ground_to_tell_anything():
    def sometimes(day, number):
        return as_ever(day, number) | ({"rare": 1} if day < RECENT and (day + number) % 20 == 0 else {})

    assert told(seen(sometimes)) == []
    assert told(seen(as_ever, many=lambda day: 1 if day < TODAY - 3 else 9)) == []
    assert told(seen(lambda day, n: {"a": n} if day < RECENT else {"b": n}, many=lambda day: 1)) == []
    assert told(seen(as_ever, days=range(TODAY - 10, TODAY + 1), many=lambda day: 10 * (TODAY - day) + 1)) == []


def test_a_lively_event_is_looked_into_evenly_and_so_is_a_quiet_day():
    event = seen(as_ever, many=lambda day: 300 if day < TODAY else 5)

    per_day = [event.course.of(day)[0] for day in range(TODAY - DAYS + 1, TODAY + 1)]
    assert min(per_day[:-1]) >= OF_A_DAY
    assert per_day[-1] == 5
    assert sum(event.course.of(day)[0] for day in range(TODAY - 60, TODAY - DAYS + 1)) == 0


def test_what_lies_in_the_future_or_long_ago_is_not_counted_by_day():
    event = seen(as_ever, days=[TODAY - DAYS, TODAY + 1, TODAY + 400])

    assert event.course.between(TODAY - 2 * DAYS, TODAY + 500) == (0,)
    assert event.count == 36


def test_a_course_forgets_what_is_too_old():
    course = Course(2)
    for day in (5, 5, 6, 4 + DAYS, 3, 4):
        course.add(day, day % 2)

    assert [course.of(day) for day in (4, 5, 6, 4 + DAYS)] == [(0, 0), (0, 2), (1, 0), (1, 0)]
    assert course.between(0, 4 * DAYS) == (2, 2)
    course.add(9 * DAYS, 1)
    assert course.between(0, 10 * DAYS) == (0, 1)


@pytest.mark.parametrize(
    ("name", "planted"),
    [("RECENT_DAYS", 30), ("VOLUME_WEEKS", 0), ("MOVED", 1.1), ("USUAL", 1.1), ("LEAST_SEEN", 10**6), ("TIMES", 10**6)],
)
def test_a_planted_fault_is_found(monkeypatch, name, planted):
    def message(day, number):
        new = {"note": "x" if day >= RECENT or number % 3 == 0 else None}
        return new | ({"gift": 1} if day >= RECENT else {"gone": 1})

    event = seen(message, many=lambda day: 12 if day < TODAY - 3 else 40)
    right = {one[0] for one in told(event)}
    monkeypatch.setattr(drift, name, planted)

    assert right == {"volume", "appeared", "vanished", "filled"}
    assert {one[0] for one in told(event)} != right


@pytest.mark.parametrize("spring", [True, False])
def test_days_are_local_ones_also_where_the_clock_is_put_forward_or_back(spring):
    zone = ZoneInfo("America/New_York")
    # On 2026-03-08 the clock goes from 2:00 to 3:00 there, on 2026-11-01 from 2:00 back to 1:00.
    today = (date(2026, 3, 10) if spring else date(2026, 11, 3)).toordinal() - date(1970, 1, 1).toordinal()
    days = range(today - DAYS + 1, today + 1)
    # At its first and at its last minute, which in UTC often lies in another day.
    times = [(day, time) for day in days for time in (day_start(day, zone), day_start(day + 1, zone) - MINUTE)]
    rows = [
        {
            "kind": 0,
            "key": "u:c",
            "time": time,
            "received": time,
            "payload": orjson.dumps({"type": "track", "event": "E", "properties": {"day": day}}),
        }
        for day, time in times
    ]
    catalogue = Catalogue(partial(local_days, zone=zone))

    catalogue.take(pa.Table.from_pylist(rows), today)

    event = catalogue.events["track", "E"]
    assert dict(event.days) == dict.fromkeys(days, 2)
    assert [event.course.of(day) for day in days] == [(2,)] * DAYS
    assert [sum(event.fields[None, "properties.day"].course.of(day)) for day in days] == [2] * DAYS
