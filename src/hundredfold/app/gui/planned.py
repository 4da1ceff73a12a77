"""The control API's part for the tracking plan, beside what is really sent, and for what has drifted."""

from __future__ import annotations

from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.door.language import spoken
from hundredfold.app.gui.definitions.differing import Line, line_changes
from hundredfold.app.gui.definitions.writing import Writing
from hundredfold.app.gui.desk import Reading, Writer
from hundredfold.app.gui.plans import Plans, Written
from hundredfold.app.gui.seen import DAYS, FieldSeen, Seeing, field_seen
from hundredfold.app.leaving import leaving
from hundredfold.definition.effects import effects
from hundredfold.definition.model import Definitions, Selector
from hundredfold.definition.readers import readers
from hundredfold.definition.sentence import EventType
from hundredfold.ingest import catalogue, drift
from hundredfold.ingest.course import DAYS as KEPT_DAYS
from hundredfold.ingest.drift import Drift, drifts
from hundredfold.ingest.proposal import Trouble, plan_path, proposed, trouble_of
from hundredfold.ingest.tracking_plan import Expectation, Mode, Planned, parse_tracking_plan
from hundredfold.words.calendar import iso, iso_date

ExpectedType = Literal["text", "number", "boolean", "time", "object", "list"]
_MOST: Final = 500


class Expected(BaseModel):
    """What the plan expects of a property. `path` walks objects inside of `properties`."""

    path: str = Field(min_length=1, max_length=500)
    required: bool = False
    type: ExpectedType | None = None
    values: list[bool | int | float | str] = Field(default_factory=list, max_length=1000)


class DriftShown(BaseModel):
    """What has changed lately. `before` and `now` are messages for `volume`, else shares from 0 to 1.

    `path` (in the lines of `each`) is the field's; `type` the one that is new or gone; `looked_at` of how many messages
    or lines of the last days `now` is told.
    """

    what: drift.What
    before: float
    now: float
    looked_at: int
    each: str | None
    path: str | None
    type: catalogue.Type | None


class Rules(BaseModel):
    """The rules by which drift is told, in numbers."""

    volume_days: int
    volume_weeks: int
    times: float
    least_expected: int
    recent_days: int
    before_days: int
    moved: float
    usual: float
    least_looked_at: int


_RULES: Final = Rules(
    volume_days=drift.VOLUME_DAYS,
    volume_weeks=drift.VOLUME_WEEKS,
    times=drift.TIMES,
    least_expected=drift.LEAST_EXPECTED,
    recent_days=drift.RECENT_DAYS,
    before_days=KEPT_DAYS - drift.RECENT_DAYS,
    moved=drift.MOVED,
    usual=drift.USUAL,
    least_looked_at=drift.LEAST_LOOKED_AT,
)


class EventStanding(BaseModel):
    """An event: planned, seen, or both. `mode` is null for one that is not planned; `days` are its messages by day.

    `attributes` counts those that it updates. Nothing is told of drift until everything was looked at.
    """

    type: EventType
    name: str | None
    mode: Mode | None
    count: int
    first: str | None
    last: str | None
    days: list[int]
    attributes: int
    drifts: list[DriftShown]


class PlanStanding(BaseModel):
    """The tracking plan beside what was seen. `version` is null while there is no file.

    `in_force`: a change counts at once here; else when the processes that take messages in are started again.
    `applied` is false where the file was changed by hand and does not count yet.
    """

    file: str
    version: str | None
    unplanned: Mode | None
    usual: Mode
    in_force: bool
    applied: bool
    events: list[EventStanding]
    days: list[str] = Field(description="The last 30 days of the workspace's calendar, today last.")
    read: int
    of: int
    complete: bool
    at: str
    rules: Rules


class ReadingAttribute(BaseModel):
    """An attribute that reads a field."""

    name: str
    label: dict[str, str]


class FieldStanding(BaseModel):
    """A field: seen, planned, or both. `share` is of how many messages (or, lately, lines) have it, from 0 to 1.

    `proposed` is what the plan could expect of it; null for what the plan cannot name.
    """

    path: str
    each: str | None
    seen: FieldSeen | None
    share: float | None
    expected: Expected | None
    proposed: Expected | None
    trouble: Trouble | None
    drifts: list[DriftShown]
    attributes: list[ReadingAttribute]


