"""Puts the door together: the stores in a folder, a log, and what comes from outside, in; the whole site out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path
from typing import TextIO

from fastapi import APIRouter
from prometheus_client import CollectorRegistry

from hundredfold.app.acting import note
from hundredfold.app.door.access import Access, open_paths
from hundredfold.app.door.control import control
from hundredfold.app.door.held_back import HeldBackDesk, Judge, held_back
from hundredfold.app.door.intake import Appender, Erasure, Intake
from hundredfold.app.door.keys import keys
from hundredfold.app.door.limits import Backlog, Limits, Rates
from hundredfold.app.door.logbook import logbook
from hundredfold.app.door.logins import Logins
from hundredfold.app.door.metrics import Metrics
from hundredfold.app.door.reception import Reception
from hundredfold.app.door.scripts import Scripts
from hundredfold.app.door.site import Check, Site
from hundredfold.app.door.tracking import Tracking, Webhook
from hundredfold.ingest.tracking_plan import TrackingPlan
from hundredfold.store.quarantine import Quarantine
from hundredfold.store.rejections import Rejections
from hundredfold.store.tokens import Tokens


@dataclass(frozen=True)
class Settings:
    """How a door is to behave; every field has a safe default."""

    limits: Limits = field(default_factory=Limits)
    plan: TrackingPlan = field(default_factory=TrackingPlan)
    zone: tzinfo = UTC
    """Of times that are sent without one."""
    webhook: Webhook | None = None
    origins: tuple[str, ...] = ("*",)
    public_url: str | None = None


@dataclass(frozen=True)
class Outside:
    """What is not decided inside: the clock (microseconds UTC), random bytes, new message ids, where log lines go."""

    now: Callable[[], int]
    random: Callable[[int], bytes]
    new_id: Callable[[], str]
    stream: TextIO


@dataclass(frozen=True)
class Door:
    """The door, open: `site` is the ASGI application."""

    site: Site
    tracking: Tracking
    tokens: Tokens
    rejections: Rejections
    quarantine: Quarantine

    def close(self) -> None:
        """Lets go of the stores; the log belongs to whoever opened it."""
        self.tokens.close()
        self.rejections.close()
        self.quarantine.close()


def open_door(
    folder: Path,
    log: Appender,
    outside: Outside,
    *,
    settings: Settings | None = None,
    routers: Sequence[APIRouter] = (),
    behind: Callable[[Tracking], Sequence[APIRouter]] = lambda _: (),
    erasure: Erasure | None = None,
    ready: Check = list,
    alive: Check = list,
    registry: CollectorRegistry | None = None,
    takes_in: bool = True,
    logins: Logins | None = None,
    judge: Judge | None = None,
) -> Door:
    """Opens the door of the workspace whose stores lie in `folder`.

    `routers` are the further parts of the control API, under `/api/v1`; each route declares its scope. `behind` makes
    those that need the tracking API. `ready` and `alive` say what is wrong just now. With `takes_in` false other
    processes take messages in, and the tracking API is not served. With `logins` a session is as good as a token;
    whoever opened them closes them. `judge` tells what became of stored messages. Raises TypeError when a route
    declares no scope.
    """
    settings = settings or Settings()
    folder.mkdir(parents=True, exist_ok=True)
    tokens = Tokens(folder / "tokens.sqlite", now=outside.now, random=outside.random)
    rejections, quarantine = Rejections(folder / "rejections.sqlite"), Quarantine(folder / "quarantine.sqlite")
    metrics, book = Metrics(registry or CollectorRegistry()), logbook(outside.stream, outside.now)
    backlog = Backlog(settings.limits.waiting_bytes)
    reception = Reception(
        new_id=outside.new_id,
        plan=settings.plan,
        zone=settings.zone,
        event_bytes=settings.limits.event_bytes,
        deletions=erasure is not None,
        mended=metrics.mend,
    )
    intake = Intake(
        log=log,
        rejections=rejections,
        quarantine=quarantine,
        metrics=metrics,
        logbook=book,
        now=outside.now,
        backlog=backlog,
        retry_after=settings.limits.retry_after,
        erasure=erasure,
    )
    tracking = Tracking(
        intake=intake,
        tokens=tokens,
        reception=reception,
        metrics=metrics,
        logbook=book,
        now=outside.now,
        limits=settings.limits,
        backlog=backlog,
        rates=Rates(settings.limits.rate),
        scripts=Scripts(),
        webhook=settings.webhook,
        origins=settings.origins,
        public_url=settings.public_url,
    )
    noted = partial(note, folder)
    held = held_back(HeldBackDesk(tracking, tokens, outside.now, noted, judge, settings.zone))
    access = Access(tokens, logins)
    application = control(access, [held, keys(tokens, noted), *routers, *behind(tracking)])
    site = Site(
        control=application,
        access=access,
        before_login=open_paths(application),
        metrics=metrics,
        logbook=book,
        tracking=tracking if takes_in else None,
        alive=alive,
        ready=lambda: [*backlog.trouble(outside.now()), *ready()],
    )
    return Door(site, tracking, tokens, rejections, quarantine)
