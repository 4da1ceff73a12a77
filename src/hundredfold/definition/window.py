"""Windows as people write them: `today`, `this week`, `30 days`, `previous 30 days`, `same 30 days last year`."""

from __future__ import annotations

import re
from typing import Final, Literal

from hundredfold.errors import DefinitionError
from hundredfold.said import Said, said
from hundredfold.words.calendar import Window

MOST: Final = {"days": 3660, "hours": 31 * 24, "minutes": 7 * 24 * 60}
"""The longest window of each unit: ten years of days, a month of hours, a week of minutes."""
FORMS: Final = (
    "today, this week, this month, this year, N days, previous N days, same N days last year, N hours, N minutes"
)

_THIS: Final = {"today": "today", "this week": "week", "this month": "month", "this year": "year"}
_COUNTED: Final = re.compile(r"(?:(previous|same) )?([0-9]{1,9}) (day|hour|minute)s?( last year)?", re.ASCII)
_SHORT: Final = re.compile(r"(?:last |past )?([0-9]{1,9}) ?(days?|d|hours?|h|minutes?|min|m|weeks?|w)", re.ASCII)
_UNITS: Final = {"d": ("day", 1), "h": ("hour", 1), "m": ("minute", 1), "w": ("day", 7)}


def parse_window(text: str) -> Window:
    """The window that a text names. Raises DefinitionError, with the nearest form that can be written.

    >>> parse_window("30 days"), parse_window("this week")
    (Window(kind='days', n=30), Window(kind='week', n=1))
    """
    words = " ".join(text.lower().split())
    match _THIS.get(words):
        case "today" | "week" | "month" | "year" as kind:
            return Window(kind)
    found = _COUNTED.fullmatch(words)
    if found is None:
        raise DefinitionError(_no_window(text, _hint(words)))
    which, digits, unit, last_year = found.groups()
    _check_length(text, unit + "s", int(digits))
    match which, unit, last_year:
        case None, "day", None:
            return Window("days", int(digits))
        case None, "hour", None:
            return Window("hours", int(digits))
        case None, "minute", None:
            return Window("minutes", int(digits))
        case "previous", "day", None:
            return Window("previous days", int(digits))
        case "same", "day", " last year":
            return Window("same days last year", int(digits))
    raise DefinitionError(_no_window(text))


def window_text(window: Window) -> str:
    """The canonical text of a window; reading it gives the window again.

    >>> window_text(Window("same days last year", 1)), window_text(Window("week"))
    ('same 1 day last year', 'this week')
    """
    days = "1 day" if window.n == 1 else f"{window.n} days"
    match window.kind:
        case "today":
            return "today"
        case "week" | "month" | "year":
            return f"this {window.kind}"
        case "days":
            return days
        case "previous days":
            return f"previous {days}"
        case "same days last year":
            return f"same {days} last year"
        case "hours" | "minutes":
            return f"1 {window.kind[:-1]}" if window.n == 1 else f"{window.n} {window.kind}"


def _no_window(text: str, hint: Said | Literal[""] = "") -> Said:
    return said("{text!r} is no window; expected one of: {forms}{hint}", text=text, forms=FORMS, hint=hint)


def _check_length(text: str, unit: str, n: int) -> None:
    if not 1 <= n <= MOST[unit]:
        raise DefinitionError(
            said("{text!r} is out of bounds; expected 1 to {most:,} {unit}", text=text, most=MOST[unit], unit=unit)
        )


def _hint(words: str) -> Said | Literal[""]:
    found = _SHORT.fullmatch(words)
    if found is not None:
        unit, times = _UNITS[found[2][0]]
        n = window_text(Window("days", int(found[1]) * times)).split()[0]
        return said(". Did you mean `{near}`?", near=f"{n} {unit}s")
    near = {
        "week": "this week",
        "month": "this month",
        "year": "this year",
        "day": "today",
        "yesterday": "previous 1 day",
    }
    return said(". Did you mean `{near}`?", near=near[words]) if words in near else ""
