"""The tracking plan beside what was really seen: what could be expected of an event, and what is not as expected."""

from __future__ import annotations

from typing import Any, Final, Literal

from hundredfold.ingest.catalogue import Event, Field
from hundredfold.ingest.tracking_plan import Expectation, Mode, Planned

LEAST_SAMPLED: Final = 20
"""Of fewer messages nothing is concluded that would refuse others."""
ROOT: Final = "properties."

Trouble = Literal["never_seen", "not_planned", "type", "lacking"]
"""Planned and never seen; seen and not planned; of another type than planned; required, and absent from some."""


def plan_path(each: str | None, path: str) -> str | None:
    """The path by which the plan names a field; None for one that it cannot: lines of lists, traits, context."""
    return path.removeprefix(ROOT) if each is None and path.startswith(ROOT) else None


def proposed(event: Event, field: Field, path: str) -> Expectation:
    """What could be expected of a field: it is required if all have it, and has a type if it has one."""
    sampled = event.sampled >= LEAST_SAMPLED
    kinds = [kind for kind in field.types if kind != "null"]
    filled = field.present - field.types["null"]
    return Expectation(path, sampled and filled == event.sampled, kinds[0] if sampled and len(kinds) == 1 else None)


def trouble_of(event: Event | None, field: Field | None, expected: Expectation | None) -> Trouble | None:
    """What is not as planned of a field; None for nothing."""
    if expected is None:
        return "not_planned"
    if event is None or field is None:
        return "never_seen"
    wanted = {"text", "time"} if expected.type == "text" else {expected.type}
    if expected.type is not None and any(kind not in wanted for kind in field.types if kind != "null"):
        return "type"
    filled = field.present - field.types["null"]
    return "lacking" if expected.required and filled < event.sampled else None


def entry_of(planned: Planned, usual: Mode) -> dict[str, Any]:
    """An event of the plan as its document says it; the mode that the plan has for all is not said again."""
    own = {} if planned.mode == usual else {"mode": planned.mode}
    return {**own, "properties": {one.path: _rule(one) for one in planned.properties}}


def _rule(one: Expectation) -> dict[str, Any]:
    rule: dict[str, Any] = {"required": True} if one.required else {}
    if one.type is not None:
        rule["type"] = one.type
    if one.values:
        rule["values"] = list(one.values)
    return rule
