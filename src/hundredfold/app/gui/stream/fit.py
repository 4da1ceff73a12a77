"""Whether a message fits what reads it: the tracking plan, and every attribute that is made of its event.

A message is read by itself, by the same reading that tells what is behind a number: nothing else of its customer's
counts here, and neither does what has become of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, Field

from hundredfold.app.gui.desk import Desk, Value, as_json
from hundredfold.audit.facts import EventRules, track_name
from hundredfold.audit.messages import Heard
from hundredfold.definition.model import Aggregate, Attribute, Definitions, Trait
from hundredfold.ingest.tracking_plan import TrackingPlan
from hundredfold.live.setup import Setup
from hundredfold.profile.behind import behind
from hundredfold.profile.dossier import Dossier, Evidence
from hundredfold.profile.proof import LeftOut, Part, Reason

LINES: Final = 50
"""So many lines of a message are told one by one."""


class LineRead(BaseModel):
    """What an attribute reads in a message, or in one of its lines: what counts there, or why nothing does."""

    line: int | None
    value: Value
    key: Value
    adds: Value
    reason: Reason | None = Field(description="Null where it counts.")
    detail: str | None


class AttributeFit(BaseModel):
    """An attribute that reads a message by itself. `fits` is false where something is there that it cannot use."""

    attribute: str
    label: dict[str, str]
    fits: bool
    counts: int
    lines: int
    read: list[LineRead]


class Fit(BaseModel):
    """Whether a message fits what reads it."""

    plan: list[str] = Field(description="What the tracking plan says against it.")
    key_missing: str | None = Field(description="The path of the business key that its event has and it lacks.")
    attributes: list[AttributeFit]


@dataclass(frozen=True)
class Judge:
    """Judges stored messages, each by itself; `plan` gives the tracking plan."""

    desk: Desk
    plan: Callable[[], TrackingPlan]

    def fit(self, row: pa.Table, setup: Setup, *, personal_data: bool) -> Fit:
        """Whether a message, a table of one row of `STORED` columns, fits; without personal data no traits."""
        alone = _alone(row, setup, self.desk.opened.workspace.now())
        heard = alone.circle[0].heard
        finding = self.plan().check(heard.message.payload) if heard.kind == "track" else None
        definitions = setup.definitions
        readers = list(reading(definitions, heard, alone.rules))
        return Fit(
            plan=[] if finding is None else list(finding.violations),
            key_missing=_key_missing(heard, alone.rules),
            attributes=[
                self._attribute(one, alone, setup) for one in readers if personal_data or not isinstance(one, Trait)
            ],
        )

    def misfits(self, row: pa.Table, setup: Setup) -> int:
        """How many things are wrong with a message."""
        found = self.fit(row, setup, personal_data=True)
        return len(found.plan) + (found.key_missing is not None) + sum(not one.fits for one in found.attributes)

    def _attribute(self, attribute: Attribute, alone: Dossier, setup: Setup) -> AttributeFit:
        found = behind(alone, attribute, self.desk.reader(setup))
        rows = [*map(_counted, found.parts), *map(_left_out, found.left_out)]
        rows.sort(key=lambda one: one.line or 0)
        missing = isinstance(attribute, Trait) and any(part.value is None for part in found.parts)
        return AttributeFit(
            attribute=attribute.name,
            label=dict(setup.definitions.labels.get(attribute.name, {})),
            fits=not missing and not any(one.reason == "value" and one.detail for one in found.left_out),
            counts=len(found.parts),
            lines=len(rows),
            read=rows[:LINES],
        )


def reading(definitions: Definitions, heard: Heard, rules: EventRules) -> Iterator[Attribute]:
    """The attributes that are made of a message's event, or of the traits that it tells."""
    name = track_name(heard)
    rule = rules.of_name.get(name or "")
    name = name if rule is None else rule.name
    for attribute in definitions.attributes.values():
        match attribute:
            case Trait():
                if heard.kind == "identify":
                    yield attribute
            case Aggregate():
                if attribute.selects(heard.kind, name):
                    yield attribute


def _alone(row: pa.Table, setup: Setup, now: int) -> Dossier:
    """A message as if nothing else had ever been stored."""
    at = max(now, row["time"][0].as_py())
    key, counts = row["key"][0].as_py(), np.ones(1, np.bool_)
    return Dossier(Evidence(key, row, counts, setup, (), frozenset(), at, None, {}, None))


def _key_missing(heard: Heard, rules: EventRules) -> str | None:
    rule = rules.of_name.get(track_name(heard) or "")
    return rule.key if rule is not None and rule.key is not None and rules.key(heard) is None else None


def _counted(one: Part) -> LineRead:
    return LineRead(
        line=one.line, value=as_json(one.value), key=as_json(one.key), adds=as_json(one.adds), reason=None, detail=None
    )


def _left_out(one: LeftOut) -> LineRead:
    return LineRead(line=one.line, value=None, key=None, adds=None, reason=one.reason, detail=one.detail)
