"""Imports as they are shown: those that go on, by what they tell, and those of the past, by their runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from threading import Event
from typing import Any, Literal

from pydantic import BaseModel, Field

from hundredfold.app.documents import Document
from hundredfold.app.door.language import spoken
from hundredfold.app.import_book import KEPT, Import
from hundredfold.app.runbook import CUT_OFF
from hundredfold.ingest.unpriced import OTHER, Pricing
from hundredfold.words.calendar import iso

State = Literal["waiting", "running", "undoing", "done", "cancelled", "cut off", "failed", "undone"]
_EPOCH = date(1970, 1, 1)


class RejectedRow(BaseModel):
    """A row that was not taken."""

    file: str
    row: int
    rows: int
    reason: str
    message: str


class UnpricedRows(BaseModel):
    """Rows that are imported but count 0 in sums of money, until their currency has a rate."""

    currency: str = Field(description="Its code; empty for what is no currency.")
    rows: int
    since: date = Field(description="The first day that lacks a rate.")


class ImportCounts(BaseModel):
    """What became of the rows."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    reasons: dict[str, int] = {}
    skipped: dict[str, int] = {}
    lookups: list[str] = []
    unpriced: list[UnpricedRows] = []
    rejections: list[RejectedRow] = []


class ImportShown(BaseModel):
    """An import: one that goes on, or a run of the past."""

    id: str
    run: int | None = Field(description="The number of its run; null before it has begun.")
    name: str | None = Field(description="The file's name; null for one of before the server's start.")
    source: str | None
    state: State
    done: int = Field(description="Rows read so far.")
    of: int | None = Field(description="How many rows there are, as far as is known.")
    started: str | None
    counts: ImportCounts | None
    error: str | None
    can_undo: bool
    can_go_on: bool = Field(description="It was cut off, and its file is still here.")


class Noted(BaseModel):
    """What is kept of an import beside its file, so that it is known after a restart of the server."""

    id: str
    run: int
    name: str
    source: str | None
    of: int | None
    upload: str
    mapping: str = Field(description="The name of the mapping's file, beside the dropped one.")


@dataclass
class Job:
    """An import that was begun since the server's start."""

    id: str
    name: str
    source: str | None
    of: int | None
    state: State = "waiting"
    run: int | None = None
    done: int = 0
    started: int | None = None
    outcome: Document | None = None
    """What became of the rows, as `ImportCounts` has it; its sentences are not yet in the reader's language."""
    error: str | None = None
    upload: str = ""
    mapping: str = ""
    cancelled: Event = field(default_factory=Event)

    @property
    def over(self) -> bool:
        """Whether nothing of it goes on."""
        return self.state not in ("waiting", "running", "undoing")


def of_job(job: Job) -> ImportShown:
    """An import that was begun since the server's start."""
    return ImportShown(
        id=job.id,
        run=job.run,
        name=job.name,
        source=job.source,
        state=job.state,
        done=job.done,
        of=job.of,
        started=None if job.started is None else iso(job.started),
        counts=None if job.outcome is None else _counts(job.outcome),
        error=None if job.error is None else spoken(job.error),
        can_undo=False,
        can_go_on=False,
    )


def of_run(
    run: Document,
    job: Job | None,
    stored: Import | None,
    noted: Noted | None,
    pricing: Callable[[], Pricing],
    now: int,
) -> ImportShown:
    """A run of the book, with what its job knows beyond it; what has got a rate since is not told any more."""
    counted = {name: run[name] for name in ("read", "stored", "duplicates", "rejected", "unpriced") if name in run}
    cut_off = run.get("error") == CUT_OFF
    state: State = "cut off" if cut_off else "failed" if run.get("error") else "done" if "ended" in run else "running"
    if stored is not None and stored.undone is not None:
        state = "undone"
    shown = ImportShown(
        id=f"run-{run['number']}",
        run=run["number"],
        name=None if noted is None else noted.name,
        source=run.get("source"),
        state=state,
        done=run.get("read", 0),
        of=run.get("read") or (None if noted is None else noted.of),
        started=run["started"],
        counts=ImportCounts(**counted) if counted else None,
        error=None if cut_off or not run.get("error") else spoken(run["error"]),
        can_undo=False,
        can_go_on=False,
    )
    if job is not None:
        told = of_job(job)
        known = told.model_dump(exclude_none=True, exclude={"counts", "done"})
        shown = shown.model_copy(
            update={**known, "counts": told.counts or shown.counts, "done": job.done or shown.done}
        )
    # Whoever undoes holds the engine, which is asked only where there is something to ask.
    if shown.state == "done" and shown.counts is not None and shown.counts.unpriced:
        lacking = _still_unpriced(shown.counts.unpriced, pricing())
        shown = shown.model_copy(update={"counts": shown.counts.model_copy(update={"unpriced": lacking})})
    undoable = stored is not None and stored.undone is None and stored.started >= now - KEPT
    going_on = (job is not None and not job.over) or shown.state == "running"
    can_go_on = noted is not None and shown.state == "cut off" and not going_on
    return shown.model_copy(update={"can_undo": undoable and not going_on, "can_go_on": can_go_on})


def _counts(document: Document) -> ImportCounts:
    """The counts of a finished import, by its document."""
    known: dict[str, Any] = {name: document[name] for name in ImportCounts.model_fields}
    known["rejections"] = [row | {"message": spoken(row["message"])} for row in known["rejections"]]
    return ImportCounts.model_validate(known)


def _still_unpriced(rows: Iterable[UnpricedRows], pricing: Pricing) -> list[UnpricedRows]:
    """Those whose currency has got no rate since."""
    return [one for one in rows if one.currency == OTHER or pricing.lacks(one.currency, (one.since - _EPOCH).days)]
