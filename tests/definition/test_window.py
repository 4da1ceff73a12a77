import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hundredfold.definition.window import MOST, parse_window, window_text
from hundredfold.errors import DefinitionError
from hundredfold.words.calendar import Window

counted = st.one_of(
    st.builds(Window, st.sampled_from(["days", "previous days", "same days last year"]), st.integers(1, MOST["days"])),
    st.builds(Window, st.just("hours"), st.integers(1, MOST["hours"])),
    st.builds(Window, st.just("minutes"), st.integers(1, MOST["minutes"])),
)
windows = st.sampled_from([Window(kind) for kind in ("today", "week", "month", "year")]) | counted


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("today", Window("today")),
        ("this week", Window("week")),
        ("This  Month", Window("month")),
        ("this year", Window("year")),
        ("1 day", Window("days", 1)),
        ("30 days", Window("days", 30)),
        ("previous 30 days", Window("previous days", 30)),
        ("previous 1 day", Window("previous days", 1)),
        ("same 7 days last year", Window("same days last year", 7)),
        ("24 hours", Window("hours", 24)),
        ("1 minute", Window("minutes", 1)),
    ],
)
def test_a_window_reads_as_people_say_it(text, window):
    assert parse_window(text) == window


@settings(deadline=None)
@given(windows)
def test_the_canonical_text_of_a_window_reads_as_the_same_window(window):
    assert parse_window(window_text(window)) == window


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("30d", "Did you mean `30 days`?"),
        ("last 2 weeks", "Did you mean `14 days`?"),
        ("24h", "Did you mean `24 hours`?"),
        ("month", "Did you mean `this month`?"),
        ("yesterday", "Did you mean `previous 1 day`?"),
        ("forever", "expected one of: today, this week"),
        ("same 30 days", "expected one of: today"),
        ("previous 3 hours", "expected one of: today"),
        ("0 days", "expected 1 to 3,660 days"),
        ("3661 days", "expected 1 to 3,660 days"),
        ("745 hours", "expected 1 to 744 hours"),
        ("10081 minutes", "expected 1 to 10,080 minutes"),
        ("٣ days", "is no window"),
        ("", "is no window"),
    ],
)
def test_a_window_that_is_none_is_told_what_to_write(text, told):
    with pytest.raises(DefinitionError, match=told.replace("?", r"\?")):
        parse_window(text)


@settings(deadline=None)
@given(st.text(max_size=30) | st.text("0123456789 dayshourminutlepvwk", max_size=24))
def test_any_text_is_a_window_or_refused(text):
    try:
        window = parse_window(text)
    except DefinitionError:
        return
    assert parse_window(window_text(window)) == window
