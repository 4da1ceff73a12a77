"""The control API's part for the first screen: how the workspace stands, and what needs a person.

Every number has its time and a state of its own. What an answer costs does not grow with the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Final, Literal, Protocol

from fastapi import APIRouter
from pydantic import BaseModel, Field

from hundredfold.app.alerting.alarm import read_kept
from hundredfold.app.documents import Document
from hundredfold.app.door.access import requires
from hundredfold.app.door.language import spoken
from hundredfold.app.gui.sources import Listening
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import Runbook
from hundredfold.app.schedule.scheduler import missed
from hundredfold.store.quarantine import Quarantine
from hundredfold.words.calendar import HOUR, iso

LATE: Final = HOUR
"""A scheduled run that has not begun so long after its time is missed."""
UNPROVED: Final = HOUR
"""Definitions that have been in force for so long without any check of their values need one."""


class Served(Protocol):
    """What this part asks of the server."""

    def not_ready(self) -> list[str]:
        """What is in the way of right answers, as sentences."""

    def not_alive(self) -> list[str]:
        """What will not go away by itself, as sentences."""

    def mismatches(self) -> int:
        """How many customers the audit in production has found wrong since the server began."""

    def checked(self) -> tuple[int, int | None]:
        """How many customers the audit in production has checked since the server began, and when the last ones."""

    def waiting(self) -> int:
        """How many messages the log holds that are not counted yet."""


class Trouble(BaseModel):
    """Something that needs a person: what kind of thing, and what it is about."""

    kind: Literal["not_ready", "mismatch", "failed_run", "late_run", "lag", "untold", "held", "unproved"]
    about: str = Field(description="A sentence, a number, the kind of a run, or the channel of alerts.")
    run: int | None = None
    why: str | None = None
    since: str | None = None


class Figure(BaseModel):
    """A number as of a time: right up to now, being made (`done` of `of`), failed for a reason, or not there yet."""

    value: int | None
    at: str | None
    state: Literal["live", "building", "failed", "none"] = "live"
    done: int | None = None
    of: int | None = None
    why: str | None = None


class WorkspaceStanding(BaseModel):
    """How the workspace stands at an instant."""

    at: str
    customers: Figure
    attributes: Figure = Field(description="Those in force, since when they are.")
    messages: Figure = Field(description="All that were ever stored.")
    batch: Figure = Field(description="Messages in the newest batch, and when it was published.")
    audit: Figure = Field(description="Customers that the newest audit has checked.")
    troubles: list[Trouble]


def home(opened: OpenWorkspace, served: Served, listening: Listening) -> APIRouter:
    """The route `/home`."""
    router = APIRouter(prefix="/home", tags=["home"], dependencies=[requires("read")])
    workspace = opened.workspace
    book = Runbook(workspace.runbook, workspace.now)

    @router.get("")
    def workspace_standing() -> WorkspaceStanding:
        """How the workspace stands, with what needs a person."""
        runs = book.runs()
        return WorkspaceStanding(
            at=iso(workspace.now()),
            customers=customers(),
            attributes=attributes(_newest(runs, "back-fill")),
            messages=messages(),
            batch=batch(_newest(runs, "batch")),
            audit=audit(runs),
            troubles=[*_live(served), *_failed(book), *_late(opened), *_alerts(opened), *held(), *unproved(runs)],
        )

    def customers() -> Figure:
        now, why = iso(workspace.now()), served.not_alive()
        with opened.guard:
            found = len(opened.engine().state.people.everybody())
        if why:
            return Figure(value=found, at=now, state="failed", why=why[0])
        if not served.not_ready():
            return Figure(value=found, at=now)
        after = opened.history.positions
        of = opened.history.rows + sum(max(0, end - after.get(p, 0)) for p, end in opened.log.end().items())
        return Figure(value=found, at=now, state="building", done=max(0, of - served.waiting()), of=of)

    def messages() -> Figure:
        senders, read, of = listening.look()
        found = Figure(value=senders.count, at=iso(workspace.now()))
        return found if read >= of else found.model_copy(update={"state": "building", "done": read, "of": of})

    def attributes(filling: Document | None) -> Figure:
        told = workspace.in_force()
        since = None if told.applied is None else iso(told.applied)
        found = _figure(len(told.definitions.attributes), since, filling)
        return found if since is not None else found.model_copy(update={"state": "none"})

    def batch(running: Document | None) -> Figure:
        run = opened.published.newest()
        return _figure(None if run is None else run.events, None if run is None else iso(run.published), running)

    def audit(runs: list[Document]) -> Figure:
        newest, (checked, at) = _newest(runs, "audit"), served.checked()
        told = next((run for run in runs if run["kind"] == "audit" and run.get("customers") is not None), None)
        then = None if told is None else workspace.time(str(told["ended"]))
        if told is not None and then is not None and (at is None or then > at or checked < told["customers"]):
            found = _figure(int(told["customers"]), str(told["ended"]), newest)
        else:
            found = _figure(checked or None, None if at is None else iso(at), newest)
        wrong = served.mismatches() or (0 if told is None else int(told.get("mismatches") or 0))
        return found.model_copy(update={"state": "failed", "why": str(wrong)}) if wrong else found

    def held() -> Iterator[Trouble]:
        with closing(Quarantine(workspace.store / "quarantine.sqlite")) as quarantine:
            waiting = len(quarantine)
        if waiting:
            yield Trouble(kind="held", about=str(waiting))

    def unproved(runs: list[Document]) -> Iterator[Trouble]:
        """Nobody's values have been checked since what is in force came into force."""
        applied, found = workspace.in_force().applied, audit(runs)
        proved = None if found.at is None else workspace.time(found.at)
        if applied is not None and workspace.now() - applied > UNPROVED and (proved is None or proved < applied):
            yield Trouble(kind="unproved", about="", since=iso(applied))

    return router


