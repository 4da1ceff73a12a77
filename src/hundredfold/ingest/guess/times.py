"""How times are written: the formats that all cells of a column allow, by their shapes and by what stands first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

ISO: Final = ""
"""The format of times that need none."""
EPOCH: Final = "epoch"
_DATE: Final = re.compile(
    r"(?P<iso>0000-00-00)"
    r"|(?P<year_first>0000(?P<a>[/.])00?(?P=a)00?)"
    r"|(?P<year_last>00?(?P<b>[/.\-])00?(?P=b)(?P<year>0000|00))(?!0)"
    r"|(?P<month_named>(?P<month>[A-Za-z]{3,9}) 00?,? 0000)"
    r"|(?P<day_named>00?(?P<c>[ -])(?P<name>[A-Za-z]{3,9})(?P=c)0000)"
)
_REST: Final = re.compile(
    r"(?:(?P<gap>T|, | )00?:00(?P<second>:00(?:(?P<point>[.,])0{1,6})?)?(?P<half> ?[AaPp][Mm])?)?"
    r"(?P<zone> ?(?P<name>Z|UTC|GMT|[+-]00:?00))?"
)
_ISO_REST: Final = re.compile(r"(?:[T ]00:00(?::00(?:[.,]0+)?)?(?:Z|[+-]00(?::?00)?)?)?")
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


@dataclass(frozen=True, slots=True)
class Firsts:
    """The numbers with which dates such as 03/04/2026 begin: the greatest first and second, and whether they differ."""

    first: int = 0
    second: int = 0
    differ: bool = False

    def __or__(self, other: Firsts) -> Firsts:
        return Firsts(max(self.first, other.first), max(self.second, other.second), self.differ or other.differ)


def formats(shapes: Mapping[str, int], firsts: Firsts, *, named_as_time: bool) -> list[str]:
    """The formats (`ISO`, or letters of `strptime`) that read the most cells; two where day and month may be swapped.

    `shapes` counts cells by their shape; digits alone are times only in a column that is called so.
    """
    fitting: dict[str, int] = {}
    for shape, count in shapes.items():
        for format in _of(shape, named_as_time=named_as_time):
            fitting[format] = fitting.get(format, 0) + count
    if not fitting:
        return []
    most = max(fitting.values())
    if most < 0.8 * sum(shapes.values()):
        return []
    found = [format for format, count in fitting.items() if count == most]
    return _decided(found, firsts)


def zoned(format: str, shapes: Mapping[str, int]) -> bool:
    """Whether the times say their zone."""
    if format == EPOCH or "%z" in format:
        return True
    return format == ISO and all(re.search(r"(?:Z|:00[+-]00(?::?00)?)$", shape) for shape in shapes)


def day_first(format: str) -> bool:
    """Whether a date in this format begins with the day."""
    return format.startswith("%d")


def read(text: str, format: str) -> str:
    """The day that a text is in a format, as 2026-01-31; an empty text where it is none.

    >>> read("03/04/2026 10:00", "%d/%m/%Y %H:%M")
    '2026-04-03'
    """
    try:
        return datetime.strptime(text, format).date().isoformat()  # noqa: DTZ007 - only its day is shown
    except ValueError:
        return ""


def _decided(found: list[str], firsts: Firsts) -> list[str]:
    """Without the formats that a month beyond 12 excludes; with both where nothing, or everything, is excluded."""
    if len(found) < 2:
        return found
    if not firsts.differ:
        return found[:1]  # 05/05 is the same day either way
    left = [format for format in found if (firsts.second if day_first(format) else firsts.first) <= 12]
    return left or found


def _of(shape: str, *, named_as_time: bool) -> Iterator[str]:
    if named_as_time and shape in ("0" * 10, "0" * 13):
        yield EPOCH
    if named_as_time and shape == "0" * 8:
        yield "%Y%m%d"
    date = _DATE.match(shape)
    if date is None:
        return
    rest = shape[date.end() :]
    if date["iso"] and _ISO_REST.fullmatch(rest):
        yield ISO
        return
    said = _REST.fullmatch(rest)
    if said is not None:
        for start in _dates(date):
            yield start + _clock(said)


def _dates(date: re.Match[str]) -> Iterator[str]:
    if date["iso"]:
        yield "%Y-%m-%d"
    elif date["year_first"]:
        yield "%Y{0}%m{0}%d".format(date["a"])
    elif date["year_last"]:
        year = "%Y" if len(date["year"]) == 4 else "%y"
        yield "%d{0}%m{0}{1}".format(date["b"], year)
        yield "%m{0}%d{0}{1}".format(date["b"], year)
    elif date["month_named"]:
        for letters in _month(date["month"]):
            yield f"{letters} %d{', ' if ',' in date['month_named'] else ' '}%Y"
    else:
        for letters in _month(date["name"]):
            yield "%d{0}{1}{0}%Y".format(date["c"], letters)


def _month(name: str) -> Iterator[str]:
    known = name.lower()
    if known in [month[:3] for month in _MONTHS]:
        yield "%b"
    if known in _MONTHS:
        yield "%B"


def _clock(said: re.Match[str]) -> str:
    clock = ""
    if said["gap"]:
        clock = said["gap"] + ("%I" if said["half"] else "%H") + ":%M"
        clock += ":%S" if said["second"] else ""
        clock += f"{said['point']}%f" if said["point"] else ""
        if said["half"]:
            clock += " %p" if said["half"].startswith(" ") else "%p"
    if said["zone"]:
        blank = " " if said["zone"].startswith(" ") else ""
        clock += blank + (said["name"] if said["name"] in ("UTC", "GMT") else "%z")
    return clock
