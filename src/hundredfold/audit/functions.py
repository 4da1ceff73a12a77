"""The functions of formulas, on values. An operand that is null makes the result null, where nothing else is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from typing import Final, TypeAlias

from hundredfold.words.amount import MILLION, half_even
from hundredfold.words.calendar import HOUR, local_day, parse_time
from hundredfold.words.value import Moment, Number, Scalar, amount_text, of_count, order


@dataclass(frozen=True, slots=True)
class Clock:
    """The time T and the workspace's zone."""

    at: int
    zone: tzinfo

    def local(self, moment: Moment) -> datetime:
        """The calendar and the clock on the wall at a time."""
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment.micros)).astimezone(self.zone)

    def day(self, moment: Moment) -> int:
        """The local date of a time, as a number."""
        return local_day(moment.micros, self.zone)


Given: TypeAlias = list[Scalar | None]
Result: TypeAlias = Scalar | None


def _coalesce(_: Clock, given: Given) -> Result:
    return next((x for x in given if x is not None), None)


def _extreme(pick: Callable[[list[tuple[int, int | str]]], tuple[int, int | str]]) -> Callable[[Clock, Given], Result]:
    """Rule 23: nulls are skipped. S32: so is what is of another kind than the first that is not null."""

    def function(_: Clock, given: Given) -> Result:
        known = [x for x in given if x is not None]
        alike = {order(x): x for x in known if type(x) is type(known[0])}
        return alike[pick(list(alike))] if alike else None

    return function


def _round(_: Clock, given: Given) -> Result:
    """S24: half-even at d decimals, default 0."""
    x, digits = given[0], given[1] if len(given) == 2 else Number(0)
    if not isinstance(x, Number) or not isinstance(digits, Number):
        return None
    unit = 10 ** max(6 - digits.millionths // MILLION, 0)
    return Number(half_even(x.millionths, unit) * unit)


def _of_number(how: Callable[[int], int]) -> Callable[[Clock, Given], Result]:
    def function(_: Clock, given: Given) -> Result:
        return Number(how(given[0].millionths)) if isinstance(given[0], Number) else None

    return function


def _of_time(how: Callable[[Clock, Moment], int]) -> Callable[[Clock, Given], Result]:
    def function(clock: Clock, given: Given) -> Result:
        return of_count(how(clock, given[0])) if isinstance(given[0], Moment) else None

    return function


def _part_of_day(clock: Clock, given: Given) -> Result:
    """S24: a quarter of the local day, by its name."""
    if not isinstance(given[0], Moment):
        return None
    hour = clock.local(given[0]).hour
    if hour < 12:
        return "night" if hour < 6 else "morning"
    return "afternoon" if hour < 18 else "evening"


def _between(how: Callable[[Clock, Moment, Moment], int]) -> Callable[[Clock, Given], Result]:
    def function(clock: Clock, given: Given) -> Result:
        start, end = given
        return of_count(how(clock, start, end)) if isinstance(start, Moment) and isinstance(end, Moment) else None

    return function


def _days(clock: Clock, start: Moment, end: Moment) -> int:
    return clock.day(end) - clock.day(start)


def _hours(_: Clock, start: Moment, end: Moment) -> int:
    return (end.micros - start.micros) // HOUR


def _of_text(how: Callable[[str], Scalar]) -> Callable[[Clock, Given], Result]:
    def function(_: Clock, given: Given) -> Result:
        return how(given[0]) if isinstance(given[0], str) else None

    return function


def _split_part(_: Clock, given: Given) -> Result:
    """S49: the n-th of the parts of a text between the places where it has another."""
    x, separator, place = given
    if not isinstance(x, str) or not isinstance(separator, str) or not isinstance(place, Number):
        return None
    return next(islice(x.split(separator), place.millionths // MILLION - 1, None), None)


def _concat(_: Clock, given: Given) -> Result:
    """S32: numbers and booleans as S7 writes them; a time is no text."""
    texts = [_text(x) for x in given]
    return None if None in texts else "".join(text for text in texts if text is not None)


def _text(x: Scalar | None) -> str | None:
    match x:
        case str():
            return x
        case bool():
            return "true" if x else "false"
        case Number(millionths):
            return amount_text(millionths)
        case _:
            return None


def _time(clock: Clock, given: Given) -> Result:
    """S24: a text is a time by S1; a time stays one."""
    x = given[0]
    if isinstance(x, str):
        micros = parse_time(x, clock.zone)
        return None if micros is None else Moment(micros)
    return x if isinstance(x, Moment) else None


def _now(clock: Clock, _: Given) -> Result:
    return Moment(clock.at)


FUNCTIONS: Final[Mapping[str, Callable[[Clock, Given], Result]]] = {
    "coalesce": _coalesce,
    "min": _extreme(min),
    "max": _extreme(max),
    "round": _round,
    "abs": _of_number(abs),
    "floor": _of_number(lambda x: x // MILLION * MILLION),
    "ceil": _of_number(lambda x: -(-x // MILLION) * MILLION),
    "days_since": _of_time(lambda clock, t: _days(clock, t, Moment(clock.at))),
    "hours_since": _of_time(lambda clock, t: _hours(clock, t, Moment(clock.at))),
    "days_between": _between(_days),
    "hours_between": _between(_hours),
    "year": _of_time(lambda clock, t: clock.local(t).year),
    "month": _of_time(lambda clock, t: clock.local(t).month),
    "day": _of_time(lambda clock, t: clock.local(t).day),
    "weekday": _of_time(lambda clock, t: clock.local(t).isoweekday()),
    "hour": _of_time(lambda clock, t: clock.local(t).hour),
    "part_of_day": _part_of_day,
    "lower": _of_text(str.lower),
    "upper": _of_text(str.upper),
    "length": _of_text(lambda text: of_count(len(text))),
    "split_part": _split_part,
    "concat": _concat,
    "time": _time,
    "now": _now,
}
"""Every function but `tier`, `nth` and `if`, which are no functions of values alone."""
COMPUTING: Final = frozenset(FUNCTIONS) - {"coalesce", "min", "max"}
"""S32: functions whose result is computed, so that the limit holds for it; the others only choose."""