class EventPlanned(BaseModel):
    """An event's part of the plan, field by field, of `sampled` messages of `of`."""

    mode: Mode | None
    fields: list[FieldStanding]
    sampled: int
    of: int
    complete: bool


class Asked(BaseModel):
    """An event as it is to be planned; with `expected` null it is not planned any more."""

    event: str = Field(min_length=1, max_length=256)
    mode: Mode = "observe"
    expected: list[Expected] | None = Field(max_length=_MOST)


class AskedOver(Asked):
    """The same, to be written over the version that you were shown."""

    version: str | None = None


class LeavingShown(BaseModel):
    """A field (or with `path` null the whole event) that the plan would not have any more, and what reads it."""

    event: str
    path: str | None
    sentence: str
    attributes: list[str]
    segments: list[str]


class PlanDiff(BaseModel):
    """What would be written, line by line; `leaving` would break what reads it if it is not sent any more."""

    file: str
    version: str | None
    lines: list[Line]
    leaving: list[LeavingShown]


class PlanWritten(BaseModel):
    """The plan that is in force now."""

    file: str
    version: str | None
    in_force: bool


class PlanBesideSeen:
    """The plan beside what was seen. Its methods may be called from any thread."""

    def __init__(self, plans: Plans, seeing: Seeing, writing: Writing) -> None:
        self.plans, self.seeing, self.writing = plans, seeing, writing
        self.now = plans.workspace.now

    def everything(self) -> PlanStanding:
        """All events, the commonest first, and those that were never seen last."""
        written, now, definitions = self.plans.written(), self.now(), self.writing.in_force()
        today = self.seeing.today()
        with self.seeing.catalogue() as (found, complete):
            seen = sorted(found.events.values(), key=lambda one: (-one.count, one.kind, one.name or ""))
            events = [self._event(one, written, definitions, today, complete=complete) for one in seen]
            read, of = found.messages, max(self.seeing.of, found.messages)
        there = {(one.type, one.name) for one in events}
        lacking = [name for name in written.plan.events if ("track", name) not in there]
        return PlanStanding(
            file=written.file,
            version=written.version,
            unplanned=written.plan.unplanned,
            usual=written.plan.usual,
            in_force=self.plans.exchanged is not None,
            applied=not self.plans.waits(written),
            events=[*events, *(self._never(name, written, definitions) for name in lacking)],
            days=[iso_date(day) for day in range(today - DAYS + 1, today + 1)],
            read=read,
            of=of,
            complete=complete,
            at=iso(now),
            rules=_RULES,
        )

    def one(self, kind: EventType, name: str | None, *, personal_data: bool) -> EventPlanned:
        """One event, field by field: as they were first seen, those that were never seen last."""
        with self.seeing.catalogue() as (found, complete):
            return self._one(found.events.get((kind, name)), complete, kind, name, personal_data=personal_data)

    def _one(
        self, event: catalogue.Event | None, complete: bool, kind: EventType, name: str | None, *, personal_data: bool
    ) -> EventPlanned:
        written = self.plans.written()
        planned = written.plan.events.get(name or "") if kind == "track" else None
        expected = {} if planned is None else {one.path: one for one in planned.properties}
        rows = []
        if event is not None:
            moved = drifts(event, self.seeing.today()) if complete else []
            for (each, path), field in event.fields.items():
                wanted = plan_path(each, path)
                row = self._field(event, each, path, field, moved, personal_data=personal_data)
                own = expected.pop(wanted, None) if wanted is not None else None
                if wanted is not None and kind == "track":
                    row.proposed = _expected(own or proposed(event, field, wanted))
                    row.expected = None if own is None else _expected(own)
                    row.trouble = trouble_of(event, field, own) if planned is not None else None
                rows.append(row)
        rows += [_unseen(one) for one in expected.values()]
        return EventPlanned(
            mode=None if planned is None else planned.mode,
            fields=rows,
            sampled=0 if event is None else event.sampled,
            of=0 if event is None else event.count,
            complete=complete,
        )

    def _event(
        self, one: catalogue.Event, written: Written, definitions: Definitions, today: int, *, complete: bool
    ) -> EventStanding:
        planned = written.plan.events.get(one.name or "") if one.kind == "track" else None
        return EventStanding(
            type=one.kind,
            name=one.name,
            mode=None if planned is None else planned.mode,
            count=one.count,
            first=iso(one.first),
            last=iso(one.last),
            days=[one.days[day] for day in range(today - DAYS + 1, today + 1)],
            attributes=len(effects(definitions, Selector(one.kind, one.name))),
            drifts=[_shown(drift) for drift in drifts(one, today)] if complete else [],
        )

    def _never(self, name: str, written: Written, definitions: Definitions) -> EventStanding:
        return EventStanding(
            type="track",
            name=name,
            mode=written.plan.events[name].mode,
            count=0,
            first=None,
            last=None,
            days=[0] * DAYS,
            attributes=len(effects(definitions, Selector("track", name))),
            drifts=[],
        )

    def _field(
        self,
        event: catalogue.Event,
        each: str | None,
        path: str,
        field: catalogue.Field,
        moved: list[Drift],
        *,
        personal_data: bool,
    ) -> FieldStanding:
        definitions = self.writing.in_force()
        names = readers(definitions, Selector(event.kind, event.name), each, path)
        return FieldStanding(
            path=field.path,
            each=field.each,
            seen=field_seen(field, personal_data=personal_data),
            share=event.share(each, field),
            expected=None,
            proposed=None,
            trouble=None,
            drifts=[_shown(one) for one in moved if (one.each, one.path) == (field.each, field.path)],
            attributes=[ReadingAttribute(name=name, label=dict(definitions.labels.get(name, {}))) for name in names],
        )