def _figure(value: int | None, at: str | None, newest: Document | None) -> Figure:
    """A number that runs make: being made while one goes on, failed where the newest did."""
    found = Figure(value=value, at=at, state="live" if value is not None else "none")
    if newest is None:
        return found
    if newest.get("error"):
        return found.model_copy(update={"state": "failed", "why": spoken(newest["error"])})
    if "ended" not in newest:
        return found.model_copy(update={"state": "building", "done": newest.get("done"), "of": newest.get("of")})
    return found


def _newest(runs: list[Document], kind: str) -> Document | None:
    return next((run for run in runs if run["kind"] == kind), None)


def _live(served: Served) -> Iterator[Trouble]:
    for sentence in served.not_ready():
        yield Trouble(kind="not_ready", about=spoken(sentence))
    if served.mismatches():
        yield Trouble(kind="mismatch", about=str(served.mismatches()))


def _failed(book: Runbook) -> Iterator[Trouble]:
    for run in book.failed():
        yield Trouble(
            kind="failed_run", about=run["kind"], run=run["number"], why=spoken(run["error"]), since=run["started"]
        )


def _late(opened: OpenWorkspace) -> Iterator[Trouble]:
    workspace = opened.workspace
    now = workspace.now()
    for name, due in missed(workspace.settings.schedule, workspace.zone, workspace.schedule_folder, now).items():
        if now - due > LATE:
            yield Trouble(kind="late_run", about=name, since=iso(due))


def _alerts(opened: OpenWorkspace) -> Iterator[Trouble]:
    """What the alarm has told and what it could not tell; what else it watches is told from where it is known."""
    kept = read_kept(opened.workspace.alerts)
    for lasting in kept.lasting.values():
        if lasting.kind == "lag" and lasting.quiet is None:
            yield Trouble(kind="lag", about=f"{lasting.value:g}", since=iso(lasting.began))
    for channel in sorted({letter.channel for letter in kept.letters if letter.attempts}):
        yield Trouble(kind="untold", about=channel)
