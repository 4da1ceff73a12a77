"""What is told of the events behind a number: the parts that make it, and what is left out with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from hundredfold.audit.messages import Heard
from hundredfold.profile.dossier import Fate
from hundredfold.words.value import Number, Scalar, Value

Meaning = Literal["adds", "decides", "weighs", "differs", "among", "says", "names"]
"""What the rows are to the value: they add up to it (count, sum); one or a few of them are it (min, max, first, last,
lists, times, gaps and visits); they weigh for their key (most_frequent, top, share, concentration); their different
keys are it (distinct, unique_list); it lies among them (mean, median, stddev); they say it (a trait); or it is worked
out of other attributes, which are named (a formula)."""
Reason: TypeAlias = Fate | Literal["condition", "value", "window", "no_lines", "source", "covered", "elsewhere"]
"""Why something does not count: its message's fate; the condition is not true; no value or key that counts; outside the
window; no lines to unfold; of another source than the attribute's; in the other system's own value already; told
of another customer."""


@dataclass(frozen=True, slots=True)
class Part:
    """A row that counts: `time` is its fact's, `line` its number where lines are unfolded.

    `adds` is what it adds (count, sum), `decides` whether it is the value or a part of it. `batch` says that it is
    another system's value and no event.
    """

    heard: Heard
    time: int
    line: int | None
    value: Value = None
    key: Scalar | None = None
    adds: Number | None = None
    decides: bool = False
    covered: bool = False
    batch: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A message, or a line of it, that does not count; `by` is the message because of which, `detail` says more."""

    heard: Heard
    time: int
    line: int | None
    reason: Reason
    detail: str | None = None
    by: Heard | None = None


@dataclass(slots=True)
class Behind:
    """What is behind an attribute's value, newest first; `value` is worked out from the parts."""

    meaning: Meaning
    value: Value = None
    parts: list[Part] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    names: tuple[str, ...] = ()
    """The attributes that a formula names."""
    error: str | None = None


def newest(one: LeftOut) -> tuple[int, str, int]:
    """The key that sorts what is left out."""
    return one.time, one.heard.message.message_id, one.line or 0
