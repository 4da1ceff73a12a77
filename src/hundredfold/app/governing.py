"""The control API's part for who looks after the data: where it comes from and goes, and how good it is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.door.access import requires
from hundredfold.app.door.language import spoken
from hundredfold.app.lineage import lineage
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.quality import Examiner
from hundredfold.app.sources.loading import listed
from hundredfold.ingest.drift import What
from hundredfold.ingest.tracking_plan import Mode
from hundredfold.said import Said


class Dependent(BaseModel):
    """An attribute; `through` are those by which a formula or a model depends."""

    name: str
    label: dict[str, str]
    kind: Literal["aggregate", "trait", "formula", "model"]
    through: list[str]


class DependentSegment(BaseModel):
    """A segment; `through` are the attributes and segments of its condition by which it depends."""

    name: str
    label: dict[str, str]
    through: list[str]


class ReadFrom(BaseModel):
    """A field (or an event), an attribute or a segment that something is made of; `what` can be asked for in turn."""

    what: str
    label: dict[str, str]
    kind: Literal["field", "aggregate", "trait", "formula", "model", "segment"]


class Filling(BaseModel):
    """A column of a source that fills the field."""

    source: str
    column: str


class LineageTold(BaseModel):
    """What breaks when something gets another name, what an attribute or a segment reads, and what fills a field."""

    what: str
    sentence: str
    reads: list[ReadFrom]
    attributes: list[Dependent]
    segments: list[DependentSegment]
    filled_by: list[Filling]


class FieldQuality(BaseModel):
    """A field; `missing` is the share of the messages (or lines) looked into that lack it, or have it empty."""

    path: str
    each: str | None
    missing: float


class AgainstPlan(BaseModel):
    """What the tracking plan has against messages, and against how many."""

    what: Literal["missing", "type", "value", "event", "other"]
    path: str | None
    type: str | None
    messages: int


class DriftDay(BaseModel):
    """A day; `before` is what was usual on its weekday."""

    day: str
    before: float
    now: float


class DriftTold(BaseModel):
    """What has changed lately; `before` and `now` are messages for `volume`, else shares."""

    what: What
    path: str | None
    type: str | None
    before: float
    now: float
    days: list[DriftDay] = Field(description="Of `volume` and `filled`: the last days beside the same weekdays before.")
    sentence: str


class EventQuality(BaseModel):
    """An event of a source; its fields are told of `sampled` messages."""

    type: str
    name: str | None
    mode: Mode | None
    messages: int
    first: str
    last: str
    sampled: int
    fields: list[FieldQuality]
    against_plan: list[AgainstPlan]
    drifts: list[DriftTold]


class Lacking(BaseModel):
    """Messages whose money counts 0, since its currency has no rate."""

    currency: str
    rows: int
    since: str


class SourceQuality(BaseModel):
    """A source. Its rows are those of imports and loads; `refused` and `quarantined` are messages at the door."""

    name: str
    messages: int
    received: str | None
    quiet: bool
    read: int
    stored: int
    duplicates: int
    rejected: int
    refused: int
    quarantined: int
    unpriced: list[Lacking]
    events: list[EventQuality]


class ToLookAt(BaseModel):
    """Something that people should look at."""

    source: str
    event: str | None
    sentence: str


class FactsTold(BaseModel):
    """How often the facts of an event with a business key were told again: corrected, or by another system, too."""

    event: str
    facts: int
    told_again: int
    of_several_sources: int


class QualityReport(BaseModel):
    """How good the data is, as of now; what is to be looked at comes first."""

    at: str
    problems: list[ToLookAt]
    sources: list[SourceQuality]
    facts: list[FactsTold]


class LoadShown(BaseModel):
    """A load that ended well: what it brought, and how far it came."""

    run: int
    at: str
    read: int
    stored: int
    duplicates: int
    rejected: int
    cursor: int | str | None


class LoadGoing(BaseModel):
    """A load that goes on; `of` where it is known how many rows there are. `read` is noted every few seconds."""

    run: int
    at: str
    read: int
    of: int | None


class LoadFailed(BaseModel):
    """A load that failed; `again`: when the schedule tries it once more."""

    run: int
    at: str
    error: str
    again: str | None


class SourceLoads(BaseModel):
    """A system that is loaded. `rows_of` is its table, query or file, `connection` where its address stands.

    `becomes`: what its rows are made into. `incremental` is the column by which only what is new is read. With `error`
    its file is wrong, and nothing is loaded. `failed` is the newest load where it failed, `last` the newest one
    that ended well.
    """

    name: str
    kind: Literal["postgresql", "sqlite", "files"] | None
    rows_of: str | None
    connection: str | None
    incremental: str | None
    becomes: list[str]
    error: str | None
    going: LoadGoing | None
    failed: LoadFailed | None
    last: LoadShown | None
    loads: int
    history: list[LoadShown] = Field(description="The newest 20, newest first.")


class LoadsShown(BaseModel):
    """The systems that are loaded, by name."""

    sources: list[SourceLoads]


def governing(opened: OpenWorkspace) -> APIRouter:
    """The routes `/loads`, `/lineage` and `/quality`."""
    examiner = Examiner(opened)
    router = APIRouter(tags=["workspace"])

    @router.get("/loads", dependencies=[requires("read")])
    def loads() -> LoadsShown:
        """The systems that are loaded: what each is, its last loads, how far it is. Addresses are told to nobody."""
        return LoadsShown.model_validate(_in_words(listed(opened.workspace)))

    @router.get("/lineage", dependencies=[requires("read")])
    def what_depends(
        what: Annotated[
            str,
            Query(
                max_length=512,
                description="`events.NAME.FIELD`, `properties.FIELD`, `sources.NAME.COLUMN`, attribute or segment.",
            ),
        ],
    ) -> LineageTold:
        """What breaks when a field, an event, a source's column, an attribute or a segment gets another name."""
        return LineageTold.model_validate(_in_words(lineage(opened.workspace, what)))

    @router.get("/quality", dependencies=[requires("read")])
    def data_quality() -> QualityReport:
        """How good the data is, source by source and event by event. The first answer reads all messages."""
        return QualityReport.model_validate(_in_words(examiner.report()))

    return router


def _in_words(told: Any) -> Any:
    """A document with its sentences in the language of the request."""
    if isinstance(told, dict):
        return {name: _in_words(part) for name, part in told.items()}
    if isinstance(told, list):
        return [_in_words(part) for part in told]
    return spoken(told) if isinstance(told, Said) else told
