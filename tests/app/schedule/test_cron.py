"""Cron's times against a clock that is watched minute by minute, over changes of the clocks, too."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hundredfold.app.schedule import cron as cron_module
from hundredfold.app.schedule.cron import parse_cron
from hundredfold.words.calendar import iso, parse_time, zone_named

ZONES = ("UTC", "Europe/Lisbon", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Cairo")
AROUND = (
    *("2018-11-04", "2026-03-29", "2026-10-25", "2026-04-05"),
    *("2026-10-04", "2024-02-29", "2026-04-24", "2026-10-30"),
)
"""Days on which the clocks are changed in one of the zones, at midnight or by half an hour, too; and a leap day."""
MINUTE = timedelta(minutes=1)
WEEK = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def field(least, most):
    number = st.integers(least, most)
    span = st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}")
    stepped = st.tuples(st.one_of(st.just("*"), span), st.integers(2, most)).map(lambda pair: f"{pair[0]}/{pair[1]}")
    few = st.lists(st.one_of(number.map(str), span), min_size=1, max_size=3).map(",".join)
    return st.one_of(st.just("*"), stepped, few)


HOURS = st.one_of(field(0, 23), field(0, 3))
TEXTS = st.tuples(field(0, 59), HOURS, field(1, 28), field(1, 12), field(0, 7)).map(" ".join)
NIGHTLY = st.tuples(field(0, 59), field(0, 3)).map(lambda pair: f"{pair[0]} {pair[1]} * * *")


@cache
def watched(zone_name, day):
    """Every (instant, wall clock) of some days around one, as a clock shows them: left-out minutes at the time they are
    moved to, minutes that come twice the first time only."""
    zone = zone_named(zone_name)
    now = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=2)
    shown, seen, before = [], set(), None
    for _ in range(5 * 24 * 60):
        wall = now.astimezone(zone).replace(tzinfo=None, fold=0)
        if before is not None:
            left_out = before + MINUTE
            while left_out < wall:  # the clock jumped: each minute that it left out is as far behind the jump
                shown.append((now + (left_out - before - MINUTE), left_out))
                left_out += MINUTE
        if wall not in seen:
            shown.append((now, wall))
        seen.add(wall)
        before, now = wall, now + MINUTE
    return shown


def happens(text, wall):
    """Whether cron's words mean a wall clock's minute, told field by field."""
    minute, hour, day, month, week = text.split()
    if wall.minute not in numbers(minute, 0, 59) or wall.hour not in numbers(hour, 0, 23):
        return False
    by_day = wall.day in numbers(day, 1, 31)
    by_week = (wall.weekday() + 1) % 7 in {number % 7 for number in numbers(week, 0, 7)}
    either = day[0] != "*" and week[0] != "*"
    return wall.month in numbers(month, 1, 12) and ((by_day or by_week) if either else (by_day and by_week))


@cache
def numbers(text, least, most):
    found = set()
    for piece in text.split(","):
        span, _, step = piece.partition("/")
        low, _, high = span.partition("-")
        first, last = (least, most if most != 7 else 6) if span == "*" else (int(low), int(high or low))
        found |= {number for number in range(first, last + 1) if (number - first) % int(step or 1) == 0}
    return found


def micros(moment):
    return round(moment.timestamp()) * 1_000_000


def agree(text, zone_name, day):
    zone, cron = zone_named(zone_name), parse_cron(text)
    shown = watched(zone_name, day)
    true = sorted({micros(at) for at, wall in shown if happens(text, wall)})
    start, end = micros(shown[0][0]) + 86_400_000_000, micros(shown[-1][0]) - 86_400_000_000
    expected = [at for at in true if start < at <= end]
    found, at = [], start
    while len(found) <= len(expected) and (at := cron.after(at, zone)) <= end:
        found.append(at)
    assert [iso(at) for at in found] == [iso(at) for at in expected]
    for earlier, later in list(pairwise(expected))[:50]:
        assert cron.latest(later, zone) == later
        assert cron.latest(later - 1, zone) == earlier


@settings(max_examples=40)
@given(TEXTS, st.sampled_from(ZONES), st.sampled_from(AROUND))
def test_any_cron_text_happens_when_a_watched_clock_shows_it(text, zone, day):
    agree(text, zone, day)


@settings(max_examples=40)
@given(NIGHTLY, st.sampled_from(ZONES), st.sampled_from(AROUND))
def test_nights_in_which_the_clocks_are_changed_have_each_minute_once(text, zone, day):
    agree(text, zone, day)


def test_the_watched_clock_finds_a_cron_that_drops_what_the_clocks_leave_out(monkeypatch):
    real = cron_module.from_local

    def dropping(local, zone):
        at = real(local, zone)
        shown = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(zone).replace(tzinfo=None)
        return at if shown == local else real(local.replace(hour=23), zone)

    monkeypatch.setattr(cron_module, "from_local", dropping)
    cron_module._instants.cache_clear()
    try:
        with pytest.raises(AssertionError):
            agree("30 1 * * *", "Europe/Lisbon", "2026-03-29")
    finally:
        cron_module._instants.cache_clear()


@pytest.mark.parametrize(
    ("text", "zone", "after", "expected"),
    [
        ("30 1 * * *", "Europe/Lisbon", "2026-03-28T12:00Z", ["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]),
        ("30 1 * * *", "Europe/Lisbon", "2026-10-24T12:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
        ("0 0 29 2 *", "UTC", "2096-03-01", ["2104-02-29T00:00:00Z"]),
        ("0 9 1 * mon", "UTC", "2026-11-01T10:00Z", ["2026-11-02T09:00:00Z", "2026-11-09T09:00:00Z"]),
        ("0 9 * jan-feb sun", "UTC", "2026-02-23", ["2027-01-03T09:00:00Z"]),
        ("*/20 4 * * 7", "UTC", "2026-11-20", ["2026-11-22T04:00:00Z", "2026-11-22T04:20:00Z"]),
    ],
)
def test_what_people_write_happens_when_they_mean(text, zone, after, expected):
    cron, at, found = parse_cron(text), parse_time(after), []
    for _ in expected:
        at = cron.after(at, zone_named(zone))
        found.append(iso(at))

    assert found == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("30 3 * *", "has 4 fields; write five"),
        ("60 3 * * *", "'60' is no minute; write 0 to 59"),
        ("0 3 * foo *", "'foo' is no month; write 1 to 12, or jan to dec"),
        ("0 3-1 * * *", "runs backwards"),
        ("0 3 31 2 *", "never happens"),
        ("*/0 3 * * *", "is no step of the minute"),
        ("@daily", "has 1 fields"),
        ("0 ٣ * * *", "is no hour"),
    ],
)
def test_what_is_no_cron_text_is_refused_with_what_was_expected(text, problem):
    with pytest.raises(ValueError, match=re.escape(problem)):
        parse_cron(text)
