"""Times as they are spelled: the quick reading of the usual spelling is the reading of the rule."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.words.calendar import EARLIEST, LATEST, iso, parse_time

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
SPELLING = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,18}))?)?"
    r"(?:([Zz])|([+-])([0-9]{2})(?::?([0-9]{2}))?)?)?"
)


def by_the_rule(text, zone=UTC):
    """S1, word for word: the whole spelling at once, and the arithmetic of datetime."""
    found = SPELLING.fullmatch(text.strip(" "))
    if not found:
        return None
    *date_and_clock, fraction, utc, sign, hours, minutes = found.groups()
    try:
        local = datetime(*(int(part or 0) for part in date_and_clock))
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
        aware = (local - offset).replace(tzinfo=UTC) if utc or sign else local.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    passed = aware - datetime(1970, 1, 1, tzinfo=UTC)
    time = (passed.days * 86_400 + passed.seconds) * 1_000_000 + int(f"{fraction or ''}000000"[:6])
    return time if EARLIEST <= time < LATEST else None


def two(most):
    return st.integers(0, most).map(lambda number: f"{number:02}")


YEARS = st.sampled_from(["0000", "0001", "1899", "1900", "1970", "2024", "2026", "2261", "2262", "9999"])
CLOCKS = st.builds(lambda hour, minute, second: f"{hour}:{minute}:{second}", two(25), two(61), two(61))
FRACTIONS = st.just("") | st.builds(
    lambda mark, digits: mark + digits, st.sampled_from(".,"), st.from_regex(r"\A[0-9]{0,19}\Z")
)
ENDS = st.sampled_from(
    ["", "Z", "z", "+00:00", "-00:00", "+01:00", "-0530", "+02", "+99:99", "+00", "+0000", "Z ", "ZZ", "+00:0", " Z"]
)
NEARLY_TIMES = st.builds(
    lambda year, month, day, mark, clock, fraction, end: f"{year}-{month}-{day}{mark}{clock}{fraction}{end}",
    YEARS, two(13), two(32), st.sampled_from(["T", "t", " ", "", "TT"]), CLOCKS, FRACTIONS, ENDS,
)  # fmt: skip
SCRAMBLED = st.tuples(NEARLY_TIMES, st.integers(0, 40), st.sampled_from("0:-.+TZ ٣\n９x")).map(
    lambda made: made[0][: made[1]] + made[2] + made[0][made[1] + 1 :]
)


@given(NEARLY_TIMES | SCRAMBLED | st.text(max_size=30), st.sampled_from([UTC, BERLIN, NEW_YORK]))
def test_every_text_is_read_by_the_rule(text, zone):
    assert parse_time(text, zone) == by_the_rule(text, zone)


@given(st.integers(EARLIEST, LATEST - 1), st.sampled_from(["milliseconds", "microseconds", "seconds"]))
def test_the_spellings_of_the_usual_libraries_are_read_exactly(time, unit):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)
    text = moment.isoformat(timespec=unit)
    whole = time - time % {"seconds": 1_000_000, "milliseconds": 1_000, "microseconds": 1}[unit]

    assert parse_time(text) == parse_time(text.replace("+00:00", "Z")) == whole
    assert parse_time(iso(time)) == time


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T10:00:00+00:12300",
        "2026-01-01T10:00:00.123456+00:00Z",
        "2026-01-01T10:00:00.12Z",
        "2026-01-01T10:00:00.1234Z",
        "2026-01-01T10:00:00.1234567Z",
        "2026-W01-1T10:00:00Z",
        "20260101  T10:00:00Z",
        "٢٠٢٦-01-01T10:00:00Z",
        "2026-02-29T10:00:00Z",
        "2024-02-29T10:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-06-30T23:59:60Z",
        "1899-12-31T23:59:59.999Z",
        "1899-12-31T23:30:00-01:00",
        "2262-01-01T00:00:00Z",
        "2026-01-01T10:00:00Z\n",
        "  2026-01-01T10:00:00Z ",
    ],
)
def test_what_only_looks_usual_is_read_by_the_rule_too(text):
    assert parse_time(text) == by_the_rule(text)


@pytest.mark.parametrize(("text", "zone"), [("0001-01-01", BERLIN), ("9999-12-31T23:59:59", NEW_YORK)])
def test_the_ends_of_the_calendar_are_no_times_and_no_fault(text, zone):
    assert parse_time(text, zone) is None
