"""The control API's part for the workspace's settings, as `hundredfold.yaml` says them."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from pydantic import BaseModel, Field

from hundredfold.app.acting import note
from hundredfold.app.alerting.wording import Language
from hundredfold.app.door.access import requires
from hundredfold.app.door.problem import Problem
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.schedule.jobs import JOBS
from hundredfold.app.settings import RateLimit
from hundredfold.app.tables import rate_text
from hundredfold.said import said
from hundredfold.words.calendar import iso, iso_date


class Rate(BaseModel):
    """The exchange rates of a currency that count now."""

    currency: str
    days: int = Field(description="For how many days there is a rate.")
    first_day: str
    last_day: str
    last_rate: str = Field(description="What one unit is worth in the workspace's currency, as a decimal number.")


class ScheduledJob(BaseModel):
    """A job that is run at set times."""

    name: str
    at: str = Field(description="Cron's five fields, in the workspace's time zone.")


class WorkspaceSettings(BaseModel):
    """What `hundredfold.yaml` says, as far as people at work ask for it."""

    name: str
    timezone: str
    currency: str
    language: Language
    now: str = Field(description="The workspace's clock.")
    replayed: bool = Field(description="The clock is set apart from the real one.")
    rates_file: str | None
    rates: list[Rate]
    schedule: list[ScheduledJob]
    public_url: str | None = Field(description="Where clients reach the server, when it stands behind a proxy.")
    origins: list[str] = Field(description="Web pages that may send messages with a browser key.")
    event_bytes: int
    rate_limit: RateLimit | None = Field(description="What one write key may send; null is without limit.")
    on_kafka: bool


def settings(opened: OpenWorkspace) -> APIRouter:
    """The routes under `/settings`."""
    router = APIRouter(prefix="/settings", tags=["settings"])

    @router.get("", dependencies=[requires("read")])
    def workspace_settings() -> WorkspaceSettings:
        """The workspace's settings. They are changed in `hundredfold.yaml`."""
        workspace = opened.workspace
        said = workspace.settings
        rates = opened.served_setup.rates
        jobs = {name: job for name in JOBS if (job := said.schedule.job(name)) is not None}
        return WorkspaceSettings(
            name=workspace.folder.resolve().name,
            timezone=said.timezone,
            currency=said.currency,
            language=said.language,
            now=iso(workspace.now()),
            replayed=said.clock_offset != 0,
            rates_file=said.rates,
            rates=[_rate(currency, days) for currency, days in sorted(rates.items()) if days],
            schedule=[ScheduledJob(name=name, at=job.at) for name, job in jobs.items()],
            public_url=said.public_url,
            origins=list(said.origins),
            event_bytes=said.event_bytes,
            rate_limit=said.rate_limit,
            on_kafka=said.on_kafka,
        )

    @router.post("/clock", status_code=204, dependencies=[requires("admin")])
    def run_clock_on() -> None:
        """Sets the clock of a workspace that lives in the past, as the demo does, to the real time, for good."""
        workspace = opened.workspace
        before = workspace.now()
        if workspace.settings.clock_offset >= 0:
            raise Problem(
                409, "real_clock", said("the clock does not lie behind the real one, and no clock is set back")
            )
        workspace.run_clock(0)
        note(workspace.store, "clock.set", "the workspace's clock", before=iso(before), after=iso(workspace.now()))

    return router


def _rate(currency: str, days: Mapping[int, int]) -> Rate:
    first, last = min(days), max(days)
    return Rate(
        currency=currency,
        days=len(days),
        first_day=iso_date(first),
        last_day=iso_date(last),
        last_rate=rate_text(days[last]),
    )