def planned(standing: PlanBesideSeen) -> APIRouter:
    """The routes `/tracking-plan/...`."""
    router = APIRouter(prefix="/tracking-plan", tags=["tracking plan"])
    plans = standing.plans

    @router.get("")
    def tracking_plan(_: Reading) -> PlanStanding:
        """The events that are planned and those that were sent, with what has drifted."""
        return standing.everything()

    @router.get("/event")
    def planned_event(
        grant: Reading,
        type: Annotated[EventType, Query(description="The type of the event.")] = "track",
        event: Annotated[str | None, Query(max_length=256, description="The name of a track event.")] = None,
    ) -> EventPlanned:
        """An event's fields: as planned, as seen, what has drifted, and which attributes read them."""
        return standing.one(type, event, personal_data=grant.personal_data)

    @router.post("/diff")
    def diff_plan(asked: Asked, _: Writer) -> PlanDiff:
        """What writing an event's plan would change."""
        written = plans.written()
        after = written.with_event(asked.event, _planned(asked))
        gone = leaving(standing.writing.in_force(), written.plan, parse_tracking_plan(after, written.file))
        return PlanDiff(
            file=written.file,
            version=written.version,
            lines=list(line_changes(written.text or "", after)),
            leaving=[
                LeavingShown(
                    event=one.event,
                    path=one.path,
                    sentence=spoken(one.sentence),
                    attributes=[name for name, _ in one.lineage.attributes],
                    segments=list(one.lineage.segments),
                )
                for one in gone
            ],
        )

    @router.put("")
    def write_plan(asked: AskedOver, _: Writer) -> PlanWritten:
        """Writes an event's plan and brings it into force; 409 when somebody was faster."""
        written = plans.write(asked.event, _planned(asked), asked.version)
        return PlanWritten(file=written.file, version=written.version, in_force=plans.exchanged is not None)

    return router


def _planned(asked: Asked) -> Planned | None:
    if asked.expected is None:
        return None
    expected = (Expectation(one.path, one.required, one.type, tuple(one.values)) for one in asked.expected)
    return Planned(asked.mode, tuple(expected))


def _expected(one: Expectation) -> Expected:
    # The plan's own paths may be longer than what is taken from others.
    kind = cast("ExpectedType | None", one.type)
    return Expected.model_construct(path=one.path, required=one.required, type=kind, values=list(one.values))


def _unseen(one: Expectation) -> FieldStanding:
    return FieldStanding(
        path=f"properties.{one.path}",
        each=None,
        seen=None,
        share=None,
        expected=_expected(one),
        proposed=_expected(one),
        trouble="never_seen",
        drifts=[],
        attributes=[],
    )


def _shown(one: Drift) -> DriftShown:
    return DriftShown(
        what=one.what, before=one.before, now=one.now, looked_at=one.looked_at, each=one.each, path=one.path,
        type=one.type,
    )  # fmt: skip
