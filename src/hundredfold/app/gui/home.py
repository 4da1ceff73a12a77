"""The control API's part for the first screen: how the workspace stands, and what needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from fastapi import APIRouter
from pydantic import BaseModel, Field

from hundredfold.app.door.access import requires
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import Runbook
from hundredfold.words.calendar import iso


class Served(Protocol):
    """What this part asks of the server."""

    def not_ready(self) -> list[str]:
        """What is in the way of right answers, as sentences."""

    def mismatches(self) -> int:
        """How many customers the audit in production has found wrong since the server began."""

    def waiting(self) -> int:
        """How many messages the log holds that are not counted yet."""


class Trouble(BaseModel):
    """Something that needs a person: what kind of thing, and what it is about."""

    kind: Literal["not_ready", "mismatch", "failed_run"]
    about: str = Field(description="A sentence, the number of customers, or the kind of the run.")
    run: int | None = None


class NewestBatch(BaseModel):
    """The newest batch run that was published."""

    cut: str
    published: str
    customers: int
    events: int


class Standing(BaseModel):
    """How the workspace stands at an instant."""

    at: str
    ready: bool
    waiting: int = Field(description="Messages that are stored and not counted yet.")
    customers: int
    attributes: int
    applied: str | None = Field(description="Since when the definitions are in force.")
    batch: NewestBatch | None
    troubles: list[Trouble]


def home(opened: OpenWorkspace, served: Served) -> APIRouter:
    """The route `/home`."""
    router = APIRouter(prefix="/home", tags=["home"], dependencies=[requires("read")])

    @router.get("")
    def workspace_standing() -> Standing:
        """How the workspace stands, with what needs a person."""
        workspace, run = opened.workspace, opened.published.newest()
        told = workspace.in_force()
        not_ready = served.not_ready()
        with opened.guard:
            customers = len(opened.engine().state.people.everybody())
        return Standing(
            at=iso(workspace.now()),
            ready=not not_ready,
            waiting=served.waiting(),
            customers=customers,
            attributes=len(told.definitions.attributes),
            applied=None if told.applied is None else iso(told.applied),
            batch=None
            if run is None
            else NewestBatch(
                cut=iso(run.cut), published=iso(run.published), customers=run.customers, events=run.events
            ),
            troubles=[*_live(not_ready, served.mismatches()), *_failed(opened)],
        )

    return router


def _live(not_ready: list[str], mismatches: int) -> Iterator[Trouble]:
    for sentence in not_ready:
        yield Trouble(kind="not_ready", about=sentence)
    if mismatches:
        yield Trouble(kind="mismatch", about=str(mismatches))


def _failed(opened: OpenWorkspace) -> Iterator[Trouble]:
    for run in Runbook(opened.workspace.runbook, opened.workspace.now).failed():
        yield Trouble(kind="failed_run", about=run["kind"], run=run["number"])
