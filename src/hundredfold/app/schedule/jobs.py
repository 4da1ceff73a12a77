"""What is to be done at set times, as `schedule:` of the workspace's file says it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from hundredfold.app.schedule.cron import parse_cron

JOBS: Final = ("load", "batch", "audit", "quality")
"""In this order when they are due together: the audit looks at what the batch has made, and that takes up the loads."""
SAMPLE: Final = 1_000
RETRIES: Final = 3


def _cron(text: str) -> str:
    parse_cron(text)
    return text


def _no_models(_: Any) -> None:
    raise ValueError("this version has no models to train; leave `models` out")


class Job(BaseModel):
    """One job: when, in the workspace's time zone, and how often it is tried again when it fails."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    at: Annotated[str, AfterValidator(_cron)]
    retries: int = Field(RETRIES, ge=0, le=20)


class AuditJob(Job):
    """An audit of so many customers, drawn anew each time."""

    sample: int = Field(SAMPLE, ge=1)


class LoadJob(Job):
    """A load of these sources, or of all that there are then."""

    sources: list[str] = Field(default_factory=list)


class Schedule(BaseModel):
    """The jobs that `hf serve` runs; one that is left out is not run."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    load: LoadJob | None = None
    batch: Job | None = None
    audit: AuditJob | None = None
    quality: Job | None = None
    models: Annotated[None, BeforeValidator(_no_models)] = None

    def job(self, name: str) -> Job | None:
        """The job of a name of `JOBS`."""
        found: Job | None = getattr(self, name)
        return found
